/* Servers: what gen_server does with the same messages. */
#include <joist/server.h>

#include "test/unit/stdlib/yard.h"

/* ---- a server with everything ---- */

struct all {
	int64_t n;
	joist_term from; /* kept, of a call that waits */
	joist_pid watcher; /* told of what has no answer */
	bool busy;
};

static void tell(struct joist_actor *self, const struct all *all, const char *what)
{
	if (!joist_pid_is_none(all->watcher))
		joist_send(self, all->watcher,
			   joist_make(self, "{told, What}", joist_atom_new(what)));
}

static void all_init(struct joist_actor *self, void *state, joist_term args)
{
	struct all *all = state;
	joist_pid pid = joist_parent(self);

	all->watcher = pid;
	if (joist_match(args, "{start, N}", &all->n))
		return;
	if (joist_is_atom(args, "continue"))
		joist_continue(self, joist_make(self, "from_init"));
	else if (joist_is_atom(args, "stop"))
		joist_stop(joist_make(self, "no_start"));
	else if (joist_is_atom(args, "ignore"))
		joist_stop(joist_make(self, "normal"));
	else if (joist_is_atom(args, "trap"))
		joist_trap_exit(self, true);
	else if (joist_is_atom(args, "exit"))
		joist_exit(self, joist_make(self, "in_init"));
}

static joist_term all_call_more(struct joist_actor *self, struct all *all, joist_term request)
{
	int64_t ms;

	if (joist_match(request, "{idle, Ms}", &ms)) {
		joist_idle_timeout(self, ms);
		return joist_make(self, "ok");
	}
	if (joist_is_atom(request, "continue")) {
		all->n = 100;
		joist_continue(self, joist_make(self, "from_call"));
		return joist_make(self, "ok");
	}
	if (joist_is_atom(request, "stop"))
		return joist_stop(joist_make(self, "asked"));
	if (joist_is_atom(request, "bye")) {
		joist_reply(self, joist_from(self), joist_make(self, "good_bye"));
		return joist_stop(joist_make(self, "normal"));
	}
	if (joist_is_atom(request, "nothing"))
		return joist_map_get(request, request);
	joist_exit(self, request);
}

static joist_term all_call(struct joist_actor *self, void *state, joist_term request)
{
	struct all *all = state;
	int64_t by;

	if (all->busy && joist_match(request, "{add, _}")) {
		joist_stash(self);
		return joist_make(self, "never_seen");
	}
	if (joist_match(request, "{add, By}", &by))
		return joist_int(self, all->n += by);
	if (joist_is_atom(request, "get"))
		return joist_int(self, all->n);
	if (joist_is_atom(request, "wait")) {
		all->from = joist_keep(self, joist_from(self));
		return joist_noreply;
	}
	if (joist_is_atom(request, "busy")) {
		all->busy = true;
		return joist_make(self, "ok");
	}
	return all_call_more(self, all, request);
}

static void all_cast(struct joist_actor *self, void *state, joist_term message)
{
	struct all *all = state;

	if (joist_is_atom(message, "answer")) {
		joist_reply(self, all->from, joist_make(self, "late"));
		joist_drop(self, all->from);
	} else if (joist_is_atom(message, "free")) {
		all->busy = false;
		joist_unstash(self);
	} else if (all->busy) {
		joist_stash(self);
	} else {
		tell(self, all, "cast");
		joist_match(message, "{set, N}", &all->n);
	}
}

static void all_info(struct joist_actor *self, void *state, joist_term message)
{
	struct all *all = state;

	if (all->busy)
		joist_stash(self);
	else
		joist_send(self, all->watcher, joist_make(self, "{info, Message}", message));
}

static void all_timeout(struct joist_actor *self, void *state)
{
	tell(self, state, "timeout");
}

static void all_continue(struct joist_actor *self, void *state, joist_term what)
{
	struct all *all = state;

	all->n++;
	joist_send(self, all->watcher, joist_make(self, "{continued, What}", what));
	if (joist_is_atom(what, "from_call"))
		joist_continue(self, joist_make(self, "again"));
}

static void all_terminate(struct joist_actor *self, void *state, joist_term reason)
{
	struct all *all = state;

	joist_send(self, all->watcher, joist_make(self, "{terminated, Reason}", reason));
}

static const struct joist_server all = {
	.state_size = sizeof(struct all),
	.init = all_init,
	.call = all_call,
	.cast = all_cast,
	.info = all_info,
	.timeout = all_timeout,
	.handle_continue = all_continue,
	.terminate = all_terminate,
};

/* ---- one with nothing ---- */

static const struct joist_server bare = { .state_size = 3 };

/* Outside a server. */
static void no_server(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_stash(self);
}

const struct joist_export yard_exports[] = {
	JOIST_SERVER(all), JOIST_SERVER(bare), JOIST_ACTOR(no_server), { 0 }
};

/* Starts one that is linked to nobody. */
static joist_pid start(struct joist_actor *self, const char *args)
{
	return joist_start(self, "t:all", yard_term(self, args), NULL, 5000, NULL);
}

/* ---- calls ---- */

YARD_TEST(call_is_answered)
{
	joist_pid pid = yard_start(self, "t:all", "{start, 5}");

	YARD_CALL(self, pid, "{add, 2}", "7");
	YARD_CALL(self, pid, "get", "7");
}

YARD_TEST(reply_may_come_later)
{
	joist_pid pid = yard_start(self, "t:all", "[]");
	joist_ref ref = joist_ref_new(self);

	joist_send(self, pid,
		   joist_make(self, "{'$gen_call', {Self, Ref}, wait}", joist_self(self), ref));
	YARD_CALL(self, pid, "get", "0");
	joist_cast(self, pid, joist_make(self, "answer"));
	joist_test_expect(self, 1000, "{^Ref, late}", &ref);
}

YARD_TEST(call_that_exits_tells_the_caller_why)
{
	joist_pid pid = start(self, "[]");
	joist_term reply;

	joist_test_check(self, joist_call(self, pid, joist_make(self, "oops"), 1000, &reply) ==
				       JOIST_DOWN);
	joist_test_match(self, reply, "oops");
	joist_test_expect(self, 1000, "{terminated, oops}");
}

YARD_TEST(stop_in_a_call_ends_without_a_reply)
{
	joist_pid pid = start(self, "[]");
	joist_term reply;

	joist_test_check(self, joist_call(self, pid, joist_make(self, "stop"), 1000, &reply) ==
				       JOIST_DOWN);
	joist_test_match(self, reply, "asked");
	joist_test_expect(self, 1000, "{terminated, asked}");
}

YARD_TEST(stop_after_a_reply)
{
	joist_pid pid = start(self, "[]");

	YARD_CALL(self, pid, "bye", "good_bye");
	joist_test_expect(self, 1000, "{terminated, normal}");
}

YARD_TEST(no_reply_at_all_is_an_error)
{
	joist_pid pid = start(self, "[]");
	joist_term reply;

	joist_test_check(self, joist_call(self, pid, joist_make(self, "nothing"), 1000, &reply) ==
				       JOIST_DOWN);
	joist_test_match(self, reply, "{bad_return_value, none}");
}

/* ---- other messages ---- */

YARD_TEST(cast_and_info)
{
	joist_pid pid = yard_start(self, "t:all", "[]");

	joist_cast(self, pid, joist_make(self, "{set, 4}"));
	joist_send(self, pid, joist_make(self, "hello"));
	joist_test_expect(self, 1000, "{told, cast}");
	joist_test_expect(self, 1000, "{info, hello}");
	YARD_CALL(self, pid, "get", "4");
}

YARD_TEST(cast_to_a_name_that_nobody_has)
{
	joist_pid pid = yard_start(self, "t:all", "[]");

	joist_cast(self, "nobody", joist_make(self, "{set, 4}"));
	joist_register(self, "somebody", pid);
	joist_cast(self, "somebody", joist_make(self, "{set, 4}"));
	joist_test_expect(self, 1000, "{told, cast}");
}

YARD_TEST(server_without_callbacks)
{
	joist_pid pid = joist_start(self, "t:bare", joist_nil(), NULL, 1000, NULL);
	joist_term reply;

	joist_cast(self, pid, joist_make(self, "x"));
	joist_send(self, pid, joist_make(self, "y"));
	joist_test_check(self,
			 joist_call(self, pid, joist_make(self, "z"), 1000, &reply) == JOIST_DOWN);
	joist_test_match(self, reply, "{bad_call, z}");
}

/* ---- start and end ---- */

YARD_TEST(start_that_fails)
{
	joist_term reason;
	joist_pid pid;

	pid = joist_start(self, "t:all", joist_make(self, "stop"), NULL, 1000, &reason);
	joist_test_check(self, joist_pid_is_none(pid));
	joist_test_match(self, reason, "no_start");
	pid = joist_start(self, "t:all", joist_make(self, "exit"), NULL, 1000, &reason);
	joist_test_check(self, joist_pid_is_none(pid));
	joist_test_match(self, reason, "in_init");
	pid = joist_start(self, "t:all", joist_make(self, "ignore"), NULL, 1000, &reason);
	joist_test_check(self, joist_pid_is_none(pid));
	joist_test_match(self, reason, "normal");
	joist_test_refuse(self, 0, "{terminated, _}");
}

YARD_TEST(parent_ends_a_server_that_traps)
{
	joist_pid pid;

	joist_trap_exit(self, true);
	pid = yard_start(self, "t:all", "trap");
	joist_exit_to(self, pid, joist_make(self, "shutdown"));
	joist_test_expect(self, 1000, "{terminated, shutdown}");
	joist_test_expect(self, 1000, "{'EXIT', ^Pid, shutdown}", &pid);
}

YARD_TEST(exit_of_another_is_info)
{
	joist_pid pid = yard_start(self, "t:all", "trap");
	joist_pid other = joist_spawn(self, "t:no_server", joist_nil());
	joist_pid from;

	joist_send(self, pid, joist_make(self, "{'EXIT', Pid, x}", other));
	joist_test_expect(self, 1000, "{info, {'EXIT', From, x}}", &from);
	joist_test_check(self, joist_pid_equal(from, other));
}

YARD_TEST(helpers_outside_a_server)
{
	joist_ref ref;
	joist_pid pid = joist_spawn_monitor(self, "t:no_server", joist_nil(), &ref);

	(void)pid;
	joist_test_expect(self, 1000, "{'DOWN', ^Ref, process, _, {badarg, <<\"joist_stash\">>}}",
			  &ref);
}

/* ---- continue, time-outs, stash ---- */

YARD_TEST(continue_runs_before_other_messages)
{
	joist_pid pid = yard_start(self, "t:all", "continue");

	YARD_CALL(self, pid, "get", "1");
	joist_test_expect(self, 0, "{continued, from_init}");
	YARD_CALL(self, pid, "continue", "ok");
	YARD_CALL(self, pid, "get", "102");
	joist_test_expect(self, 0, "{continued, from_call}");
	joist_test_expect(self, 0, "{continued, again}");
}

YARD_TEST(continue_of_init_needs_no_message)
{
	yard_start(self, "t:all", "continue");
	joist_test_expect(self, 1000, "{continued, from_init}");
}

YARD_TEST(idle_timeout_comes_when_nothing_does)
{
	joist_pid pid = yard_start(self, "t:all", "[]");

	YARD_CALL(self, pid, "{idle, 100}", "ok");
	joist_test_refuse(self, 99, "{told, timeout}");
	joist_test_expect(self, 10, "{told, timeout}");
	joist_test_refuse(self, 1000, "{told, timeout}");
}

YARD_TEST(idle_timeout_is_ended_by_a_message)
{
	joist_pid pid = yard_start(self, "t:all", "[]");

	YARD_CALL(self, pid, "{idle, 100}", "ok");
	joist_sleep(self, 50);
	YARD_CALL(self, pid, "get", "0");
	joist_test_refuse(self, 1000, "{told, timeout}");
	YARD_CALL(self, pid, "{idle, 100}", "ok");
	YARD_CALL(self, pid, "{idle, 300}", "ok");
	joist_test_refuse(self, 299, "{told, timeout}");
	joist_test_expect(self, 10, "{told, timeout}");
}

YARD_TEST(stash_keeps_the_order)
{
	joist_pid pid = yard_start(self, "t:all", "[]");
	joist_ref ref = joist_ref_new(self);
	int64_t number;

	YARD_CALL(self, pid, "busy", "ok");
	joist_send(self, pid,
		   joist_make(self, "{'$gen_call', {Self, Ref}, {add, 1}}", joist_self(self), ref));
	for (int i = 1; i <= 20; i++)
		joist_send(self, pid, joist_int(self, i));
	YARD_CALL(self, pid, "get", "0");
	joist_test_refuse(self, 0, "{info, _}");
	joist_cast(self, pid, joist_make(self, "free"));
	joist_send(self, pid, joist_make(self, "21"));
	joist_test_expect(self, 1000, "{^Ref, 1}", &ref);
	for (int i = 1; i <= 21; i++) {
		joist_test_expect(self, 1000, "{info, Number}", &number);
		CHECK_INT(number, i);
	}
}

/* ---- sys ---- */

static joist_term system_call(struct joist_actor *self, joist_pid to, const char *request)
{
	joist_ref ref = joist_ref_new(self);
	joist_term reply;

	joist_send(self, to,
		   joist_make(self, "{system, {Self, Ref}, Request}", joist_self(self), ref,
			      yard_term(self, request)));
	joist_test_expect(self, 1000, "{^Ref, Reply}", &ref, &reply);
	return reply;
}

YARD_TEST(sys_shows_the_state)
{
	joist_pid pid = yard_start(self, "t:all", "{start, 7}");
	struct joist_bytes bytes;

	joist_test_match(self, system_call(self, pid, "get_state"), "{ok, Bytes}", &bytes);
	CHECK_INT(bytes.size, sizeof(struct all));
	CHECK_INT(*(const int64_t *)bytes.data, 7);
	joist_test_match(self, system_call(self, pid, "get_status"),
			 "{status, ^Pid, {module, _}, [_, running, _, _, _]}", &pid);
	joist_test_match(self, system_call(self, pid, "what"),
			 "{error, {unknown_system_msg, what}}");
}

YARD_TEST(sys_suspends_and_resumes)
{
	joist_pid pid = yard_start(self, "t:all", "[]");

	joist_test_match(self, system_call(self, pid, "suspend"), "ok");
	joist_send(self, pid, joist_make(self, "a"));
	joist_send(self, pid, joist_make(self, "b"));
	joist_test_match(self, system_call(self, pid, "get_status"),
			 "{status, _, _, [_, suspended, _, _, _]}");
	joist_test_refuse(self, 100, "{info, _}");
	joist_test_match(self, system_call(self, pid, "resume"), "ok");
	joist_test_expect(self, 1000, "{info, a}");
	joist_test_expect(self, 1000, "{info, b}");
}

YARD_TEST(sys_terminates)
{
	joist_pid pid = start(self, "[]");

	joist_test_match(self, system_call(self, pid, "{terminate, enough}"), "ok");
	joist_test_expect(self, 1000, "{terminated, enough}");
}

/* ---- size ---- */

YARD_TEST(server_at_rest_is_small)
{
	joist_pid pid = joist_start(self, "t:bare", joist_nil(), NULL, 1000, NULL);
	int64_t bytes;

	joist_test_match(self, joist_info(self, pid), "#{memory := Bytes}", &bytes);
	joist_test_check(self, bytes < 450);
}
