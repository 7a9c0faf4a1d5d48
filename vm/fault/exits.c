/* Functions of libc that end the process or the thread: called by an actor's code they end the actor. Any
 * thread. */
#include <pthread.h>
#include <stdlib.h>
#include <threads.h>
#include <unistd.h>

#include "vm/fault/landing.h"
#include "vm/fault/real.h"
#include "vm/sched/exceptions.h"

/* Ends the actor that runs here, if one does, from the frame of the caller on. */
#define END_ACTOR(kind, status)                                                                    \
	do {                                                                                       \
		struct joist_actor *a_ = landing_actor();                                          \
		if (a_)                                                                            \
			landing_end(a_, (kind), (uintptr_t)(status), __builtin_frame_address(0));  \
	} while (0)

STANDS_BEFORE void exit(int status)
{
	END_ACTOR(FAULT_EXIT, status);
	REAL(exit)(status);
	__builtin_unreachable();
}

STANDS_BEFORE void _exit(int status)
{
	END_ACTOR(FAULT_EXIT, status);
	REAL(_exit)(status);
	__builtin_unreachable();
}

STANDS_BEFORE void _Exit(int status)
{
	END_ACTOR(FAULT_EXIT, status);
	REAL(_Exit)(status);
	__builtin_unreachable();
}

STANDS_BEFORE void quick_exit(int status)
{
	END_ACTOR(FAULT_EXIT, status);
	REAL(quick_exit)(status);
	__builtin_unreachable();
}

STANDS_BEFORE void abort(void)
{
	if (landing_actor())
		exceptions_end(); /* here, where it is still the actor's code that runs */
	END_ACTOR(landing_abort_kind(), 0);
	REAL(abort)();
	__builtin_unreachable();
}

STANDS_BEFORE void pthread_exit(void *result)
{
	END_ACTOR(FAULT_PTHREAD_EXIT, 0);
	REAL(pthread_exit)(result);
	__builtin_unreachable();
}

STANDS_BEFORE void thrd_exit(int result)
{
	END_ACTOR(FAULT_PTHREAD_EXIT, 0);
	REAL(thrd_exit)(result);
	__builtin_unreachable();
}
