/* Crashes of every kind in every place, thousands of them, in one node; then that node is as it was. */
#include <joist/host.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stranger.h"
#include "test/harness.h"

#define SCHEDULERS 2

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

#if defined(__SANITIZE_THREAD__)
#define MAPS_OF_THREAD 32 /* with its shadow, and notes of what it did */
#define SLOWNESS 10 /* a crash takes milliseconds, most of it for a stack that is new to TSan */
#else
#define MAPS_OF_THREAD 8
#define SLOWNESS 1
#endif

/* It would wait for a second in each _exit, and hundreds of those are survived. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "atexit_sleep_ms=0";
}

/* Where a sanitizer finds what is wrong, and ends the process, or keeps count of what is entered. */
static bool is_in_libc(const struct wrong *wrong)
{
	return !strncmp(wrong->name, "free_", 5) || !strcmp(wrong->kind, "pthread_exit") ||
	       !strcmp(wrong->name, "double_free") || !strcmp(wrong->name, "looks_up");
}

extern const struct joist_plugin *const joist_std_plugins[];

static struct joist_host *host;

static void start(void)
{
	const struct joist_host_options options = { .size = sizeof(options),
						    .schedulers = SCHEDULERS,
						    .plugins = joist_std_plugins };

	host = joist_host_create(&options);
	CHECK(host);
	if (!joist_host_load(host, getenv("CRASHER")))
		test_fail(__FILE__, __LINE__, "%s", joist_host_error());
}

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

static void check_end(const char *name, const char *args, const char *kind)
{
	char *reason = joist_host_await(host, name, args);
	char expected[64];

	snprintf(expected, sizeof(expected), "{fault,%s,#{", kind);
	if (!reason || strncmp(reason, expected, strlen(expected)))
		test_fail(__FILE__, __LINE__, "%s of %s ended with %s, not with a fault %s", name,
			  args, reason, kind);
	CHECK(strstr(reason, "plugin => crasher"));
	/* It names a function of the plugin, if that is not too far away. */
	if (!strstr(reason, "{crasher,1,") && strcmp(kind, "stack_overflow"))
		test_fail(__FILE__, __LINE__, "%s of %s ended with %s", name, args, reason);
	free(reason);
}

/* Actors on each worker: started from outside, they go to one after the other. */
static void check_witnesses(void)
{
	for (int i = 0; i < SCHEDULERS; i++) {
		char *reason = joist_host_await(host, "crasher:witness", "[]");

		CHECK_STR(reason, "normal");
		free(reason);
	}
}

/* Where code can crash: the export, and the form of its arguments. */
static const struct place {
	const char *export, *format;
} places[] = {
	{ "crasher:crash", "%s" },
	{ "crasher:crash_deferred", "%s" },
	{ "crasher:crash_after_wait", "%s" },
	{ "crasher:crash_deep", "%s" },
	{ "crasher:server", "{init,%s}" },
	{ "crasher:server", "{info,%s}" },
	{ "crasher:server", "{terminate,%s}" },
};
#define PLACES (sizeof(places) / sizeof(*places))

static void crash_at(const struct place *place, const struct wrong *wrong)
{
	char args[64];

	if (SANITIZED && is_in_libc(wrong))
		return;

	snprintf(args, sizeof(args), place->format, wrong->name);
	check_end(place->export, args, wrong->kind);
	check_witnesses();
}

static size_t count_wrongs(void)
{
	size_t n = 0;

	while (stranger_wrongs[n].name)
		n++;
	return n;
}

static int repeats(int usual)
{
	const char *factor = getenv("FAULTS_REPEAT");

	return (factor ? usual * atoi(factor) : usual) / SLOWNESS;
}

TEST(each_kind_in_each_place, .seconds_max = 60)
{
	start();
	for (size_t i = 0; i < PLACES; i++) {
		for (const struct wrong *wrong = stranger_wrongs; wrong->name; wrong++)
			crash_at(&places[i], wrong);
	}
	for (int way = 0; way < 12; way++) {
		char args[8];

		snprintf(args, sizeof(args), "%d", way);
		check_end("crasher:misuse", args, "sigsegv");
		check_witnesses();
	}
	joist_host_destroy(host);
}

TEST(a_thousand_of_each_in_a_row, .seconds_max = 120)
{
	start();
	for (const struct wrong *wrong = stranger_wrongs; wrong->name; wrong++) {
		struct held before = hold();
		int count = repeats(1000);

		for (int i = 0; i < count; i++) {
			if (i == count / 10)
				before = hold();
			crash_at(&places[0], wrong);
		}
		printf("# %s\n", wrong->name);
		check_held(&before);
	}
	joist_host_destroy(host);
}

TEST(ten_thousand_mixed, .seconds_max = 120)
{
	unsigned seed = (unsigned)getpid();
	size_t wrongs = count_wrongs();
	int count = repeats(10000);
	struct held before = hold();

	CHECK(wrongs);
	start();
	printf("# seed %u\n", seed);
	for (int i = 0; i < count; i++) {
		if (i == count / 5)
			before = hold();
		const struct place *place = &places[(size_t)rand_r(&seed) % PLACES];
		crash_at(place, &stranger_wrongs[(size_t)rand_r(&seed) % wrongs]);
	}
	check_held(&before);
	joist_host_destroy(host);
}

/* Recursion ends where it ends: in the plugin, in Joist, in malloc, in stdio. */
TEST(overflows_at_any_byte, .seconds_max = 60)
{
	char args[32];

	start();
	for (int use = 0; use < 6; use++) {
		for (int smaller = 0; smaller < repeats(200); smaller++) {
			snprintf(args, sizeof(args), "{%d,%d}", use, smaller % 200);
			check_end("crasher:crash_brim", args, "stack_overflow");
			check_witnesses();
		}
	}
	joist_host_destroy(host);
}

static void check_normal(const char *name, const char *expected)
{
	char *reason = joist_host_await(host, name, "[]");

	CHECK_STR(reason, expected);
	free(reason);
}

static void check_thrown(const char *name, const char *kind)
{
	char *reason = joist_host_await(host, name, "[]");
	char start[64];

	snprintf(start, sizeof(start), "{fault,%s,#{", kind);
	if (!reason || strncmp(reason, start, strlen(start)) || !strstr(reason, "{thrower,1,"))
		test_fail(__FILE__, __LINE__, "%s ended with %s", name, reason);
	free(reason);
}

TEST(exceptions_of_cxx)
{
	const char *thrower = getenv("THROWER");

	if (!thrower)
		SKIP("there is no compiler for C++");
	start();
	CHECK(joist_host_load(host, thrower));
	for (int i = 0; i < 100; i++) {
		check_thrown("thrower:throws", "cxx_exception");
		check_thrown("thrower:throws_int", "cxx_exception");
		check_thrown("thrower:throws_again", "cxx_exception");
		check_thrown("thrower:aborts_while_handling", "sigabrt");
		if (!SANITIZED) /* the exception is lost */
			check_normal("thrower:leaves_while_handling", "[]");
		check_witnesses();
	}
	check_normal("thrower:many_catch", "normal");
	joist_host_destroy(host);
}

static void measure(const char *name)
{
	char *reason = joist_host_await(host, name, "[]");

	CHECK_STR(reason, "normal");
	free(reason);
}

TEST(how_long_it_takes, .seconds_max = 60)
{
	start();
	measure("crasher:measure_down");
	measure("crasher:measure_restart");
	joist_host_destroy(host);
	SKIP("figures for people, which pass no judgement");
}
