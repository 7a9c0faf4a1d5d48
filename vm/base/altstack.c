/* Alternate stacks. Each is a mapping of its own, whose lowest page faults. The thread that has it
 * enters. */
#include "vm/base/altstack.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>

#define GUARD_BYTES 4096
/* The registers of the largest processor take 12 KiB, a line of the log 5, and the tools theirs. */
#define STACK_BYTES (64 * 1024)

static __thread struct {
	char *mapping; /* NULL: none */
	stack_t before; /* which the thread had: a tool's, or none */
} own;

int altstack_begin(void)
{
	char *mapping = mmap(NULL, GUARD_BYTES + STACK_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	stack_t stack = { .ss_sp = mapping + GUARD_BYTES, .ss_size = STACK_BYTES };

	if (mapping == MAP_FAILED)
		return -errno;
	if (mprotect(mapping, GUARD_BYTES, PROT_NONE) < 0 || sigaltstack(&stack, &own.before) < 0) {
		int error = errno;

		munmap(mapping, GUARD_BYTES + STACK_BYTES);
		return -error;
	}
	own.mapping = mapping;
	return 0;
}

void altstack_end(void)
{
	if (!own.mapping)
		return;
	sigaltstack(&own.before, NULL);
	munmap(own.mapping, GUARD_BYTES + STACK_BYTES);
	own.mapping = NULL;
}
