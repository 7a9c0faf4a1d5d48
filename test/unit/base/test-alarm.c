/* Alarms: who hears them, and how often. */
#include "vm/base/alarm.h"

#include <stdio.h>
#include <string.h>

#include "test/harness.h"
#include "vm/base/bug.h"

struct listener {
	struct alarm_ear ear;
	int count;
	char last[600];
};

static void hear(struct alarm_ear *ear, enum alarm kind, bool over, const char *description)
{
	struct listener *l = container_of(ear, struct listener, ear);

	l->count++;
	snprintf(l->last, sizeof(l->last), "%s%s: %s", alarm_name(kind), over ? ", over" : "",
		 description);
}

TEST(alarms_of_the_process_are_told_to_all)
{
	struct listener one = { .ear.hear = hear }, other = { .ear.hear = hear };

	alarm_listen(&one.ear);
	alarm_listen(&other.ear);
	alarm_raise(NULL, ALARM_ATOMS_HIGH, "%d of %d", 9, 10);
	CHECK_STR(one.last, "atoms_high: 9 of 10");
	CHECK_STR(other.last, "atoms_high: 9 of 10");
	alarm_raise(&other.ear, ALARM_STACKS_FULL, "none");
	CHECK_INT(one.count, 1);
	CHECK_STR(other.last, "stacks_full: none");
	alarm_clear(&other.ear, ALARM_STACKS_FULL, "%d", 1);
	CHECK_STR(other.last, "stacks_full, over: 1");
	alarm_ignore(&one.ear);
	alarm_ignore(&one.ear);
	alarm_raise(NULL, ALARM_CRASH_LOOP, "again");
	CHECK_INT(one.count, 1);
	CHECK_INT(other.count, 4);
	alarm_ignore(&other.ear);
}

TEST(each_has_a_name_and_a_rate)
{
	struct listener l = { .ear.hear = hear };

	for (unsigned kind = 0; kind < ALARM_COUNT; kind++)
		CHECK(strlen(alarm_name((enum alarm)kind)) > 5);
	for (int i = 0; i < 1000000 && l.count < 10; i++)
		alarm_raise(&l.ear, ALARM_MEMORY_HIGH, "%d", i);
	CHECK_INT(l.count, 10);
	CHECK_STR(l.last, "memory_high: 9");
}
