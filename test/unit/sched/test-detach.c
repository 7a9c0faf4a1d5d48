/* Turns that do not end in time part from their worker. On one worker: where nothing else could run. */
#include "vm/sched/detach.h"

#include <joist/timer.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/clock.h"
#include "vm/vm.h"

enum { MANY = 100 };

static atomic_int release, spinning;
static int pipe_fds[2];

/* Plain C, which knows nothing of anybody. */
static void spin(int until)
{
	atomic_fetch_add(&spinning, 1);
	while (atomic_load(&release) < until)
		;
	atomic_fetch_sub(&spinning, 1);
}

static void wait_until_spinning(struct joist_actor *self, int count)
{
	while (atomic_load(&spinning) < count)
		joist_yield(self);
}

/* ---- what runs on elsewhere goes on as before ---- */

static void spin_and_tell(struct joist_actor *self, joist_term args)
{
	joist_pid parent;
	joist_ref timer;

	CHECK(joist_match(args, "Parent", &parent));
	spin(1);
	joist_term list = joist_make(self, "[1, two, <<\"three\">>]");
	joist_send(self, parent, list);
	timer = joist_send_after(self, 1, joist_self(self), joist_make(self, "late"));
	CHECK(joist_current() == self);
	CHECK(joist_receive_match(self, JOIST_INFINITY, "late"));
	CHECK_INT(joist_cancel(self, timer), -1);
	joist_send(self, parent, joist_make(self, "after"));
}

static void frees_a_spinning_loop(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	atomic_store(&release, 0);
	joist_spawn_monitor(self, "test:spin_and_tell", joist_pid_term(self, joist_self(self)),
			    &monitor);
	wait_until_spinning(self, 1);
	atomic_store(&release, 1);
	CHECK(joist_receive_match(self, JOIST_INFINITY, "[1, two, <<\"three\">>]"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "after"));
	CHECK_STR(stage_down(self, monitor), "normal");
}

TEST_LEAK_FREE(others_run_beside_a_turn_that_computes)
{
	static const struct stage_export exports[] = { STAGE_LOOP(spin_and_tell),
						       STAGE_LOOP(frees_a_spinning_loop),
						       { 0 } };

	stage_run(exports, 1, "frees_a_spinning_loop");
	stage_run(exports, 2, "frees_a_spinning_loop");
}

/* ---- handlers, and what is known of them ---- */

struct counter {
	int64_t count;
};

static void no_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)self, (void)state, (void)args;
}

static size_t counter_size(const void *data)
{
	(void)data;
	return sizeof(struct counter);
}

/* A number: counts it, in order, and tells {From} the sum. Every third takes long. */
static void count_message(struct joist_actor *self, void *state, joist_term message)
{
	struct counter *counter = state;
	joist_pid from;
	int64_t n;

	if (joist_match(message, "{Pid, N}", &from, &n)) {
		CHECK_INT(n, counter->count);
		counter->count++;
		uint64_t start = clock_cycles();
		while (n % 3 == 0 && clock_cycles() - start < 3000 * clock_cycles_per_us())
			;
		if (n % 7 == 0) {
			joist_term reply;
			CHECK_INT(joist_call(self, from, joist_make(self, "N", n), JOIST_INFINITY,
					     &reply),
				  JOIST_OK);
			CHECK(joist_match(reply, "^N", &n));
		}
	}
}

static const struct joist_handler counts = {
	.size = sizeof(struct joist_handler),
	.state_size = counter_size,
	.start = no_start,
	.message = count_message,
};

static void sends_to_slow_handlers(struct joist_actor *self, joist_term args)
{
	joist_pid counter = joist_spawn(self, "test:counts", joist_nil());
	joist_ref monitor = joist_monitor(self, counter);
	joist_term from, n;

	(void)args;
	for (int64_t i = 0; i < 60; i++)
		joist_send(self, counter, joist_make(self, "{Self, N}", joist_self(self), i));
	for (int64_t i = 0; i < 60; i += 7) {
		CHECK(joist_receive_match(self, JOIST_INFINITY, "{'$gen_call', From, N}", &from,
					  &n));
		joist_reply(self, from, n);
	}
	joist_exit_to(self, counter, joist_make(self, "bye"));
	CHECK_STR(stage_down(self, monitor), "bye");
}

TEST_LEAK_FREE(messages_keep_their_order_through_all_of_it)
{
	static const struct stage_export exports[] = { STAGE_HANDLER(counts),
						       STAGE_LOOP(sends_to_slow_handlers),
						       { 0 } };

	stage_run(exports, 1, "sends_to_slow_handlers");
	stage_run(exports, 2, "sends_to_slow_handlers");
}

/* ---- many at once, in the kernel ---- */

static void read_one(struct joist_actor *self, joist_term args)
{
	char byte;

	(void)self, (void)args;
	CHECK_INT(read(pipe_fds[0], &byte, 1), 1);
}

static void feeds_many_readers(struct joist_actor *self, joist_term args)
{
	joist_ref monitors[MANY];

	(void)args;
	for (int i = 0; i < MANY; i++)
		joist_spawn_monitor(self, "test:read_one", joist_nil(), &monitors[i]);
	for (int i = 0; i < MANY; i++)
		joist_yield(self);
	for (int i = 0; i < MANY; i++)
		CHECK_INT(write(pipe_fds[1], "x", 1), 1);
	for (int i = 0; i < MANY; i++)
		CHECK_STR(stage_down(self, monitors[i]), "normal");
}

TEST_LEAK_FREE(many_may_block_in_the_kernel_at_once)
{
	static const struct stage_export exports[] = { STAGE_LOOP(read_one),
						       STAGE_LOOP(feeds_many_readers),
						       { 0 } };

	CHECK_INT(pipe(pipe_fds), 0);
	stage_run(exports, 1, "feeds_many_readers");
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

/* ---- actors that keep their thread ---- */

static __thread int64_t local;

struct own {
	pthread_t thread;
};

static size_t own_size(const void *data)
{
	(void)data;
	return sizeof(struct own);
}

static void own_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)self, (void)args;
	((struct own *)state)->thread = pthread_self();
	local = 0;
}

/* {From, N}: adds to what is local to the thread, waits in mid-turn, tells the sum. */
static void own_message(struct joist_actor *self, void *state, joist_term message)
{
	joist_pid from;
	int64_t n;

	CHECK(pthread_equal(pthread_self(), ((struct own *)state)->thread));
	CHECK(joist_match(message, "{From, N}", &from, &n));
	local += n;
	joist_sleep(self, 1);
	CHECK(pthread_equal(pthread_self(), ((struct own *)state)->thread));
	joist_send(self, from, joist_make(self, "{sum, N}", local));
}

static const struct joist_handler owns = {
	.size = sizeof(struct joist_handler),
	.state_size = own_size,
	.start = own_start,
	.message = own_message,
};

static void asks_threads(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .thread = true };
	joist_pid pids[5];
	joist_ref monitor;
	int64_t sum;

	(void)args;
	for (int i = 0; i < 5; i++)
		pids[i] = joist_spawn_with(self, "test:owns", joist_nil(), &options, NULL);
	for (int64_t n = 1; n <= 10; n++) {
		for (int i = 0; i < 5; i++)
			joist_send(self, pids[i],
				   joist_make(self, "{Self, N}", joist_self(self), n));
		for (int i = 0; i < 5; i++) {
			CHECK(joist_receive_match(self, JOIST_INFINITY, "{sum, N}", &sum));
			CHECK_INT(sum, n * (n + 1) / 2);
		}
	}
	for (int i = 0; i < 5; i++) {
		monitor = joist_monitor(self, pids[i]);
		joist_exit_to(self, pids[i], joist_make(self, "kill"));
		CHECK_STR(stage_down(self, monitor), "killed");
	}
}

TEST_LEAK_FREE(an_actor_has_a_thread_of_its_own)
{
	static const struct stage_export exports[] = { STAGE_HANDLER(owns),
						       STAGE_LOOP(asks_threads),
						       { 0 } };

	stage_run(exports, 1, "asks_threads");
	stage_run(exports, 2, "asks_threads");
}

/* ---- ends ---- */

static atomic_int freed;

static void note_freed(void *argument)
{
	(void)argument;
	atomic_fetch_add(&freed, 1);
}

static void spin_owning(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_defer(self, note_freed, NULL);
	CHECK(joist_alloc(self, 1000));
	spin(1);
	joist_send(self, joist_self(self), joist_nil());
	CHECK(!"an actor that was killed goes on");
}

static void kills_what_spins(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;
	joist_pid pid;

	(void)args;
	atomic_store(&release, 0);
	atomic_store(&freed, 0);
	pid = joist_spawn_monitor(self, "test:spin_owning", joist_nil(), &monitor);
	wait_until_spinning(self, 1);
	joist_exit_to(self, pid, joist_make(self, "kill"));
	CHECK_STR(stage_down(self, monitor), "killed");
	CHECK(!joist_is_alive(self, pid));
	CHECK_INT(atomic_load(&freed), 0);
	atomic_store(&release, 1);
	while (atomic_load(&freed) == 0)
		joist_yield(self);
}

TEST_LEAK_FREE(an_actor_is_killed_while_its_code_computes)
{
	static const struct stage_export exports[] = { STAGE_LOOP(spin_owning),
						       STAGE_LOOP(kills_what_spins),
						       { 0 } };

	for (int i = 0; i < 20; i++)
		stage_run(exports, 1, "kills_what_spins");
}

static void leaves_one_spinning(struct joist_actor *self, joist_term args)
{
	(void)args;
	atomic_store(&release, 0);
	joist_spawn(self, "test:spin_owning", joist_nil());
	wait_until_spinning(self, 1);
}

TEST(a_node_stops_while_code_computes)
{
	static const struct stage_export exports[] = { STAGE_LOOP(spin_owning),
						       STAGE_LOOP(leaves_one_spinning),
						       { 0 } };

	stage_run(exports, 1, "leaves_one_spinning");
	CHECK_INT(atomic_load(&spinning), 1);
	atomic_store(&release, 1);
	while (atomic_load(&spinning) > 0)
		sched_yield();
}
