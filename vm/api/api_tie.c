/* Links, monitors, aliases, exits, group leaders and names, as the SDK has them. */
#include <string.h>

#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/sched/mailbox.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"

/* To and of the running actor itself there is nothing to tell. */
static bool is_self(const struct joist_actor *self, joist_pid pid)
{
	return joist_pid_equal(pid, actor_pid(self));
}

void joist_link(struct joist_actor *self, joist_pid pid)
{
	enter(self, 2);
	if (joist_pid_is_none(pid))
		self_badarg(self, "joist_link");
	if (is_self(self, pid))
		return;
	struct tie *link = ties_find(&self->links, pid.id, pid.node);
	if (link)
		return;
	link = ties_add(&self->links, pid.id, pid.node);
	if (!link)
		self_short(self);
	link->note = ++self->link_number & INT32_MAX;
	send_tie(self->worker->vm, self->worker, SIGNAL_LINK, pid, actor_pid(self), link->note,
		 (joist_atom){ 0 });
}

void joist_unlink(struct joist_actor *self, joist_pid pid)
{
	enter(self, 2);
	if (joist_pid_is_none(pid))
		self_badarg(self, "joist_unlink");
	struct tie *link = ties_find(&self->links, pid.id, pid.node);
	if (!link)
		return;
	ties_remove(&self->links, link);
	send_tie(self->worker->vm, self->worker, SIGNAL_UNLINK, pid, actor_pid(self), 0,
		 (joist_atom){ 0 });
}

joist_ref joist_monitor_term(struct joist_actor *self, joist_term dest)
{
	struct enter_dest to;

	enter(self, 2);
	struct worker *w = self->worker;
	if (!enter_find(self, dest, &to) || to.is_alias)
		self_badarg(self, "joist_monitor");
	uint64_t number = worker_number(w);
	struct tie *tie =
		is_self(self, to.pid) ? NULL : ties_add(&self->monitors, number, to.pid.node);
	if (!tie && !is_self(self, to.pid))
		self_short(self);
	mailbox_mark(self, number);
	if (tie) {
		tie->other = to.pid.id;
		tie->note = (uint32_t)(to.name.word >> 3);
		send_tie(w->vm, w, SIGNAL_MONITOR, to.pid, actor_pid(self), number, to.name);
	}
	return ref_local(number, actor_pid(self));
}

static bool demonitor(struct joist_actor *self, joist_ref monitor)
{
	struct tie *tie = monitor.node == 0
				  ? ties_find(&self->monitors, ref_number(monitor), TIES_ANY_NODE)
				  : NULL;

	if (!tie)
		return false;
	joist_pid other = { .id = tie->other, .node = tie->node };
	ties_remove(&self->monitors, tie);
	send_tie(self->worker->vm, self->worker, SIGNAL_DEMONITOR, other, actor_pid(self),
		 ref_number(monitor), (joist_atom){ 0 });
	return true;
}

bool joist_demonitor(struct joist_actor *self, joist_ref monitor)
{
	enter(self, 2);
	return demonitor(self, monitor);
}

bool joist_demonitor_flush(struct joist_actor *self, joist_ref monitor)
{
	joist_ref of;

	enter(self, 2);
	bool was = demonitor(self, monitor);
	if (was)
		return true;
	for (struct signal **link = &self->first; *link; link = &(*link)->next) {
		if ((*link)->kind != SIGNAL_DOWN)
			continue;
		if (joist_get_ref(tuple_at((*link)->term, 1), &of) &&
		    joist_ref_equal(of, monitor)) {
			mailbox_take_at(self, link);
			return false;
		}
	}
	return false;
}

joist_ref joist_alias(struct joist_actor *self)
{
	enter(self, 1);
	uint64_t number = worker_number(self->worker);
	struct actor_extra *extra = actor_extra(self);
	if (!extra || !ties_add(&extra->aliases, number, 0))
		self_short(self);
	mailbox_mark(self, number);
	return ref_local(number, actor_pid(self));
}

bool joist_unalias(struct joist_actor *self, joist_ref alias)
{
	enter(self, 1);
	struct tie *tie = self->extra && alias.node == 0
				  ? ties_find(&self->extra->aliases, ref_number(alias), 0)
				  : NULL;
	if (tie)
		ties_remove(&self->extra->aliases, tie);
	return tie;
}

void joist_exit_to(struct joist_actor *self, joist_pid pid, joist_term reason)
{
	enter(self, 2);
	if (joist_pid_is_none(pid) || joist_is_none(reason))
		self_badarg(self, "joist_exit_to");
	send_exit(self->worker->vm, self->worker, pid, actor_pid(self), reason);
	if (deliver(self)) /* one to ourselves takes effect now */
		trampoline_leave(self);
}

void joist_set_group_leader(struct joist_actor *self, joist_pid leader, joist_pid pid)
{
	uint64_t words[4];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));

	enter(self, 2);
	if (joist_pid_is_none(leader) || joist_pid_is_none(pid))
		self_badarg(self, "joist_set_group_leader");
	struct worker *w = self->worker;
	struct signal_from *s =
		signal_make_from(SIGNAL_LEADER, pid, actor_pid(self), 0, term_pid(&arena, leader));
	if (!s)
		self_short(self);
	send_signal(w->vm, w, pid, &s->signal);
	if (deliver(self)) /* one to ourselves takes effect now */
		trampoline_leave(self);
}

/* ---- names ---- */

static joist_atom name_of(struct joist_actor *self, const char *name, const char *function)
{
	joist_atom atom = name ? atom_make(name, strlen(name)) : (joist_atom){ 0 };

	if (atom.word == 0 || atom.word == ATOM(undefined).word)
		self_badarg(self, function);
	return atom;
}

bool joist_register(struct joist_actor *self, const char *name, joist_pid pid)
{
	enter(self, 2);
	struct joist_vm *vm = self->worker->vm;
	joist_atom atom = name_of(self, name, "joist_register");
	if (pid.node)
		self_badarg(self, "joist_register");
	struct entry *entry = !pid.id ? NULL : table_entry(&vm->table, pid_slot(pid));
	return entry && names_register(&vm->names, atom, entry, pid);
}

bool joist_unregister(struct joist_actor *self, const char *name)
{
	enter(self, 2);
	struct joist_vm *vm = self->worker->vm;
	return names_unregister(&vm->names, name_of(self, name, "joist_unregister"), &vm->table);
}

joist_pid joist_whereis(struct joist_actor *self, const char *name)
{
	enter(self, 1);
	return names_find(&self->worker->vm->names, name_of(self, name, "joist_whereis"));
}
