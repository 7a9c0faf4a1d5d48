/* Looking at other actors, as the SDK has it. Questions go the way of all signals, so that an answer
 * includes what its asker did before. */
#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/sched/info.h"
#include "vm/sched/park.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/nodes.h"

/* What `pid` tells of itself; NULL if it has ended, or says nothing until the deadline. */
static struct signal *ask(struct joist_actor *self, joist_pid pid, int64_t deadline_ns)
{
	struct worker *w = self->worker;
	uint64_t number = worker_number(w);

	self->stack->waits_for = number;
	send_tie(w->vm, w, SIGNAL_ASK, pid, actor_pid(self), number, (joist_atom){ 0 });
	struct signal *answer = park_for_answer(self, number, deadline_ns);
	return !answer || answer->kind == SIGNAL_DOWN ? NULL : answer;
}

/* What an actor is, only its own node tells. One of an earlier life of this node is dead. */
static bool is_elsewhere(const struct joist_actor *self, joist_pid pid)
{
	return pid.node && !atom_equal(nodes_name(pid.node), self->worker->vm->name);
}

bool joist_is_alive(struct joist_actor *self, joist_pid pid)
{
	enter(self, 2);
	if (is_elsewhere(self, pid))
		self_badarg(self, "joist_is_alive");
	return !joist_pid_is_none(pid) && ask(self, pid, DEADLINE_NEVER) != NULL;
}

joist_term self_info(struct joist_actor *self, joist_pid pid, int64_t deadline_ns)
{
	enter(self, 10);
	struct signal *answer = joist_pid_is_none(pid) ? NULL : ask(self, pid, deadline_ns);
	return answer ? answer->term : TERM_NONE;
}

joist_term joist_info(struct joist_actor *self, joist_pid pid)
{
	enter(self, 0);
	if (is_elsewhere(self, pid))
		self_badarg(self, "joist_info");
	return self_info(self, pid, DEADLINE_NEVER);
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
