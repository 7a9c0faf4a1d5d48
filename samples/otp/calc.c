/* Module calc, to Erlang: functions for rpc and erpc, and `worker`, for spawn. A function that
 * fails ends as an Erlang process does: an error is {Reason, Stack}, a throw {{nocatch, Term},
 * Stack}, anything else an exit. */
#include <joist/joist.h>

static JOIST_NORETURN void fail(struct joist_actor *self, joist_term reason, const char *function,
				joist_term args)
{
	joist_exit(self, joist_make(self, "{Reason, [{calc, Function, Args, []}]}", reason,
				    joist_atom_new(function), args));
}

static void numbers(struct joist_actor *self, joist_term a, joist_term b, const char *function,
		    int64_t *ret_a, int64_t *ret_b)
{
	if (!joist_get_int(a, ret_a) || !joist_get_int(b, ret_b))
		fail(self, joist_make(self, "badarith"), function,
		     joist_make(self, "[A, B]", a, b));
}

static joist_term add(struct joist_actor *self, joist_term a, joist_term b)
{
	int64_t x, y, sum;
	double u, v;

	if (joist_get_int(a, &x) && joist_get_int(b, &y) && !__builtin_add_overflow(x, y, &sum))
		return joist_int(self, sum);
	if (!joist_get_float(a, &u) || !joist_get_float(b, &v))
		fail(self, joist_make(self, "badarith"), "add", joist_make(self, "[A, B]", a, b));
	return joist_float(self, u + v);
}

static joist_term divide(struct joist_actor *self, joist_term a, joist_term b)
{
	int64_t x, y;

	numbers(self, a, b, "div", &x, &y);
	if (y == 0 || (y == -1 && x == INT64_MIN))
		fail(self, joist_make(self, "badarith"), "div", joist_make(self, "[A, B]", a, b));
	return joist_int(self, x / y);
}

static joist_term throw_it(struct joist_actor *self, joist_term term)
{
	fail(self, joist_make(self, "{nocatch, Term}", term), "throw_it",
	     joist_make(self, "[Term]", term));
}

static joist_term exit_with(struct joist_actor *self, joist_term reason)
{
	joist_exit(self, reason);
}

static joist_term sleep_ms(struct joist_actor *self, joist_term ms)
{
	int64_t time;

	if (!joist_get_int(ms, &time) || time < 0)
		fail(self, joist_make(self, "badarg"), "sleep", joist_make(self, "[Ms]", ms));
	joist_sleep(self, time);
	return ms;
}

static joist_term notify(struct joist_actor *self, joist_term to, joist_term message)
{
	joist_send_to(self, to, message);
	return joist_make(self, "ok");
}

/* ---- worker ---- */

/* Writes by Erlang's protocol, to who leads it: a process of the node that started it, most
 * often. */
static void print(struct joist_actor *self, joist_term chars)
{
	joist_pid leader = joist_group_leader(self);
	joist_ref ref;

	if (joist_pid_is_none(leader)) {
		joist_print(self, "%s", joist_format(self, chars));
		return;
	}
	ref = joist_monitor(self, leader);
	joist_send(self, leader,
		   joist_make(self, "{io_request, Self, Ref, {put_chars, unicode, Chars}}",
			      joist_self(self), ref, chars));
	while (!joist_receive_match(self, 100, "{io_reply, ^Ref, _}", &ref) &&
	       !joist_receive_match(self, 100, "{'DOWN', ^Ref, process, _, _}", &ref))
		;
	joist_demonitor_flush(self, ref);
}

static void serve(struct joist_actor *self, joist_term message)
{
	joist_pid from, me = joist_self(self);
	joist_term what;
	bool on;

	if (joist_match(message, "{From, ping, X}", &from, &what)) {
		joist_send(self, from, joist_make(self, "{pong, Self, X}", me, what));
	} else if (joist_match(message, "{From, trap, On}", &from, &on)) {
		joist_trap_exit(self, on);
		joist_send(self, from, joist_make(self, "{trapping, Self, On}", me, on));
	} else if (joist_match(message, "{From, io, Chars}", &from, &what)) {
		print(self, what);
		joist_send(self, from, joist_make(self, "{io_done, Self}", me));
	} else if (joist_match(message, "{_, print, Term}", &what)) {
		joist_print(self, "%s", joist_format(self, what));
	} else if (joist_match(message, "{exit, R}", &what)) {
		joist_exit(self, what);
	}
}

static void worker(struct joist_actor *self, joist_term parent)
{
	joist_pid pid;

	if (joist_get_pid(parent, &pid))
		joist_send(self, pid, joist_make(self, "{worker, Self, ready}", joist_self(self)));
	for (;;) {
		joist_term message = joist_receive(self);
		if (joist_is_atom(message, "stop"))
			return;
		serve(self, message);
	}
}

JOIST_PLUGIN("calc", "1.0", JOIST_FUN(add, 2), JOIST_FUN_AS("div", divide, 2),
	     JOIST_FUN(throw_it, 1), JOIST_FUN(exit_with, 1), JOIST_FUN_AS("sleep", sleep_ms, 1),
	     JOIST_FUN(notify, 2), JOIST_ACTOR(worker));
