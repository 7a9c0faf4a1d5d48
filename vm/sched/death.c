/* Dying, in the order that Erlang fixes: last callbacks, then the name is free and the pid dead, then
 * links and monitors hear of it. Runs on the actor's last stack, by its worker. */
#include "vm/sched/death.h"

#include "vm/actor/fault.h"
#include "vm/actor/reason.h"
#include "vm/base/heap.h"
#include "vm/sched/alarms.h"
#include "vm/sched/change.h"
#include "vm/sched/crash.h"
#include "vm/sched/deliver.h"
#include "vm/sched/room.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/thread.h"
#include "vm/sched/trampoline.h"
#include "vm/term/atom.h"

/* How long the deferred calls of an actor that has crashed may take. */
#define DEFER_AFTER_FAULT_MS 5000

static void call_stop(void *actor, void *reason, uint64_t unused)
{
	struct joist_actor *a = actor;

	(void)unused;
	a->export->handler.stop(a, actor_state(a), (joist_term){ (uint64_t)(uintptr_t)reason });
}

static void call_defer(void *actor, void *defer, uint64_t unused)
{
	struct estate_defer *d = defer;

	(void)actor, (void)unused;
	d->run(d->argument);
}

/* Code that has crashed is not trusted to come to an end: in a while its deferred calls are cut short. */
static joist_ref cut_short_later(struct joist_actor *a)
{
	struct worker *w = a->worker, *home = thread_home(w);
	struct signal_from *kill =
		signal_make_from(SIGNAL_EXIT, actor_pid(a), (joist_pid){ 0 }, 0, ATOM(kill));
	struct timer_what what = { .owner = actor_pid(a) };

	if (!kill)
		return (joist_ref){ 0 };
	what.message = &kill->signal;
	joist_ref cut =
		timers_start(&home->timers, worker_number(w), &what, DEFER_AFTER_FAULT_MS, false);
	if (home != w)
		watch_wake(&home->watch);
	return cut;
}

static void run_deferred(struct joist_actor *a)
{
	struct estate_defer defer;
	joist_ref cut = { 0 };

	while (estate_next_defer(&a->estate, &defer)) {
		if (a->end_kind == END_FAULT && !cut.count)
			cut = cut_short_later(a);
		trampoline_enter(a, call_defer, &defer, 0);
	}
	if (cut.count)
		timers_cancel(&a->worker->vm->workers[timers_worker(cut)].timers, cut);
}

/* A handler's last turn, if it ends by its own doing, and the deferred calls in any case. After a fault in
 * one of these it goes on with those that are left. */
static void last_callbacks(struct joist_actor *a)
{
	bool again = a->ending;

	a->ending = true;
	if (!again && a->end_kind == END_EXIT && a->started && a->export->handler.stop)
		trampoline_enter(a, call_stop, (void *)(uintptr_t)a->end->term.word, 0);
	run_deferred(a);
}

static void tell_links(struct joist_vm *vm, struct worker *w, struct joist_actor *a)
{
	struct tie *tie;

	for (uint32_t at = 0; (tie = ties_next(&a->links, &at));) {
		joist_pid to = { .id = tie->id, .node = tie->node };
		send_exit_link(vm, w, to, actor_pid(a), tie->other, a->end->term);
	}
}

static void tell_monitors(struct joist_vm *vm, struct worker *w, struct joist_actor *a)
{
	struct tie *tie;

	for (uint32_t at = 0; (tie = ties_next(&a->monitored_by, &at));) {
		joist_pid to = { .id = tie->other, .node = tie->node };
		send_down(vm, w, to, actor_pid(a), tie->id, a->end->term);
	}
	for (uint32_t at = 0; (tie = ties_next(&a->monitors, &at));) {
		joist_pid to = { .id = tie->other, .node = tie->node };
		send_tie(vm, w, SIGNAL_DEMONITOR, to, actor_pid(a), tie->id, (joist_atom){ 0 });
	}
}

/* What came too late to be told of the end: it finds nobody. */
static void answer_late(struct joist_vm *vm, struct worker *w, struct signal *list)
{
	for (struct signal *next; list; list = next) {
		next = list->next;
		send_to_dead(vm, w, list);
	}
}

static void close_entry(struct joist_vm *vm, struct worker *w, struct joist_actor *a)
{
	struct entry *entry = a->entry;
	joist_pid pid = actor_pid(a);
	uint32_t name_index;
	struct signal *late = table_close(entry, &name_index);

	if (a->holds_crashes)
		crash_tell(vm, pid.id, CRASH_ALL, 0, NULL);
	alarms_end(vm, a);
	if (a->hears_alarms)
		alarms_forget(&vm->alarms, pid);
	if (name_index)
		names_forget(&vm->names, name_index, pid);
	/* relaxed, both: nobody else writes it now, and gates are never unmapped */
	struct mailbox_gate *gate = atomic_load_explicit(&entry->gate, memory_order_relaxed);
	atomic_store_explicit(&entry->gate, NULL, memory_order_relaxed);
	room_close(vm, w, gate);
	gate_give(gate);
	tell_links(vm, w, a);
	tell_monitors(vm, w, a);
	answer_late(vm, w, a->stack->late);
	a->stack->late = NULL;
	answer_late(vm, w, late);
	table_give(&vm->table, worker_pids(w), entry, pid);
	/* relaxed: who stops the node looks again before long */
	if (atomic_load_explicit(&vm->stopping, memory_order_relaxed) &&
	    table_live(&vm->table) == 0)
		sem_post(&vm->empty);
}

static void end_last_turn(struct joist_actor *a)
{
	actor_end_turn(a);
	if (UNLIKELY(a->stack->fault))
		heap_give(a->stack->fault, sizeof(*a->stack->fault));
	a->stack->fault = NULL;
}

/* Whether all have heard of its end, since its code did not come back in time. */
static bool was_told(const struct joist_actor *a)
{
	return a->entry == &a->worker->thread->nowhere;
}

void death_run(struct joist_actor *a)
{
	struct worker *w;

	if (was_told(a)) { /* a fault in a deferred call has led here */
		death_clear(a);
		return;
	}
	change_forget(a);
	last_callbacks(a);
	w = a->worker; /* the callbacks may have waited */
	deliver(a);
	crash_report(w->vm, a);
	end_last_turn(a);
	/* Who alone hears of it may go on in its slice; several have their turns in order. */
	if (ties_count(&a->links) + ties_count(&a->monitored_by) > 1)
		thread_end(w);
	close_entry(w->vm, w, a);
	thread_end(w);
	actor_destroy(a);
}

void death_tell(struct joist_actor *a)
{
	crash_report(a->worker->vm, a);
	close_entry(a->worker->vm, a->worker, a);
}

void death_clear(struct joist_actor *a)
{
	change_forget(a);
	run_deferred(a);
	end_last_turn(a);
	thread_end(a->worker);
	actor_destroy(a);
}

void death_unstarted(struct worker *w, struct joist_actor *a)
{
	thread_begin(w, a);
	actor_end_by(a, END_EXIT, &reason_system_limit);
	death_run(a);
}
