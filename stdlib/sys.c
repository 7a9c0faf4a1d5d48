/* sys:get_state, get_status, suspend, resume and terminate, for every server and state machine. A
 * suspended one answers only these; what else comes is kept, in order, until it is resumed. */
#include "sys.h"

static joist_term sys_status(struct joist_actor *self, const struct gen_ops *ops, void *state)
{
	struct gen *gen = gen_of(self);
	bool suspended = gen->extra && gen->extra->suspended;
	joist_term word = joist_atom_term(joist_atom_new(suspended ? "suspended" : "running"));

	return joist_make(self,
			  "{status, Self, {module, joist_server}, [[], Word, Parent, [], State]}",
			  joist_self(self), word, joist_pid_term(self, joist_parent(self)),
			  ops->look(self, state));
}

void sys_answer(struct joist_actor *self, const struct gen_ops *ops, void *state, joist_term from,
		joist_term request)
{
	joist_term reason, answer = joist_make(self, "ok");
	bool ends = false;

	if (joist_is_atom(request, "get_state")) {
		answer = joist_make(self, "{ok, State}", ops->look(self, state));
	} else if (joist_is_atom(request, "get_status")) {
		answer = sys_status(self, ops, state);
	} else if (joist_is_atom(request, "suspend")) {
		gen_extra_of(self)->suspended = true;
	} else if (joist_is_atom(request, "resume")) {
		gen_extra_of(self)->suspended = false;
	} else if (joist_match(request, "{terminate, Reason}", &reason)) {
		ends = true;
	} else {
		answer = joist_make(self, "{error, {unknown_system_msg, Request}}", request);
	}
	joist_reply(self, from, answer);
	if (ends)
		joist_exit(self, reason);
}
