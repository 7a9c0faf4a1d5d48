/* The puppet of the scenarios, on the SDK alone. Each group of commands is a function that says
 * whether the command is one of its own.
 *
 * Only commands are taken by the loop: all else stays in the mailbox until a command asks for it. */
#include "test/semantics/puppet.h"

void answer_observe(struct joist_actor *self, struct answer *answer, joist_term observation)
{
	answer->observed = joist_cons(self, observation, answer->observed);
}

void answer_bool(struct joist_actor *self, struct answer *answer, const char *verb, bool result)
{
	joist_atom name = joist_atom_new(verb);

	answer_observe(self, answer, joist_make(self, "{Verb, Result}", name, result));
}

static void add_name(struct joist_actor *self, struct answer *answer, joist_atom name,
		     joist_term value)
{
	answer->bound =
		joist_cons(self, joist_make(self, "{Name, Value}", name, value), answer->bound);
}

void answer_pid(struct joist_actor *self, struct answer *answer, joist_atom name, joist_pid pid)
{
	add_name(self, answer, name, joist_pid_term(self, pid));
}

void answer_ref(struct joist_actor *self, struct answer *answer, joist_atom name, joist_ref ref)
{
	add_name(self, answer, name, joist_ref_term(self, ref));
}

static const char *text(joist_atom name)
{
	return (const char *)joist_atom_name(name).data;
}

/* A number of milliseconds, or the atom infinity. */
static int64_t milliseconds(joist_term term)
{
	int64_t ms = JOIST_INFINITY;

	joist_get_int(term, &ms);
	return ms;
}

/* ---- others ---- */

static bool do_spawn(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_atom name, ref_name;
	joist_pid pid;
	joist_ref ref;

	if (joist_match(command, "{spawn, Name}", &name)) {
		answer_pid(self, answer, name, joist_spawn(self, "semantics:puppet", joist_nil()));
	} else if (joist_match(command, "{spawn_link, Name}", &name)) {
		pid = joist_spawn_link(self, "semantics:puppet", joist_nil());
		answer_pid(self, answer, name, pid);
	} else if (joist_match(command, "{spawn_monitor, Name, Ref}", &name, &ref_name)) {
		pid = joist_spawn_monitor(self, "semantics:puppet", joist_nil(), &ref);
		answer_pid(self, answer, name, pid);
		answer_ref(self, answer, ref_name, ref);
	} else if (joist_match(command, "{spawn_missing, Ref}", &ref_name)) {
		joist_spawn_monitor(self, "nowhere:nothing", joist_nil(), &ref);
		answer_ref(self, answer, ref_name, ref);
	} else {
		return false;
	}
	return true;
}

/* {Item, Value} as Erlang's process_info has it; the order of a list says nothing. */
static joist_term info_of(struct joist_actor *self, joist_pid pid, joist_atom item)
{
	joist_term info = joist_info(self, pid), value;

	if (joist_is_none(info))
		return joist_make(self, "undefined");
	value = joist_map_get(info, joist_atom_term(item));
	if (joist_list_size(value) >= 0)
		value = joist_make(self, "{set, List}", value);
	return joist_make(self, "{Item, Value}", item, value);
}

static bool is_now(struct joist_actor *self, joist_pid pid, joist_atom item, joist_term value)
{
	joist_term info = joist_info(self, pid);

	return !joist_is_none(info) &&
	       joist_equal(joist_map_get(info, joist_atom_term(item)), value);
}

static bool do_look(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_atom item;
	joist_pid pid;
	joist_term value;

	if (joist_match(command, "parent")) {
		answer_observe(self, answer, joist_make(self, "{parent, Pid}", joist_parent(self)));
	} else if (joist_match(command, "{is_alive, Pid}", &pid)) {
		answer_bool(self, answer, "is_alive", joist_is_alive(self, pid));
	} else if (joist_match(command, "{info, Pid, Item}", &pid, &item)) {
		answer_observe(self, answer, info_of(self, pid, item));
	} else if (joist_match(command, "{until, Pid, Item, Value}", &pid, &item, &value)) {
		while (!is_now(self, pid, item, value))
			joist_yield(self);
	} else {
		return joist_match(command, "nop");
	}
	return true;
}

/* ---- messages ---- */

/* The earliest message that is a tuple of that size whose first element is `tag`; none if none comes
 * in time. */
static joist_term receive_tagged(struct joist_actor *self, joist_term tag, int64_t size, int64_t ms)
{
	joist_term p[5] = { tag };
	bool got;

	switch (size) {
	case 2:
		got = joist_receive_match(self, ms, "{^Tag, A}", &tag, &p[1]);
		break;
	case 3:
		got = joist_receive_match(self, ms, "{^Tag, A, B}", &tag, &p[1], &p[2]);
		break;
	case 5:
		got = joist_receive_match(self, ms, "{^Tag, A, B, C, D}", &tag, &p[1], &p[2], &p[3],
					  &p[4]);
		break;
	default:
		joist_exit(self, joist_make(self, "{no_such_pattern, Size}", size));
	}
	return got ? joist_tuple(self, p, (size_t)size) : (joist_term){ 0 };
}

/* The message that `pattern` asks for; none if it does not come in time. */
static joist_term receive(struct joist_actor *self, joist_term pattern, int64_t ms)
{
	joist_term wanted;
	int64_t size;

	if (joist_match(pattern, "any"))
		return joist_receive_timeout(self, ms);
	if (joist_match(pattern, "{tag, Tag, Size}", &wanted, &size))
		return receive_tagged(self, wanted, size, ms);
	if (joist_match(pattern, "{exact, Message}", &wanted))
		return joist_receive_match(self, ms, "^Wanted", &wanted) ? wanted
									 : (joist_term){ 0 };
	joist_exit(self, joist_make(self, "{no_such_pattern, P}", pattern));
}

static void receive_many(struct joist_actor *self, struct answer *answer, joist_term tag,
			 int64_t count)
{
	bool in_order = true;
	int64_t n;

	for (int64_t i = 1; i <= count; i++) {
		joist_receive_match(self, JOIST_INFINITY, "{^Tag, N}", &tag, &n);
		in_order &= n == i;
	}
	answer_observe(self, answer, joist_make(self, "{in_order, Tag, Whether}", tag, in_order));
}

static bool do_receive(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_term pattern, message, timeout = joist_make(self, "infinity");
	int64_t count;

	if (joist_match(command, "{recv_many, Tag, Count}", &pattern, &count)) {
		receive_many(self, answer, pattern, count);
		return true;
	}
	if (!joist_match(command, "{recv, Pattern}", &pattern) &&
	    !joist_match(command, "{recv, Pattern, Timeout}", &pattern, &timeout))
		return false;
	message = receive(self, pattern, milliseconds(timeout));
	/* To take any message ends the turn, and with it all terms but the message. */
	answer->observed = answer->bound = joist_nil();
	answer_observe(self, answer,
		       joist_is_none(message) ? joist_make(self, "timeout")
					      : joist_make(self, "{got, Message}", message));
	return true;
}

static bool do_send(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_term to, message, tag;
	joist_atom name;
	joist_ref ref;
	int64_t count;

	if (joist_match(command, "{send, To, Message}", &to, &message)) {
		joist_send_to(self, to, message);
	} else if (joist_match(command, "{send_many, To, Tag, Count}", &to, &tag, &count)) {
		for (int64_t n = 1; n <= count; n++)
			joist_send_to(self, to, joist_make(self, "{Tag, N}", tag, n));
	} else if (joist_match(command, "{alias, Name}", &name)) {
		answer_ref(self, answer, name, joist_alias(self));
	} else if (joist_match(command, "{unalias, Ref}", &ref)) {
		answer_bool(self, answer, "unalias", joist_unalias(self, ref));
	} else {
		return false;
	}
	return true;
}

/* ---- calls ---- */

static joist_term call(struct joist_actor *self, joist_term to, joist_term request, int64_t ms)
{
	joist_term reply;

	switch (joist_call(self, to, request, ms, &reply)) {
	case JOIST_OK:
		return joist_make(self, "{reply, Reply}", reply);
	case JOIST_DOWN:
		return joist_make(self, "{down, Reason}", reply);
	default:
		return joist_make(self, "timeout");
	}
}

static bool do_call(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_term to, request, timeout, from, reply;
	joist_atom name;

	if (joist_match(command, "{call, To, Request, Timeout}", &to, &request, &timeout)) {
		answer_observe(self, answer, call(self, to, request, milliseconds(timeout)));
	} else if (joist_match(command, "{take_call, Name}", &name)) {
		joist_receive_match(self, JOIST_INFINITY, "{'$gen_call', From, Request}", &from,
				    &request);
		add_name(self, answer, name, from);
		answer_observe(self, answer, joist_make(self, "{call, Request}", request));
	} else if (joist_match(command, "{reply, From, Reply}", &from, &reply)) {
		joist_reply(self, from, reply);
	} else {
		return false;
	}
	return true;
}

/* ---- ties and ends ---- */

static bool do_tie(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_atom name;
	joist_term object;
	joist_pid pid;
	joist_ref ref;

	if (joist_match(command, "{link, Pid}", &pid))
		joist_link(self, pid);
	else if (joist_match(command, "{unlink, Pid}", &pid))
		joist_unlink(self, pid);
	else if (joist_match(command, "{monitor, Object, Name}", &object, &name))
		answer_ref(self, answer, name, joist_monitor(self, object));
	else if (joist_match(command, "{demonitor, Ref}", &ref))
		answer_bool(self, answer, "demonitor", joist_demonitor(self, ref));
	else if (joist_match(command, "{demonitor_flush, Ref}", &ref))
		answer_bool(self, answer, "demonitor", joist_demonitor_flush(self, ref));
	else
		return false;
	return true;
}

static bool do_end(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_term reason;
	joist_pid pid;
	bool on;

	if (joist_match(command, "{exit, Reason}", &reason))
		joist_exit(self, reason);
	if (joist_match(command, "{exit_to, Pid, Reason}", &pid, &reason))
		joist_exit_to(self, pid, reason);
	else if (joist_match(command, "{trap_exit, On}", &on))
		answer_bool(self, answer, "trap_exit", joist_trap_exit(self, on));
	else
		return false;
	return true;
}

/* ---- names and time ---- */

static bool do_name(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_atom name;
	joist_pid pid;

	if (joist_match(command, "{register, Name, Pid}", &name, &pid)) {
		answer_bool(self, answer, "register", joist_register(self, text(name), pid));
	} else if (joist_match(command, "{unregister, Name}", &name)) {
		answer_bool(self, answer, "unregister", joist_unregister(self, text(name)));
	} else if (joist_match(command, "{whereis, Name}", &name)) {
		pid = joist_whereis(self, text(name));
		answer_observe(self, answer,
			       joist_pid_is_none(pid) ? joist_make(self, "{whereis, undefined}")
						      : joist_make(self, "{whereis, Pid}", pid));
	} else {
		return false;
	}
	return true;
}

static bool do_time(struct joist_actor *self, joist_term command, struct answer *answer)
{
	joist_term to, message;
	joist_atom name;
	joist_ref ref;
	int64_t ms;

	if (joist_match(command, "{send_after, Ms, To, Message, Name}", &ms, &to, &message, &name))
		answer_ref(self, answer, name, joist_send_after(self, ms, to, message));
	else if (joist_match(command, "{cancel, Timer}", &ref))
		answer_bool(self, answer, "cancel", joist_cancel(self, ref) >= 0);
	else
		return false;
	return true;
}

/* ---- the loop ---- */

static void obey(struct joist_actor *self, joist_term command, struct answer *answer)
{
	static bool (*const groups[])(struct joist_actor *, joist_term, struct answer *) = {
		do_spawn, do_look, do_receive, do_send, do_call,
		do_tie,	  do_end,  do_name,    do_time, far_do,
	};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (groups[i](self, command, answer))
			return;
	joist_exit(self, joist_make(self, "{no_such_command, C}", command));
}

void puppet(struct joist_actor *self, joist_term args)
{
	joist_term command;
	joist_pid to;

	(void)args;
	for (;;) {
		struct answer answer = { joist_nil(), joist_nil() };

		joist_receive_match(self, JOIST_INFINITY, "{'$do', Director, Command}", &to,
				    &command);
		if (joist_match(command, "return"))
			return;
		obey(self, command, &answer);
		joist_send(self, to,
			   joist_make(self, "{'$done', Self, Observed, Bound}", joist_self(self),
				      answer.observed, answer.bound));
	}
}
