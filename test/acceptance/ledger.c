/* Ledgers, in several versions: VERSION is its number. Each of SENDERS sends {add, Sender, Number, SentNs},
 * its numbers going up by one; what was sent last by each is in the state, and in memory beside it, by
 * which a ledger sees whether both are still as it left them. What is not as it should be is `wrong`.
 *
 *   1   the state is smaller
 *   3   to become one goes wrong for one ledger, by the deed that it was told
 *   4   crashes in its first calls, one in a thousand */
#include <joist/server.h>
#include <joist/timer.h>

#include <stdatomic.h>

enum { SENDERS = 8, ROUNDS = 64 };

struct ledger {
	int32_t id, crowd; /* that one of so many */
	int32_t deed, round; /* what is to go wrong next, and how often it was told so */
	bool last; /* in the last one that converts; else in the one in the middle */
#if VERSION == 1
	int32_t wrong;
#else
	int64_t wrong, since;
#endif
	int32_t numbers[SENDERS];
	int64_t waited_ns; /* at most, of all messages */
	uint64_t *pages; /* one for each sender */
	joist_term name;
};

static uint64_t page(const struct ledger *ledger, int sender)
{
	return ((uint64_t)ledger->id << 40 ^ (uint64_t)sender << 32 ^
		(uint64_t)ledger->numbers[sender]) *
	       UINT64_C(0x9e3779b97f4a7c15);
}

static void init(struct joist_actor *self, void *state, joist_term args)
{
	struct ledger *ledger = state;

	joist_match(args, "{Id, Crowd}", &ledger->id, &ledger->crowd);
	ledger->pages = joist_alloc(self, SENDERS * sizeof(*ledger->pages));
	for (int i = 0; i < SENDERS; i++)
		ledger->pages[i] = page(ledger, i);
	ledger->name = joist_keep(self, joist_make(self, "{ledger, Id}", ledger->id));
}

static void add(struct ledger *ledger, int sender, int32_t number, int64_t waited_ns)
{
	ledger->wrong += number != ledger->numbers[sender] + 1 ||
			 ledger->pages[sender] != page(ledger, sender);
	ledger->numbers[sender] = number;
	ledger->pages[sender] = page(ledger, sender);
	if (waited_ns > ledger->waited_ns)
		ledger->waited_ns = waited_ns;
#if VERSION > 1
	ledger->since++;
#endif
#if VERSION == 4
	if (ledger->id % 1000 == 7)
		__builtin_trap();
#endif
}

static void cast(struct joist_actor *self, void *state, joist_term message)
{
	struct ledger *ledger = state;
	int32_t sender, number;
	int64_t sent_ns;

	if (joist_match(message, "{add, Sender, Number, SentNs}", &sender, &number, &sent_ns))
		add(ledger, sender, number, joist_now_ns(self) - sent_ns);
	else if (joist_match(message, "{arm, Deed, Last}", &ledger->deed, &ledger->last))
		ledger->round++;
}

/* {Version, Numbers, Wrong, Waited}; the longest wait is that since the last time. */
static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	struct ledger *ledger = state;
	int64_t sum = 0, waited_ns = ledger->waited_ns;

	(void)request;
	for (int i = 0; i < SENDERS; i++) {
		sum += ledger->numbers[i];
		ledger->wrong += ledger->pages[i] != page(ledger, i);
	}
	ledger->wrong += !joist_match(ledger->name, "{ledger, ^Id}", &ledger->id);
	ledger->waited_ns = 0;
	return joist_make(self, "{V, Sum, Wrong, Waited}", (int64_t)VERSION, sum,
			  (int64_t)ledger->wrong, waited_ns);
}

#if VERSION == 3
static void deed_crash(struct joist_actor *self, struct ledger *ledger)
{
	(void)self;
	*(volatile char *)(uintptr_t)(ledger->wrong + 1) = 1; /* or UBSan says so itself */
}

static void deed_leave(struct joist_actor *self, struct ledger *ledger)
{
	(void)ledger;
	joist_exit(self, joist_make(self, "{bad, thing}"));
}

static void deed_spin(struct joist_actor *self, struct ledger *ledger)
{
	(void)self;
	while (*(volatile int32_t *)&ledger->deed)
		;
}

static void deed_write_past_the_state(struct joist_actor *self, struct ledger *ledger)
{
	(void)self;
	((volatile char *)ledger)[sizeof(*ledger)] = 1;
}

static void deed_write_past_a_block(struct joist_actor *self, struct ledger *ledger)
{
	volatile char *block = joist_alloc(self, 100);

	(void)ledger;
	block[100] = 1;
}

static void deed_take_all_memory(struct joist_actor *self, struct ledger *ledger)
{
	(void)ledger;
	joist_alloc(self, SIZE_MAX / 2);
}

/* In the order of their numbers, from 1 on; 0 is to refuse. */
static void (*const deeds[])(struct joist_actor *self, struct ledger *ledger) = {
	deed_crash,
	deed_leave,
	deed_spin,
	deed_write_past_the_state,
	deed_write_past_a_block,
	deed_take_all_memory,
};

/* It does to the memory what must be taken back, and then perhaps its deed. */
static bool code_change(struct joist_actor *self, uint32_t old_version, const void *old_state,
			size_t old_size, void *state)
{
	static atomic_int converted[ROUNDS];
	struct ledger *ledger = state;

	(void)old_version, (void)old_state, (void)old_size;
	int count = atomic_fetch_add(&converted[ledger->round % ROUNDS], 1) + 1;
	for (int i = 0; i < SENDERS; i++)
		ledger->pages[i] = 77;
	ledger->pages = joist_realloc(self, ledger->pages, 1000);
	joist_drop(self, ledger->name);
	if (ledger->last ? count != ledger->crowd : ledger->id != ledger->crowd / 2)
		return true;
	if (ledger->deed == 0)
		return false;
	deeds[ledger->deed - 1](self, ledger);
	return true;
}
#endif

static const struct joist_server ledger = {
	.state_size = sizeof(struct ledger),
	.init = init,
	.call = call,
	.cast = cast,
#if VERSION == 3
	.code_change = code_change,
#endif
};

#define FIELD(name) JOIST_STATE_FIELD(struct ledger, name)
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

JOIST_PLUGIN("ledger", TEXT(VERSION), JOIST_SERVER(ledger),
	     JOIST_STATE(VERSION, FIELD(id), FIELD(crowd), FIELD(deed), FIELD(round), FIELD(last),
			 FIELD(wrong), FIELD(numbers), FIELD(waited_ns), FIELD(pages),
			 FIELD(name)));
