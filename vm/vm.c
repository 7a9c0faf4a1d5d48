/* A node's life: made, started, stopped, freed. Called by the loader and by programs that embed a node,
 * from any thread that is no actor's. */
#include "vm/vm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vm/base/clock.h"
#include "vm/dist/distribution.h"
#include "vm/fault/handler.h"
#include "vm/fault/sample.h"
#include "vm/base/heap.h"
#include "vm/base/processors.h"
#include "vm/sched/alarms.h"
#include "vm/sched/crash.h"
#include "vm/sched/kernel.h"
#include "vm/sched/monitor.h"
#include "vm/sched/pool.h"
#include "vm/sched/doze.h"
#include "vm/sched/exceptions.h"
#include "vm/sched/send.h"
#include "vm/sched/spawn.h"
#include "vm/sched/thread.h"
#include "vm/sched/work.h"
#include "vm/term/atom.h"
#include "vm/term/copy.h"

#define BLOCKING_THREADS_MAX 64

void vm_limit(struct joist_vm *vm, const struct vm_limits *limits)
{
	enum gate_policy policy = GATE_ERROR_TO_SENDER;

	gate_policy_of(limits->mailbox.policy, &policy);
	/* relaxed, all: limits of what comes from now on */
	atomic_store_explicit(&vm->descriptors_max, limits->descriptors, memory_order_relaxed);
	atomic_store_explicit(&vm->actor_memory_max, limits->actor_memory_bytes,
			      memory_order_relaxed);
	atomic_store_explicit(&vm->mailbox_messages_max, limits->mailbox.messages,
			      memory_order_relaxed);
	atomic_store_explicit(&vm->mailbox_bytes_max, limits->mailbox.bytes, memory_order_relaxed);
	atomic_store_explicit(&vm->mailbox_policy, policy, memory_order_relaxed);
}

static void set_limits(struct joist_vm *vm, const struct vm_options *o)
{
	vm_limit(vm, &o->limits);
	unsigned slice_us = o->slice_us ? o->slice_us : 2000;
	vm->slice_ns = slice_us * CLOCK_NS_PER_US;
	vm->slice_cycles = slice_us * clock_cycles_per_us();
	/* For trying out what an older kernel would do. */
	const char *guard = getenv("JOIST_STACK_GUARD");
	if (guard && strcmp(guard, "mprotect") == 0)
		stack_guard_by_mprotect();
	stack_count_limit(o->stacks_max);
	const char *slices = getenv("JOIST_KERNEL_SLICES");
	if (slices && strcmp(slices, "no") == 0)
		kernel_refuse_slices();
}

static int make_workers(struct joist_vm *vm, unsigned count)
{
	vm->workers = heap_take_zero(count * sizeof(*vm->workers));
	if (!vm->workers)
		return -ENOMEM;
	vm->worker_room = count;
	for (; vm->worker_count < count; vm->worker_count++) {
		struct worker *w = &vm->workers[vm->worker_count];
		int error = worker_init(w, vm, vm->worker_count);
		w->thread = error ? NULL : pool_make(vm->pool, false);
		w->dozers = heap_take_zero(sizeof(*w->dozers));
		if (!w->thread || !w->dozers)
			return error ? error : -ENOMEM;
		w->thread->worker = w;
	}
	return 0;
}

static unsigned count_workers(const struct vm_options *o)
{
	unsigned wanted = o->schedulers ? o->schedulers : processors_usable();

	if (o->seed || o->virtual_clock)
		return 1;
	return wanted < WORKERS_MAX ? wanted : WORKERS_MAX;
}

/* Each worker needs a thread; one to spare and one for what takes long are the least that a node works
 * with. */
static uint32_t count_threads_max(const struct vm_options *o, unsigned workers)
{
	uint32_t wanted = o->threads_max ? o->threads_max : POOL_THREADS_MAX;

	return wanted > workers + 2 ? wanted : workers + 2;
}

static int init(struct joist_vm *vm, const struct vm_options *o)
{
	const char *name = o->name ? o->name : "nonode@nohost";
	unsigned workers = count_workers(o);
	int error;

	sem_init(&vm->empty, 0, 0);
	alarms_init(&vm->alarms);
	ballot_init(&vm->ballot);
	vm->pool = pool_create(vm, work_main, workers, count_threads_max(o, workers));
	if (!vm->pool)
		return -ENOMEM;
	vm->code = o->code;
	vm->sample = sample_take;
	vm->end_code = sample_end;
	vm->crash = o->crash;
	vm->travel = o->travel;
	vm->crash_reports_per_s =
		o->crash_reports_per_s ? o->crash_reports_per_s : CRASH_REPORTS_PER_S;
	vm->cycles_per_s = clock_cycles_per_us() * 1000000;
	vm->stdout_fd = o->stdout_fd ? o->stdout_fd : STDOUT_FILENO;
	vm->virtual_clock = o->virtual_clock;
	vm->seeded = o->seed != 0;
	vm->seed = o->seed;
	vm->name = atom_make(name, strlen(name));
	if (vm->name.word == 0)
		return -EINVAL;
	if (vm->virtual_clock)
		clock_virtual(true);
	set_limits(vm, o);
	error = table_init(&vm->table);
	if (!error)
		error = names_init(&vm->names);
	if (!error)
		error = blocking_init(&vm->blocking, BLOCKING_THREADS_MAX);
	vm->has_blocking = !error;
	if (!error && o->distribution)
		error = distribution_create(vm, o->distribution);
	return error ? error : make_workers(vm, workers);
}

struct joist_vm *vm_create(const struct vm_options *options)
{
	struct joist_vm *vm = heap_take_zero(sizeof(*vm));
	int error = vm ? init(vm, options) : -ENOMEM;

	if (!error)
		return vm;
	vm_destroy(vm);
	errno = -error;
	return NULL;
}

int vm_start(struct joist_vm *vm)
{
	handler_install();
	exceptions_look();
	int error = monitor_start(vm);
	for (uint32_t i = 0; !error && i < vm->worker_count; i++) {
		error = pool_start(vm->pool, vm->workers[i].thread);
		vm->runs |= !error;
	}
	if (error)
		vm_stop(vm);
	return error;
}

int vm_join(struct joist_vm *vm)
{
	return vm->dist ? distribution_start(vm->dist) : 0;
}

joist_pid vm_spawn(struct joist_vm *vm, const char *name, joist_term args,
		   const struct joist_spawn_options *options)
{
	static const struct joist_spawn_options none;

	return spawn(vm, NULL, name, args, options ? options : &none, &(struct spawn_parent){ 0 });
}

void vm_send(struct joist_vm *vm, joist_pid to, joist_term message)
{
	struct signal *s = signal_make_copy(SIGNAL_MESSAGE, to, message);

	if (s)
		send_message(vm, NULL, to, s);
}

void vm_exit_to(struct joist_vm *vm, joist_pid to, joist_term reason)
{
	send_exit(vm, NULL, to, (joist_pid){ 0 }, reason);
}

uint64_t vm_actor_count(struct joist_vm *vm)
{
	return table_live(&vm->table);
}

static void kill_all(struct joist_vm *vm)
{
	joist_pid pid;

	for (uint32_t slot = table_slots(&vm->table); slot-- > 0;) {
		if (table_pid(&vm->table, slot, &pid))
			vm_exit_to(vm, pid, ATOM(kill));
	}
}

/* Waits until no actor is left, or a while: then some may have started just as it was forbidden. */
static void wait_empty(struct joist_vm *vm)
{
	struct timespec until = clock_kernel_in(20 * CLOCK_NS_PER_MS);

	sem_clockwait(&vm->empty, CLOCK_MONOTONIC, &until);
}

static void end_actors(struct joist_vm *vm)
{
	uint64_t before = UINT64_MAX;

	for (uint64_t n; vm->runs && (n = vm_actor_count(vm)) > 0; before = n) {
		/* Not again while the first kills are still at work. */
		if (n >= before || before == UINT64_MAX)
			kill_all(vm);
		pool_make_way(vm->pool);
		wait_empty(vm);
	}
}

bool vm_stop(struct joist_vm *vm)
{
	/* seq_cst: pairs with the load in spawn_export: an actor that starts after this ends at once */
	atomic_store_explicit(&vm->stopping, true, memory_order_seq_cst);
	/* First, so that others who have actors here see the loss of a node, not crashes to be mended. */
	if (vm->dist)
		distribution_stop(vm->dist);
	end_actors(vm);
	/* What was abandoned just now may be about to come back. */
	for (int tries = 0; tries < 10 && pool_abandoned(vm->pool) > 0; tries++)
		wait_empty(vm);
	/* release: pairs with the acquire in next_actor */
	atomic_store_explicit(&vm->stopped, true, memory_order_release);
	for (uint32_t i = 0; i < vm->worker_count; i++)
		watch_wake(&vm->workers[i].watch);
	monitor_stop(vm);
	vm->runs = false;
	vm->left = pool_stop(vm->pool) > 0;
	return !vm->left;
}

/* Keeps, for good, a node whose abandoned threads may use it yet. */
static void keep(struct joist_vm *vm)
{
	static _Atomic(struct joist_vm *) kept;

	table_keep(&vm->table);
	/* relaxed, both: nobody reads the list but tools that look for what is lost */
	vm->next_kept = atomic_load_explicit(&kept, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(&kept, &vm->next_kept, vm,
						      memory_order_relaxed, memory_order_relaxed))
		;
}

void vm_destroy(struct joist_vm *vm)
{
	if (!vm)
		return;
	if (vm->left) {
		keep(vm);
		return;
	}
	alarms_finish(&vm->alarms);
	ballot_finish(&vm->ballot);
	if (vm->has_blocking)
		blocking_finish(&vm->blocking);
	distribution_destroy(vm->dist);
	for (uint32_t i = 0; i < vm->worker_count; i++)
		worker_finish(&vm->workers[i]);
	for (uint32_t i = 0; i < vm->worker_room; i++)
		heap_give(vm->workers[i].dozers, sizeof(struct doze));
	pool_destroy(vm->pool);
	heap_give(vm->workers, vm->worker_room * sizeof(*vm->workers));
	names_finish(&vm->names);
	table_finish(&vm->table);
	if (vm->virtual_clock)
		clock_virtual(false);
	heap_give(vm, sizeof(*vm));
}
