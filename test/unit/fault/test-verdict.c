/* Faults within libc: some end the actor alone, and leave nothing locked; of the others the node stops. */
#include "vm/fault/verdict.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/actor/actor.h"
#include "vm/base/annotate.h"
#include "vm/vm.h"

/* What the compiler must not look through. */
static void *volatile wild = (void *)8, *volatile far_away = (void *)0x123450;

static void double_free(void)
{
	char *volatile block = malloc(24);

	free(block);
	free(block);
}

static void free_of_no_block(void)
{
	static char buffer[64];
	char *volatile block = buffer + 1;

	free(block);
}

static void free_of_wild(void)
{
	free(far_away);
}

static void realloc_of_wild(void)
{
	wild = realloc(far_away, 10);
}

static void print_of_wild(void)
{
	printf("%s %s\n", "text", (char *)wild);
}

static void print_of_wild_to_errors(void)
{
	fprintf(stderr, "%s %s\n", "text", (char *)wild);
}

static void print_of_wild_to_file(void)
{
	FILE *file = fopen("/dev/null", "w");

	fprintf(file, "%s", (char *)wild);
}

static void copy_of_wild(void)
{
	char buffer[64];

	memcpy(buffer, wild, sizeof(buffer));
	print_of_wild();
}

static int crash_comparing(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b + *(char *)wild;
}

static void sort(void)
{
	char letters[] = "sort";

	qsort(letters, 4, 1, crash_comparing);
}

static void look_up_of_wild(void)
{
	struct addrinfo *found;

	getaddrinfo(wild, NULL, NULL, &found);
}

static void (*const survived[])(void) = { print_of_wild, print_of_wild_to_errors,
					  print_of_wild_to_file, copy_of_wild, sort,
					  /* where a sanitizer does not come through */
					  look_up_of_wild, double_free, free_of_no_block,
					  free_of_wild, realloc_of_wild };
#define SURVIVED                                                                                   \
	((int)(sizeof(survived) / sizeof(*survived)) - (ANNOTATE_ASAN || ANNOTATE_TSAN ? 5 : 0))

static void faults(struct joist_actor *self, joist_term args)
{
	int way;

	(void)self;
	CHECK(joist_match(args, "Way", &way));
	survived[way]();
}

/* All that others need of libc. On whatever worker. */
static void uses_libc(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	void *blocks[100];

	for (int i = 0; i < 100; i++)
		CHECK(blocks[i] = malloc((size_t)i * 37));
	for (int i = 0; i < 100; i++)
		free(blocks[i]);
	printf("printed\n");
	fprintf(stderr, "printed\n");
	fflush(NULL);
	FILE *file = fopen("/dev/null", "w");
	CHECK(file);
	fclose(file);
}

static void each_leaves_nothing_locked(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 10 * SURVIVED; i++) {
		const char *reason =
			stage_end_of(self, "faults", joist_make(self, "Way", i % SURVIVED));

		if (strncmp(reason, "{fault,sig", 10))
			test_fail(__FILE__, __LINE__, "way %d ended with %s", i % SURVIVED, reason);
		for (int j = 0; j < 2; j++)
			CHECK_STR(stage_end_of(self, "uses_libc", joist_nil()), "normal");
	}
}

/* ---- what is not survived ---- */

static void breaks_the_heap(struct joist_actor *self, joist_term args)
{
	char *volatile blocks[100];

	(void)self, (void)args;
	for (int i = 0; i < 100; i++)
		blocks[i] = malloc(2000);
	for (int i = 1; i < 100; i += 2)
		free(blocks[i]);
	for (int i = 0; i < 100; i += 2)
		memset(blocks[i], 0xff, 2016); /* what is free behind it has another size now */
	wild = malloc(5000);
}

static void asks_the_linker(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	wild = dlsym(RTLD_DEFAULT, wild);
}

static void *crash(void *unused)
{
	(void)unused;
	return *(void **)wild;
}

static void crashes_in_a_thread(struct joist_actor *self, joist_term args)
{
	pthread_t thread;

	(void)self, (void)args;
	pthread_create(&thread, NULL, crash, NULL);
	pthread_join(thread, NULL);
}

static void from_outside(struct joist_actor *self, joist_term args)
{
	char command[64];

	(void)self, (void)args;
	snprintf(command, sizeof(command), "kill -SEGV %d", getpid());
	system(command);
	pause();
}

/* What the handler of its fault looks at is no good. */
static void breaks_what_is_known_of_it(struct joist_actor *self, joist_term args)
{
	(void)args;
	self->export = wild;
	wild = crash(NULL);
}

static const struct stage_export exports[] = {
	STAGE_LOOP(faults),
	STAGE_LOOP(uses_libc),
	STAGE_LOOP(each_leaves_nothing_locked),
	STAGE_LOOP(breaks_the_heap),
	STAGE_LOOP(asks_the_linker),
	STAGE_LOOP(crashes_in_a_thread),
	STAGE_LOOP(from_outside),
	STAGE_LOOP(breaks_what_is_known_of_it),
	{ 0 },
};

TEST(each_leaves_nothing_locked)
{
	stage_run(exports, 2, "each_leaves_nothing_locked");
}

/* The node stops at once, and says why. */
static void check_halt(const char *name, const char *why)
{
	char said[4096] = "";
	int ends[2], status;

	CHECK_INT(pipe(ends), 0);
	fflush(NULL);
	pid_t child = fork();
	if (!child) {
		dup2(ends[1], STDERR_FILENO);
		stage_run(exports, 1, name);
		_exit(0);
	}
	close(ends[1]);
	CHECK_INT(waitpid(child, &status, 0), child);
	for (ssize_t n, size = 0;
	     (n = read(ends[0], said + size, sizeof(said) - 1 - (size_t)size)) > 0;)
		size += n;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != FAULT_EXIT_STATUS || !strstr(said, why))
		test_fail(__FILE__, __LINE__, "%s: status %#x; said: %s", name, status, said);
}

TEST(a_broken_heap_stops_the_node)
{
	if (ANNOTATE_ASAN || ANNOTATE_TSAN)
		SKIP("a sanitizer has a heap of its own");
	check_halt("breaks_the_heap", "within malloc");
}

TEST(the_linkers_lock_stops_the_node)
{
	if (ANNOTATE_ASAN || ANNOTATE_TSAN)
		SKIP("a sanitizer asks the linker by itself");
	check_halt("asks_the_linker", "within the dynamic linker");
}

TEST(a_fault_of_another_thread_stops_the_node)
{
	check_halt("crashes_in_a_thread", "outside any actor");
}

TEST(a_signal_from_outside_stops_the_node)
{
	check_halt("from_outside", "from outside");
}

TEST(a_fault_within_the_handling_of_one_stops_the_node)
{
	if (ANNOTATE_TSAN)
		SKIP("TSan's own handler comes first, and does not expect it");
	check_halt("breaks_what_is_known_of_it", "while another one was handled");
}
