/* random [RUNS [SEED]]: as many runs of random actors, the first with that seed, each with one and with
 * two schedulers. Prints TAP; a run that fails is repeated by its seed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "test/linked.h"
#include "test/random/random.h"
#include "vm/base/log.h"
#include "vm/term/term.h"

#define ACTORS 40
#define STEPS 300

/* The reason that a run ended with, as text. */
static const char *run(uint64_t seed, unsigned schedulers)
{
	struct vm_options options = { .schedulers = schedulers };
	uint64_t memory[16];
	struct arena arena = arena_over(memory, 16);
	const char *reason = linked_run(&options, "random:world",
					term_tuple_of(&arena, term_uint(&arena, seed),
						      term_small(ACTORS), term_small(STEPS)));

	return reason ? reason : "no node";
}

int main(int argc, char **argv)
{
	int runs = argc > 1 ? atoi(argv[1]) : 4, number = 0, failed = 0;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL);

	log_level_set(LOG_LEVEL_ERROR + 1);
	printf("1..%d\n", 2 * runs);
	for (int i = 0; i < runs; i++, seed++)
		for (unsigned schedulers = 1; schedulers <= 2; schedulers++) {
			const char *reason = run(seed, schedulers);
			bool passed = strcmp(reason, "normal") == 0;

			printf("%s %d - seed %llu with %u schedulers\n", passed ? "ok" : "not ok",
			       ++number, (unsigned long long)seed, schedulers);
			if (!passed)
				printf("# %s\n", reason);
			fflush(stdout);
			failed += !passed;
		}
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
