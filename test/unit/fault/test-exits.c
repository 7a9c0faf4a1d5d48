/* Functions of libc that end a process: an actor's code calls them for the actor, others for all. */
#include <assert.h>
#include <err.h>
#include <errno.h>
#include <error.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/vm.h"

void __assert(const char *text, const char *file, int line);

static void call_exit(void)
{
	exit(3);
}

static void call__exit(void)
{
	_exit(3);
}

static void call__Exit(void)
{
	_Exit(3);
}

static void call_quick_exit(void)
{
	quick_exit(3);
}

static void call_err(void)
{
	errno = ENOENT;
	err(3, "err %d", 1);
}

static void call_errx(void)
{
	errx(3, "errx %d", 1);
}

static void call_error(void)
{
	error(0, 0, "no end");
	error(3, ENOENT, "error %d", 1);
}

static void call_error_at_line(void)
{
	error_at_line(3, 0, "file", 7, "error %d", 1);
}

static void call_abort(void)
{
	abort();
}

static void call_assert(void)
{
	__assert("x", "file", 7);
}

static void call_assert_fail(void)
{
	__assert_fail("x", "file", 7, "function");
}

static void call_assert_perror_fail(void)
{
	__assert_perror_fail(ENOENT, "file", 7, "function");
}

static void call_pthread_exit(void)
{
	pthread_exit(NULL);
}

static void call_thrd_exit(void)
{
	thrd_exit(3);
}

static const struct way {
	void (*call)(void);
	const char *kind;
	int status; /* of a process that does it; 0: it aborts; -1: it goes on */
	const char *says; /* on standard error, behind the program's name */
} ways[] = {
	{ call_exit, "exit", 3, "" },
	{ call__exit, "exit", 3, "" },
	{ call__Exit, "exit", 3, "" },
	{ call_quick_exit, "exit", 3, "" },
	{ call_err, "exit", 3, ": err 1: No such file or directory\n" },
	{ call_errx, "exit", 3, ": errx 1\n" },
	{ call_error, "exit", 3, ": error 1: No such file or directory\n" },
	{ call_error_at_line, "exit", 3, ":file:7: error 1\n" },
	{ call_abort, "sigabrt", 0, "" },
	{ call_assert, "sigabrt", 0, ": file:7: Assertion `x' failed.\n" },
	{ call_assert_fail, "sigabrt", 0, ": file:7: function: Assertion `x' failed.\n" },
	{ call_assert_perror_fail, "sigabrt", 0,
	  ": file:7: function: Unexpected error: No such file or directory.\n" },
	{ call_pthread_exit, "pthread_exit", -1, "" },
	{ call_thrd_exit, "pthread_exit", -1, "" },
};

#define WAYS ((int)(sizeof(ways) / sizeof(*ways)))

static void goes(struct joist_actor *self, joist_term args)
{
	int way;

	(void)self;
	CHECK(joist_match(args, "Way", &way));
	ways[way].call();
}

static void each_is_the_actors_end(struct joist_actor *self, joist_term args)
{
	char start[64];

	(void)args;
	for (int i = 0; i < 3 * WAYS; i++) {
		const char *reason = stage_end_of(self, "goes", joist_make(self, "Way", i % WAYS));

		snprintf(start, sizeof(start), "{fault,%s,#{", ways[i % WAYS].kind);
		if (strncmp(reason, start, strlen(start)))
			test_fail(__FILE__, __LINE__, "way %d ended with %s", i % WAYS, reason);
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(goes),
	STAGE_LOOP(each_is_the_actors_end),
	{ 0 },
};

TEST_LEAK_FREE(each_is_the_actors_end)
{
	stage_run(exports, 2, "each_is_the_actors_end");
}

static void check_elsewhere(const struct way *way)
{
	char said[1000] = "";
	int ends[2], status;

	CHECK_INT(pipe(ends), 0);
	fflush(NULL);
	pid_t child = fork();
	if (!child) {
		dup2(ends[1], STDERR_FILENO);
		way->call();
	}
	close(ends[1]);
	CHECK_INT(waitpid(child, &status, 0), child);
	for (ssize_t n, size = 0;
	     (n = read(ends[0], said + size, sizeof(said) - 1 - (size_t)size)) > 0;)
		size += n;
	close(ends[0]);
	if (way->status > 0)
		CHECK_INT(WEXITSTATUS(status), way->status);
	else
		CHECK(WIFSIGNALED(status));
	/* An emulator may say more. */
	if (!strstr(said, way->says))
		CHECK_STR(said, way->says);
}

TEST(elsewhere_it_is_the_end_of_all)
{
	for (int i = 0; i < WAYS; i++) {
		if (ways[i].status >= 0)
			check_elsewhere(&ways[i]);
	}
}

static void *ends_thread(void *way)
{
	((const struct way *)way)->call();
	return way;
}

TEST(other_threads_end)
{
	for (int i = 0; i < WAYS; i++) {
		pthread_t thread;
		void *result = &thread;

		if (ways[i].status >= 0)
			continue;
		CHECK_INT(pthread_create(&thread, NULL, ends_thread, (void *)(uintptr_t)&ways[i]),
			  0);
		CHECK_INT(pthread_join(thread, &result), 0);
		CHECK(result != &ways[i]);
	}
}
