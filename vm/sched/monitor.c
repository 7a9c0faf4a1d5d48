/* Looking after the threads, from a thread of its own. It looks often while something runs that has not
 * changed since it last looked, and seldom while nothing does. */
#include "vm/sched/monitor.h"

#include <errno.h>

#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/sched/claim.h"
#include "vm/sched/deliver.h"
#include "vm/sched/detach.h"
#include "vm/sched/doze.h"
#include "vm/sched/jobs.h"
#include "vm/sched/kernel.h"
#include "vm/sched/maker.h"
#include "vm/sched/pool.h"
#include "vm/sched/sched.h"
#include "vm/sched/stall.h"

/* A turn that lasts longer than this loses its worker, if others wait there; else it has a slice. */
#define OTHERS_WAIT_NS (500 * CLOCK_NS_PER_US)

/* A job that has had no processor for so long is stuck, if it did not want one; else after that. */
#define BLOCKED_NS (500 * CLOCK_NS_PER_US)
#define COMPUTES_NS (100 * CLOCK_NS_PER_MS)

/* How soon it looks again: at what may be too long, at what runs, and at nothing, at first and after a
 * while. */
#define PACE_SUSPECT_NS (250 * CLOCK_NS_PER_US)
#define PACE_BUSY_NS (500 * CLOCK_NS_PER_US)
#define PACE_IDLE_NS (10 * CLOCK_NS_PER_MS)
#define PACE_ASLEEP_NS (100 * CLOCK_NS_PER_MS)
#define ASLEEP_AFTER 100

/* An actor that was ended has so long to call anything before it is abandoned. */
#define GRACE_NS (30 * CLOCK_NS_PER_MS)

struct monitor {
	struct thread_sight *sights; /* one for each worker */
	int64_t pace_ns; /* until it looks again */
	uint32_t idle_looks; /* so many times, nothing ran */
	struct maker maker;
	pthread_t id;
	sem_t stop;
};

/* ---- workers ---- */

static bool others_wait(const struct worker *w)
{
	/* relaxed: a hint; the rest is not written while the claim is on */
	return w->hand || w->nest || !runq_is_empty(&w->queue) ||
	       atomic_load_explicit(&w->woken, memory_order_relaxed) ||
	       doze_is_disturbed(w->dozers);
}

static void hand_over(struct joist_vm *vm, struct thread *t)
{
	struct joist_actor *a = t->current;
	struct thread *spare = pool_take_spare(vm->pool);

	if (!spare) {
		claim_end(t, CLAIM_NONE);
		pool_want(vm->pool);
		return;
	}
	detach_worker(t, spare);
	pool_hold(spare);
	/* The worker does not wait for the rest. */
	stall_log(vm, t, a);
	detach_slow(t);
	claim_end(t, CLAIM_NONE);
	pool_want(vm->pool);
}

/* Whether the turn that runs there is the one that ran when the monitor looked last. */
static bool is_same(struct thread_sight *sight, struct thread *t, uint32_t turn, int64_t now)
{
	if (sight->thread == t && sight->turn == turn)
		return true;
	*sight = (struct thread_sight){ t, turn, now, kernel_used_ns(t->id) };
	return false;
}

/* Whether a turn took long only because others had the processor: then another thread would not do better
 * with the worker, and the actor is not to blame. */
static bool is_kept_waiting(const struct thread *t, const struct thread_sight *sight)
{
	return kernel_used_ns(t->id) - sight->used_ns < OTHERS_WAIT_NS * 9 / 10 &&
	       /* relaxed: written when the thread began */
	       kernel_is_ready(atomic_load_explicit(&t->tid, memory_order_relaxed));
}

static void look_at_worker(struct joist_vm *vm, struct worker *w, struct thread_sight *sight)
{
	struct monitor *m = vm->monitor;
	/* acquire: pairs with the store in part, which gives the worker to a thread */
	struct thread *t = __atomic_load_n(&w->thread, __ATOMIC_ACQUIRE);
	int64_t now = clock_now_ns();
	/* relaxed: a first look; looked at again with the claim */
	uint32_t turn = atomic_load_explicit(&t->turn, memory_order_relaxed);

	/* relaxed: as above */
	if (atomic_load_explicit(&w->running, memory_order_relaxed) == 0)
		return;
	if (!is_same(sight, t, turn, now)) {
		m->pace_ns = PACE_BUSY_NS < m->pace_ns ? PACE_BUSY_NS : m->pace_ns;
		return;
	}
	m->pace_ns = PACE_SUSPECT_NS;
	/* relaxed: as above */
	if (now - sight->since_ns < OTHERS_WAIT_NS ||
	    atomic_load_explicit(&t->inside, memory_order_relaxed) || is_kept_waiting(t, sight) ||
	    !claim_ask(t, turn))
		return;
	/* Or it has left that worker meanwhile, in the same turn. */
	if (t->worker == w && (others_wait(w) || now - sight->since_ns >= vm->slice_ns))
		hand_over(vm, t);
	else
		claim_end(t, CLAIM_NONE);
}

/* ---- detached turns ---- */

static void report_abandoned(struct joist_vm *vm, struct joist_actor *a)
{
	joist_pid pid = actor_pid(a);

	alarm_raise(&vm->alarms.ear, ALARM_THREAD_ABANDONED,
		    "<0.%u.%u> has ended while its C code runs on: its thread and memory are kept "
		    "until that returns or calls Joist; %u such threads are left",
		    pid_slot(pid), pid_serial(pid), pool_abandoned(vm->pool) + 1);
}

/* With a claim: what came for the actor takes effect, as in a call of its own. */
static void deliver_for(struct joist_vm *vm, struct thread *t)
{
	struct joist_actor *a = t->current;
	/* relaxed, both: the claim orders */
	int64_t now = clock_now_ns(),
		since = atomic_load_explicit(&t->ends_since_ns, memory_order_relaxed);

	if (!deliver(a)) {
		claim_end(t, CLAIM_NONE);
	} else if (since == 0 || now - since < GRACE_NS) {
		if (since == 0)
			atomic_store_explicit(&t->ends_since_ns, now, memory_order_relaxed);
		claim_end(t, CLAIM_NONE);
	} else {
		report_abandoned(vm, a);
		jobs_stick(vm->pool, t);
		detach_abandon(t);
	}
}

static bool has_signals(struct joist_vm *vm, uint64_t id)
{
	struct entry *entry = table_entry(&vm->table, pid_slot((joist_pid){ .id = id }));
	/* relaxed: a hint; who delivers looks again */
	struct signal *inbox = atomic_load_explicit(&entry->inbox, memory_order_relaxed);

	return inbox && inbox != INBOX_IDLE && inbox != INBOX_CLOSED;
}

/* Lets another job run in place of one that blocks, or that computes on and on. */
static void look_at_job(struct joist_vm *vm, struct thread *t, uint32_t turn)
{
	int64_t now = clock_now_ns();

	/* relaxed, both: a hint; the number was written when the thread began */
	if (atomic_load_explicit(&t->job_state, memory_order_relaxed) != JOB_RUNS ||
	    !is_same(&t->sight, t, turn, now) || now - t->sight.since_ns < BLOCKED_NS)
		return;
	if (now - t->sight.since_ns >= COMPUTES_NS ||
	    !kernel_is_ready(atomic_load_explicit(&t->tid, memory_order_relaxed)))
		jobs_stick(vm->pool, t);
}

/* Looks at a thread: whether it is detached. */
static bool look_at_detached(struct joist_vm *vm, struct thread *t)
{
	/* relaxed, all: hints; the claim looks again */
	uint64_t id = atomic_load_explicit(&t->own.running, memory_order_relaxed);
	uint32_t turn = atomic_load_explicit(&t->turn, memory_order_relaxed);

	if (id == 0)
		return false;
	if (jobs_wait(vm->pool))
		look_at_job(vm, t, turn);
	bool is_long = !atomic_load_explicit(&t->slowed, memory_order_relaxed) &&
		       is_same(&t->sight, t, turn, clock_now_ns()) &&
		       clock_now_ns() - t->sight.since_ns > vm->slice_ns;
	/* relaxed, both: hints */
	bool is_overdue = atomic_load_explicit(&vm->ballot.overdue, memory_order_relaxed);
	if (atomic_load_explicit(&t->inside, memory_order_relaxed) ||
	    !(is_long || is_overdue ||
	      atomic_load_explicit(&t->ends_since_ns, memory_order_relaxed) ||
	      has_signals(vm, id)) ||
	    !claim_ask(t, turn))
		return true;
	if (t->current && t->current->id == id && t->worker == &t->own) {
		if (is_long)
			detach_slow(t); /* its own thread, but not its own processor */
		if (is_overdue && t->current->converts)
			vm->end_code(atomic_load_explicit(&t->tid, memory_order_relaxed));
		deliver_for(vm, t);
	} else {
		claim_end(t, CLAIM_NONE);
	}
	return true;
}

/* ---- the thread ---- */

static void look(struct joist_vm *vm)
{
	struct monitor *m = vm->monitor;
	bool detached = false;

	m->pace_ns = m->idle_looks < ASLEEP_AFTER ? PACE_IDLE_NS : PACE_ASLEEP_NS;
	for (uint32_t i = 0; i < vm->worker_count; i++)
		look_at_worker(vm, &vm->workers[i], &m->sights[i]);
	for (struct thread *t = pool_newest(vm->pool); t; t = t->next_made)
		detached |= look_at_detached(vm, t);
	if (jobs_wait(vm->pool) && m->pace_ns > PACE_BUSY_NS)
		m->pace_ns = PACE_BUSY_NS;
	if (detached && m->pace_ns > PACE_IDLE_NS)
		m->pace_ns = PACE_IDLE_NS;
	m->idle_looks = m->pace_ns < PACE_IDLE_NS || detached ? 0 : m->idle_looks + 1;
}

static void *monitor_main(void *node)
{
	struct joist_vm *vm = node;
	struct monitor *m = vm->monitor;
	struct timespec until;

	kernel_be_quick();
	if (!kernel_has_slices())
		log_say(LOG_LEVEL_NOTICE, "kernel",
			"the kernel gives threads no slices of their own (Linux 6.12 does): beside "
			"plugins that compute for long, others may come some milliseconds late");
	do {
		look(vm);
		until = clock_kernel_in(m->pace_ns);
	} while (sem_clockwait(&m->stop, CLOCK_MONOTONIC, &until) != 0);
	heap_flush();
	return NULL;
}

static void release(struct joist_vm *vm)
{
	struct monitor *m = vm->monitor;

	vm->monitor = NULL;
	sem_destroy(&m->stop);
	if (m->sights)
		heap_give(m->sights, vm->worker_count * sizeof(*m->sights));
	heap_give(m, sizeof(*m));
}

static int start(struct joist_vm *vm)
{
	struct monitor *m = vm->monitor;

	m->sights = heap_take_zero(vm->worker_count * sizeof(*m->sights));
	if (!m->sights)
		return -ENOMEM;
	int error = maker_start(&m->maker, vm->pool);
	if (error)
		return error;
	error = -pthread_create(&m->id, NULL, monitor_main, vm);
	if (error)
		maker_stop(&m->maker);
	return error;
}

int monitor_start(struct joist_vm *vm)
{
	/* A seeded node must not depend on how fast it runs, and one with a virtual clock on real time. */
	if (vm->seeded || vm->virtual_clock)
		return 0;
	if (!claim_prepare()) {
		alarm_raise(&vm->alarms.ear, ALARM_NO_HAND_OVER,
			    "this kernel lacks membarrier: a plugin that computes or blocks for "
			    "long holds a scheduler; run on Linux 4.14 or later, and allow that "
			    "call");
		return 0;
	}
	vm->monitor = heap_take_zero(sizeof(*vm->monitor));
	if (!vm->monitor)
		return -ENOMEM;
	sem_init(&vm->monitor->stop, 0, 0);
	int error = start(vm);
	if (error)
		release(vm);
	vm->hands_over = !error;
	return error;
}

void monitor_stop(struct joist_vm *vm)
{
	struct monitor *m = vm->monitor;

	if (!m)
		return;
	sem_post(&m->stop);
	pthread_join(m->id, NULL);
	maker_stop(&m->maker);
	release(vm);
}
