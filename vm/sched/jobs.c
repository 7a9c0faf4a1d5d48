/* Who runs what takes long: jobs wait in the pool's queue for a thread and a turn. Owns nothing: all
 * is the pool's, under its lock. Workers, threads of the pool and the monitor enter. */
#include "vm/sched/jobs.h"

#include "vm/sched/pool.h"
#include "vm/sched/thread.h"
#include "vm/sched/wake.h"

/* So many threads may be about to start: they are as quick as workers till they have begun. */
#define START_AT_ONCE 2

/* So many may run at once. */
static uint32_t width(const struct pool *pool)
{
	return pool->abreast + 2 * pool->stuck;
}

static void set_state(struct thread *t, enum job_state state)
{
	/* relaxed: written with the pool's lock; a hint for the monitor */
	atomic_store_explicit(&t->job_state, (uint8_t)state, memory_order_relaxed);
}

static enum job_state state_of(const struct thread *t)
{
	/* relaxed: with the pool's lock */
	return (enum job_state)atomic_load_explicit(&t->job_state, memory_order_relaxed);
}

static void count(struct pool *pool, int32_t more)
{
	/* relaxed: pairs with the load in jobs_any */
	__atomic_store_n(&pool->running, pool->running + (uint32_t)more, __ATOMIC_RELAXED);
}

static void begin(struct pool *pool, struct thread *t)
{
	set_state(t, JOB_RUNS);
	count(pool, 1);
}

bool jobs_take(struct pool *pool, struct thread *t)
{
	if (pool->running >= width(pool))
		return false;
	t->job = pool_queue_take(&pool->jobs);
	if (t->job)
		begin(pool, t);
	return t->job;
}

void jobs_leave(struct pool *pool, struct thread *t)
{
	count(pool, -(state_of(t) != JOB_NONE));
	pool->stuck -= state_of(t) == JOB_STUCK;
	set_state(t, JOB_NONE);
}

uint32_t jobs_missing(const struct pool *pool)
{
	uint32_t fresh = pool->fresh[true], have = pool->running + pool->slow_count + fresh;
	uint32_t room = width(pool) > have ? width(pool) - have : 0;
	uint32_t at_once = fresh < START_AT_ONCE ? START_AT_ONCE - fresh : 0;

	room = room < at_once ? room : at_once;
	return room < pool->jobs.count ? room : pool->jobs.count;
}

/* The threads that have got a job just now, to be woken. */
static struct thread *assign(struct pool *pool)
{
	struct thread *list = NULL;

	for (struct thread *t; (t = pool->slow) && jobs_take(pool, t);) {
		pool->slow = t->next;
		pool->slow_count--;
		t->next = list;
		list = t;
	}
	return list;
}

/* Gives the lock back, and has run what may run now. */
static void give_and_start(struct pool *pool)
{
	struct thread *list = assign(pool), *next;
	bool more = jobs_missing(pool) > 0;

	spin_give(&pool->lock);
	for (; list; list = next) {
		next = list->next;
		sem_post(&list->wake);
	}
	if (more)
		pool_want(pool);
}

/* Whether the actor may have to end, or somebody asks what it is. */
static bool is_urgent(enum signal_kind kind)
{
	return kind == SIGNAL_EXIT || kind == SIGNAL_EXIT_LINK || kind == SIGNAL_MAILBOX_FULL ||
	       kind == SIGNAL_ASK;
}

static struct signal *newest(const struct entry *entry)
{
	/* acquire: pairs with the release in inbox_push */
	return atomic_load_explicit(&entry->inbox, memory_order_acquire);
}

/* Whether one of those from `s` on, up to `seen`, is urgent. Only where nobody takes what has come. */
static bool has_urgent(const struct signal *s, const struct signal *seen)
{
	while (s != seen && !is_urgent((enum signal_kind)s->kind))
		s = s->next;
	return s != seen;
}

bool jobs_submit(struct pool *pool, struct joist_actor *a)
{
	const struct signal *seen = newest(a->entry);

	/* However many there are: not with the lock. */
	if (has_urgent(seen, NULL))
		return false;
	spin_take(&pool->lock);
	pool_queue_add(&pool->jobs, a);
	/* seq_cst: pairs with the one in jobs_recall: either this sees the signal, or who sent it sees the
	 * job */
	atomic_thread_fence(memory_order_seq_cst);
	bool stays = !has_urgent(newest(a->entry), seen);
	if (!stays)
		pool_queue_remove(&pool->jobs, a);
	give_and_start(pool);
	return stays;
}

static struct joist_actor *find(const struct pool *pool, joist_pid pid)
{
	struct joist_actor *a = pool->jobs.first;

	while (a && a->id != pid.id)
		a = a->next;
	return a;
}

void jobs_recall(struct pool *pool, joist_pid pid, enum signal_kind kind)
{
	if (!is_urgent(kind))
		return;
	/* seq_cst: pairs with the one in jobs_submit */
	atomic_thread_fence(memory_order_seq_cst);
	if (!jobs_wait(pool))
		return;
	spin_take(&pool->lock);
	struct joist_actor *a = find(pool, pid);
	if (a)
		pool_queue_remove(&pool->jobs, a);
	spin_give(&pool->lock);
	if (a)
		wake_at(a->worker, a);
}

bool jobs_wait(struct pool *pool)
{
	/* relaxed: a hint */
	return __atomic_load_n(&pool->jobs.count, __ATOMIC_RELAXED) > 0;
}

bool jobs_any(const struct pool *pool)
{
	/* relaxed: a hint */
	return __atomic_load_n(&pool->running, __ATOMIC_RELAXED) > 0;
}

bool jobs_press(struct pool *pool)
{
	spin_take(&pool->lock);
	bool pressed = pool->jobs.count > 0 || pool->running > width(pool);
	spin_give(&pool->lock);
	return pressed;
}

void jobs_join(struct pool *pool, struct thread *t)
{
	spin_take(&pool->lock);
	begin(pool, t);
	spin_give(&pool->lock);
}

void jobs_stick(struct pool *pool, struct thread *t)
{
	spin_take(&pool->lock);
	if (state_of(t) == JOB_RUNS) {
		set_state(t, JOB_STUCK);
		pool->stuck++;
	}
	give_and_start(pool);
}
