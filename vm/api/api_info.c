/* Looking at other actors, as the SDK has it. Questions go the way of all signals, so that an answer
 * includes what its asker did before. */
#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/sched/deadline.h"
#include "vm/sched/info.h"
#include "vm/sched/park.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/nodes.h"

/* What `pid` tells of itself; `*ret_answer` if that is something. */
static enum joist_result ask(struct joist_actor *self, joist_pid pid, int64_t deadline_ns,
			     struct signal **ret_answer)
{
	struct worker *w = self->worker;
	uint64_t number = worker_number(w);

	self->stack->waits_for = number;
	send_tie(w->vm, w, SIGNAL_ASK, pid, actor_pid(self), number, (joist_atom){ 0 });
	*ret_answer = park_for_answer(self, number, deadline_ns);
	return !*ret_answer			    ? JOIST_TIMEOUT
	       : (*ret_answer)->kind == SIGNAL_DOWN ? JOIST_DOWN
						    : JOIST_OK;
}

/* What an actor is, only its own node tells. One of an earlier life of this node is dead. */
static bool is_elsewhere(const struct joist_actor *self, joist_pid pid)
{
	return pid.node && !atom_equal(nodes_name(pid.node), self->worker->vm->name);
}

bool joist_is_alive(struct joist_actor *self, joist_pid pid)
{
	struct signal *answer;

	enter(self, 2);
	if (is_elsewhere(self, pid))
		self_badarg(self, "joist_is_alive");
	return !joist_pid_is_none(pid) && ask(self, pid, DEADLINE_NEVER, &answer) == JOIST_OK;
}

static enum joist_result info(struct joist_actor *self, joist_pid pid, int64_t deadline_ns,
			      joist_term *ret_info)
{
	struct signal *answer;
	enum joist_result result =
		joist_pid_is_none(pid) ? JOIST_DOWN : ask(self, pid, deadline_ns, &answer);

	*ret_info = result == JOIST_OK ? answer->term : TERM_NONE;
	return result;
}

joist_term joist_info(struct joist_actor *self, joist_pid pid)
{
	joist_term term;

	enter(self, 10);
	if (is_elsewhere(self, pid))
		self_badarg(self, "joist_info");
	info(self, pid, DEADLINE_NEVER, &term);
	return term;
}

enum joist_result joist_info_timeout(struct joist_actor *self, joist_pid pid, int64_t timeout_ms,
				     joist_term *ret_info)
{
	joist_term term;

	enter(self, 10);
	if (is_elsewhere(self, pid))
		self_badarg(self, "joist_info_timeout");
	enum joist_result result = info(self, pid, deadline_after(timeout_ms), &term);
	if (ret_info)
		*ret_info = term;
	return result;
}

joist_term joist_actors(struct joist_actor *self)
{
	joist_term list = TERM_NIL;

	enter(self, 10);
	struct table *table = &self->worker->vm->table;
	for (uint32_t slot = table_slots(table); slot-- > 0;) {
		joist_pid pid;
		if (table_pid(table, slot, &pid))
			list = joist_cons(self, term_pid_local(pid), list);
	}
	enter_charge(self, table_slots(table) / 16);
	return list;
}
