/* Waiting in mid-turn, for the calls that wait for something other than a message. */
#include <joist/timer.h>

#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/sched/deadline.h"
#include "vm/sched/detach.h"
#include "vm/sched/park.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/wake.h"
#include "vm/sched/worker.h"

bool self_park(struct joist_actor *self, int64_t deadline_ns)
{
	bool in_time = true;

	while (!actor_is_woken(self) && in_time)
		in_time = park(self, deadline_ns);
	in_time = actor_is_woken(self);
	actor_set_woken(self, false);
	return in_time;
}

bool self_park_firmly(struct joist_actor *self, int64_t deadline_ns)
{
	bool in_time = true;

	while (!actor_is_woken(self) && in_time)
		in_time = park_firmly(self, deadline_ns);
	in_time = actor_is_woken(self);
	actor_set_woken(self, false);
	return in_time;
}

void self_unpark(struct joist_actor *actor)
{
	wake_parked(actor->worker, actor);
}

bool self_waker(struct joist_actor *self, struct self_waker *ret_waker)
{
	struct signal *signal = signal_make(SIGNAL_WAKE, actor_pid(self), 0);

	*ret_waker = (struct self_waker){ self->worker->vm, actor_pid(self), signal };
	return signal;
}

void self_waker_use(struct self_waker *waker)
{
	send_signal(waker->vm, NULL, waker->pid, waker->signal);
}

struct watch *self_watch(struct joist_actor *self)
{
	detach_return(self);
	return &self->worker->watch;
}

void self_waits_outside(struct joist_actor *self, int change)
{
	detach_return(self);
	self->worker->io_waits += (uint32_t)change;
}

struct blocking_pool *self_blocking(struct joist_actor *self)
{
	return &self->worker->vm->blocking;
}

void self_cover(struct joist_actor *self, struct cover *cover)
{
	cover->outer = self->stack->covers;
	self->stack->covers = cover;
}

void self_uncover(struct joist_actor *self, struct cover *cover)
{
	joist_assert(self->stack->covers == cover);
	self->stack->covers = cover->outer;
}

void joist_sleep(struct joist_actor *self, int64_t ms)
{
	enter(self, 1);
	if (ms < 0 && ms != JOIST_INFINITY)
		self_badarg(self, "joist_sleep");
	self_park(self, deadline_after(ms));
	enter_end_of_wait(self);
}
