/* Which jobs may run, on threads that only stand for some. */
#include "vm/sched/jobs.h"

#include "test/harness.h"
#include "vm/sched/pool.h"
#include "vm/sched/sched.h"
#include "vm/sched/thread.h"
#include "vm/vm.h"

enum { ABREAST = 2, ACTORS = 8, THREADS = 8 };

static struct joist_vm *vm;
static struct pool *pool;
static struct entry entries[ACTORS];
static struct joist_actor actors[ACTORS];
static struct thread *threads[THREADS];

static struct export *find(void *owner, struct joist_bytes plugin, struct joist_bytes name,
			   int arity)
{
	(void)owner, (void)plugin, (void)name, (void)arity;
	return NULL;
}

static void set_up(void)
{
	struct vm_options options = { .schedulers = ABREAST, .code = { .find = find } };

	vm = vm_create(&options);
	CHECK(vm);
	pool = vm->pool;
	for (unsigned i = 0; i < ACTORS; i++) {
		actors[i] = (struct joist_actor){ .id = i + 1,
						  .entry = &entries[i],
						  .worker = &vm->workers[0] };
		entries[i] = (struct entry){ .actor = &actors[i] };
	}
	for (unsigned i = 0; i < THREADS; i++)
		CHECK(threads[i] = pool_make(pool, true));
}

static void submit_all(void)
{
	for (unsigned i = 0; i < ACTORS; i++)
		CHECK(jobs_submit(pool, &actors[i]));
}

/* Has thread `n` ask for a job as one of the pool does: the job's number, or -1. */
static int take(unsigned n)
{
	threads[n]->job = NULL;
	spin_take(&pool->lock);
	jobs_leave(pool, threads[n]);
	bool took = jobs_take(pool, threads[n]);
	spin_give(&pool->lock);
	return took ? (int)(threads[n]->job - actors) : -1;
}

TEST_LEAK_FREE(as_many_run_as_there_are_processors)
{
	set_up();
	submit_all();
	CHECK_INT(jobs_missing(pool), ABREAST);
	CHECK_INT(take(0), 0);
	CHECK_INT(take(1), 1);
	CHECK_INT(jobs_missing(pool), 0);
	CHECK_INT(take(2), -1);
	CHECK_INT(take(1), 2);
	CHECK_INT(take(0), 3);
	CHECK(jobs_press(pool));
	vm_destroy(vm);
}

TEST_LEAK_FREE(stuck_ones_make_room)
{
	set_up();
	submit_all();
	take(0), take(1);
	jobs_stick(pool, threads[0]);
	jobs_stick(pool, threads[0]); /* once is enough */
	CHECK_INT(jobs_missing(pool), 2);
	CHECK_INT(take(2), 2);
	CHECK_INT(take(3), 3);
	CHECK_INT(take(4), -1);
	/* The stuck one comes back: there are more now than should be. */
	CHECK_INT(take(0), -1);
	CHECK_INT(take(3), -1);
	CHECK_INT(take(2), 4);
	vm_destroy(vm);
}

TEST_LEAK_FREE(who_was_left_with_a_turn_counts)
{
	set_up();
	jobs_join(pool, threads[0]);
	jobs_join(pool, threads[1]);
	CHECK(!jobs_press(pool));
	jobs_join(pool, threads[2]);
	CHECK(jobs_press(pool));
	submit_all();
	CHECK_INT(jobs_missing(pool), 0);
	CHECK_INT(take(0), -1);
	CHECK(jobs_press(pool)); /* jobs wait */
	vm_destroy(vm);
}

static void send(struct joist_actor *a, enum signal_kind kind)
{
	struct signal *s = signal_make(kind, (joist_pid){ .id = a->id }, 0);

	CHECK_INT(inbox_push(a->entry, s), INBOX_PUSHED);
	jobs_recall(pool, (joist_pid){ .id = a->id }, kind);
}

static void forget(struct joist_actor *a)
{
	for (struct signal *s = inbox_take(a->entry), *next; s; s = next) {
		next = s->next;
		signal_free(s);
	}
}

/* The actor that a worker was given to look at last. */
static struct joist_actor *woken(void)
{
	/* relaxed: on one thread */
	return atomic_exchange_explicit(&vm->workers[0].woken, NULL, memory_order_relaxed);
}

TEST_LEAK_FREE(who_may_have_to_end_does_not_wait)
{
	static const unsigned which[] = { 7, 0, 3 };

	set_up();
	submit_all();
	for (unsigned i = 0; i < 3; i++) {
		struct joist_actor *a = &actors[which[i]];
		send(a, SIGNAL_MESSAGE);
		CHECK(!woken());
		send(a, i ? SIGNAL_EXIT : SIGNAL_ASK);
		CHECK(woken() == a);
		forget(a);
	}
	CHECK(jobs_submit(pool, &actors[0]));
	static const int rest[] = { 1, 2, 4, 5, 6, 0, -1 };
	for (unsigned i = 0; i < 7; i++)
		CHECK_INT(take(0), rest[i]);
	vm_destroy(vm);
}

TEST_LEAK_FREE(nor_who_was_sent_that_just_before)
{
	set_up();
	send(&actors[0], SIGNAL_EXIT_LINK);
	send(&actors[0], SIGNAL_MESSAGE);
	CHECK(!woken());
	CHECK(!jobs_submit(pool, &actors[0]));
	CHECK_INT(take(0), -1);
	forget(&actors[0]);
	CHECK(jobs_submit(pool, &actors[0]));
	vm_destroy(vm);
}
