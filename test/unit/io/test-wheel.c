/* The timer wheel, against a list that is searched from end to end. */
#include "vm/io/wheel.h"

#include <stdlib.h>

#include "test/harness.h"

#define TICK (INT64_C(1) << WHEEL_TICK_SHIFT)

static struct wheel wheel;

TEST(is_empty_at_first)
{
	wheel_init(&wheel, 12345);
	CHECK_INT(wheel_next_ns(&wheel), INT64_MAX);
	CHECK(!wheel_expire(&wheel, INT64_MAX));
}

TEST(fires_when_due_and_once)
{
	struct wheel_timer timer = { 0 };

	wheel_init(&wheel, 0);
	CHECK(!wheel_is_set(&timer));
	wheel_set(&wheel, &timer, 10 * TICK);
	CHECK(wheel_is_set(&timer));
	CHECK_INT(wheel_next_ns(&wheel), 10 * TICK);
	CHECK(!wheel_expire(&wheel, 10 * TICK - 1));
	CHECK(wheel_expire(&wheel, 10 * TICK) == &timer);
	CHECK(!wheel_is_set(&timer));
	CHECK(!wheel_expire(&wheel, 11 * TICK));
}

TEST(clears)
{
	struct wheel_timer a = { 0 }, b = { 0 };

	wheel_init(&wheel, 0);
	wheel_set(&wheel, &a, 5 * TICK);
	wheel_set(&wheel, &b, 5 * TICK);
	wheel_clear(&wheel, &a);
	wheel_clear(&wheel, &a);
	CHECK(wheel_expire(&wheel, 6 * TICK) == &b);
	CHECK(!wheel_expire(&wheel, 6 * TICK));
	CHECK_INT(wheel_next_ns(&wheel), INT64_MAX);
}

TEST(sets_anew)
{
	struct wheel_timer timer = { 0 };

	wheel_init(&wheel, 0);
	wheel_set(&wheel, &timer, 5 * TICK);
	wheel_set(&wheel, &timer, 500000 * TICK);
	CHECK(!wheel_expire(&wheel, 499999 * TICK));
	CHECK(wheel_expire(&wheel, 500000 * TICK) == &timer);
	CHECK(!wheel_expire(&wheel, 600000 * TICK));
}

TEST(fires_what_is_overdue)
{
	struct wheel_timer past = { 0 }, before_time = { 0 };

	wheel_init(&wheel, 1000 * TICK);
	wheel_set(&wheel, &past, 3);
	wheel_set(&wheel, &before_time, INT64_MIN);
	CHECK_INT(wheel_next_ns(&wheel), 1000 * TICK);
	CHECK(wheel_expire(&wheel, 1000 * TICK) == &past);
	CHECK(wheel_expire(&wheel, 1000 * TICK) == &before_time);
}

TEST(keeps_the_end_of_time)
{
	struct wheel_timer end = { 0 }, year = { 0 };

	wheel_init(&wheel, 77);
	wheel_set(&wheel, &end, INT64_MAX);
	wheel_set(&wheel, &year, INT64_C(31557600) * 1000000000);
	CHECK(!wheel_expire(&wheel, year.due_ns - 1));
	CHECK(wheel_expire(&wheel, year.due_ns + TICK) == &year);
	CHECK_INT(wheel_next_ns(&wheel), INT64_MAX);
	CHECK(!wheel_expire(&wheel, INT64_MAX - TICK));
	CHECK(wheel_is_set(&end));
}

TEST(keeps_order_in_a_tick_across_levels)
{
	struct wheel_timer early = { 0 }, late = { 0 };
	int64_t due = 70 * TICK;

	wheel_init(&wheel, 0);
	wheel_set(&wheel, &early, due - 1);
	CHECK(!wheel_expire(&wheel, 69 * TICK));
	wheel_set(&wheel, &late, due - 2);
	CHECK(wheel_expire(&wheel, due) == &early);
	CHECK(wheel_expire(&wheel, due) == &late);
}

/* A slot of many timers is moved down in parts; what is set meanwhile falls in behind. */
TEST(moves_many_in_parts)
{
	enum { MANY = 5000 };
	static struct wheel_timer timers[MANY + 1];
	int64_t due = (INT64_C(1) << 30) + 1;
	int parts = 0, fired = 0;

	wheel_init(&wheel, 0);
	for (int i = 0; i < MANY; i++)
		wheel_set(&wheel, &timers[i], due);
	CHECK(!wheel_expire(&wheel, due + TICK));
	wheel_set(&wheel, &timers[MANY], due);
	while (fired <= MANY) {
		CHECK(wheel_next_ns(&wheel) <= due + TICK);
		struct wheel_timer *timer = wheel_expire(&wheel, due + TICK);
		parts += !timer;
		CHECK(!timer || timer == &timers[fired++]);
	}
	CHECK(parts > 2);
	CHECK_INT(wheel_next_ns(&wheel), INT64_MAX);
}

TEST(clears_a_slot_that_is_being_moved)
{
	enum { MANY = 2000 };
	static struct wheel_timer timers[MANY];
	struct wheel_timer other = { 0 };

	wheel_init(&wheel, 0);
	for (int i = 0; i < MANY; i++)
		wheel_set(&wheel, &timers[i], 100 * TICK);
	CHECK(!wheel_expire(&wheel, 100 * TICK));
	for (int i = 0; i < MANY; i++)
		wheel_clear(&wheel, &timers[i]);
	CHECK_INT(wheel_next_ns(&wheel), INT64_MAX);
	wheel_set(&wheel, &other, 101 * TICK);
	CHECK(wheel_next_ns(&wheel) <= 101 * TICK);
	CHECK(wheel_expire(&wheel, 101 * TICK) == &other);
}

/* ---- against the model ---- */

enum { TIMERS = 300 };

static struct {
	struct wheel_timer timer;
	int64_t tick; /* in which it fires; -1: not set */
	int64_t set_as; /* its place among those of a tick */
} model[TIMERS];

static int64_t model_tick;

static uint64_t draw(uint64_t below)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

/* Any length of time, short ones as often as very long ones. */
static int64_t draw_ns(void)
{
	return (int64_t)draw(UINT64_C(2) << draw(56));
}

static int model_first(void)
{
	int first = -1;

	for (int i = 0; i < TIMERS; i++)
		if (model[i].tick >= 0 &&
		    (first < 0 || model[i].tick < model[first].tick ||
		     (model[i].tick == model[first].tick && model[i].set_as < model[first].set_as)))
			first = i;
	return first;
}

static void set_one(int64_t now, int64_t number)
{
	int i = (int)draw(TIMERS);
	int64_t due = now + draw_ns() - (int64_t)draw(3 * TICK);
	int64_t tick = due < 0 ? 0 : (due + TICK - 1) / TICK;

	wheel_set(&wheel, &model[i].timer, due);
	model[i].tick = tick > model_tick ? tick : model_tick;
	model[i].set_as = number;
}

static void clear_one(void)
{
	int i = (int)draw(TIMERS);

	wheel_clear(&wheel, &model[i].timer);
	model[i].tick = -1;
}

static void check_next(void)
{
	int first = model_first();
	int64_t next = wheel_next_ns(&wheel);

	CHECK(first < 0 ? next == INT64_MAX : next <= model[first].tick * TICK);
	if (first >= 0 && model[first].tick - model_tick < 2)
		CHECK(next >= (model[first].tick - 1) * TICK);
}

static void expire_some(int64_t now)
{
	for (uint64_t left = draw(40); left; left--) {
		int first = model_first();
		struct wheel_timer *timer = wheel_expire(&wheel, now);

		if (!timer) {
			CHECK(first < 0 || model[first].tick > now / TICK);
			model_tick = now / TICK;
			return;
		}
		CHECK(timer->due_ns <= now);
		CHECK(timer == &model[first].timer);
		model_tick = model[first].tick;
		model[first].tick = -1;
	}
}

TEST(agrees_with_a_sorted_list)
{
	int64_t now = 0;

	for (int round = 0; round < 30; round++) {
		for (int i = 0; i < TIMERS; i++) {
			model[i].timer = (struct wheel_timer){ 0 };
			model[i].tick = -1;
		}
		now = draw_ns();
		model_tick = now / TICK;
		wheel_init(&wheel, now);
		for (int64_t step = 0; step < 4000; step++) {
			switch (draw(8)) {
			case 0:
				clear_one();
				break;
			case 1:
				if (now < INT64_MAX / 2)
					now += draw_ns();
				expire_some(now);
				break;
			case 2:
				expire_some(now);
				break;
			default:
				set_one(now, step);
			}
			check_next();
		}
	}
}

/* A clock that jumps to wheel_next_ns each time reaches every timer, in few jumps. */
TEST(leads_a_jumping_clock_to_every_timer)
{
	int64_t now = 0;

	wheel_init(&wheel, 0);
	for (int i = 0; i < TIMERS; i++)
		wheel_set(&wheel, &model[i].timer, draw_ns());
	int fired = 0, jumps = 0;
	while (wheel_next_ns(&wheel) != INT64_MAX) {
		int64_t next = wheel_next_ns(&wheel);

		now = next > now ? next : now;
		jumps++;
		while (wheel_expire(&wheel, now))
			fired++;
	}
	CHECK_INT(fired, TIMERS);
	CHECK(jumps < TIMERS * 2);
}
