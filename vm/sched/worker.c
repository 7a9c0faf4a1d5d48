/* A worker's own beginnings and ends, and what it counts. Only the thread that holds it enters. */
#include "vm/sched/worker.h"

#include "vm/base/clock.h"
#include "vm/sched/sched.h"

static __thread struct worker *held;

/* Not inlined: after a switch the thread may be another, and the compiler must not remember where its
 * variables were. */
__attribute__((noinline)) struct worker *worker_current(void)
{
	__asm__ volatile("" ::: "memory");
	return held;
}

void worker_hold(struct worker *w)
{
	held = w;
}

int worker_init(struct worker *w, struct joist_vm *vm, uint32_t index)
{
	w->vm = vm;
	w->index = index;
	w->number = (uint64_t)(index + 1) << 48;
	w->rng.state = vm->seed ? vm->seed : clock_cycles() ^ w->number;
	wheel_init(&w->deadlines, clock_now_ns());
	timers_init(&w->timers, index);
	return watch_init(&w->watch);
}

void worker_finish(struct worker *w)
{
	timers_finish(&w->timers);
	watch_finish(&w->watch);
}

void worker_begin(struct worker *w, struct joist_actor *a)
{
	a->worker = w;
	actor_begin_turn(a, w->stack);
	a->state_ = ACTOR_RUNNING;
	w->current = a;
	/* relaxed: for lists of actors */
	atomic_store_explicit(&w->running, a->id, memory_order_relaxed);
}

void worker_slice(struct worker *w)
{
	w->reductions = SLICE_REDUCTIONS;
	/* A seeded node does the same however fast it runs. */
	w->slice_ends = w->vm->seeded ? UINT64_MAX : clock_cycles() + w->vm->slice_cycles;
}
