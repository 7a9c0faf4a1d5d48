/* joist/timer.h: clocks, and messages that come later. */
#include <joist/timer.h>

#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/base/clock.h"
#include "vm/sched/sched.h"
#include "vm/sched/timers.h"
#include "vm/sched/thread.h"

int64_t joist_now_ns(struct joist_actor *self)
{
	enter_alone(self, 1);
	return clock_now_ns();
}

int64_t joist_system_time(struct joist_actor *self)
{
	enter_alone(self, 1);
	return clock_system_ns();
}

/* Of another node: timers send only within their own. */
static bool is_elsewhere(const struct joist_actor *self, const struct enter_dest *to,
			 joist_term dest)
{
	return to->pid.node ||
	       (term_is_tuple(dest, 2) && tuple_at(dest, 1).word != self->worker->vm->name.word);
}

static struct signal *make_signal(struct joist_actor *self, const struct enter_dest *to,
				  joist_term message)
{
	if (!to->alias)
		return signal_make_message(to->pid, message);
	struct signal_from *s =
		signal_make_from(SIGNAL_ALIAS, to->pid, actor_pid(self), to->alias, message);
	return s ? &s->signal : NULL;
}

static joist_ref start(struct joist_actor *self, int64_t ms, joist_term dest, joist_term message,
		       bool interval, const char *function)
{
	struct enter_dest to;

	enter(self, 1);
	if (ms < interval || joist_is_none(message) || !enter_find(self, dest, &to) ||
	    is_elsewhere(self, &to, dest))
		self_badarg(self, function);
	struct signal *s = make_signal(self, &to, message);
	if (!s)
		self_short(self);
	struct timer_what what = { s, to.name, actor_pid(self) };
	struct worker *w = self->worker, *home = thread_home(w);
	joist_ref ref = timers_start(&home->timers, worker_number(w), &what, ms, interval);
	if (home != w)
		watch_wake(&home->watch); /* it may sleep for too long now */
	if (ref.count == 0)
		self_short(self);
	return ref;
}

joist_ref joist_send_after_term(struct joist_actor *self, int64_t ms, joist_term dest,
				joist_term message)
{
	return start(self, ms, dest, message, false, "joist_send_after");
}

joist_ref joist_send_interval_term(struct joist_actor *self, int64_t ms, joist_term dest,
				   joist_term message)
{
	return start(self, ms, dest, message, true, "joist_send_interval");
}

int64_t joist_cancel(struct joist_actor *self, joist_ref timer)
{
	enter(self, 1);
	uint32_t worker = timers_worker(timer);
	if (worker >= self->worker->vm->worker_count)
		return -1;
	return timers_cancel(&self->worker->vm->workers[worker].timers, timer);
}
