/* Leaving a worker with a turn that takes long, and going back to it. The monitor enters with a claim
 * on the thread; all else runs on the actor's stack. */
#include "vm/sched/detach.h"

#include <sched.h>

#include "vm/base/clock.h"
#include "vm/sched/bound.h"
#include "vm/sched/claim.h"
#include "vm/sched/death.h"
#include "vm/sched/deliver.h"
#include "vm/sched/jobs.h"
#include "vm/sched/kernel.h"
#include "vm/sched/lent.h"
#include "vm/sched/pass.h"
#include "vm/sched/pool.h"
#include "vm/sched/sched.h"
#include "vm/sched/trampoline.h"
#include "vm/sched/wake.h"

/* What an overrun counts for its export, and the most that is remembered: so many actors of it that are
 * short again, and it is forgotten. */
#define OVERRUN 4
#define OVERRUNS_MAX 16

/* An actor whose turn was too long is believed to be short again after so many that were. */
#define OVERRAN 2

/* A detached turn that is shorter than this would have fitted a worker. */
#define SHORT_US 500

static void note_overrun(struct joist_actor *a)
{
	struct export *export = a->export;

	a->overran = OVERRAN;
	/* relaxed, both: a hint, which may miss a count */
	unsigned n = atomic_load_explicit(&export->overruns, memory_order_relaxed) + OVERRUN;
	atomic_store_explicit(&export->overruns,
			      (unsigned char)(n < OVERRUNS_MAX ? n : OVERRUNS_MAX),
			      memory_order_relaxed);
}

static void note_short(struct joist_actor *a)
{
	struct export *export = a->export;

	if (a->overran == 0 || --a->overran > 0)
		return;
	a->proved = true;
	/* relaxed, both: as above */
	unsigned n = atomic_load_explicit(&export->overruns, memory_order_relaxed);
	if (n > 0)
		atomic_store_explicit(&export->overruns, (unsigned char)(n - 1),
				      memory_order_relaxed);
}

void detach_begin_turn(struct thread *t)
{
	t->turn_since = clock_cycles();
	t->turn_share = kernel_share();
}

/* Whether others had the processor for most of a turn that took long: then nobody knows how long it would
 * have taken on a worker. */
static bool was_kept_waiting(const struct thread *t)
{
	struct kernel_share share = kernel_share();

	return share.taken != t->turn_share.taken &&
	       share.used_us - t->turn_share.used_us < SHORT_US;
}

/* Another turn of the detached actor begins: the last one was long, or it was not. */
static void judge(struct thread *t, struct joist_actor *a)
{
	if (t->turn_since && clock_cycles() - t->turn_since < SHORT_US * clock_cycles_per_us())
		note_short(a);
	else if (t->turn_since == 0 || !was_kept_waiting(t))
		note_overrun(a);
	detach_begin_turn(t);
}

/* Parts a thread and the actor that it runs from their worker, which `spare` is to hold. */
static void part(struct thread *t, struct thread *spare)
{
	struct worker *w = t->worker;
	struct joist_actor *a = t->current;

	t->home = w;
	/* relaxed: as in deliver_for */
	atomic_store_explicit(&t->ends_since_ns, 0, memory_order_relaxed);
	t->worker = &t->own;
	a->worker = &t->own;
	/* relaxed, both: for lists of actors */
	atomic_store_explicit(&t->own.running, a->id, memory_order_relaxed);
	atomic_store_explicit(&w->running, 0, memory_order_relaxed);
	/* release: pairs with the load in look_at_worker, which may not have seen this thread before */
	__atomic_store_n(&w->thread, spare, __ATOMIC_RELEASE);
	spare->worker = w;
}

void detach_slow(struct thread *t)
{
	t->slow = true;
	/* relaxed, both: for the monitor; `tid` was written when the thread began */
	atomic_store_explicit(&t->slowed, true, memory_order_relaxed);
	kernel_be_slow(atomic_load_explicit(&t->tid, memory_order_relaxed));
}

void detach_worker(struct thread *t, struct thread *spare)
{
	note_overrun(t->current);
	part(t, spare);
	jobs_join(t->own.vm->pool, t);
	t->turn_since = 0;
}

/* Leaves the worker to a spare thread, which the monitor may have to make first, when the kernel lets it;
 * false if there can be none. */
static bool step_aside(struct worker *w)
{
	uint32_t missed = pool_missed(w->vm->pool);
	struct thread *spare = pool_take_spare(w->vm->pool);

	if (!spare)
		pool_want(w->vm->pool);
	while (!spare && pool_missed(w->vm->pool) == missed) {
		sched_yield();
		spare = pool_take_spare(w->vm->pool);
	}
	if (!spare)
		return false;
	part(w->thread, spare);
	detach_begin_turn(w->thread);
	pool_hold(spare);
	pool_want(w->vm->pool);
	return true;
}

void detach_go(struct joist_actor *a)
{
	struct worker *w = a->worker;

	if (w->detached || a->keeps_thread || !lent_reserve(w) || deliver(a))
		return;
	a->state_ = ACTOR_PARKED;
	w->thread->leaving = a;
	thread_end(w);
	w = pass_to(w, lent_take(w));
	a->worker = w;
	thread_go_on(w, a);
}

/* Has the thread for itself from now on. */
static bool stay(struct joist_actor *a)
{
	struct worker *w = a->worker;

	if (!w->vm->hands_over)
		return true; /* the only thread that there is */
	return bound_equip(&w->thread->own) && (w->detached || step_aside(w));
}

bool detach_settle(struct joist_actor *a)
{
	struct worker *w = a->worker;

	if (a->keeps_thread)
		return stay(a);
	judge(w->thread, a);
	a->worker = w->thread->home;
	a->state_ = ACTOR_PARKED;
	w->thread->leaving = a;
	thread_end(w);
	w = pass_to(w, &w->thread->base);
	thread_go_on(w, a);
	return true;
}

bool detach_goes_on(struct worker *w, struct joist_actor *a)
{
	judge(w->thread, a);
	return detach_expected(a) && !jobs_press(w->vm->pool);
}

void detach_hand_back(struct worker *w, struct joist_actor *a)
{
	a->worker = w->thread->home;
	if (!detach_expected(a) || !jobs_submit(w->vm->pool, a))
		wake_new(w->vm, NULL, a);
}

bool detach_hand_out(struct worker *w, struct joist_actor *a)
{
	if (w->detached || !w->vm->hands_over)
		return false;
	a->worker = w;
	if (a->threaded) {
		pool_submit_bound(w->vm->pool, a);
		return true;
	}
	if (!a->proved)
		a->overran = OVERRAN;
	return jobs_submit(w->vm->pool, a);
}

void detach_abandon(struct thread *t)
{
	struct joist_actor *a = t->current;

	death_tell(a);
	/* From here on it may be nobody's thread for good. */
	a->entry = &t->nowhere;
	/* relaxed: nobody else knows it */
	atomic_store_explicit(&t->nowhere.inbox, NULL, memory_order_relaxed);
	a->ending = true;
	a->killed = false;
	/* relaxed: for lists of actors */
	atomic_store_explicit(&t->own.running, 0, memory_order_relaxed);
	/* release: pairs with the acquire in pool_stop */
	atomic_store_explicit(&t->abandoned, true, memory_order_release);
	claim_end(t, CLAIM_LOST);
}

void detach_bury(struct joist_actor *a)
{
	/* release: as above */
	atomic_store_explicit(&a->worker->thread->abandoned, false, memory_order_release);
	alarm_clear(&a->worker->vm->alarms.ear, ALARM_THREAD_ABANDONED,
		    "the C code of <0.%u.%u> has come back", pid_slot(actor_pid(a)),
		    pid_serial(actor_pid(a)));
	trampoline_uncover(a);
	death_clear(a);
	pass_on_for_good(thread_worker());
}
