/* Crashes of every kind in every place, thousands of them, in one node; then that node is as it was. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scene.h"
#include "test/harness.h"

#if defined(__SANITIZE_THREAD__)
#define MAPS_OF_THREAD 32 /* with its shadow, and notes of what it did */
#else
#define MAPS_OF_THREAD 8
#endif

/* What a process has that it should not have more and more of. */
struct held {
	long fds, maps, threads, pages;
};

static long entries_of(const char *folder)
{
	DIR *dir = opendir(folder);
	long n = 0;

	CHECK(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static struct held hold(void)
{
	struct held held = { .fds = entries_of("/proc/self/fd"),
			     .threads = entries_of("/proc/self/task") };
	FILE *maps = fopen("/proc/self/maps", "r"), *memory = fopen("/proc/self/statm", "r");
	char line[1000];

	CHECK(maps && memory);
	while (fgets(line, sizeof(line), maps))
		held.maps++;
	CHECK(fscanf(memory, "%*s %ld", &held.pages) == 1);
	fclose(maps);
	fclose(memory);
	return held;
}

static void check_held(const struct held *before)
{
	struct held now = hold();

	printf("# %ld descriptors, %ld mappings, %ld threads, %ld pages; before %ld, %ld, %ld, "
	       "%ld\n",
	       now.fds, now.maps, now.threads, now.pages, before->fds, before->maps,
	       before->threads, before->pages);
	/* The monitor looks into a file now and then. */
	CHECK(now.fds <= before->fds + 1);
	/* Some threads are those that take over from slow turns, where the machine is busy. */
	long threads = now.threads > before->threads ? now.threads - before->threads : 0;

	CHECK(threads <= 20);
	/* One that each crash leaves behind would be hundreds; a few come and go with neighbours. */
	CHECK(now.maps <= before->maps + 64 + MAPS_OF_THREAD * threads);
	/* A sanitizer keeps what was freed, and notes of what was done. */
	if (!SANITIZED)
		CHECK(now.pages <= before->pages + 512 + 64 * threads);
}

static const struct place places[] = {
	{ "crasher:crash", "%s" },
	{ "crasher:crash_deferred", "%s" },
	{ "crasher:crash_after_wait", "%s" },
	{ "crasher:crash_deep", "%s" },
	{ "crasher:server", "{init,%s}" },
	{ "crasher:server", "{info,%s}" },
	{ "crasher:server", "{terminate,%s}" },
};
#define PLACES (sizeof(places) / sizeof(*places))

static size_t count_wrongs(void)
{
	size_t n = 0;

	while (stranger_wrongs[n].name)
		n++;
	return n;
}

TEST(each_kind_in_each_place, .seconds_max = 60)
{
	scene_start();
	for (size_t i = 0; i < PLACES; i++) {
		for (const struct wrong *wrong = stranger_wrongs; wrong->name; wrong++)
			scene_check_at(&places[i], wrong);
	}
	scene_stop();
}

TEST(a_thousand_of_each_in_a_row, .seconds_max = 120)
{
	scene_start();
	for (const struct wrong *wrong = stranger_wrongs; wrong->name; wrong++) {
		struct held before = hold();
		int count = scene_repeat(1000);

		for (int i = 0; i < count; i++) {
			if (i == count / 10)
				before = hold();
			scene_check_at(&places[0], wrong);
		}
		printf("# %s\n", wrong->name);
		check_held(&before);
	}
	scene_stop();
}

TEST(ten_thousand_mixed, .seconds_max = 120)
{
	unsigned seed = (unsigned)getpid();
	size_t wrongs = count_wrongs();
	int count = scene_repeat(10000);
	struct held before = hold();

	CHECK(wrongs);
	scene_start();
	printf("# seed %u\n", seed);
	for (int i = 0; i < count; i++) {
		if (i == count / 5)
			before = hold();
		const struct place *place = &places[(size_t)rand_r(&seed) % PLACES];
		scene_check_at(place, &stranger_wrongs[(size_t)rand_r(&seed) % wrongs]);
	}
	check_held(&before);
	scene_stop();
}

/* Libc's complaints of the heap share one place for their texts. */
TEST(complaints_of_several_threads_at_once, .seconds_max = 60)
{
	if (SANITIZED)
		SKIP("whose malloc complains otherwise");
	scene_start();
	for (int i = 0; i < scene_repeat(1000); i++) {
		scene_check("crasher:crash_crowd", "{50, double_free}", "normal");
		scene_check("crasher:crash_crowd", "{50, free_inside}", "normal");
	}
	scene_witness();
	scene_stop();
}

/* Recursion ends where it ends: in the plugin, in Joist, in malloc, in stdio. */
TEST(overflows_at_any_byte, .seconds_max = 60)
{
	char args[32];

	if (SANITIZED)
		SKIP("whose malloc may be left locked");
	scene_start();
	for (int use = 0; use < 6; use++) {
		for (int smaller = 0; smaller < scene_repeat(200); smaller++) {
			snprintf(args, sizeof(args), "{%d,%d}", use, smaller % 200);
			scene_check_fault("crasher:crash_brim", args, "stack_overflow");
			scene_witness();
		}
	}
	scene_stop();
}

TEST(exceptions_of_cxx)
{
	if (!getenv("THROWER"))
		SKIP("there is no compiler for C++");
	scene_start();
	for (int i = 0; i < 100; i++) {
		scene_check_fault("thrower:throws", "[]", "cxx_exception");
		scene_check_fault("thrower:throws_int", "[]", "cxx_exception");
		scene_check_fault("thrower:throws_again", "[]", "cxx_exception");
		scene_check_fault("thrower:aborts_while_handling", "[]", "sigabrt");
		if (!SANITIZED) /* the exception is lost */
			scene_check("thrower:leaves_while_handling", "[]", "[]");
		scene_witness();
	}
	scene_check("thrower:many_catch", "[]", "normal");
	scene_stop();
}

TEST(how_long_it_takes, .seconds_max = 60)
{
	scene_start();
	scene_check("crasher:measure_down", "[]", "normal");
	scene_check("crasher:measure_restart", "[]", "normal");
	scene_stop();
	SKIP("figures for people, which pass no judgement");
}
