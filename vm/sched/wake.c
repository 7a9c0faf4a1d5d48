/* Making actors run: on the worker that wakes them if it may, else where their frames are. Any thread. */
#include "vm/sched/wake.h"

#include "vm/sched/sched.h"

void wake_idle(struct joist_vm *vm)
{
	/* seq_cst: pairs with the one in idle_sleep: either this sees that the sleeper sleeps, or the
	 * sleeper, looking at the queues once more, sees what was put there */
	atomic_thread_fence(memory_order_seq_cst);
	for (uint32_t first = 0; first < vm->worker_count; first += 64) {
		/* relaxed: the fence orders */
		uint64_t idle = atomic_load_explicit(&vm->idle[first / 64], memory_order_relaxed);
		if (idle) {
			watch_wake(&vm->workers[first + (uint32_t)__builtin_ctzll(idle)].watch);
			return;
		}
	}
}

bool wake_somebody_sleeps(const struct joist_vm *vm)
{
	uint64_t any = 0;

	/* relaxed: a hint */
	for (uint32_t first = 0; first < vm->worker_count; first += 64)
		any |= atomic_load_explicit(&vm->idle[first / 64], memory_order_relaxed);
	return any;
}

void wake_wanted(struct worker *w, bool wanted)
{
	_Atomic uint64_t *word = &w->vm->idle[w->index / 64];
	uint64_t bit = UINT64_C(1) << w->index % 64;

	/* relaxed, both: the fences of those who sleep and wake order; a waker that sees a bit of before
	 * wakes once too often */
	if (wanted)
		atomic_fetch_or_explicit(word, bit, memory_order_relaxed);
	else
		atomic_fetch_and_explicit(word, ~bit, memory_order_relaxed);
}

void wake_at(struct worker *w, struct joist_actor *a)
{
	/* relaxed: the exchange below orders */
	struct joist_actor *head = atomic_load_explicit(&w->woken, memory_order_relaxed);

	do
		a->next = head;
	/* release: pairs with the acquire in take_woken */
	while (!atomic_compare_exchange_weak_explicit(&w->woken, &head, a, memory_order_release,
						      memory_order_relaxed));
	/* Else whoever put the first there wakes it, unless that thread has just lost its processor. */
	if (!head || watch_sleeps(&w->watch))
		watch_wake(&w->watch);
}

static void enqueue(struct worker *w, struct joist_actor *a)
{
	bool free =
		!a->stack && !a->pinned; /* once it is in the queue it may run elsewhere, and end */

	runq_push(&w->queue, a);
	if (w->vm->worker_count > 1 && free)
		wake_idle(w->vm);
}

static bool is_young(const struct worker *w, const struct joist_actor *a)
{
	const struct joist_actor *parent = w->thread->current;

	return parent && parent->reductions < SLICE_REDUCTIONS && parent->priority == a->priority &&
	       !a->pinned && !w->detached && !w->vm->seeded;
}

bool wake_nested(struct worker *w, struct joist_actor *a)
{
	/* relaxed: only this thread writes it */
	uint32_t turn = atomic_load_explicit(&w->thread->turn, memory_order_relaxed);

	if (!is_young(w, a) || wake_somebody_sleeps(w->vm))
		return false;
	if (!w->nest || w->nest_turn != turn)
		w->nest_end = &w->nest;
	w->nest_turn = turn;
	a->next = *w->nest_end;
	*w->nest_end = a;
	w->nest_end = &a->next;
	return true;
}

void wake_new(struct joist_vm *vm, struct worker *w, struct joist_actor *a)
{
	if (a->pinned && a->worker != w) {
		wake_at(a->worker, a);
		return;
	}
	if (w && !w->detached) {
		if (a->state_ != ACTOR_NEW || !wake_nested(w, a))
			enqueue(w, a);
		return;
	}
	/* relaxed: any spread will do */
	uint32_t n = atomic_fetch_add_explicit(&vm->next_worker, 1, memory_order_relaxed);
	wake_at(&vm->workers[n % vm->worker_count], a);
}

void wake_later(struct joist_vm *vm, struct worker *w, struct joist_actor *a)
{
	if (a->stack && (a->worker != w || w->detached))
		wake_at(a->worker, a);
	else
		wake_new(vm, w, a);
}

void wake_parked(struct worker *w, struct joist_actor *a)
{
	actor_set_woken(a, true);
	if (wake_claim(w, a))
		wake(w->vm, w, a);
}
