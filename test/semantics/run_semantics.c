/* semantics SCHEDULERS FILE: a node with so many schedulers that runs the scenarios of the file and
 * nothing else. With 0 it has one, and a virtual clock: time stands still while a puppet runs, so that no
 * scenario waits. */
#include <stdlib.h>
#include <string.h>

#include "test/linked.h"
#include "vm/base/log.h"
#include "vm/term/bin.h"

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct vm_options options = { 0 };
	const char *reason;

	if (argc != 3)
		return EXIT_FAILURE;
	log_level_set(LOG_LEVEL_ERROR + 1);
	options.schedulers = (unsigned)atoi(argv[1]);
	options.virtual_clock = options.schedulers == 0;
	reason = linked_run(&options, "semantics:run",
			    term_binary(&arena, argv[2], strlen(argv[2])));
	arena_empty(&arena);
	return reason && strcmp(reason, "normal") == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
