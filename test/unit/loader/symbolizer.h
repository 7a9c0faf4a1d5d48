/* Has a test be its own helper process, as /proc/self/exe is what locate.c starts: with the word
 * --symbolize, it does what the environment's HELPER says, before any test is run. */
#ifndef JOIST_TEST_UNIT_LOADER_SYMBOLIZER_H
#define JOIST_TEST_UNIT_LOADER_SYMBOLIZER_H

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loader/symbolize.h"
#include "test/harness.h"

__attribute__((constructor)) static void be_helper(int count, char **words)
{
	const char *how = getenv("HELPER");

	if (count < 2 || strcmp(words[1], SYMBOLIZE_WORD))
		return;
	if (how && !strcmp(how, "hangs"))
		pause();
	if (how && !strcmp(how, "lacks"))
		_exit(SYMBOLIZE_LACKING);
	if (how && !strcmp(how, "dies"))
		abort();
	if (how && !strcmp(how, "babbles")) {
		printf("99 1 1 wrong\twrong.c\n\n\t\nx\n");
		for (int i = 0; i < 20000; i++)
			putchar('x');
		putchar('\n');
		fflush(stdout);
	}
	_exit(symbolize_main());
}

/* First in each case that is about the helper. */
static inline void need_helper(void)
{
	char program[] = "test", option[] = SYMBOLIZE_WORD, lacks[] = "HELPER=lacks";
	char *words[] = { program, option, NULL }, *environment[] = { lacks, NULL };
	int status = 0;
	pid_t child;

	if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, words, environment) ||
	    waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != SYMBOLIZE_LACKING)
		SKIP("an emulator cannot start what it runs");
}

#endif
