/* Telling of stalls: who it was, where it was, and how often nobody was told. */
#include "vm/sched/stall.h"

#include "vm/actor/actor.h"
#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/sched/crash.h"
#include "vm/sched/thread.h"

void stall_log(struct joist_vm *vm, const struct thread *t, const struct joist_actor *a)
{
	static struct log_rate rate = { .per_ns = CLOCK_NS_PER_S };
	struct crash crash = { .stall = true };
	int64_t skipped;

	if (!log_wants(LOG_LEVEL_NOTICE) || !log_limit(&rate, &skipped))
		return;
	crash.skipped = (uint32_t)skipped;
	/* relaxed: written when the thread began */
	vm->sample(atomic_load_explicit(&t->tid, memory_order_relaxed), a, &crash.fault);
	crash_tell_of(vm, a, &crash);
}
