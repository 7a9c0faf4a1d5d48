/* Sleeps until somebody wants threads, and makes them. */
#include "vm/sched/maker.h"

#include "vm/base/heap.h"
#include "vm/sched/jobs.h"
#include "vm/sched/kernel.h"
#include "vm/sched/pool.h"
#include "vm/sched/thread.h"

/* So many are ready to hold a worker, if there may be many more threads than there are. */
#define SPARES_READY 3

static bool add_thread(struct pool *pool, bool slow)
{
	struct thread *t = pool_make(pool, slow);

	if (!t)
		return false;
	spin_take(&pool->lock);
	t->fresh = true;
	pool->fresh[slow]++;
	spin_give(&pool->lock);
	return pool_start(pool, t) == 0;
}

/* How many are missing to hold workers, and to be actors' own. */
static uint32_t spares_missing(const struct pool *pool)
{
	bool plenty = pool->thread_count < pool->threads_max / 2;
	uint32_t wanted = pool->bound.count + (plenty ? SPARES_READY : 1);
	uint32_t have = pool->spare_count + pool->fresh[false];

	return wanted > have ? wanted - have : 0;
}

static void grow(struct pool *pool)
{
	spin_take(&pool->lock);
	uint32_t spares = spares_missing(pool), slow = jobs_missing(pool);
	spin_give(&pool->lock);
	for (; spares > 0 && add_thread(pool, false); spares--)
		;
	if (spares > 0)
		pool_miss(pool);
	for (; slow > 0 && add_thread(pool, true); slow--)
		;
}

static void *maker_main(void *maker)
{
	struct maker *m = maker;

	kernel_be_quick();
	do {
		grow(m->pool);
		while (sem_wait(&m->pool->wanted) != 0)
			;
		/* relaxed: the semaphore orders */
	} while (!atomic_load_explicit(&m->stop, memory_order_relaxed));
	heap_flush();
	return NULL;
}

int maker_start(struct maker *m, struct pool *pool)
{
	m->pool = pool;
	return -pthread_create(&m->id, NULL, maker_main, m);
}

void maker_stop(struct maker *m)
{
	/* relaxed: the semaphore orders */
	atomic_store_explicit(&m->stop, true, memory_order_relaxed);
	pool_want(m->pool);
	pthread_join(m->id, NULL);
}
