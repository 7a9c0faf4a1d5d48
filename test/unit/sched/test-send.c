/* Sending: to whom there is and is not, and into mailboxes with limits. */
#include "vm/sched/send.h"

#include <pthread.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/heap.h"
#include "vm/vm.h"

static void end_at_once(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
}

static void take_all_sent(struct joist_actor *self, joist_term args)
{
	(void)args;
	while (!joist_is_atom(joist_receive(self), "stop"))
		;
}

/* ---- the dead ---- */

static void send_to_the_dead(struct joist_actor *self, joist_term args)
{
	char bytes[200] = { 0 };
	joist_ref monitor;
	joist_term reply;

	(void)args;
	joist_pid dead = joist_spawn_monitor(self, "test:end_at_once", joist_nil(), &monitor);
	CHECK_STR(stage_down(self, monitor), "normal");
	/* The first time in an empty slot, then in one with another actor in it. */
	for (int i = 0; i < 2; i++) {
		joist_send(self, dead, joist_binary(self, (struct joist_bytes){ bytes, 200 }));
		joist_exit_to(self, dead, joist_make(self, "kill"));
		joist_unlink(self, dead);
		CHECK_INT(joist_call(self, dead, joist_nil(), 1000, &reply), JOIST_DOWN);
		CHECK(joist_is_atom(reply, "noproc"));
		CHECK_STR(stage_down(self, joist_monitor(self, dead)), "noproc");
		CHECK(!joist_is_alive(self, dead));
		CHECK(joist_is_none(joist_info(self, dead)));
		joist_parcel(self);
		joist_move(self, dead, joist_binary(self, (struct joist_bytes){ bytes, 200 }));
		CHECK(joist_try_send(self, dead, joist_nil()));
		if (i == 0) {
			joist_pid next = joist_spawn(self, "test:take_all_sent", joist_nil());
			CHECK_INT(next.id & 0xfffffff, dead.id & 0xfffffff);
			CHECK(next.id != dead.id);
		}
	}
	/* Pids that nobody has ever had. */
	dead.id |= 0xffffff;
	joist_send(self, dead, joist_nil());
	CHECK_INT(joist_call(self, dead, joist_nil(), 1000, &reply), JOIST_DOWN);
	CHECK_STR(stage_down(self, joist_monitor(self, dead)), "noproc");
	joist_trap_exit(self, true);
	joist_link(self, dead);
	CHECK(joist_match(joist_receive(self), "{'EXIT', ^Dead, noproc}", &dead));
}

/* ---- limits ---- */

static joist_pid spawn_limited(struct joist_actor *self, const char *name, const char *policy)
{
	struct joist_spawn_options options = { .mailbox_messages_max = 3,
					       .mailbox_policy = policy };

	return joist_spawn_with(self, name, joist_nil(), &options, NULL);
}

/* Tells its asker how many messages wait, and what the first and the last of them are. */
static void look_at_mailbox(struct joist_actor *self, joist_term args)
{
	int64_t first = -1, last = -1, count = 0;
	joist_pid asker;

	(void)args;
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{tell, Asker}", &asker));
	while (joist_receive_match(self, 0, "Last", &last)) {
		first = count++ ? first : last;
	}
	joist_send(self, asker, joist_make(self, "{Count, First, Last}", count, first, last));
	joist_receive(self);
}

static void send_ten(struct joist_actor *self, joist_term args)
{
	joist_pid to;

	CHECK(joist_get_pid(args, &to));
	for (int64_t i = 0; i < 10; i++) {
		joist_send(self, to, joist_int(self, i));
		joist_yield(self); /* so that it looks at them */
	}
}

static void ask_what_came(struct joist_actor *self, joist_pid pid, int64_t count, int64_t first,
			  int64_t last)
{
	int64_t n, f, l;

	joist_send(self, pid, joist_make(self, "{tell, Self}", joist_self(self)));
	CHECK(joist_match(joist_receive(self), "{N, F, L}", &n, &f, &l));
	CHECK_INT(n, count);
	CHECK_INT(f, first);
	CHECK_INT(l, last);
	joist_exit_to(self, pid, joist_make(self, "kill"));
}

static const char *send_ten_to(struct joist_actor *self, joist_pid pid)
{
	stage_let_wait(self, pid);
	return stage_end_of(self, "send_ten", joist_pid_term(self, pid));
}

static void let_error_to_sender(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid pid = spawn_limited(self, "test:look_at_mailbox", "error_to_sender");
	CHECK_STR(send_ten_to(self, pid), "{limit,mailbox}");
	CHECK(!joist_try_send(self, pid, joist_nil()));
	joist_term reply;
	CHECK_INT(joist_call(self, pid, joist_nil(), JOIST_INFINITY, &reply), JOIST_DOWN);
	CHECK(joist_match(reply, "{limit, mailbox}"));
	joist_unlink(self, pid);
	joist_link(self, pid); /* signals pass */
	joist_trap_exit(self, true);
	joist_exit_to(self, pid, joist_make(self, "bye"));
	CHECK(joist_match(joist_receive(self), "{'EXIT', ^Pid, bye}", &pid));
}

static void let_drop_new(struct joist_actor *self, joist_term args)
{
	int64_t n, f, l;

	(void)args;
	joist_pid pid = spawn_limited(self, "test:look_at_mailbox", "drop_new");
	joist_send(self, pid, joist_int(self, 100));
	joist_send(self, pid, joist_int(self, 101));
	joist_send(self, pid, joist_make(self, "{tell, Self}", joist_self(self)));
	for (int64_t i = 0; i < 10; i++)
		joist_send(self, pid, joist_int(self, i));
	CHECK(joist_match(joist_receive(self), "{N, F, L}", &n, &f, &l));
	CHECK(n == 2 && f == 100 && l == 101);
	joist_exit_to(self, pid, joist_make(self, "kill"));
}

static void let_drop_old(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid pid = spawn_limited(self, "test:look_at_mailbox", "drop_old");
	CHECK_STR(send_ten_to(self, pid), "normal");
	stage_let_wait(self, pid);
	ask_what_came(self, pid, 2, 8, 9); /* and the question itself */
}

static void let_exit(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	joist_pid pid = spawn_limited(self, "test:look_at_mailbox", "exit");
	monitor = joist_monitor(self, pid);
	joist_exit_to(self, pid, joist_make(self, "normal")); /* no user message, does not count */
	CHECK_STR(send_ten_to(self, pid), "normal");
	CHECK_STR(stage_down(self, monitor), "{limit,mailbox}");
}

/* What was counted on its way in is not counted any more once it is taken, however that is. */
static void answer_by_hand(struct joist_actor *self, joist_term args)
{
	joist_ref ref;
	joist_pid from;

	(void)args;
	for (;;) {
		CHECK(joist_receive_match(self, JOIST_INFINITY,
					  "{'$gen_call', {From, [alias|Ref]}, _}", &from, &ref));
		joist_send(self, from, joist_make(self, "{Ref, ok}", ref));
		joist_bump(self, 1);
	}
}

static void call_often(struct joist_actor *self, joist_term args)
{
	joist_term reply;
	joist_pid to;

	CHECK(joist_receive_match(self, JOIST_INFINITY, "{call, To}", &to));
	(void)args;
	for (int i = 0; i < 50; i++) {
		CHECK_INT(joist_call(self, to, joist_nil(), JOIST_INFINITY, &reply), JOIST_OK);
		CHECK(joist_is_atom(reply, "ok"));
	}
}

static void answers_do_not_fill_the_mailbox(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_trap_exit(self, true);
	joist_pid server = joist_spawn_link(self, "test:answer_by_hand", joist_nil());
	joist_pid caller = spawn_limited(self, "test:call_often", NULL);
	joist_ref monitor = joist_monitor(self, caller);
	joist_send(self, caller, joist_make(self, "{call, Server}", server));
	CHECK_STR(stage_down(self, monitor), "normal");
	CHECK(!joist_receive_match(self, 0, "{'EXIT', _, _}"));
	joist_exit_to(self, server, joist_make(self, "kill"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', ^Server, killed}", &server));
}

/* A limit of bytes, with messages that are moved. */
static void move_too_much(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_bytes_max = 20000 };

	(void)args;
	joist_pid pid = joist_spawn_with(self, "test:look_at_mailbox", joist_nil(), &options, NULL);
	for (;;) {
		joist_parcel(self);
		joist_term list = joist_nil();
		for (int i = 0; i < 300; i++)
			list = joist_cons(self, joist_nil(), list);
		joist_move(self, pid, list);
	}
}

static void bytes_are_limited(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_STR(stage_end_of(self, "move_too_much", joist_nil()), "{limit,mailbox}");
}

/* ---- from other threads ---- */

enum { THREADS = 3, EACH = 3000 };

static struct joist_vm *node;
static joist_pid listener;

static void post(int64_t n, int64_t i)
{
	CHECK(joist_post(node, listener, "{N, I}", n, i));
}

static void *post_many(void *number)
{
	for (int64_t i = 0; i < EACH; i++)
		post(*(int64_t *)number, i);
	heap_flush();
	return NULL;
}

static void hear_posts(struct joist_actor *self, joist_term args)
{
	int64_t next[THREADS] = { 0 }, n, i;
	pthread_t threads[THREADS];
	int64_t numbers[THREADS];

	(void)args;
	node = joist_vm_of(self);
	listener = joist_self(self);
	post(0, 0); /* an actor may, too */
	CHECK(joist_match(joist_receive(self), "{0, 0}"));
	for (int t = 0; t < THREADS; t++) {
		numbers[t] = t;
		CHECK_INT(pthread_create(&threads[t], NULL, post_many, &numbers[t]), 0);
	}
	for (int m = 0; m < THREADS * EACH; m++) {
		CHECK(joist_match(joist_receive(self), "{N, I}", &n, &i));
		CHECK_INT(i, next[n]++);
	}
	for (int t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
}

static const struct stage_export exports[] = {
	STAGE_LOOP(end_at_once),      STAGE_LOOP(take_all_sent),
	STAGE_LOOP(send_to_the_dead), STAGE_LOOP(look_at_mailbox),
	STAGE_LOOP(send_ten),	      STAGE_LOOP(let_error_to_sender),
	STAGE_LOOP(let_drop_new),     STAGE_LOOP(let_drop_old),
	STAGE_LOOP(let_exit),	      STAGE_LOOP(answer_by_hand),
	STAGE_LOOP(call_often),	      STAGE_LOOP(answers_do_not_fill_the_mailbox),
	STAGE_LOOP(move_too_much),    STAGE_LOOP(bytes_are_limited),
	STAGE_LOOP(hear_posts),	      { 0 },
};

TEST_LEAK_FREE(sending_to_the_dead_is_no_error)
{
	/* without a monitor of turns: one that goes on elsewhere would find other slots */
	stage_run_with(exports, &(struct vm_options){ .schedulers = 1, .virtual_clock = true },
		       "send_to_the_dead");
}

/* Gates are kept for the life of the process, so these are not free of leaks. */

TEST(a_full_mailbox_ends_the_sender)
{
	stage_run(exports, 1, "let_error_to_sender");
}

TEST(a_full_mailbox_drops_what_comes)
{
	stage_run(exports, 1, "let_drop_new");
}

TEST(a_full_mailbox_drops_its_oldest)
{
	stage_run(exports, 1, "let_drop_old");
}

TEST(a_full_mailbox_ends_its_owner)
{
	stage_run(exports, 1, "let_exit");
}

TEST(answers_are_not_counted)
{
	stage_run(exports, 1, "answers_do_not_fill_the_mailbox");
}

TEST(what_is_moved_has_its_bytes)
{
	stage_run(exports, 1, "bytes_are_limited");
}

TEST_LEAK_FREE(any_thread_may_post)
{
	stage_run(exports, 2, "hear_posts");
}
