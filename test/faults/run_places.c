/* Crashes where they are rarer (places.c): after them, the node is as it was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"
#include "test/harness.h"

/* Where a worker's thread is not, or has not been all the time. */
TEST(each_kind_in_rarer_places, .seconds_max = 60)
{
	static const struct place places[] = {
		{ "places:crash_detached", "%s" }, { "places:crash_on_own_thread", "%s" },
		{ "places:crash_blocking", "%s" }, { "places:crash_after_read", "%s" },
		{ "places:waiter", "{timer,%s}" }, { "places:waiter", "{idle,%s}" },
	};

	scene_start();
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		for (const struct wrong *wrong = stranger_wrongs; wrong->name; wrong++)
			scene_check_at(&places[i], wrong);
	}
	scene_stop();
}

/* The rest of an actor of whose end all have heard is nobody's. */
TEST(abandoned_actors_crash, .seconds_max = 60)
{
	scene_start();
	for (const struct wrong *wrong = stranger_wrongs; wrong->name; wrong++) {
		if (scene_is_watched(wrong))
			continue;
		scene_check("places:crash_abandoned", wrong->name, "normal");
		scene_witness();
	}
	scene_stop();
}

/* However many do so, the others have processors. */
TEST(abandoned_actors_stay, .seconds_max = 60)
{
	scene_start();
	for (int i = 0; i < 10; i++)
		scene_check("places:stay_abandoned", "null_read", "normal");
	scene_check_fault("places:crash_detached", "null_read", "sigsegv");
	scene_check("places:crash_abandoned", "null_read", "normal");
	scene_stop();
}

TEST(a_child_that_was_forked_is_another_process)
{
	scene_start();
	for (int i = 0; i < 10; i++) {
		scene_check("places:fork_and_crash", "[]", "normal");
		scene_check("places:fork_in_thread", "[]", "normal");
		scene_witness();
	}
	scene_stop();
}

static char *end_of(const char *name, int number)
{
	char args[16];

	snprintf(args, sizeof(args), "%d", number);
	char *reason = scene_end(name, args);
	scene_witness();
	return reason;
}

TEST(bad_arguments_end_who_gives_them)
{
	int count = 0;
	char *reason;

	scene_start();
	while (reason = end_of("places:misuse", count), strcmp(reason, "[]") != 0) {
		if (strncmp(reason, "{fault,sigsegv,", 15))
			test_fail(__FILE__, __LINE__, "misuse %d ended with %s", count, reason);
		free(reason);
		count++;
	}
	free(reason);
	CHECK(count >= 40);
	scene_stop();
}

TEST(dead_terms_harm_nobody_else)
{
	if (SANITIZED)
		SKIP("which finds them");
	scene_start();
	for (int size = 0; size < scene_repeat(2000); size++)
		free(end_of("places:use_dead", size % 2000));
	scene_stop();
}
