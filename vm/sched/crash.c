/* What is logged of an actor that ended in error by its own doing.
 *
 * What becomes of a supervised one is known to its supervisor, a moment later; so the report waits in the
 * node's list, until the supervisor tells or ends. The dying actor looks under the list's lock whether
 * its parent still lives, and the parent empties the list after its own pid is dead: one of the two sees
 * the other. Any thread enters; lines are written outside the lock. */
#include "vm/sched/crash.h"

#include <stdio.h>
#include <string.h>

#include "vm/actor/actor.h"
#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/base/text.h"
#include "vm/term/atom.h"
#include "vm/term/map.h"
#include "vm/term/print.h"

/* More do not wait: their lines say nothing of a restart. */
#define WAITING_MAX 1024

/* Whether the report waits from now on. */
static bool wait_for_word(struct joist_vm *vm, struct crash *crash)
{
	struct crashes *list = &vm->crashes;

	spin_take(&list->lock);
	bool waits = list->count < WAITING_MAX &&
		     table_lives(&vm->table, (joist_pid){ .id = crash->parent });
	if (waits) {
		if (list->first)
			list->last->next = crash;
		else
			list->first = crash;
		list->last = crash;
		list->count++;
	}
	spin_give(&list->lock);
	return waits;
}

/* Writes the report, or gives it to who knows more of its frames, or tells what is counted after it; it is
 * gone then. */
static void settle(struct joist_vm *vm, struct crash *crash)
{
	if ((crash->fault.count || crash->is_last) && vm->crash.take) {
		vm->crash.take(vm->crash.owner, crash);
		return;
	}
	crash_write(crash, NULL);
	crash_free(crash);
}

static bool is_orderly(joist_term reason)
{
	return reason.word == ATOM(normal).word || reason.word == ATOM(shutdown).word ||
	       (term_is_tuple(reason, 2) && tuple_at(reason, 0).word == ATOM(shutdown).word);
}

/* The reason for people: that of a fault without its frames, which the report has anyway. */
static joist_term plain_reason(struct joist_actor *a)
{
	joist_term reason = a->end->term, map, plain;

	if (!a->stack->fault || !term_is_tuple(reason, 3) || !term_is_map(tuple_at(reason, 2)))
		return reason;
	map = map_remove(&a->stack->arena, tuple_at(reason, 2), (joist_term){ ATOM(frames).word });
	plain = joist_is_none(map) ? map
				   : term_tuple_of(&a->stack->arena, tuple_at(reason, 0),
						   tuple_at(reason, 1), map);
	return joist_is_none(plain) ? reason : plain;
}

static void fill(struct crash *crash, const struct joist_actor *a)
{
	const struct code *code = a->export->code;

	crash->pid = actor_pid(a);
	crash->parent = a->parent;
	crash->started = a->started;
	crash->system_ns = clock_system_ns();
	crash->name = names_of(a->entry);
	crash->plugin = code->plugin;
	crash->export_name = a->export->name;
	crash->generation = code->generation;
	crash->messages = a->message_count;
	crash->links = ties_count(&a->links);
	snprintf(crash->version, sizeof(crash->version), "%s", code->version);
}

void crash_tell_of(struct joist_vm *vm, const struct joist_actor *a, struct crash *crash)
{
	fill(crash, a);
	struct crash *copy = crash_copy(crash);
	if (copy)
		settle(vm, copy);
	else
		crash_write(crash, NULL);
}

static void report(struct joist_vm *vm, struct joist_actor *a)
{
	struct crash crash = { .next = NULL }, *copy = NULL;
	struct text reason = { 0 };

	if (!log_wants(LOG_LEVEL_ERROR) ||
	    !log_quota_take(&a->export->crashes, vm->crash_reports_per_s, vm->cycles_per_s,
			    &crash.skipped, &crash.is_last))
		return;
	fill(&crash, a);
	if (a->stack->fault)
		crash.fault = *a->stack->fault;
	print_cut(&reason, plain_reason(a), LOG_LINE_MAX);
	crash.reason = reason.data;
	crash.reason_size = reason.size;
	if (a->crash_waits || crash.fault.count || crash.is_last)
		copy = crash_copy(&crash);
	if (!copy)
		crash_write(&crash, NULL);
	else if (!a->crash_waits || !wait_for_word(vm, copy))
		settle(vm, copy);
	text_finish(&reason);
}

void crash_report(struct joist_vm *vm, struct joist_actor *a)
{
	if (a->end_kind == END_SIGNAL || is_orderly(a->end->term))
		return;
	/* relaxed: a count */
	atomic_fetch_add_explicit(&a->export->code->crashes, 1, memory_order_relaxed);
	report(vm, a);
}

static bool is_meant(const struct crash *crash, uint64_t parent, enum crash_which which,
		     uint64_t pid)
{
	if (crash->parent != parent)
		return false;
	return which == CRASH_ALL ||
	       (which == CRASH_UNSTARTED ? !crash->started : crash->pid.id == pid);
}

/* Takes the first one that is meant off the list; NULL if there is none. */
static struct crash *take(struct crashes *list, uint64_t parent, enum crash_which which,
			  uint64_t pid)
{
	struct crash *before = NULL, *crash;

	spin_take(&list->lock);
	for (crash = list->first; crash && !is_meant(crash, parent, which, pid);
	     crash = crash->next)
		before = crash;
	if (crash) {
		*(before ? &before->next : &list->first) = crash->next;
		if (list->last == crash)
			list->last = before;
		list->count--;
	}
	spin_give(&list->lock);
	return crash;
}

void crash_tell(struct joist_vm *vm, uint64_t parent, enum crash_which which, uint64_t pid,
		const char *restart)
{
	struct crash *crash;

	do {
		crash = take(&vm->crashes, parent, which, pid);
		if (!crash)
			return;
		if (restart)
			snprintf(crash->restart, sizeof(crash->restart), "%s", restart);
		settle(vm, crash);
	} while (which == CRASH_ALL);
}
