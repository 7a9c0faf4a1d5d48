/* What others ask of a supervisor: calls with OTP's requests and answers. */
#include <joist/supervisor.h>

static joist_term supervise_ask(struct joist_actor *self, joist_term dest, joist_term request)
{
	joist_term reply;

	if (joist_call(self, dest, request, JOIST_INFINITY, &reply) != JOIST_OK)
		joist_exit(self, reply);
	return reply;
}

/* Takes {ok, Pid} or {error, Reason} apart. */
static joist_pid supervise_pid(joist_term answer, joist_term *ret_reason)
{
	joist_pid pid = { 0 };
	joist_term reason;

	if (!joist_match(answer, "{ok, Pid}", &pid) && ret_reason) {
		if (!joist_match(answer, "{_, Reason}", &reason))
			reason = answer;
		*ret_reason = reason;
	}
	return pid;
}

joist_pid joist_start_child_term(struct joist_actor *self, joist_term dest, joist_term spec_or_args,
				 joist_term *ret_reason)
{
	joist_term request = joist_make(self, "{start_child, Spec}", spec_or_args);

	return supervise_pid(supervise_ask(self, dest, request), ret_reason);
}

joist_pid joist_restart_child_term(struct joist_actor *self, joist_term dest, joist_term id,
				   joist_term *ret_reason)
{
	joist_term request = joist_make(self, "{restart_child, Id}", id);

	return supervise_pid(supervise_ask(self, dest, request), ret_reason);
}

joist_term joist_terminate_child_term(struct joist_actor *self, joist_term dest, joist_term id)
{
	return supervise_ask(self, dest, joist_make(self, "{terminate_child, Id}", id));
}

joist_term joist_delete_child_term(struct joist_actor *self, joist_term dest, joist_term id)
{
	return supervise_ask(self, dest, joist_make(self, "{delete_child, Id}", id));
}

joist_term joist_which_children_term(struct joist_actor *self, joist_term dest)
{
	return supervise_ask(self, dest, joist_make(self, "which_children"));
}

joist_term joist_count_children_term(struct joist_actor *self, joist_term dest)
{
	return supervise_ask(self, dest, joist_make(self, "count_children"));
}
