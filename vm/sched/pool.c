/* The pool of threads. Its lock is held for a few instructions; a thread that waits does so in a semaphore
 * of its own. The structs of threads that have ended are used again for new ones, since the numbers that
 * they gave out must not come twice. */
#include "vm/sched/pool.h"

#include <errno.h>
#include <malloc.h>

#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/sched/bound.h"
#include "vm/sched/doze.h"
#include "vm/sched/lent.h"
#include "vm/sched/sched.h"
#include "vm/sched/thread.h"

/* So many threads wait for jobs; more end. */
#define SLOW_KEPT 64

/* So many wait to hold a worker; more end. */
#define SPARES_KEPT 8

/* Of what a thread is started with: its frames are few, but thread-local storage lies there, too. */
#define BASE_BYTES (256 * 1024)

struct pool *pool_create(struct joist_vm *vm, void *(*main)(void *thread), uint32_t abreast,
			 uint32_t threads_max)
{
	struct pool *pool = heap_take_zero(sizeof(*pool));

	if (!pool)
		return NULL;
	pool->vm = vm;
	pool->main = main;
	pool->abreast = abreast;
	sem_init(&pool->wanted, 0, 0);
	pool->threads_max = threads_max ? threads_max : POOL_THREADS_MAX;
	/* Or one that computes could hold the heap that another waits for. */
	mallopt(M_ARENA_MAX, (int)pool->threads_max + 64);
	return pool;
}

static struct thread *pop(struct thread **list)
{
	struct thread *t = *list;

	if (t)
		*list = t->next;
	return t;
}

static void push(struct thread **list, struct thread *t)
{
	t->next = *list;
	*list = t;
}

/* ---- making and ending ---- */

static void report_full(const struct pool *pool)
{
	alarm_raise(&pool->vm->alarms.ear, ALARM_THREADS_FULL,
		    "no thread is left: %u run turns that take long, and others wait for one; "
		    "raise limits.threads, or have fewer actors block or compute at once",
		    pool->threads_max);
}

struct thread *pool_newest(struct pool *pool)
{
	/* acquire: pairs with the release in make */
	return atomic_load_explicit(&pool->made, memory_order_acquire);
}

/* With what stands in for a worker: numbered above all workers, so that its references are its own. */
static struct thread *make(struct pool *pool)
{
	struct thread *t = heap_take_zero(sizeof(*t));

	if (!t)
		return NULL;
	t->own.vm = pool->vm;
	t->own.thread = t;
	t->own.detached = true;
	t->own.dozers = &doze_nobody;
	sem_init(&t->wake, 0, 0);
	spin_take(&pool->lock);
	t->own.index = WORKERS_MAX + pool->made_count++;
	t->own.number = (uint64_t)(t->own.index + 1) << 48;
	t->next_made = pool_newest(pool);
	/* release: pairs with the acquire in pool_newest */
	atomic_store_explicit(&pool->made, t, memory_order_release);
	spin_give(&pool->lock);
	return t;
}

struct thread *pool_make(struct pool *pool, bool slow)
{
	spin_take(&pool->lock);
	bool full = pool->thread_count >= pool->threads_max;
	struct thread *t = full ? NULL : pop(&pool->gone);
	pool->thread_count += !full;
	uint32_t count = pool->thread_count;
	spin_give(&pool->lock);
	if (full) {
		report_full(pool);
		return NULL;
	}
	if (count == pool->threads_max - pool->threads_max / 10)
		alarm_raise(&pool->vm->alarms.ear, ALARM_THREADS_HIGH,
			    "%u of %u threads are in use; raise limits.threads, or have fewer "
			    "actors block or compute at once",
			    count, pool->threads_max);
	if (!t)
		t = make(pool);
	if (t) {
		t->slow = slow;
		/* relaxed: it does not run yet */
		atomic_store_explicit(&t->slowed, false, memory_order_relaxed);
		return t;
	}
	spin_take(&pool->lock);
	pool->thread_count--;
	spin_give(&pool->lock);
	return NULL;
}

void pool_end(struct pool *pool, struct thread *t)
{
	spin_take(&pool->lock);
	pool->thread_count--;
	pool->fresh[t->slow] -= t->fresh;
	t->fresh = false;
	push(&pool->gone, t);
	spin_give(&pool->lock);
}

int pool_start(struct pool *pool, struct thread *t)
{
	pthread_attr_t attributes;

	if (t->started)
		pthread_join(t->id, NULL); /* it has ended, or is about to */
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, BASE_BYTES);
	int error = pthread_create(&t->id, &attributes, pool->main, t);
	pthread_attr_destroy(&attributes);
	t->started = !error;
	if (error)
		pool_end(pool, t);
	return -error;
}

/* ---- what waits for threads ---- */

static void count(struct pool_queue *queue, uint32_t more)
{
	/* relaxed: pairs with the load in jobs_wait */
	__atomic_store_n(&queue->count, queue->count + more, __ATOMIC_RELAXED);
}

void pool_queue_add(struct pool_queue *queue, struct joist_actor *a)
{
	a->next = NULL;
	if (queue->first)
		queue->last->next = a;
	else
		queue->first = a;
	queue->last = a;
	count(queue, 1);
}

void pool_queue_remove(struct pool_queue *queue, struct joist_actor *a)
{
	struct joist_actor **link = &queue->first, *before = NULL;

	for (; *link != a; link = &before->next)
		before = *link;
	*link = a->next;
	if (queue->last == a)
		queue->last = before;
	count(queue, UINT32_MAX);
}

struct joist_actor *pool_queue_take(struct pool_queue *queue)
{
	struct joist_actor *a = queue->first;

	if (a)
		pool_queue_remove(queue, a);
	return a;
}

void pool_want(struct pool *pool)
{
	sem_post(&pool->wanted);
}

static struct thread *take_spare(struct pool *pool)
{
	struct thread *t = pop(&pool->spares);

	pool->spare_count -= t != NULL;
	return t;
}

void pool_submit_bound(struct pool *pool, struct joist_actor *a)
{
	spin_take(&pool->lock);
	struct thread *t = take_spare(pool);
	if (t)
		t->job = a;
	else
		pool_queue_add(&pool->bound, a);
	spin_give(&pool->lock);
	if (t)
		sem_post(&t->wake);
	pool_want(pool);
}

struct thread *pool_take_spare(struct pool *pool)
{
	spin_take(&pool->lock);
	struct thread *t = take_spare(pool);
	spin_give(&pool->lock);
	return t;
}

void pool_hold(struct thread *t)
{
	sem_post(&t->wake);
}

void pool_miss(struct pool *pool)
{
	spin_take(&pool->lock);
	pool->missed++;
	spin_give(&pool->lock);
}

uint32_t pool_missed(struct pool *pool)
{
	spin_take(&pool->lock);
	uint32_t n = pool->missed;
	spin_give(&pool->lock);
	return n;
}

bool pool_keep(struct pool *pool, struct thread *t)
{
	uint32_t *count = t->slow ? &pool->slow_count : &pool->spare_count;

	if (*count == (t->slow ? SLOW_KEPT : SPARES_KEPT))
		return false;
	push(t->slow ? &pool->slow : &pool->spares, t);
	++*count;
	return true;
}

/* ---- the end ---- */

static bool is_abandoned(const struct thread *t)
{
	/* acquire: pairs with the release in detach_abandon */
	return atomic_load_explicit(&t->abandoned, memory_order_acquire);
}

uint32_t pool_abandoned(struct pool *pool)
{
	uint32_t n = 0;

	/* None ever leaves the list. */
	for (const struct thread *t = pool_newest(pool); t; t = t->next_made)
		n += is_abandoned(t);
	return n;
}

void pool_make_way(struct pool *pool)
{
	for (const struct thread *t = pool_newest(pool); t; t = t->next_made) {
		/* relaxed: written when the thread began */
		if (is_abandoned(t))
			kernel_be_last(atomic_load_explicit(&t->tid, memory_order_relaxed));
	}
}

uint32_t pool_stop(struct pool *pool)
{
	spin_take(&pool->lock);
	pool->stopping = true;
	struct thread *spares = pool->spares, *slow = pool->slow;
	pool->spares = pool->slow = NULL;
	pool->slow_count = pool->spare_count = 0;
	spin_give(&pool->lock);
	for (struct thread *t; (t = pop(&spares));)
		sem_post(&t->wake);
	for (struct thread *t; (t = pop(&slow));)
		sem_post(&t->wake);
	uint32_t left = 0;
	for (struct thread *t = pool_newest(pool); t; t = t->next_made) {
		if (is_abandoned(t)) {
			left++;
			pthread_detach(t->id); /* nobody will wait for it */
			t->started = false;
		} else if (t->started) {
			pthread_join(t->id, NULL);
		}
	}
	return left;
}

void pool_destroy(struct pool *pool)
{
	if (!pool)
		return;
	for (struct thread *t = pool_newest(pool), *next; t; t = next) {
		next = t->next_made;
		sem_destroy(&t->wake);
		bound_finish(&t->own);
		heap_give(t, sizeof(*t));
	}
	sem_destroy(&pool->wanted);
	heap_give(pool, sizeof(*pool));
}
