/* Waiting for room in a mailbox whose policy is block. */
#include "vm/sched/room.h"

#include "test/harness.h"
#include "test/stage.h"

#define LIMIT 3

static joist_pid spawn_narrow(struct joist_actor *self, const char *name)
{
	struct joist_spawn_options options = { .mailbox_messages_max = LIMIT,
					       .mailbox_policy = "block" };

	return joist_spawn_with(self, name, joist_nil(), &options, NULL);
}

static int64_t messages_of(struct joist_actor *self, joist_pid pid)
{
	int64_t count = -1;

	stage_let_wait(self, pid);
	CHECK(joist_match(joist_info(self, pid), "#{message_queue_len := N}", &count));
	return count;
}

/* Takes so many messages as the reason of an exit says, which no limit keeps out, and sends them on. */
static void take_as_told(struct joist_actor *self, joist_term args)
{
	joist_pid asker;
	int64_t count, n;

	(void)args;
	joist_trap_exit(self, true);
	for (;;) {
		CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', _, {Count, Asker}}",
					  &count, &asker));
		for (; count > 0; count--) {
			CHECK(joist_receive_match(self, JOIST_INFINITY, "N", &n));
			joist_send(self, asker, joist_int(self, n));
			joist_bump(self, 1);
		}
	}
}

static void check_taken(struct joist_actor *self, joist_pid from, int64_t first, int64_t count)
{
	joist_exit_to(self, from, joist_make(self, "{Count, Self}", count, joist_self(self)));
	for (; count > 0; count--, first++)
		CHECK(joist_receive_match(self, JOIST_INFINITY, "^N", &first));
}

/* Started with {To, First, Count}. */
static void feed(struct joist_actor *self, joist_term args)
{
	int64_t first, count;
	joist_pid to;

	CHECK(joist_match(args, "{To, First, Count}", &to, &first, &count));
	for (; count > 0; count--, first++)
		joist_send(self, to, joist_int(self, first));
}

static joist_pid spawn_feeder(struct joist_actor *self, joist_pid to, int64_t first, int64_t count,
			      joist_ref *ret_monitor)
{
	return joist_spawn_monitor(self, "test:feed",
				   joist_make(self, "{To, First, Count}", to, first, count),
				   ret_monitor);
}

static void wait_for_room(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	joist_pid to = spawn_narrow(self, "test:take_as_told");
	joist_pid feeder = spawn_feeder(self, to, 1, 8, &monitor);
	stage_let_wait(self, feeder);
	CHECK_INT(messages_of(self, to), LIMIT);
	check_taken(self, to, 1, 1); /* not yet half of it */
	stage_let_wait(self, feeder);
	CHECK_INT(messages_of(self, to), LIMIT - 1);
	check_taken(self, to, 2, 7);
	CHECK_STR(stage_down(self, monitor), "normal");
	CHECK_INT(messages_of(self, to), 0);
	joist_exit_to(self, to, joist_make(self, "kill"));
}

/* Those who wait are let in in the order in which they came, and one who is killed is left out. */
static void stand_in_line(struct joist_actor *self, joist_term args)
{
	joist_ref monitors[5];
	joist_pid feeders[5];

	(void)args;
	joist_pid to = spawn_narrow(self, "test:take_as_told");
	for (int i = 0; i < 5; i++) {
		feeders[i] = spawn_feeder(self, to, i ? LIMIT + i : 1, i ? 1 : LIMIT, &monitors[i]);
		stage_let_wait(self, feeders[i]);
	}
	joist_exit_to(self, feeders[4], joist_make(self, "kill"));
	joist_exit_to(self, feeders[2], joist_make(self, "boom"));
	CHECK_STR(stage_down(self, monitors[4]), "killed");
	CHECK_STR(stage_down(self, monitors[2]), "boom");
	check_taken(self, to, 1, LIMIT + 1);
	check_taken(self, to, LIMIT + 3, 1);
	CHECK_STR(stage_down(self, monitors[1]), "normal");
	CHECK_STR(stage_down(self, monitors[3]), "normal");
	CHECK_INT(messages_of(self, to), 0);
	joist_exit_to(self, to, joist_make(self, "kill"));
}

static void outlive_the_receiver(struct joist_actor *self, joist_term args)
{
	joist_ref monitors[3];

	(void)args;
	joist_pid to = spawn_narrow(self, "test:take_as_told");
	for (int i = 0; i < 3; i++)
		stage_let_wait(self, spawn_feeder(self, to, 1, 10, &monitors[i]));
	joist_exit_to(self, to, joist_make(self, "kill"));
	for (int i = 0; i < 3; i++)
		CHECK_STR(stage_down(self, monitors[i]), "normal");
}

/* ---- calls ---- */

/* Answers, but only when it is told to begin. */
static void answer_later(struct joist_actor *self, joist_term args)
{
	joist_term from;

	(void)args;
	joist_trap_exit(self, true);
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', _, begin}"));
	while (joist_receive_match(self, JOIST_INFINITY, "{'$gen_call', From, _}", &from))
		joist_reply(self, from, joist_make(self, "ok"));
}

/* Started with {To, Asker}. */
static void call_and_tell(struct joist_actor *self, joist_term args)
{
	joist_pid to, asker;
	joist_term reply;

	CHECK(joist_match(args, "{To, Asker}", &to, &asker));
	enum joist_result result = joist_call(self, to, joist_nil(), JOIST_INFINITY, &reply);
	joist_send(self, asker, joist_make(self, "{Result, Reply}", (int)result, reply));
}

static void check_told(struct joist_actor *self, enum joist_result expected, const char *reply)
{
	joist_term told;
	int result;

	CHECK(joist_receive_match(self, JOIST_INFINITY, "{Result, Reply}", &result, &told));
	CHECK_INT(result, expected);
	CHECK(joist_is_atom(told, reply));
}

static joist_pid fill(struct joist_actor *self, const char *name)
{
	joist_pid to = spawn_narrow(self, name);

	for (int64_t i = 0; i < LIMIT; i++)
		joist_send(self, to, joist_nil());
	return to;
}

static void call_the_full(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid to = spawn_narrow(self, "test:answer_later");
	for (int i = 0; i < 10; i++)
		stage_let_wait(self,
			       joist_spawn(self, "test:call_and_tell",
					   joist_make(self, "{To, Self}", to, joist_self(self))));
	CHECK_INT(joist_call(self, to, joist_nil(), 1, NULL), JOIST_TIMEOUT);
	CHECK_INT(messages_of(self, to), LIMIT);
	joist_exit_to(self, to, joist_make(self, "begin"));
	for (int i = 0; i < 10; i++)
		check_told(self, JOIST_OK, "ok");
	CHECK_INT(messages_of(self, to), 0); /* the one that was given up never came */
	joist_exit_to(self, to, joist_make(self, "kill"));
}

static void call_who_dies(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_pid to = fill(self, "test:answer_later");
	stage_let_wait(self, joist_spawn(self, "test:call_and_tell",
					 joist_make(self, "{To, Self}", to, joist_self(self))));
	joist_exit_to(self, to, joist_make(self, "kill"));
	check_told(self, JOIST_DOWN, "noproc");
}

/* ---- who cannot wait ---- */

static void send_where_it_may_not_wait(struct joist_actor *self, joist_term args)
{
	joist_pid to;

	CHECK(joist_get_pid(args, &to));
	joist_yield_off(self);
	joist_send(self, to, args);
}

static void send_to_itself(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;)
		joist_send(self, joist_self(self), args);
}

static void be_refused(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	joist_pid to = fill(self, "test:answer_later");
	CHECK(!joist_try_send(self, to, joist_nil()));
	CHECK(!joist_post(joist_vm_of(self), to, "late")); /* as by any thread */
	CHECK_STR(stage_end_of(self, "send_where_it_may_not_wait", joist_pid_term(self, to)),
		  "{limit,mailbox}");
	joist_exit_to(self, to, joist_make(self, "kill"));
	struct joist_spawn_options options = { .mailbox_messages_max = LIMIT,
					       .mailbox_policy = "block",
					       .monitor = true };
	joist_spawn_with(self, "test:send_to_itself", joist_nil(), &options, &monitor);
	CHECK_STR(stage_down(self, monitor), "{limit,mailbox}");
}

/* ---- bytes ---- */

static void send_the_large(struct joist_actor *self, joist_term args)
{
	char bytes[1000] = { 0 };
	joist_pid to;

	CHECK(joist_get_pid(args, &to));
	for (int i = 0; i < 3; i++)
		joist_send(self, to, joist_binary(self, (struct joist_bytes){ bytes, 60 + i }));
	joist_send(self, to, joist_list(self, (joist_term[]){ args, args, args }, 3));
	joist_send(self, to, joist_atom_term(joist_atom_new("end")));
}

/* What is larger than the limit goes in when half of it is free. */
static void take_the_large(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_bytes_max = 64, .mailbox_policy = "block" };
	joist_ref monitor;

	(void)args;
	options.monitor = true;
	joist_pid to = joist_spawn_with(self, "test:answer_later", joist_nil(), &options, NULL);
	joist_pid pid = joist_spawn_monitor(self, "test:send_the_large", joist_pid_term(self, to),
					    &monitor);
	stage_let_wait(self, pid);
	CHECK_INT(messages_of(self, to), 1);
	joist_exit_to(self, to, joist_make(self, "kill"));
	CHECK_STR(stage_down(self, monitor), "normal");
}

/* ---- many at once ---- */

enum { CROWD = 40, EACH = 500 };

/* Started with {To, Number}. */
static void crowd_member(struct joist_actor *self, joist_term args)
{
	int64_t number;
	joist_pid to;

	CHECK(joist_match(args, "{To, Number}", &to, &number));
	for (int64_t i = 0; i < EACH; i++) {
		if (i % 5)
			joist_send(self, to, joist_make(self, "{Number, I}", number, i));
		else
			joist_try_send(self, to, joist_make(self, "{Number, I}", number, i));
	}
	joist_send(self, to, joist_make(self, "{Number, end}", number));
}

static void make_noise(struct joist_actor *self, joist_term args)
{
	joist_pid to;

	CHECK(joist_get_pid(args, &to));
	for (;;)
		joist_send(self, to, joist_nil());
}

/* Takes what they send until all have ended: each one's in its order, and all that was sent to wait. */
static void crowd_taker(struct joist_actor *self, joist_term args)
{
	int64_t seen[CROWD] = { 0 }, last[CROWD] = { 0 }, ended = 0, number, i;

	(void)args;
	while (ended < CROWD) {
		joist_term message = joist_receive(self);
		if (joist_match(message, "{Number, end}", &number)) {
			CHECK_INT(seen[number], EACH - EACH / 5);
			ended++;
		} else if (joist_match(message, "{Number, I}", &number, &i)) {
			CHECK(i == 0 || i > last[number]);
			last[number] = i;
			seen[number] += i % 5 != 0;
		}
	}
}

static void crowd(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_messages_max = LIMIT,
					       .mailbox_policy = "block",
					       .monitor = true };
	joist_ref monitor;

	(void)args;
	joist_pid to = joist_spawn_with(self, "test:crowd_taker", joist_nil(), &options, &monitor);
	for (int64_t i = 0; i < CROWD; i++) {
		joist_pid noise = joist_spawn(self, "test:make_noise", joist_pid_term(self, to));
		joist_spawn(self, "test:crowd_member", joist_make(self, "{To, I}", to, i));
		for (int64_t turns = 0; turns < i; turns++)
			joist_yield(self);
		joist_exit_to(self, noise, joist_make(self, "kill"));
	}
	CHECK_STR(stage_down(self, monitor), "normal");
}

static const struct stage_export exports[] = {
	STAGE_LOOP(take_as_told),
	STAGE_LOOP(feed),
	STAGE_LOOP(wait_for_room),
	STAGE_LOOP(stand_in_line),
	STAGE_LOOP(outlive_the_receiver),
	STAGE_LOOP(answer_later),
	STAGE_LOOP(call_and_tell),
	STAGE_LOOP(call_the_full),
	STAGE_LOOP(call_who_dies),
	STAGE_LOOP(send_where_it_may_not_wait),
	STAGE_LOOP(send_to_itself),
	STAGE_LOOP(be_refused),
	STAGE_LOOP(send_the_large),
	STAGE_LOOP(take_the_large),
	STAGE_LOOP(crowd_member),
	STAGE_LOOP(make_noise),
	STAGE_LOOP(crowd_taker),
	STAGE_LOOP(crowd),
	{ 0 },
};

TEST(a_sender_waits_for_room)
{
	stage_run(exports, 1, "wait_for_room");
}

TEST(senders_are_let_in_in_their_order)
{
	stage_run(exports, 1, "stand_in_line");
}

TEST(nobody_waits_for_the_dead)
{
	stage_run(exports, 1, "outlive_the_receiver");
}

TEST(a_call_waits_for_room)
{
	stage_run(exports, 1, "call_the_full");
}

TEST(a_call_that_waits_hears_of_the_end)
{
	stage_run(exports, 1, "call_who_dies");
}

TEST(who_cannot_wait_is_refused)
{
	stage_run(exports, 1, "be_refused");
}

TEST(what_is_larger_than_the_limit_passes)
{
	stage_run(exports, 1, "take_the_large");
}

TEST(nothing_is_lost_among_many)
{
	stage_run(exports, 1, "crowd");
	stage_run(exports, 2, "crowd");
}
