/* Starting actors. The new one is tied to its parent before it is put into a run queue, so that no end
 * comes too early to be heard of. Any thread; `w` is its worker or NULL. */
#include "vm/sched/spawn.h"

#include <string.h>

#include "vm/actor/reason.h"
#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/sched/room.h"
#include "vm/sched/send.h"
#include "vm/sched/wake.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/copy.h"

/* What an actor is of whose export does not exist: it ends before it would run. */
static struct code no_code = { .plugin = { ATOM_WORD(undefined) }, .version = "" };
static struct export no_export = { .code = &no_code,
				   .name = { ATOM_WORD(undefined) },
				   .kind = JOIST_EXPORT_HANDLER };

/* The actor that is asked for ends with undef, which does not say what it should have been. */
static void report_undef(const char *name)
{
	static struct log_rate rate = { .per_ns = CLOCK_NS_PER_S };
	int64_t skipped;

	if (log_limit(&rate, &skipped))
		log_say(LOG_LEVEL_ERROR, "undef",
			"no loaded plugin exports %.256s; name its plugin in the boot script, or "
			"the export in its JOIST_PLUGIN",
			name);
}

/* Pinned. */
static struct export *find(struct joist_vm *vm, struct worker *w, const char *name)
{
	struct export *found = known_find(w ? &w->known : NULL, &vm->code, name, -1);

	if (found)
		return found;
	report_undef(name);
	code_pin(&no_code);
	return &no_export;
}

bool spawn_options_fit(const struct joist_spawn_options *options)
{
	enum gate_policy policy;

	return (unsigned)options->priority <= JOIST_PRIORITY_MAX &&
	       options->stack_bytes <= STACK_BYTES_MAX &&
	       (joist_is_none(options->label) || copy_words(options->label) < SIZE_MAX) &&
	       gate_policy_of(options->mailbox_policy, &policy);
}

static bool set_memory_max(struct joist_actor *a, uint64_t bytes)
{
	struct actor_extra *extra = bytes ? actor_extra(a) : NULL;

	if (extra)
		extra->memory_max = bytes;
	return extra || !bytes;
}

static bool set_limits(struct joist_vm *vm, struct joist_actor *a,
		       const struct joist_spawn_options *o)
{
	/* relaxed, all: limits that vm_limit may set */
	uint64_t messages =
		o->mailbox_messages_max
			? o->mailbox_messages_max
			: atomic_load_explicit(&vm->mailbox_messages_max, memory_order_relaxed);
	uint64_t bytes = o->mailbox_bytes_max ? o->mailbox_bytes_max
					      : atomic_load_explicit(&vm->mailbox_bytes_max,
								     memory_order_relaxed);
	uint64_t memory = o->memory_bytes_max ? o->memory_bytes_max
					      : atomic_load_explicit(&vm->actor_memory_max,
								     memory_order_relaxed);
	enum gate_policy policy = atomic_load_explicit(&vm->mailbox_policy, memory_order_relaxed);

	if (!set_memory_max(a, memory))
		return false;
	if (!messages && !bytes)
		return true;
	if (o->mailbox_policy)
		gate_policy_of(o->mailbox_policy, &policy);
	struct mailbox_gate *gate = gate_take(messages, bytes, policy);
	if (gate) {
		gate->ear = &vm->alarms.ear;
		gate->open = room_open;
	}
	/* release: pairs with the acquire in send_message */
	atomic_store_explicit(&a->entry->gate, gate, memory_order_release);
	return gate != NULL;
}

/* The ends of the link and the monitor that are on this node. */
static bool tie_far(struct joist_actor *a, const struct joist_spawn_options *o,
		    const struct spawn_parent *parent)
{
	if (o->link) {
		struct tie *link = ties_add(&a->links, parent->far.id, parent->far.node);
		if (!link)
			return false;
		link->note = LINK_BY_OTHER;
	}
	if (parent->monitor || parent->starter) {
		uint64_t number = parent->monitor ? parent->monitor : parent->starter;
		struct tie *mine = ties_add(&a->monitored_by, number, parent->far.node);
		if (!mine)
			return false;
		mine->other = parent->far.id;
		mine->note = parent->starter ? TIE_START : 0;
	}
	return true;
}

/* Both ends of the link, and the monitor's, made while nobody knows the actor yet. */
static bool tie(struct joist_actor *a, const struct joist_spawn_options *o,
		const struct spawn_parent *parent)
{
	struct joist_actor *p = parent->actor;

	if (!p)
		return !parent->far.node || tie_far(a, o, parent);
	if (o->link) {
		struct tie *mine = ties_add(&a->links, p->id, 0);
		struct tie *its = ties_add(&p->links, a->id, 0);
		if (!mine || !its)
			return false;
		its->note = ++p->link_number & INT32_MAX;
		mine->other = its->note;
	}
	if (parent->monitor) {
		struct tie *mine = ties_add(&a->monitored_by, parent->monitor, 0);
		struct tie *its = ties_add(&p->monitors, parent->monitor, 0);
		if (!mine || !its)
			return false;
		mine->other = p->id;
		its->other = a->id;
	}
	if (parent->starter) {
		struct tie *mine = ties_add(&a->monitored_by, parent->starter, 0);
		if (!mine)
			return false;
		mine->other = p->id;
		mine->note = TIE_START;
	}
	return true;
}

/* Takes back what was tied, on the parent's side. */
static void untie(struct joist_actor *a, const struct spawn_parent *parent)
{
	struct joist_actor *p = parent->actor;
	struct tie *link = p ? ties_find(&p->links, a->id, 0) : NULL;
	struct tie *monitor =
		p && parent->monitor ? ties_find(&p->monitors, parent->monitor, 0) : NULL;

	if (link)
		ties_remove(&p->links, link);
	if (monitor)
		ties_remove(&p->monitors, monitor);
}

static bool equip(struct joist_vm *vm, struct joist_actor *a, const struct joist_spawn_options *o)
{
	a->priority = (uint8_t)o->priority;
	a->threaded = o->thread;
	if (o->scheduler) {
		a->pinned = true;
		a->worker = &vm->workers[(o->scheduler - 1) % vm->worker_count];
	}
	a->keeps_thread = o->thread || a->export->code->keeps_threads;
	if (o->stack_bytes || o->descriptors_max) {
		struct actor_extra *extra = actor_extra(a);
		if (!extra)
			return false;
		extra->stack_bytes = o->stack_bytes;
		extra->descriptors_max = o->descriptors_max;
	}
	if (!joist_is_none(o->label)) {
		struct actor_extra *extra = actor_extra(a);
		if (!extra || joist_is_none(extra->label = estate_keep(&a->estate, o->label)))
			return false;
	}
	return set_limits(vm, a, o);
}

/* The parent hears of an actor that could not even be made, under a pid that nobody has, for serials
 * begin at 1. */
static joist_pid tell_failed(struct joist_vm *vm, struct worker *w,
			     const struct joist_spawn_options *o, const struct spawn_parent *parent)
{
	joist_pid pid = pid_local(1, 0);

	if (!parent->actor)
		return (joist_pid){ 0 };
	joist_pid to = actor_pid(parent->actor);
	if (parent->starter)
		send_down(vm, w, to, pid, parent->starter, ATOM(system_limit));
	if (parent->monitor && ties_add(&parent->actor->monitors, parent->monitor, 0))
		send_down(vm, w, to, pid, parent->monitor, ATOM(system_limit));
	else if (parent->monitor)
		actor_end_by(parent->actor, END_EXIT, &reason_system_limit);
	if (o->link)
		send_exit(vm, w, to, pid, ATOM(system_limit));
	return pid;
}

/* Who is led from another node has that noted, and who started it there; nobody leads the others. */
static bool lead(struct joist_actor *a, const struct spawn_parent *parent)
{
	joist_pid leader = parent->leader;

	if (joist_pid_is_none(leader) && parent->actor && parent->actor->extra)
		leader = parent->actor->extra->leader;
	if (joist_pid_is_none(leader))
		return true;
	struct actor_extra *extra = actor_extra(a);
	if (!extra)
		return false;
	extra->leader = leader;
	extra->far_parent = parent->far;
	return true;
}

/* An actor with its pid and ties, which nobody knows yet; NULL when memory is short, and all as it was. */
static struct joist_actor *make_tied(struct joist_vm *vm, struct worker *w, struct export *export,
				     const struct joist_spawn_options *o,
				     const struct spawn_parent *parent)
{
	struct joist_actor *a = actor_create(export);
	uint32_t no_name;
	joist_pid pid;

	if (!a)
		return NULL;
	a->entry = table_take(&vm->table, worker_pids(w), a, &pid);
	if (!a->entry) {
		actor_destroy(a);
		return NULL;
	}
	a->id = pid.id;
	a->parent = parent->actor ? parent->actor->id : 0;
	a->crash_waits = parent->actor && parent->actor->holds_crashes;
	if (lead(a, parent) && tie(a, o, parent))
		return a;
	untie(a, parent);
	/* Only who makes up pids can have sent it anything. */
	for (struct signal *s = table_close(a->entry, &no_name), *next; s; s = next) {
		next = s->next;
		signal_free(s);
	}
	table_give(&vm->table, worker_pids(w), a->entry, pid);
	actor_destroy(a);
	return NULL;
}

joist_pid spawn(struct joist_vm *vm, struct worker *w, const char *name, joist_term args,
		const struct joist_spawn_options *o, const struct spawn_parent *parent)
{
	return spawn_export(vm, w, find(vm, w, name), args, o, parent);
}

joist_pid spawn_export(struct joist_vm *vm, struct worker *w, struct export *export,
		       joist_term args, const struct joist_spawn_options *o,
		       const struct spawn_parent *parent)
{
	/* First of all: what is pointed to may be nothing. */
	size_t name_bytes = o->name ? strlen(o->name) : 0;
	struct signal *start = signal_make_message((joist_pid){ 0 }, args);
	struct joist_actor *a = start ? make_tied(vm, w, export, o, parent) : NULL;

	if (!a) {
		if (start)
			signal_free(start);
		else
			code_unpin(export->code);
		return tell_failed(vm, w, o, parent);
	}
	joist_pid pid = actor_pid(a);
	start->to = a->id;
	a->start = start;
	if (parent->before)
		parent->before(parent->argument, pid);
	/* From here on what fails is the actor's end, of which its ties tell. */
	/* seq_cst: pairs with the store in vm_stop */
	if (atomic_load_explicit(&vm->stopping, memory_order_seq_cst))
		actor_end_by(a, END_SIGNAL, &reason_system_limit);
	if (export == &no_export)
		actor_end_by(a, END_EXIT, &reason_undef);
	if (!equip(vm, a, o))
		actor_end_by(a, END_EXIT, &reason_system_limit);
	else if (o->name &&
		 !names_register(&vm->names, atom_make(o->name, name_bytes), a->entry, pid))
		actor_end_by(a, END_EXIT, &reason_badarg);
	wake_new(vm, w, a);
	return pid;
}

void spawn_tell_started(struct worker *w, struct joist_actor *a)
{
	struct tie *tie;

	a->started = true;
	for (uint32_t at = 0; (tie = ties_next(&a->monitored_by, &at));) {
		if (tie->note != TIE_START)
			continue;
		uint64_t number = tie->id;
		joist_pid starter = { .id = tie->other, .node = tie->node };
		ties_remove(&a->monitored_by, tie);
		send_tie(w->vm, w, SIGNAL_STARTED, starter, actor_pid(a), number,
			 (joist_atom){ 0 });
		return;
	}
}
