/* A timer wheel: any number of timers, set and cleared in constant time and without allocation.
 *
 * One belongs to each worker and is used by one thread at a time. Time is cut into ticks of 8.2 us.
 * A timer never fires early, and at most one tick late by the wheel's doing. */
#ifndef JOIST_VM_IO_WHEEL_H
#define JOIST_VM_IO_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds in a tick, as a power of two; slots in a level, as a power of two. The levels together
 * hold every time that an int64_t can tell: 13 + 9 * 6 bits. */
#define WHEEL_TICK_SHIFT 13
#define WHEEL_SLOT_SHIFT 6
#define WHEEL_SLOTS (1 << WHEEL_SLOT_SHIFT)
#define WHEEL_LEVELS 9

/* Lies in what it belongs to. Zero-initialised: not set. */
struct wheel_timer {
	struct wheel_timer *next, **link; /* `link`: what points here; NULL when not set */
	int64_t due_ns;
};

struct wheel {
	int64_t tick; /* the time, in ticks, that the wheel has come to */
	unsigned moving; /* a level whose slot at `tick` is being moved down in parts; 0: none */
	uint32_t levels; /* a bit for each level with timers */
	uint64_t slots[WHEEL_LEVELS]; /* a bit for each slot with timers */
	struct wheel_timer
		rings[WHEEL_LEVELS * WHEEL_SLOTS]; /* a slot's ring begins and ends here */
};

/* Starts an empty wheel; it must not move in memory. */
void wheel_init(struct wheel *wheel, int64_t now_ns);

/* Has `timer` fire at `due_ns`; one that is set is set anew. */
void wheel_set(struct wheel *wheel, struct wheel_timer *timer, int64_t due_ns);

/* Has `timer` not fire. One that is not set stays so. */
void wheel_clear(struct wheel *wheel, struct wheel_timer *timer);

static inline bool wheel_is_set(const struct wheel_timer *timer)
{
	return timer->link;
}

/* The next timer that is due at `now_ns`, which is not set any more: by the tick that they are due in,
 * first set first. NULL if there is none, or if enough work was done for now: then wheel_next_ns is
 * not above `now_ns`. */
struct wheel_timer *wheel_expire(struct wheel *wheel, int64_t now_ns);

/* When wheel_expire should be called next: never after the time from which it returns a timer, and
 * just then if that is near or few timers are set. INT64_MAX if none is. */
int64_t wheel_next_ns(const struct wheel *wheel);

#endif
