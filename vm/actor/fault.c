/* The names of faults, as they stand in reasons. */
#include "vm/actor/fault.h"

const char *fault_name(enum fault_kind kind)
{
	static const char names[FAULT_KINDS][16] = {
		[FAULT_NONE] = "none",
		[FAULT_SIGSEGV] = "sigsegv",
		[FAULT_SIGBUS] = "sigbus",
		[FAULT_SIGFPE] = "sigfpe",
		[FAULT_SIGILL] = "sigill",
		[FAULT_SIGABRT] = "sigabrt",
		[FAULT_STACK_OVERFLOW] = "stack_overflow",
		[FAULT_EXIT] = "exit",
		[FAULT_PTHREAD_EXIT] = "pthread_exit",
		[FAULT_CXX_EXCEPTION] = "cxx_exception",
	};

	return names[kind];
}
