/* Counting, and the first failure. Any thread; no lock is held for long. */
#include "vm/sched/ballot.h"

void ballot_init(struct ballot *ballot)
{
	atomic_flag_clear(&ballot->busy);
	sem_init(&ballot->changed, 0, 0);
}

void ballot_finish(struct ballot *ballot)
{
	sem_destroy(&ballot->changed);
}

void ballot_begin(struct ballot *ballot, uint64_t few)
{
	spin_take(&ballot->lock);
	ballot->number++;
	ballot->failure = (struct ballot_failure){ .export = NULL };
	/* relaxed, all: who looks has seen the number of before, or sees the phase that is set next */
	atomic_store_explicit(&ballot->failed, false, memory_order_relaxed);
	atomic_store_explicit(&ballot->overdue, false, memory_order_relaxed);
	atomic_store_explicit(&ballot->asked, 0, memory_order_relaxed);
	atomic_store_explicit(&ballot->tickets, (int64_t)few, memory_order_relaxed);
	spin_give(&ballot->lock);
	while (sem_trywait(&ballot->changed) == 0)
		;
}

void ballot_fail(struct ballot *ballot, const struct ballot_failure *failure)
{
	spin_take(&ballot->lock);
	/* relaxed, both: under the lock; others take it for a hint */
	bool first = failure->number == ballot->number &&
		     !atomic_load_explicit(&ballot->failed, memory_order_relaxed);
	if (first) {
		ballot->failure = *failure;
		atomic_store_explicit(&ballot->failed, true, memory_order_relaxed);
	}
	spin_give(&ballot->lock);
	if (first)
		sem_post(&ballot->changed);
}
