/* State machines: a gate as in the book, and what gen_statem does with the same events. */
#include <joist/statem.h>

#include "test/unit/stdlib/yard.h"

enum { LOCKED, OPEN, BROKEN };

struct gate {
	int64_t coins;
};

static void tell(struct joist_actor *self, const char *state, const struct joist_event *event)
{
	static const char *const kinds[] = {
		"enter",    "call",    "cast",		"info",
		"internal", "timeout", "state_timeout", "named_timeout"
	};

	joist_send_to(self, "watcher",
		      joist_make(self, "{State, Kind, Content}", joist_atom_new(state),
				 joist_atom_new(kinds[event->kind]), event->content));
}

static void locked(struct joist_actor *self, void *data, const struct joist_event *event)
{
	struct gate *gate = data;

	if (event->kind == JOIST_EVENT_CAST && joist_is_atom(event->content, "coin")) {
		gate->coins++;
		joist_next_state(self, OPEN);
		joist_state_timeout(self, 1000, joist_make(self, "close"));
	} else if (event->kind == JOIST_EVENT_CALL && joist_is_atom(event->content, "pass")) {
		joist_postpone(self);
	} else if (event->kind == JOIST_EVENT_CALL) {
		joist_reply(self, event->from, joist_make(self, "locked"));
	} else {
		tell(self, "locked", event);
	}
}

static void open(struct joist_actor *self, void *data, const struct joist_event *event)
{
	joist_term what;

	(void)data;
	tell(self, "open", event);
	if (event->kind == JOIST_EVENT_CALL)
		joist_reply(self, event->from, joist_make(self, "open"));
	else if (event->kind == JOIST_EVENT_STATE_TIMEOUT)
		joist_next_state(self, LOCKED);
	else if (joist_is_atom(event->content, "stop"))
		joist_stop(joist_make(self, "stopped"));
	else if (joist_is_atom(event->content, "break"))
		joist_next_state(self, BROKEN);
	else if (joist_is_atom(event->content, "same"))
		joist_next_state(self, OPEN);
	else if (joist_is_atom(event->content, "inside"))
		joist_next_event(self, joist_make(self, "out"));
	else if (joist_match(event->content, "{wait, What}", &what))
		joist_event_timeout(self, 100, what);
	else if (joist_match(event->content, "{name, What}", &what))
		joist_named_timeout(self, what, 2500, joist_make(self, "{named, What}", what));
	else if (joist_match(event->content, "{unname, What}", &what))
		joist_named_timeout(self, what, JOIST_INFINITY, joist_nil());
}

/* Goes on to another state as soon as it is entered. */
static void broken(struct joist_actor *self, void *data, const struct joist_event *event)
{
	(void)data;
	tell(self, "broken", event);
	if (event->kind == JOIST_EVENT_ENTER)
		joist_next_state(self, OPEN);
}

static void gate_init(struct joist_actor *self, void *data, joist_term args)
{
	(void)data;
	if (joist_is_atom(args, "open"))
		joist_next_state(self, OPEN);
	if (joist_is_atom(args, "fail"))
		joist_stop(joist_make(self, "failed"));
}

static void gate_terminate(struct joist_actor *self, void *data, joist_term reason)
{
	const struct gate *gate = data;

	joist_send_to(self, "watcher", joist_make(self, "{over, Reason, N}", reason, gate->coins));
}

static const struct joist_statem_state states[] = {
	[LOCKED] = { "locked", locked, false },
	[OPEN] = { "open", open, true },
	[BROKEN] = { "broken", broken, true },
};

static const struct joist_statem gate = {
	.data_size = sizeof(struct gate),
	.init = gate_init,
	.states = states,
	.state_count = sizeof(states) / sizeof(*states),
	.terminate = gate_terminate,
};

const struct joist_export yard_exports[] = { JOIST_STATEM(gate), { 0 } };

static joist_pid start(struct joist_actor *self, const char *args)
{
	joist_register(self, "watcher", joist_self(self));
	return joist_start(self, "t:gate", yard_term(self, args), NULL, 1000, NULL);
}

static void cast(struct joist_actor *self, joist_pid pid, const char *text)
{
	joist_cast(self, pid, yard_term(self, text));
}

YARD_TEST(events_go_to_the_state)
{
	joist_pid pid = start(self, "[]");

	YARD_CALL(self, pid, "state", "locked");
	cast(self, pid, "coin");
	joist_test_expect(self, 100, "{open, enter, locked}");
	YARD_CALL(self, pid, "state", "open");
	joist_test_expect(self, 0, "{open, call, state}");
	joist_send(self, pid, joist_make(self, "hello"));
	joist_test_expect(self, 100, "{open, info, hello}");
}

YARD_TEST(init_may_choose_the_state)
{
	start(self, "open");
	joist_test_expect(self, 100, "{open, enter, open}");
}

YARD_TEST(init_may_fail)
{
	CHECK(joist_pid_is_none(start(self, "fail")));
	joist_test_refuse(self, 0, "{over, _, _}");
}

YARD_TEST(postponed_events_wait_for_another_state)
{
	joist_pid pid = start(self, "[]");
	joist_ref ref = joist_ref_new(self);

	joist_send(self, pid,
		   joist_make(self, "{'$gen_call', {Self, Ref}, pass}", joist_self(self), ref));
	YARD_CALL(self, pid, "state", "locked");
	joist_test_refuse(self, 0, "{^Ref, _}", &ref);
	cast(self, pid, "coin");
	joist_test_expect(self, 100, "{^Ref, open}", &ref);
	joist_test_expect(self, 0, "{open, enter, locked}");
	joist_test_expect(self, 0, "{open, call, pass}");
}

YARD_TEST(state_timeout_set_with_the_change_is_the_new_states)
{
	joist_pid pid = start(self, "[]");

	cast(self, pid, "coin");
	joist_sleep(self, 999);
	YARD_CALL(self, pid, "state", "open");
	joist_sleep(self, 2);
	YARD_CALL(self, pid, "state", "locked");
	joist_test_expect(self, 0, "{open, state_timeout, close}");
}

YARD_TEST(state_timeout_ends_with_the_state)
{
	joist_pid pid = start(self, "[]");

	cast(self, pid, "coin");
	cast(self, pid, "break");
	joist_test_expect(self, 100, "{broken, enter, open}");
	joist_test_expect(self, 100, "{open, enter, broken}");
	joist_test_refuse(self, 5000, "{open, state_timeout, _}");
}

YARD_TEST(the_same_state_is_no_change)
{
	joist_pid pid = start(self, "[]");

	cast(self, pid, "coin");
	cast(self, pid, "same");
	joist_test_expect(self, 100, "{open, cast, same}");
	joist_test_expect(self, 2000, "{open, state_timeout, close}");
	joist_test_expect(self, 0, "{open, enter, locked}");
	joist_test_refuse(self, 0, "{open, enter, _}");
}

YARD_TEST(event_timeout_is_ended_by_an_event)
{
	joist_pid pid = start(self, "open");

	cast(self, pid, "{wait, a}");
	joist_test_expect(self, 101, "{open, timeout, a}");
	cast(self, pid, "{wait, b}");
	joist_sleep(self, 50);
	cast(self, pid, "x");
	joist_test_refuse(self, 1000, "{open, timeout, _}");
}

YARD_TEST(named_timeouts_outlive_states)
{
	joist_pid pid = start(self, "[]");

	cast(self, pid, "coin");
	cast(self, pid, "{name, a}");
	cast(self, pid, "{name, b}");
	cast(self, pid, "{unname, a}");
	joist_test_expect(self, 1100, "{open, state_timeout, close}");
	joist_test_expect(self, 2600, "{locked, named_timeout, {named, b}}");
	joist_test_refuse(self, 5000, "{_, named_timeout, _}");
}

YARD_TEST(internal_events_come_first)
{
	joist_pid pid = start(self, "open");
	joist_term content;

	joist_test_expect(self, 100, "{open, enter, _}");
	cast(self, pid, "inside");
	cast(self, pid, "after");
	joist_test_expect(self, 100, "{open, _, Content}", &content);
	joist_test_match(self, content, "inside");
	joist_test_expect(self, 100, "{open, internal, Content}", &content);
	joist_test_match(self, content, "out");
	joist_test_expect(self, 100, "{open, cast, after}");
}

YARD_TEST(stop_ends_the_machine)
{
	joist_pid pid = start(self, "[]");

	cast(self, pid, "coin");
	cast(self, pid, "stop");
	joist_test_expect(self, 100, "{over, stopped, 1}");
}

YARD_TEST(sys_shows_state_and_data)
{
	joist_pid pid = start(self, "[]");
	joist_ref ref = joist_ref_new(self);
	struct joist_bytes bytes;

	joist_send(self, pid,
		   joist_make(self, "{system, {Self, Ref}, get_state}", joist_self(self), ref));
	joist_test_expect(self, 100, "{^Ref, {ok, {locked, Bytes}}}", &ref, &bytes);
	CHECK_INT(bytes.size, sizeof(struct gate));
}
