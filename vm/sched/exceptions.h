/* What a C++ runtime knows of the exceptions that a thread is handling: each stack has its own, as each
 * thread does where there are no actors. */
#ifndef JOIST_VM_SCHED_EXCEPTIONS_H
#define JOIST_VM_SCHED_EXCEPTIONS_H

#include <stdatomic.h>

#include "vm/actor/stack.h"
#include "vm/base/bug.h"

/* The runtime's function of that name, if the process has one. Set once, when a library is loaded. */
extern struct stack_exceptions *(*_Atomic exceptions_of_thread)(void);

/* Looks whether there is a C++ runtime now. Any thread that may load libraries. */
void exceptions_look(void);

/* Ends all that the calling thread is handling: frees them, which calls code of theirs. */
void exceptions_end(void);

/* `from` is switched away from, and `to` will run on the calling thread. */
static inline void exceptions_change(struct stack *from, struct stack *to)
{
	/* relaxed: it is a function, and no stack had exceptions before it was found */
	struct stack_exceptions *(*of_thread)(void) =
		atomic_load_explicit(&exceptions_of_thread, memory_order_relaxed);

	if (UNLIKELY(of_thread)) {
		struct stack_exceptions *now = of_thread();

		from->exceptions = *now;
		*now = to->exceptions;
	}
}

/* All frames that could handle one have been left. */
static inline void exceptions_forget(void)
{
	/* relaxed: as above */
	struct stack_exceptions *(*of_thread)(void) =
		atomic_load_explicit(&exceptions_of_thread, memory_order_relaxed);

	if (UNLIKELY(of_thread))
		*of_thread() = (struct stack_exceptions){ 0 };
}

#endif
