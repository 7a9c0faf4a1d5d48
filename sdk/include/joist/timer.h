/* Time: clocks, sleeping, messages that come later. */
#ifndef JOIST_TIMER_H
#define JOIST_TIMER_H

#include <joist/actor.h>

JOIST_BEGIN

/* Nanoseconds of a clock that only goes forward, from an arbitrary start.
 * [actor] */
JOIST_PUBLIC int64_t joist_now_ns(struct joist_actor *self);

/* Nanoseconds since 1970-01-01 00:00 UTC.
 * [actor] */
JOIST_PUBLIC int64_t joist_system_time(struct joist_actor *self);

/* Waits. Does not end the turn.
 * [actor, yields] exits {badarg, <<"joist_sleep">>} below zero */
JOIST_PUBLIC void joist_sleep(struct joist_actor *self, int64_t ms);

/* Sends a copy of `message` to `dest` (a pid or a name of this node, or an alias) in `ms` milliseconds,
 * or every `ms`, unless that actor or, for an interval, the caller ends first.
 * [actor] exits {badarg, <<"joist_send_after">>} or {badarg, <<"joist_send_interval">>} below zero (an
 * interval: below one) or if `dest` is no destination */
JOIST_PUBLIC joist_ref joist_send_after_term(struct joist_actor *self, int64_t ms, joist_term dest,
					     joist_term message);
JOIST_PUBLIC joist_ref joist_send_interval_term(struct joist_actor *self, int64_t ms,
						joist_term dest, joist_term message);
#define joist_send_after(self, ms, dest, message)                                                  \
	joist_send_after_term((self), (ms), JOIST_DEST((self), (dest)), (message))
#define joist_send_interval(self, ms, dest, message)                                               \
	joist_send_interval_term((self), (ms), JOIST_DEST((self), (dest)), (message))

/* Ends a timer: the milliseconds it had left, or -1 if it has fired or never was. After an answer that
 * is not -1 its message does not come.
 * [actor, yields if another worker holds the timer] */
JOIST_PUBLIC int64_t joist_cancel(struct joist_actor *self, joist_ref timer);

JOIST_END

#endif
