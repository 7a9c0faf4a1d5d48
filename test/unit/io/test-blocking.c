/* The pool of blocking threads. */
#include "vm/io/blocking.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"

enum { THREADS = 4, JOBS = 2000 };

static struct blocking_pool pool;
static sem_t begun, gate, over;

static void post_over(struct blocking_job *job)
{
	(void)job;
	sem_post(&over);
}

static void add_one(void *argument)
{
	(*(int *)argument)++;
}

static void pass_gate(void *argument)
{
	(void)argument;
	sem_post(&begun);
	sem_wait(&gate);
}

static void wait_for(sem_t *semaphore, int times)
{
	for (int i = 0; i < times; i++)
		while (sem_wait(semaphore) < 0)
			;
}

static void start(unsigned threads_max)
{
	sem_init(&begun, 0, 0);
	sem_init(&gate, 0, 0);
	sem_init(&over, 0, 0);
	CHECK_INT(blocking_init(&pool, threads_max), 0);
}

TEST_LEAK_FREE(ends_unused)
{
	start(THREADS);
	blocking_finish(&pool);
}

TEST_LEAK_FREE(runs_all_jobs)
{
	static struct blocking_job jobs[JOBS];
	static int counts[JOBS];

	start(THREADS);
	for (int i = 0; i < JOBS; i++) {
		jobs[i] = (struct blocking_job){ add_one, &counts[i], post_over, NULL };
		CHECK_INT(blocking_submit(&pool, &jobs[i]), 0);
	}
	wait_for(&over, JOBS);
	blocking_finish(&pool);
	for (int i = 0; i < JOBS; i++)
		CHECK_INT(counts[i], 1);
	CHECK(pool.started <= THREADS);
}

TEST_LEAK_FREE(has_a_thread_for_each_up_to_the_limit)
{
	struct blocking_job jobs[THREADS + 1];

	start(THREADS);
	for (int i = 0; i <= THREADS; i++) {
		jobs[i] = (struct blocking_job){ pass_gate, NULL, post_over, NULL };
		CHECK_INT(blocking_submit(&pool, &jobs[i]), 0);
	}
	wait_for(&begun, THREADS);
	CHECK(sem_trywait(&begun) < 0);
	sem_post(&gate);
	wait_for(&begun, 1);
	for (int i = 0; i < THREADS; i++)
		sem_post(&gate);
	wait_for(&over, THREADS + 1);
	blocking_finish(&pool);
	CHECK_INT(pool.started, THREADS);
}

TEST_LEAK_FREE(withdraws_what_is_queued)
{
	int count = 0;
	struct blocking_job first = { pass_gate, NULL, post_over, NULL };
	struct blocking_job second = { add_one, &count, post_over, NULL };
	struct blocking_job third = { add_one, &count, post_over, NULL };

	start(1);
	CHECK_INT(blocking_submit(&pool, &first), 0);
	wait_for(&begun, 1);
	CHECK_INT(blocking_submit(&pool, &second), 0);
	CHECK(!blocking_withdraw(&pool, &first));
	CHECK(blocking_withdraw(&pool, &second));
	CHECK(!blocking_withdraw(&pool, &second));
	CHECK_INT(blocking_submit(&pool, &third), 0);
	sem_post(&gate);
	wait_for(&over, 2);
	blocking_finish(&pool);
	CHECK_INT(count, 1);
}

TEST_LEAK_FREE(finishes_what_was_taken)
{
	static struct blocking_job jobs[JOBS];
	static int counts[JOBS];

	start(2);
	for (int i = 0; i < JOBS; i++) {
		jobs[i] = (struct blocking_job){ add_one, &counts[i], post_over, NULL };
		CHECK_INT(blocking_submit(&pool, &jobs[i]), 0);
	}
	blocking_finish(&pool);
	for (int i = 0; i < JOBS; i++)
		CHECK_INT(counts[i], 1);
}

static void submit_another(void *argument)
{
	sem_post(&begun);
	sem_wait(&gate);
	*(int *)argument = blocking_submit(&pool, &(struct blocking_job){ 0 });
}

static void *finish_pool(void *argument)
{
	blocking_finish(&pool);
	return argument;
}

TEST_LEAK_FREE(takes_no_job_once_it_stops)
{
	int result = 0;
	struct blocking_job job = { submit_another, &result, post_over, NULL };
	pthread_t finisher;
	bool stops = false;

	start(1);
	CHECK_INT(blocking_submit(&pool, &job), 0);
	wait_for(&begun, 1);
	CHECK_INT(pthread_create(&finisher, NULL, finish_pool, NULL), 0);
	while (!stops) {
		pthread_mutex_lock(&pool.lock);
		stops = pool.stops;
		pthread_mutex_unlock(&pool.lock);
	}
	sem_post(&gate);
	pthread_join(finisher, NULL);
	CHECK_INT(result, -ESHUTDOWN);
}

/* Threads without work end, one after the other, and others take their place later. */
TEST_LEAK_FREE(lets_idle_threads_go)
{
	int count = 0;
	unsigned left = 1;

	start(THREADS);
	pool.idle_ms = 1;
	for (int round = 0; round < 20; round++) {
		struct blocking_job job = { add_one, &count, post_over, NULL };

		CHECK_INT(blocking_submit(&pool, &job), 0);
		wait_for(&over, 1);
		do {
			pthread_mutex_lock(&pool.lock);
			left = pool.threads;
			pthread_mutex_unlock(&pool.lock);
		} while (left);
	}
	CHECK_INT(count, 20);
	CHECK_INT(pool.started, 20);
	blocking_finish(&pool);
}

static void look_at_self(void *argument)
{
	sigset_t blocked;
	char name[16] = "";

	(void)argument;
	CHECK_INT(pthread_sigmask(SIG_BLOCK, NULL, &blocked), 0);
	CHECK(sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGINT));
	CHECK(!sigismember(&blocked, SIGSEGV) && !sigismember(&blocked, SIGABRT));
	CHECK_INT(pthread_getname_np(pthread_self(), name, sizeof(name)), 0);
	CHECK_STR(name, "joist-block-0");
}

TEST_LEAK_FREE(names_its_threads_and_blocks_signals)
{
	struct blocking_job job = { look_at_self, NULL, post_over, NULL };

	start(1);
	CHECK_INT(blocking_submit(&pool, &job), 0);
	wait_for(&over, 1);
	blocking_finish(&pool);
}

/* What a job takes from the heap and another thread gives back is not lost with its thread. */
static void take_block(void *argument)
{
	*(void **)argument = heap_take(64);
}

TEST_LEAK_FREE(lets_memory_cross_threads)
{
	void *block = NULL;
	struct blocking_job job = { take_block, &block, post_over, NULL };

	start(1);
	CHECK_INT(blocking_submit(&pool, &job), 0);
	blocking_finish(&pool);
	CHECK(block);
	memset(block, 1, 64);
	heap_give(block, 64);
}
