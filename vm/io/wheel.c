/* The timer wheel: nine levels of 64 slots, each slot a ring of timers.
 *
 * A time in ticks is a number of nine digits of six bits. A timer lies at the level of the highest
 * digit in which it differs from the wheel's own time, in the slot that this digit names. So what lies
 * at one level is due before all that lies at a higher one, and slots of a level are due in the order
 * of their numbers: the first timer is found by two bit scans. When the wheel's time enters a slot of
 * a higher level, its timers move down, in their order, to slots that are empty until then; so timers
 * of one tick fire in the order in which they were set. A slot of very many timers is moved in parts,
 * so that a worker can do other work in between. */
#include "vm/io/wheel.h"

#include <stddef.h>

#include "vm/base/bug.h"

/* Timers that one call of wheel_expire moves down at most; some tens of microseconds. */
#define MOVED_MAX 512

/* Timers that wheel_next_ns looks at in a slot of a higher level. */
#define LOOKED_AT_MAX 16

static int64_t due_tick(const struct wheel *wheel, const struct wheel_timer *timer)
{
	int64_t part = timer->due_ns & ((1 << WHEEL_TICK_SHIFT) - 1);
	int64_t tick = (timer->due_ns >> WHEEL_TICK_SHIFT) + (part != 0);

	return tick > wheel->tick ? tick : wheel->tick;
}

static int64_t tick_ns(int64_t tick)
{
	int64_t ns;

	return __builtin_mul_overflow(tick, INT64_C(1) << WHEEL_TICK_SHIFT, &ns) ? INT64_MAX : ns;
}

static unsigned digit(int64_t tick, unsigned level)
{
	return (unsigned)(tick >> (level * WHEEL_SLOT_SHIFT)) & (WHEEL_SLOTS - 1);
}

/* The level of the highest digit in which they differ; 0 if in none. */
static unsigned level_between(int64_t a, int64_t b)
{
	return (63u - (unsigned)__builtin_clzll((uint64_t)(a ^ b) | 1)) / WHEEL_SLOT_SHIFT;
}

/* The first tick of a slot that is not over yet. */
static int64_t slot_tick(const struct wheel *wheel, unsigned level, unsigned slot)
{
	unsigned shift = level * WHEEL_SLOT_SHIFT;
	int64_t above = wheel->tick >> shift & ~(int64_t)(WHEEL_SLOTS - 1);

	return (above | slot) << shift;
}

static void ring_init(struct wheel_timer *ring)
{
	ring->next = ring;
	ring->link = &ring->next;
}

static bool ring_is_empty(const struct wheel_timer *ring)
{
	return ring->link == &ring->next;
}

/* Puts `timer` into its slot, at `level_min` or above. */
static void place(struct wheel *wheel, struct wheel_timer *timer, unsigned level_min)
{
	int64_t tick = due_tick(wheel, timer);
	unsigned level = level_between(tick, wheel->tick);

	if (level < level_min)
		level = level_min;
	unsigned slot = digit(tick, level);
	struct wheel_timer *ring = &wheel->rings[level * WHEEL_SLOTS + slot];

	timer->next = ring;
	timer->link = ring->link;
	*ring->link = timer;
	ring->link = &timer->next;
	wheel->slots[level] |= UINT64_C(1) << slot;
	wheel->levels |= 1u << level;
}

static void mark_empty(struct wheel *wheel, const struct wheel_timer *ring)
{
	size_t number = (size_t)(ring - wheel->rings);
	unsigned level = (unsigned)(number / WHEEL_SLOTS);

	wheel->slots[level] &= ~(UINT64_C(1) << number % WHEEL_SLOTS);
	if (!wheel->slots[level])
		wheel->levels &= ~(1u << level);
}

void wheel_init(struct wheel *wheel, int64_t now_ns)
{
	*wheel = (struct wheel){ .tick = now_ns > 0 ? now_ns >> WHEEL_TICK_SHIFT : 0 };
	for (size_t i = 0; i < WHEEL_LEVELS * WHEEL_SLOTS; i++)
		ring_init(&wheel->rings[i]);
}

void wheel_set(struct wheel *wheel, struct wheel_timer *timer, int64_t due_ns)
{
	wheel_clear(wheel, timer);
	timer->due_ns = due_ns;
	/* While a slot is being moved, what belongs below it queues up behind what is still in it. */
	place(wheel, timer, wheel->moving);
}

void wheel_clear(struct wheel *wheel, struct wheel_timer *timer)
{
	if (!wheel_is_set(timer))
		return;
	struct wheel_timer *after = timer->next;

	*timer->link = after;
	after->link = timer->link;
	timer->link = NULL;
	if (ring_is_empty(after)) /* of another timer, `link` points elsewhere */
		mark_empty(wheel, after);
}

/* Moves the slot at the wheel's time and `wheel->moving` down; false if some of it is left. */
static bool move_down(struct wheel *wheel)
{
	unsigned slot = digit(wheel->tick, wheel->moving);
	struct wheel_timer *ring = &wheel->rings[wheel->moving * WHEEL_SLOTS + slot];

	for (unsigned moved = 0; !ring_is_empty(ring); moved++) {
		struct wheel_timer *timer = ring->next;

		if (moved == MOVED_MAX)
			return false;
		wheel_clear(wheel, timer);
		place(wheel, timer, 0);
	}
	wheel->moving = 0;
	return true;
}

struct wheel_timer *wheel_expire(struct wheel *wheel, int64_t now_ns)
{
	int64_t now = now_ns >> WHEEL_TICK_SHIFT;

	if (wheel->moving && !move_down(wheel))
		return NULL;
	while (wheel->levels) {
		unsigned level = (unsigned)__builtin_ctz(wheel->levels);
		unsigned slot = (unsigned)__builtin_ctzll(wheel->slots[level]);
		int64_t tick = slot_tick(wheel, level, slot);

		if (tick > now)
			break;
		joist_assert(tick >= wheel->tick);
		wheel->tick = tick;
		if (level == 0) {
			struct wheel_timer *timer = wheel->rings[slot].next;

			wheel_clear(wheel, timer);
			return timer;
		}
		wheel->moving = level;
		if (!move_down(wheel))
			return NULL;
	}
	if (now > wheel->tick)
		wheel->tick = now;
	return NULL;
}

/* The first tick in which a timer of the slot is due, or the slot's own if it has too many. */
static int64_t first_tick(const struct wheel *wheel, unsigned level, unsigned slot)
{
	const struct wheel_timer *ring = &wheel->rings[level * WHEEL_SLOTS + slot];
	int64_t first = INT64_MAX;
	unsigned seen = 0;

	for (const struct wheel_timer *t = ring->next; t != ring; t = t->next) {
		int64_t tick = due_tick(wheel, t);

		if (++seen > LOOKED_AT_MAX)
			return slot_tick(wheel, level, slot);
		if (tick < first)
			first = tick;
	}
	return first;
}

int64_t wheel_next_ns(const struct wheel *wheel)
{
	if (!wheel->levels)
		return INT64_MAX;
	if (wheel->moving)
		return tick_ns(wheel->tick);
	unsigned level = (unsigned)__builtin_ctz(wheel->levels);
	unsigned slot = (unsigned)__builtin_ctzll(wheel->slots[level]);

	return tick_ns(level ? first_tick(wheel, level, slot) : slot_tick(wheel, level, slot));
}
