/* Upgrades: all actors of a plugin go over, or none, and those are as they were, byte for byte. Two
 * versions of a counter, in two codes that are made here. */
#include "vm/sched/upgrade.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <joist/joist.h>

#include "test/harness.h"
#include "vm/base/annotate.h"
#include "vm/sched/sched.h"
#include "vm/vm.h"

enum { MANY = 2000, WORDS = 8 };

/* ---- the two versions ---- */

struct one {
	int32_t sum, number;
	uint64_t *words; /* of joist_alloc */
	joist_term kept;
};

struct two {
	int64_t sum, number, changes;
	uint64_t *words;
	joist_term kept;
	char more[100];
};

static atomic_int bad_number; /* the conversion of this one goes wrong */
static atomic_int converted, told, waits;
static void (*bad_deed)(struct joist_actor *self, struct two *two);
static atomic_int sums[MANY], versions[MANY];

/* What an actor is asked for. */
static void tell(int64_t number, int version, int64_t sum)
{
	atomic_store(&sums[number], (int)sum);
	atomic_store(&versions[number], version);
	atomic_fetch_add(&told, 1);
}

static size_t one_size(const void *data)
{
	(void)data;
	return sizeof(struct one);
}

static size_t two_size(const void *data)
{
	(void)data;
	return sizeof(struct two);
}

static void one_start(struct joist_actor *self, void *state, joist_term args)
{
	struct one *one = state;

	CHECK(joist_match(args, "Number", &one->number));
	one->words = joist_alloc(self, WORDS * sizeof(*one->words));
	for (int i = 0; i < WORDS; i++)
		one->words[i] = (uint64_t)one->number * 1000 + (uint64_t)i;
	one->kept = joist_keep(self, joist_make(self, "{number, Number}", one->number));
}

static void one_message(struct joist_actor *self, void *state, joist_term message)
{
	struct one *one = state;
	int32_t n;

	CHECK(joist_state(self) == state);
	if (joist_match(message, "N", &n)) {
		CHECK_INT(n, one->sum + 1); /* each once, in order */
		one->sum = n;
	} else if (joist_match(message, "tell")) {
		for (int i = 0; i < WORDS; i++)
			CHECK_INT(one->words[i], one->number * 1000 + i);
		CHECK(joist_match(one->kept, "{number, ^N}", &one->number));
		tell(one->number, 1, one->sum);
	} else if (joist_match(message, "wait")) {
		atomic_fetch_add(&waits, 1);
		CHECK(joist_receive_match(self, JOIST_INFINITY, "go_on"));
	}
}

static void two_start(struct joist_actor *self, void *state, joist_term args)
{
	struct two *two = state;

	(void)self;
	CHECK(joist_match(args, "Number", &two->number));
	CHECK_INT(two->more[99], 0);
}

static void two_message(struct joist_actor *self, void *state, joist_term message)
{
	struct two *two = state;
	int64_t n;

	CHECK(joist_state(self) == state);
	if (joist_match(message, "N", &n)) {
		CHECK_INT(n, two->sum + 1);
		two->sum = n;
	} else if (joist_match(message, "tell")) {
		CHECK(two->words[7] == (uint64_t)two->number * 1000 + 8);
		CHECK(joist_match(two->kept, "{number, ^N}", &two->number));
		tell(two->number, 2, two->sum);
	}
}

/* It does to its memory what an upgrade must be able to take back. */
static bool two_change(struct joist_actor *self, const struct joist_change *change, void *state)
{
	const struct one *one = change->old_state;
	struct two *two = state;

	CHECK_INT(change->old_version, 1);
	CHECK_INT(change->old_size, sizeof(*one));
	two->sum = one->sum;
	two->number = one->number;
	two->changes = 1;
	one->words[6] = 77;
	two->words = joist_realloc(self, one->words, 100 * sizeof(*two->words));
	two->words[7]++;
	two->kept = joist_keep(self, one->kept);
	joist_drop(self, one->kept);
	joist_alloc(self, 1000);
	atomic_fetch_add(&converted, 1);
	if (one->number == atomic_load(&bad_number))
		bad_deed(self, two);
	return two->changes;
}

/* ---- the node ---- */

static struct export exports_one[] = {
	{ .kind = JOIST_EXPORT_HANDLER,
	  .state_version = 1,
	  .state_bytes = sizeof(struct one),
	  .handler = { .state_size = one_size, .start = one_start, .message = one_message } }
};
static struct export exports_two[] = { { .kind = JOIST_EXPORT_HANDLER,
					 .state_version = 2,
					 .state_bytes = sizeof(struct two),
					 .handler = { .state_size = two_size,
						      .start = two_start,
						      .message = two_message,
						      .change = two_change } } };
static struct code
	code_one = { .version = "1", .generation = 1, .exports = exports_one, .export_count = 1 },
	code_two = { .version = "2", .generation = 2, .exports = exports_two, .export_count = 1 };
static struct code *_Atomic found;
static struct joist_vm *vm;
static joist_pid pids[MANY];
static struct upgrade_report report;

static struct export *find(void *owner, struct joist_bytes plugin, struct joist_bytes name,
			   int arity)
{
	(void)owner, (void)plugin, (void)name, (void)arity;
	code_pin(atomic_load(&found));
	return &atomic_load(&found)->exports[0];
}

static bool commit(void *owner, struct code *to)
{
	(void)owner;
	atomic_store(&found, to);
	return true;
}

static void start(int number)
{
	pids[number] = vm_spawn(vm, "counter:counter", term_small(number), NULL);
}

static void begin(unsigned schedulers, int count)
{
	code_one.plugin = code_two.plugin = joist_atom_new("counter");
	exports_one[0].name = exports_two[0].name = joist_atom_new("counter");
	exports_one[0].code = &code_one;
	exports_two[0].code = &code_two;
	atomic_store(&found, &code_one);
	atomic_store(&bad_number, -1);
	/* All memory is the plugin's, so that its patterns go with it. */
	code_one.end = code_two.end = UINTPTR_MAX;
	vm = vm_create(&(struct vm_options){ .schedulers = schedulers, .code = { .find = find } });
	CHECK(vm);
	CHECK_INT(vm_start(vm), 0);
	for (int i = 0; i < count; i++)
		start(i);
}

static void end(void)
{
	CHECK(vm_stop(vm));
	CHECK_INT(exports_one[0].actors + exports_two[0].actors, 0);
	CHECK_INT(code_one.pins + code_two.pins, 0);
	vm_destroy(vm);
	code_free_owned(&code_one);
	code_free_owned(&code_two);
}

static void wait_for(atomic_int *count, int n)
{
	while (atomic_load(count) < n)
		sched_yield();
}

static void say(int number, const char *word)
{
	vm_send(vm, pids[number], joist_atom_term(joist_atom_new(word)));
}

static void ask_all(int count)
{
	atomic_store(&told, 0);
	for (int i = 0; i < count; i++)
		say(i, "tell");
	wait_for(&told, count);
}

static struct upgrade_order order(void)
{
	return (struct upgrade_order){ .from = { &code_one },
				       .from_count = 1,
				       .to = &code_two,
				       .deadline_ms = 60000,
				       .commit = commit };
}

static void run(const struct upgrade_order *o)
{
	CHECK_INT(upgrade_run(vm, o, &report), 0);
	CHECK_INT(vm->ballot.ready, 0);
}

static void count_versions(int count, int old, int new)
{
	int seen[3] = { 0 };

	ask_all(count);
	for (int i = 0; i < count; i++)
		seen[atomic_load(&versions[i])]++;
	CHECK_INT(seen[1], old);
	CHECK_INT(seen[2], new);
}

TEST_LEAK_FREE(all_go_over)
{
	begin(2, MANY);
	struct upgrade_order o = order();
	run(&o);
	CHECK(report.done);
	CHECK_INT(report.actors, MANY);
	CHECK_INT(exports_two[0].actors, MANY);
	count_versions(MANY, 0, MANY);
	end();
}

/* ---- under load ---- */

enum { SENDERS = 4, ROUNDS = 30 };
static atomic_int rounds;

static void *send_on(void *first)
{
	for (int round = 1; round <= ROUNDS; round++) {
		for (int i = (int)(intptr_t)first; i < MANY; i += SENDERS)
			vm_send(vm, pids[i], term_small(round));
		atomic_fetch_add(&rounds, 1);
	}
	return NULL;
}

static void under_load(bool done)
{
	pthread_t senders[SENDERS];

	atomic_store(&rounds, 0);
	for (int i = 0; i < SENDERS; i++)
		CHECK_INT(pthread_create(&senders[i], NULL, send_on, (void *)(intptr_t)i), 0);
	wait_for(&rounds, SENDERS);
	struct upgrade_order o = order();
	run(&o);
	CHECK_INT(report.done, done);
	for (int i = 0; i < SENDERS; i++)
		CHECK_INT(pthread_join(senders[i], NULL), 0);
	count_versions(MANY, done ? 0 : MANY, done ? MANY : 0);
	for (int i = 0; i < MANY; i++)
		CHECK_INT(sums[i], ROUNDS);
}

TEST(no_message_is_lost_or_doubled)
{
	begin(2, MANY);
	under_load(true);
	end();
}

/* ---- what goes wrong in one puts all back ---- */

static void crash(struct joist_actor *self, struct two *two)
{
	(void)self;
	*(volatile char *)(uintptr_t)two->changes = 1;
}

static void refuse(struct joist_actor *self, struct two *two)
{
	(void)self;
	two->changes = 0;
}

static void leave(struct joist_actor *self, struct two *two)
{
	(void)two;
	joist_exit(self, joist_make(self, "{bad, thing}"));
}

static void send(struct joist_actor *self, struct two *two)
{
	(void)two;
	joist_send(self, joist_self(self), joist_make(self, "hello"));
}

static void undefer(struct joist_actor *self, struct two *two)
{
	joist_undefer(self, NULL, two);
}

static void write_past_the_end(struct joist_actor *self, struct two *two)
{
	(void)self;
	((volatile char *)two)[sizeof(*two)] = 1;
}

static void goes_wrong(void (*deed)(struct joist_actor *, struct two *), const char *reason)
{
	bad_deed = deed;
	begin(2, 100);
	atomic_store(&bad_number, 99);
	struct upgrade_order o = order();
	run(&o);
	CHECK(!report.done);
	CHECK(joist_pid_equal(report.failure.pid, pids[99]));
	CHECK_STR(report.failure.reason, reason);
	CHECK(report.failure.export == &exports_one[0]);
	count_versions(100, 100, 0);
	atomic_store(&bad_number, -1);
	run(&o);
	CHECK(report.done);
	count_versions(100, 0, 100);
	end();
}

TEST_LEAK_FREE(a_fault_puts_all_back)
{
	goes_wrong(crash, "sigsegv");
	CHECK_INT(report.failure.fault.kind, FAULT_NONE);
}

TEST_LEAK_FREE(a_refusal_puts_all_back)
{
	goes_wrong(refuse, "refused");
}

TEST_LEAK_FREE(an_exit_puts_all_back)
{
	goes_wrong(leave, "{bad,thing}");
}

TEST_LEAK_FREE(nobody_sends_from_a_conversion)
{
	goes_wrong(send, "{not_allowed,<<\"joist_send\">>}");
}

TEST_LEAK_FREE(nobody_takes_a_defer_back_there)
{
	goes_wrong(undefer, "{not_allowed,<<\"joist_undefer\">>}");
}

TEST_LEAK_FREE(a_state_written_past_its_end_puts_all_back)
{
	goes_wrong(write_past_the_end, "wrong_size");
}

static void spin(struct joist_actor *self, struct two *two)
{
	(void)self;
	while (*(volatile int64_t *)&two->changes)
		;
}

static void sleep_on(struct joist_actor *self, struct two *two)
{
	(void)self, (void)two;
	pause();
}

static void takes_for_ever(void (*deed)(struct joist_actor *, struct two *))
{
	bad_deed = deed;
	begin(2, 100);
	atomic_store(&bad_number, 99);
	struct upgrade_order o = order();
	/* On a busy machine others may be late, too; then again. */
	o.deadline_ms = 50;
	do {
		run(&o);
		CHECK(!report.done);
		o.deadline_ms *= 2;
	} while (!joist_pid_equal(report.failure.pid, pids[99]));
	CHECK_STR(report.failure.reason, "no end of it by the deadline");
	CHECK(report.failure.fault.count > 0);
	count_versions(100, 100, 0);
	atomic_store(&bad_number, -1);
	o.deadline_ms = 60000;
	run(&o);
	CHECK(report.done);
	count_versions(100, 0, 100);
	end();
}

TEST_LEAK_FREE(one_that_computes_for_ever_is_cut_short)
{
	if (ANNOTATE_TSAN)
		return; /* it keeps signals from code that calls nothing */
	takes_for_ever(spin);
}

TEST_LEAK_FREE(one_that_blocks_for_ever_is_cut_short)
{
	takes_for_ever(sleep_on);
}

TEST(a_fault_under_load_loses_nothing)
{
	bad_deed = crash;
	begin(2, MANY);
	atomic_store(&bad_number, MANY - 1);
	under_load(false);
	end();
}

/* ---- those that are not at rest, or come and go ---- */

TEST_LEAK_FREE(one_in_the_middle_of_a_turn_is_waited_for)
{
	begin(2, 10);
	say(3, "wait");
	wait_for(&waits, 1);
	struct upgrade_order o = order();
	o.deadline_ms = 20;
	run(&o);
	CHECK(!report.done);
	CHECK(report.failure.is_late);
	CHECK(joist_pid_equal(report.failure.pid, pids[3]));
	say(3, "go_on");
	o.deadline_ms = 60000;
	run(&o);
	CHECK(report.done);
	count_versions(10, 0, 10);
	end();
}

static void *upgrade_main(void *o)
{
	run(o);
	return NULL;
}

TEST_LEAK_FREE(those_that_hold_may_end)
{
	struct upgrade_order o = order();
	pthread_t conductor;

	begin(2, 10);
	say(3, "wait");
	wait_for(&waits, 1);
	CHECK_INT(pthread_create(&conductor, NULL, upgrade_main, &o), 0);
	wait_for(&converted, 9);
	vm_exit_to(vm, pids[4], joist_atom_term(joist_atom_new("kill")));
	while (vm_actor_count(vm) > 9)
		sched_yield();
	say(5, "tell"); /* which it does not do before all is decided */
	start(4); /* meanwhile as one of the old code; then it goes over, too */
	wait_for(&converted, 10);
	say(3, "go_on");
	CHECK_INT(pthread_join(conductor, NULL), 0);
	CHECK(report.done);
	CHECK_INT(report.actors, 10);
	wait_for(&told, 1);
	CHECK_INT(versions[5], 2);
	count_versions(10, 0, 10);
	end();
}

TEST_LEAK_FREE(a_few_go_first)
{
	struct upgrade_order o = order();

	begin(2, 100);
	o.few = 7;
	o.commit = NULL;
	run(&o);
	CHECK(report.done);
	CHECK_INT(report.actors, 7);
	count_versions(100, 93, 7);
	o = order();
	run(&o);
	CHECK(report.done);
	CHECK_INT(report.actors, 93);
	count_versions(100, 0, 100);
	end();
}

TEST_LEAK_FREE(a_dry_run_changes_nothing)
{
	struct upgrade_order o = order();

	begin(2, 100);
	o.dry = true;
	run(&o);
	CHECK(report.done);
	CHECK_INT(atomic_load(&converted), 100);
	count_versions(100, 100, 0);
	end();
}

/* The old one's, which has changed once, is found again. */
TEST_LEAK_FREE(after_a_way_back_new_ones_start_on_the_old_version)
{
	struct upgrade_order o = order();

	exports_two[0].state_version = 1;
	exports_two[0].state_bytes = exports_one[0].state_bytes;
	exports_two[0].handler.message = one_message;
	begin(2, 10);
	run(&o);
	CHECK(report.done);
	CHECK_INT(exports_two[0].actors, 10);
	o.from[0] = &code_two;
	o.to = &code_one;
	run(&o);
	CHECK(report.done);
	start(10);
	ask_all(11);
	CHECK_INT(exports_one[0].actors, 11);
	end();
}
