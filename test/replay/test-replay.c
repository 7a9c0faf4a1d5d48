/* A node with a seed does the same again: the same random actors, twice with one seed and once with
 * another, in a process each, and what they did, in order, while some crashed and
 * their code was upgraded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/linked.h"
#include "test/random/random.h"
#include "vm/base/log.h"
#include "vm/term/term.h"

static FILE *trace;

static void write_step(joist_pid who, const char *step)
{
	fprintf(trace, "%llx %s\n", (unsigned long long)who.id, step);
}

/* Wanders by `vm_seed`; whether the world came to a good end. */
static bool wander(uint64_t vm_seed)
{
	struct vm_options options = { .seed = vm_seed, .virtual_clock = true };
	uint64_t memory[8];
	struct arena arena = arena_over(memory, 8);
	const char *reason;

	trace_step = write_step;
	log_level_set(LOG_LEVEL_ERROR + 1);
	reason = linked_run(&options, "random:world",
			    term_tuple_of(&arena, term_small(1), term_small(8), term_small(60)));
	if (reason && strcmp(reason, "normal") == 0)
		return true;
	fprintf(stderr, "# the world ended with %s\n", reason);
	return false;
}

/* The trace of a run in a process of its own, a string that the caller frees. */
static char *trace_of(uint64_t vm_seed)
{
	int fd = memfd_create("trace", 0), status;
	struct stat stat;
	char *text;
	pid_t pid = fork();

	if (pid == 0) {
		bool fine;

		trace = fdopen(fd, "w");
		fine = wander(vm_seed);
		fflush(trace);
		_exit(fine ? 0 : 1);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	CHECK_INT(fstat(fd, &stat), 0);
	text = calloc(1, (size_t)stat.st_size + 1);
	CHECK_INT(pread(fd, text, (size_t)stat.st_size, 0), stat.st_size);
	close(fd);
	return text;
}

TEST(one_seed_gives_one_trace)
{
	for (uint64_t seed = 1; seed <= 3; seed++) {
		char *first = trace_of(seed), *second = trace_of(seed);

		CHECK(strlen(first) > 10000);
		CHECK(strcmp(first, second) == 0);
		CHECK(strstr(first, " change\n") && strstr(first, " crash\n"));
		free(first);
		free(second);
	}
}

TEST(another_seed_gives_another_trace)
{
	char *first = trace_of(7), *second = trace_of(8);

	CHECK(strcmp(first, second) != 0);
	free(first);
	free(second);
}
