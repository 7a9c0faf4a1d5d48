/* Picking who runs next, and going there. Only the thread that holds the worker enters, but for
 * worker_make_run and worker_offer. */
#include "vm/sched/worker.h"

#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/sched/idle.h"
#include "vm/sched/lent.h"
#include "vm/sched/sched.h"
#include "vm/sched/steal.h"

static __thread struct worker *held;

/* Not inlined: after a switch the thread may be another, and the compiler must not remember where its
 * variables were. */
__attribute__((noinline)) struct worker *worker_current(void)
{
	__asm__ volatile("" ::: "memory");
	return held;
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
	lent_finish(w);
	timers_finish(&w->timers);
	watch_finish(&w->watch);
}

void *worker_main(void *worker)
{
	struct worker *w = worker;

	held = w;
	annotate_stack_thread(&w->thread_stack.notes);
	w->stack = &w->thread_stack;
	struct stack *lent = lent_take(w);
	if (!lent)
		JOIST_BUG("no memory for a worker's first stack");
	w->stack = lent;
	stack_switch(&w->thread_stack, lent, false);
	worker_arrive();
	heap_flush();
	return NULL;
}

struct worker *worker_arrive(void)
{
	struct worker *w = worker_current();

	annotate_switch_finish(&w->stack->notes);
	if (w->retired) {
		stack_give(w->retired);
		w->retired = NULL;
	}
	return w;
}

void worker_slice(struct worker *w)
{
	w->reductions = SLICE_REDUCTIONS;
	w->slice_ends = clock_cycles() + w->vm->slice_cycles;
}

/* Puts what others made run into the queue, oldest first. */
static void take_woken(struct worker *w)
{
	struct joist_actor *list, *next, *oldest = NULL;

	/* relaxed: the exchange orders */
	if (!atomic_load_explicit(&w->woken, memory_order_relaxed))
		return;
	/* acquire: pairs with the release in push_woken */
	list = atomic_exchange_explicit(&w->woken, NULL, memory_order_acquire);
	for (; list; list = next) {
		next = list->next;
		list->next = oldest;
		oldest = list;
	}
	for (; oldest; oldest = next) {
		next = oldest->next;
		runq_push(&w->queue, oldest);
	}
}

/* A seeded node draws who is next among the first few. */
static struct joist_actor *draw(struct worker *w)
{
	for (uint32_t passes = rng_below(&w->rng, 4); passes > 0; passes--) {
		struct joist_actor *a = runq_pop(&w->queue);
		if (a)
			runq_push(&w->queue, a);
	}
	return runq_pop(&w->queue);
}

static struct joist_actor *pick(struct worker *w)
{
	struct joist_actor *a = w->hand;
	uint64_t now = clock_cycles();

	w->hand = NULL;
	if (a && w->reductions > 0 && now < w->slice_ends)
		return a;
	if (a)
		runq_push(&w->queue, a);
	/* When a seeded node looks must not depend on how fast it runs. */
	if (now >= w->poll_next || w->vm->seeded)
		idle_poll(w, now);
	take_woken(w);
	a = w->vm->seeded ? draw(w) : runq_pop(&w->queue);
	if (!a && w->vm->worker_count > 1)
		a = steal_for(w);
	if (a)
		worker_slice(w);
	return a;
}

struct joist_actor *worker_next(struct worker *w)
{
	struct joist_actor *a;

	while (!(a = pick(w))) {
		/* acquire: pairs with the release in vm_stop */
		if (atomic_load_explicit(&w->vm->stopped, memory_order_acquire))
			return NULL;
		idle_sleep(w);
	}
	return a;
}

/* The stack to go on with for `a` to run; NULL: the thread's, at the end. */
static struct stack *stack_for(struct worker *w, struct joist_actor *a)
{
	if (!a)
		return &w->thread_stack;
	if (a->stack)
		return a->stack;
	w->pending = a;
	struct stack *lent = lent_take(w);
	joist_assert(lent); /* who parks on a lent stack has made sure of another */
	return lent;
}

void worker_switch(struct worker *w)
{
	struct stack *from = w->stack;
	struct joist_actor *me = w->current;

	w->current = NULL;
	struct joist_actor *a = worker_next(w);
	if (a != me) {
		struct stack *to = stack_for(w, a);
		w->stack = to;
		stack_switch(from, to, false);
		w = worker_arrive();
	}
	w->current = me;
	me->state_ = ACTOR_RUNNING;
	/* relaxed: for lists of actors */
	atomic_store_explicit(&w->running, me->id, memory_order_relaxed);
}

void worker_switch_for_good(struct worker *w)
{
	struct stack *from = w->stack;

	w->current = NULL;
	struct stack *to = stack_for(w, worker_next(w));
	w->retired = from;
	w->stack = to;
	stack_switch(from, to, true);
	JOIST_BUG("a retired stack was run on");
}

/* Hands an actor whose frames are elsewhere to the worker that holds them. */
static void push_woken(struct worker *w, struct joist_actor *a)
{
	/* relaxed: the exchange below orders */
	struct joist_actor *head = atomic_load_explicit(&w->woken, memory_order_relaxed);

	do
		a->next = head;
	/* release: pairs with the acquire in take_woken */
	while (!atomic_compare_exchange_weak_explicit(&w->woken, &head, a, memory_order_release,
						      memory_order_relaxed));
	watch_wake(&w->watch);
}

static void enqueue(struct worker *w, struct joist_actor *a)
{
	bool free = !a->stack; /* once it is in the queue it may run elsewhere, and end */

	runq_push(&w->queue, a);
	if (w->vm->worker_count > 1 && free)
		worker_offer(w->vm);
}

void worker_add(struct joist_vm *vm, struct worker *w, struct joist_actor *a)
{
	if (w) {
		enqueue(w, a);
		return;
	}
	/* relaxed: any spread will do */
	uint32_t n = atomic_fetch_add_explicit(&vm->next_worker, 1, memory_order_relaxed);
	push_woken(&vm->workers[n % vm->worker_count], a);
}

/* Whether the worker's current actor may hand the rest of its slice to `a`. */
static bool may_hand(const struct worker *w, const struct joist_actor *a)
{
	return w->current && !w->hand && a->priority == w->current->priority && !w->vm->seeded;
}

void worker_make_run(struct joist_vm *vm, struct worker *w, struct joist_actor *a)
{
	if (a->stack) {
		a->state_ = ACTOR_READY;
		if (a->worker != w) {
			push_woken(a->worker, a);
			return;
		}
	}
	if (w && may_hand(w, a))
		w->hand = a;
	else
		worker_add(vm, w, a);
}

void worker_offer(struct joist_vm *vm)
{
	/* seq_cst: pairs with the one in idle_sleep: either this sees that the sleeper sleeps, or the
	 * sleeper, looking at the queues once more, sees what was put there */
	atomic_thread_fence(memory_order_seq_cst);
	/* relaxed: the fence orders */
	uint64_t idle = atomic_load_explicit(&vm->idle, memory_order_relaxed);
	if (idle)
		watch_wake(&vm->workers[__builtin_ctzll(idle)].watch);
}
