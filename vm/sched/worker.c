/* A worker's own beginnings and ends. Only the thread that holds it enters. */
#include "vm/sched/worker.h"

#include "vm/base/clock.h"
#include "vm/sched/sched.h"

int worker_init(struct worker *w, struct joist_vm *vm, uint32_t index)
{
	w->vm = vm;
	w->index = index;
	w->queue.shared = vm->worker_room > 1;
	w->number = (uint64_t)(index + 1) << 48;
	w->rng.state = vm->seed ? vm->seed : clock_cycles() ^ w->number;
	wheel_init(&w->deadlines, clock_now_ns());
	timers_init(&w->timers, index);
	table_add_shelf(&vm->table, &w->pids);
	return watch_init(&w->watch);
}

void worker_finish(struct worker *w)
{
	table_remove_shelf(&w->vm->table, &w->pids);
	timers_finish(&w->timers);
	watch_finish(&w->watch);
}
