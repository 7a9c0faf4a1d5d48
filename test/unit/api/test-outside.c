/* Waiting for the world: what happens to those who are ended meanwhile. */
#include "vm/api/outside.h"

#include <errno.h>
#include <joist/io.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"

static int ends[2];
static sem_t inside, gate;
static atomic_bool gate_is_open;

static void kill_it(struct joist_actor *self, joist_pid pid)
{
	joist_exit_to(self, pid, joist_atom_term(joist_atom_new("kill")));
}

static void wait_for_ever(struct joist_actor *self, joist_term args)
{
	char byte;

	(void)args;
	joist_read(self, ends[0], &byte, 1, JOIST_INFINITY);
	CHECK(!"told, although it was killed");
}

/* What was killed is not told any more; who waits for the same is. */
static void kill_waiters(struct joist_actor *self, joist_term args)
{
	joist_pid pids[10];
	char byte;

	(void)args;
	for (int i = 0; i < 10; i++)
		pids[i] = joist_spawn_monitor(self, "test:wait_for_ever", joist_nil());
	CHECK_INT(joist_read(self, ends[0], &byte, 1, 5), -ETIMEDOUT);
	for (int i = 0; i < 10; i++) {
		kill_it(self, pids[i]);
		CHECK(joist_match(joist_receive(self), "{'DOWN', _, process, _, killed}"));
	}
	CHECK_INT(write(ends[1], "x", 1), 1);
	CHECK_INT(joist_read(self, ends[0], &byte, 1, JOIST_INFINITY), 1);
}

static void hold_gate(void *argument)
{
	sem_post(&inside);
	sem_wait(&gate);
	/* release: pairs with the acquire in kill_blocked */
	atomic_store_explicit((atomic_bool *)argument, true, memory_order_release);
}

static void block(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_blocking(self, hold_gate, &gate_is_open);
	CHECK(!"went on, although it was killed");
}

/* The end of an actor waits until its call is over. */
static void kill_blocked(struct joist_actor *self, joist_term args)
{
	joist_pid pid = joist_spawn_monitor(self, "test:block", joist_nil());

	(void)args;
	while (sem_trywait(&inside) < 0)
		joist_yield(self);
	kill_it(self, pid);
	CHECK(joist_is_none(joist_receive_timeout(self, 5)));
	sem_post(&gate);
	CHECK(joist_match(joist_receive(self), "{'DOWN', _, process, _, killed}"));
	/* acquire: pairs with the release in hold_gate */
	CHECK(atomic_load_explicit(&gate_is_open, memory_order_acquire));
}

/* Messages that come meanwhile end no wait, and are there afterwards. */
static void get_message(struct joist_actor *self, joist_term args)
{
	char byte;

	(void)args;
	joist_send_to(self, joist_self(self), joist_int(self, 1));
	CHECK_INT(joist_read(self, ends[0], &byte, 1, 5), -ETIMEDOUT);
	CHECK(joist_match(joist_receive(self), "1"));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(wait_for_ever), STAGE_LOOP(kill_waiters), STAGE_LOOP(block),
	STAGE_LOOP(kill_blocked),  STAGE_LOOP(get_message),  { 0 },
};

TEST_LEAK_FREE(who_waits_for_a_descriptor_is_killed)
{
	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	stage_run(exports, 1, "kill_waiters");
	close(ends[0]);
	close(ends[1]);
}

TEST_LEAK_FREE(who_waits_for_a_thread_is_killed)
{
	sem_init(&inside, 0, 0);
	sem_init(&gate, 0, 0);
	stage_run(exports, 1, "kill_blocked");
}

TEST_LEAK_FREE(messages_come_meanwhile)
{
	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	stage_run(exports, 1, "get_message");
	close(ends[0]);
	close(ends[1]);
}
