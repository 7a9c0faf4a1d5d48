/* Workers without work take it from others. */
#include "vm/sched/steal.h"

#include <sched.h>
#include <stdatomic.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/sched/worker.h"
#include "vm/vm.h"

enum { MANY = 100, DEPTH = 10 };

static atomic_int ran;

static void run_once(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	atomic_fetch_add(&ran, 1);
}

static void no_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)self, (void)state, (void)args;
}

static void count_message(struct joist_actor *self, void *state, joist_term message)
{
	(void)self, (void)state, (void)message;
	atomic_fetch_add(&ran, 1);
}

static const struct joist_handler handler = {
	.size = sizeof(struct joist_handler),
	.start = no_start,
	.message = count_message,
};

/* Holds its worker until all others have run: which they can only elsewhere. */
static void hold_until(int count)
{
	while (atomic_load(&ran) < count)
		sched_yield();
}

static void hold_the_worker(struct joist_actor *self, joist_term args)
{
	joist_pid pids[MANY];

	(void)args;
	for (int i = 0; i < MANY; i++)
		joist_spawn(self, "test:run_once", joist_nil());
	hold_until(MANY);
	for (int i = 0; i < MANY; i++)
		pids[i] = joist_spawn(self, "test:handler", joist_nil());
	stage_let_wait(self, pids[0]);
	/* The one that is told first waits for this turn: it is to run next on this worker. */
	joist_send(self, pids[0], joist_nil());
	for (int n = 1; n < 4; n++) {
		for (int i = 1; i < MANY; i++)
			joist_send(self, pids[i], joist_nil());
		hold_until(MANY + n * (MANY - 1));
	}
	for (int i = 0; i < MANY; i++)
		joist_exit_to(self, pids[i], joist_make(self, "kill"));
}

/* Each starts two more, and adds up what they tell. */
static void add_tree(struct joist_actor *self, joist_term args)
{
	int64_t depth, sum = 1, part;
	joist_pid parent;

	CHECK(joist_match(args, "{Parent, Depth}", &parent, &depth));
	if (depth > 0) {
		joist_term below = joist_make(self, "{Self, N}", joist_self(self), depth - 1);
		joist_spawn(self, "test:add_tree", below);
		joist_spawn_link(self, "test:add_tree", below);
		for (int i = 0; i < 2; i++) {
			CHECK(joist_receive_match(self, JOIST_INFINITY, "Part", &part));
			sum += part;
		}
	}
	joist_send(self, parent, joist_int(self, sum));
}

static void add_all(struct joist_actor *self, joist_term args)
{
	int64_t sum, depth = DEPTH;

	(void)args;
	joist_spawn(self, "test:add_tree", joist_make(self, "{Self, D}", joist_self(self), depth));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "Sum", &sum));
	CHECK_INT(sum, (2 << DEPTH) - 1);
}

/* ---- actors that are bound to a scheduler ---- */

/* Each tells where it runs, whenever it is asked. */
static void tell_where(struct joist_actor *self, joist_term to)
{
	joist_pid asker;

	CHECK(joist_get_pid(to, &asker));
	joist_send(self, asker, joist_int(self, self->worker->index));
}

static void where_message(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	tell_where(self, message);
}

static const struct joist_handler where = {
	.size = sizeof(struct joist_handler),
	.start = no_start,
	.message = where_message,
};

static void where_loop(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;)
		tell_where(self, joist_receive(self));
}

/* The third of two schedulers is the first one. */
static void ask_the_bound(struct joist_actor *self, joist_term args)
{
	const char *names[] = { "test:where", "test:where_loop" };
	joist_pid bound[6];
	int64_t index;

	(void)args;
	for (int i = 0; i < 6; i++) {
		struct joist_spawn_options options = { .link = true,
						       .scheduler = (uint16_t)(1 + i / 2) };
		bound[i] = joist_spawn_with(self, names[i % 2], joist_nil(), &options, NULL);
	}
	for (int round = 0; round < 100; round++) {
		for (int i = 0; i < 6; i++) {
			joist_send(self, bound[i], joist_pid_term(self, joist_self(self)));
			if (round % 2)
				continue;
			CHECK(joist_receive_match(self, JOIST_INFINITY, "N", &index));
			CHECK_INT(index, i / 2 % 2);
		}
		for (int i = 0; round % 2 && i < 6; i++)
			CHECK(joist_receive_match(self, JOIST_INFINITY, "N", &index));
	}
}

/* ---- a ring of handlers, with more messages in it than workers ---- */

enum { RING = 50, ROUNDS = 200 };

static joist_pid ring[RING];

static size_t ring_state_size(const void *data)
{
	(void)data;
	return sizeof(int64_t);
}

static void ring_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)self;
	CHECK(joist_get_int(args, state));
}

static void ring_message(struct joist_actor *self, void *state, joist_term message)
{
	int64_t left, number = *(int64_t *)state;
	joist_pid end;

	CHECK(joist_match(message, "{Left, End}", &left, &end));
	if (left == 0)
		joist_send(self, end, joist_nil());
	else
		joist_send(self, ring[(number + 1) % RING],
			   joist_make(self, "{L, E}", left - 1, end));
}

static const struct joist_handler ringer = {
	.size = sizeof(struct joist_handler),
	.state_size = ring_state_size,
	.start = ring_start,
	.message = ring_message,
};

static void go_round(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int64_t i = 0; i < RING; i++)
		ring[i] = joist_start(self, "test:ringer", joist_int(self, i), NULL, JOIST_INFINITY,
				      NULL);
	for (int i = 0; i < RING; i++)
		joist_send(self, ring[i], joist_make(self, "{L, S}", ROUNDS + i, joist_self(self)));
	for (int i = 0; i < RING; i++)
		CHECK(joist_receive_match(self, JOIST_INFINITY, "[]"));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(run_once),
	STAGE_HANDLER(handler),
	STAGE_LOOP(hold_the_worker),
	STAGE_LOOP(add_tree),
	STAGE_LOOP(add_all),
	STAGE_HANDLER(ringer),
	STAGE_LOOP(go_round),
	STAGE_HANDLER(where),
	STAGE_LOOP(where_loop),
	STAGE_LOOP(ask_the_bound),
	{ 0 },
};

TEST_LEAK_FREE(what_a_busy_worker_has_others_run)
{
	stage_run(exports, 2, "hold_the_worker");
	atomic_store(&ran, 0);
	stage_run(exports, 4, "hold_the_worker");
}

/* The stacks of so many loops are remembered for the next ones. */
TEST(a_tree_grows_on_all_workers)
{
	stage_run(exports, 4, "add_all");
	stage_run(exports, 1, "add_all");
}

TEST(the_bound_stay_where_they_are)
{
	stage_run(exports, 2, "ask_the_bound");
}

TEST_LEAK_FREE(messages_go_round_between_workers)
{
	stage_run(exports, 4, "go_round");
	stage_run(exports, 1, "go_round");
}
