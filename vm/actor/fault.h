/* What is known of a fault: of code that crashed while it ran for an actor, or on another thread.
 *
 * Written where it happened, by a signal's handler, so it is plain data. From there to the crash report
 * that of an actor is at `actor->stack->fault`, in a block of its own; NULL if it did not end by one. */
#ifndef JOIST_VM_ACTOR_FAULT_H
#define JOIST_VM_ACTOR_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "vm/base/bug.h" /* FAULT_EXIT_STATUS */

#define FAULT_FRAMES_MAX 32

enum fault_kind {
	FAULT_NONE,
	FAULT_SIGSEGV,
	FAULT_SIGBUS,
	FAULT_SIGFPE,
	FAULT_SIGILL,
	FAULT_SIGABRT,
	FAULT_STACK_OVERFLOW,
	FAULT_EXIT, /* exit() and its kin; address: the status */
	FAULT_PTHREAD_EXIT,
	FAULT_CXX_EXCEPTION,
	FAULT_KINDS,
};

struct fault {
	enum fault_kind kind;
	int signal; /* its number; 0: none */
	bool early; /* libc aborted before it took any of malloc's locks */
	uint32_t count; /* of frames */
	uintptr_t address; /* that was accessed; 0 where that says nothing */
	/* Where it happened (without a signal: where the function that did it returns to), then where
	 * that had been called from: return addresses, so the call is before them. */
	uintptr_t frames[FAULT_FRAMES_MAX];
};

/* "sigsegv" and so on. */
const char *fault_name(enum fault_kind kind);

#endif
