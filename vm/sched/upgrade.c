/* The transaction. One thread conducts it: it tells the codes that they change, makes the actors come that
 * rest, a few at a time so that others are not late for it, waits until all hold, and decides. Then it
 * makes them come again, and waits until none holds any more.
 *
 * Which actors there are it learns by going through the table of pids: only who has taken IDLE off an
 * inbox may look at the actor behind it. Those that do not wait come by themselves, since they are sent
 * a signal that says nothing. */
#include "vm/sched/upgrade.h"

#include <errno.h>
#include <stdio.h>

#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/sched/change.h"
#include "vm/sched/send.h"
#include "vm/sched/way.h"

/* So many actors are made to come at once: more would keep others waiting. */
#define AT_ONCE 200

/* What is not told is looked at as often: actors that end, or come by themselves. */
#define LOOK_AGAIN_NS (2 * CLOCK_NS_PER_MS)

/* So long at most conversions may take to be cut short. */
#define CUT_SHORT_NS (3 * CLOCK_NS_PER_S)

struct transaction {
	struct joist_vm *vm;
	const struct upgrade_order *order;
	struct upgrade_report *report;
	struct ballot *u;
	int64_t deadline_ns;
	joist_pid busy; /* an actor that was found in the middle of a turn */
	const struct export *busy_export;
};

/* ---- the codes ---- */

static void change_free(void *change)
{
	struct change *c = change;

	heap_give(c, c->bytes);
}

/* The change of a code, which has one for as long as it lives: who looks at it may do so at any time. */
static struct change *get_change(struct code *code, struct ballot *ballot)
{
	/* relaxed: only who conducts the upgrade writes it */
	struct change *change = atomic_load_explicit(&code->change, memory_order_relaxed);
	size_t bytes = sizeof(*change) + code->export_count * sizeof(*change->ways);

	if (change)
		return change;
	change = heap_take_zero(bytes);
	if (!change)
		return NULL;
	change->bytes = bytes;
	change->ballot = ballot;
	if (!code_own(code, change, change_free)) {
		heap_give(change, bytes);
		return NULL;
	}
	/* release: pairs with the acquire in change_of */
	atomic_store_explicit(&code->change, change, memory_order_release);
	return change;
}

static bool prepare(struct transaction *t)
{
	for (size_t i = 0; i < t->order->from_count; i++) {
		struct code *code = t->order->from[i];
		struct change *change = get_change(code, t->u);

		if (!change)
			return false;
		change->dry = t->order->dry;
		change->few = t->order->few;
		way_find(code, t->order->to, change->ways);
	}
	return true;
}

static void set_phase(struct transaction *t, enum change_phase phase)
{
	uint32_t word = t->u->number << 3 | phase;

	for (size_t i = 0; i < t->order->from_count; i++) {
		/* relaxed: only this thread writes it */
		struct change *change =
			atomic_load_explicit(&t->order->from[i]->change, memory_order_relaxed);

		/* release: pairs with the acquire in word_of */
		atomic_store_explicit(&change->word, word, memory_order_release);
	}
	/* seq_cst: pairs with set_ready. And who comes into the table after this sees the phase, or is
	 * seen there. */
	atomic_thread_fence(memory_order_seq_cst);
}

/* How many actors are to hold. */
static int64_t expected(const struct transaction *t)
{
	int64_t n = 0;

	if (t->order->few)
		return (int64_t)t->order->few;
	for (size_t i = 0; i < t->order->from_count; i++) {
		const struct code *code = t->order->from[i];

		for (size_t k = 0; k < code->export_count; k++) {
			if (code->exports[k].kind == JOIST_EXPORT_HANDLER)
				n += ballot_count(&code->exports[k].actors);
		}
	}
	return n;
}

/* ---- waiting ---- */

static bool has_failed(const struct transaction *t)
{
	/* relaxed: the lock orders what is read then */
	return atomic_load_explicit(&t->u->failed, memory_order_relaxed);
}

static bool is_late(const struct transaction *t)
{
	return clock_now_ns() >= t->deadline_ns;
}

/* Waits a little for something to change. */
static void wait(struct transaction *t)
{
	struct timespec until = clock_kernel_in(LOOK_AGAIN_NS);

	if (t->order->wait)
		t->order->wait(t->order->waiter);
	else
		sem_clockwait(&t->u->changed, CLOCK_MONOTONIC, &until);
}

/* ---- making them come ---- */

static bool takes_part(const struct transaction *t, const struct joist_actor *a)
{
	for (size_t i = 0; i < t->order->from_count; i++) {
		if (a->export->code == t->order->from[i])
			return a->export->kind == JOIST_EXPORT_HANDLER;
	}
	return false;
}

/* Whether an actor that rests has anything to do for the upgrade. */
static bool is_wanted(const struct transaction *t, const struct joist_actor *a, bool decided)
{
	if (!takes_part(t, a))
		return false;
	return decided ? a->ready || a->first || !a->started : !a->ready;
}

/* An actor that waited, on which the caller has the right: it comes, or goes on waiting. */
static void call(struct transaction *t, struct joist_actor *a, bool decided)
{
	bool rests = !a->stack, wanted = is_wanted(t, a, decided);
	struct entry *entry = a->entry;

	if (!rests && wanted && !decided) {
		t->busy = actor_pid(a);
		t->busy_export = a->export;
	}
	if (rests && wanted) {
		a->asked = true;
		/* relaxed: see ballot.h */
		atomic_fetch_add_explicit(&t->u->asked, 1, memory_order_relaxed);
	}
	/* Who waits with frames may be woken by somebody who counts on us now. */
	if (!rests || wanted || !inbox_rest(entry))
		wake(t->vm, NULL, a);
}

/* Somebody who does not wait comes to look. */
static void tell(struct transaction *t, uint32_t slot)
{
	joist_pid pid;
	struct signal *look;

	if (!table_pid(&t->vm->table, slot, &pid))
		return;
	while (!(look = signal_make(SIGNAL_LOOK, pid, 0)))
		wait(t); /* for others to free some memory */
	send_signal(t->vm, NULL, pid, look);
}

/* Has all that may have to do with it look at what the phase is. */
static void sweep(struct transaction *t, bool decided)
{
	struct table *table = &t->vm->table;
	/* Some may have been asked before, and never come. */
	int64_t most = ballot_count(&t->u->asked) + AT_ONCE;

	for (uint32_t slot = 0; slot < table_slots(table); slot++) {
		struct entry *entry = table_entry(table, slot);

		while (ballot_count(&t->u->asked) >= most &&
		       (decided || (!has_failed(t) && !is_late(t))))
			wait(t);
		if (!decided && (has_failed(t) || is_late(t)))
			return;
		if (inbox_claim(entry))
			call(t, entry->actor, decided);
		else
			tell(t, slot);
	}
}

/* ---- deciding ---- */

static bool wait_until_all_hold(struct transaction *t)
{
	while (ballot_count(&t->u->ready) != expected(t)) {
		if (has_failed(t) || is_late(t))
			return false;
		wait(t);
	}
	return !has_failed(t);
}

/* Finds one that waits in the middle of a turn. */
static void find_busy(struct transaction *t)
{
	struct table *table = &t->vm->table;

	for (uint32_t slot = 0; slot < table_slots(table) && joist_pid_is_none(t->busy); slot++) {
		struct entry *entry = table_entry(table, slot);

		if (inbox_claim(entry))
			call(t, entry->actor, false);
	}
}

/* Has conversions that go on and on be cut short; what they were doing is then the failure. */
static void cut_short(struct transaction *t)
{
	int64_t until_ns = clock_now_ns() + CUT_SHORT_NS;

	/* relaxed: for the monitor, which looks again */
	atomic_store_explicit(&t->u->overdue, true, memory_order_relaxed);
	while (ballot_count(&t->u->converting) > 0 && !has_failed(t) && clock_now_ns() < until_ns)
		wait(t);
}

/* Says why not all came in time. */
static void fail_late(struct transaction *t)
{
	cut_short(t);
	if (has_failed(t))
		return;
	find_busy(t);
	struct ballot_failure failure = { .number = t->u->number,
					  .pid = t->busy,
					  .export = t->busy_export };
	int64_t missing = expected(t) - ballot_count(&t->u->ready);

	failure.is_late = true;
	snprintf(failure.reason, sizeof(failure.reason), "%lld of %lld actors had not converted",
		 (long long)missing, (long long)expected(t));
	ballot_fail(t->u, &failure);
}

/* Whether it is to be done: all hold, and nobody can come any more who does not. */
static bool agree(struct transaction *t)
{
	sweep(t, false);
	t->busy = (joist_pid){ 0 };
	if (!wait_until_all_hold(t))
		return false;
	set_phase(t, CHANGE_DECIDES);
	return wait_until_all_hold(t);
}

/* What the actors look at may be another thing by the next time. */
static void wait_until_nobody_is_left(struct transaction *t)
{
	/* acquire: pairs with the release in go_outside */
	while (ballot_count(&t->u->ready) > 0 ||
	       atomic_load_explicit(&t->u->inside, memory_order_acquire) > 0)
		wait(t);
}

static void conduct(struct transaction *t)
{
	const struct upgrade_order *order = t->order;
	struct upgrade_report *report = t->report;

	set_phase(t, CHANGE_CONVERTS);
	bool agreed = agree(t);
	report->actors = (uint64_t)ballot_count(&t->u->ready);
	if (!agreed && !has_failed(t))
		fail_late(t);
	report->done =
		agreed && !order->dry && (!order->commit || order->commit(order->owner, order->to));
	set_phase(t, report->done ? CHANGE_COMMITTED : CHANGE_ABORTED);
	sweep(t, true);
	wait_until_nobody_is_left(t);
	/* relaxed: as in cut_short */
	atomic_store_explicit(&t->u->overdue, ballot_count(&t->u->converting) > 0,
			      memory_order_relaxed);
	if (!report->done || order->few)
		set_phase(t, CHANGE_NONE);
	report->done |= agreed && order->dry;
}

int upgrade_run(struct joist_vm *vm, const struct upgrade_order *order,
		struct upgrade_report *ret_report)
{
	int64_t now = clock_now_ns();
	struct transaction t = { .vm = vm,
				 .order = order,
				 .report = ret_report,
				 .u = &vm->ballot,
				 .deadline_ns = now + order->deadline_ms * CLOCK_NS_PER_MS };

	/* acquire: pairs with the release below */
	if (atomic_flag_test_and_set_explicit(&t.u->busy, memory_order_acquire))
		return -EBUSY;
	*ret_report = (struct upgrade_report){ .done = false };
	ballot_begin(t.u, order->few);
	bool prepared = prepare(&t);
	if (prepared)
		conduct(&t);
	spin_take(&t.u->lock);
	ret_report->failure = t.u->failure;
	spin_give(&t.u->lock);
	ret_report->took_ns = clock_now_ns() - now;
	/* release: pairs with the acquire above */
	atomic_flag_clear_explicit(&t.u->busy, memory_order_release);
	return prepared ? 0 : -ENOMEM;
}
