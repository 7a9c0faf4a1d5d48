/* Finds the C++ runtime, which comes with the first plugin that needs one and then stays. */
#include "vm/sched/exceptions.h"

#include <dlfcn.h>

struct stack_exceptions *(*_Atomic exceptions_of_thread)(void);

/* The runtime's __cxa_end_catch. Set before the other. */
static void (*end_catch)(void);

void exceptions_look(void)
{
	static const char *const runtimes[] = { "libstdc++.so.6", "libc++abi.so.1" };

	/* relaxed: as in exceptions_change */
	if (atomic_load_explicit(&exceptions_of_thread, memory_order_relaxed))
		return;
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(*runtimes); i++) {
		void *library = dlopen(runtimes[i], RTLD_NOW | RTLD_NOLOAD);
		void *function = library ? dlsym(library, "__cxa_get_globals") : NULL;

		/* The library is not closed: what was found is to stay. */
		if (function) {
			end_catch = (void (*)(void))dlsym(library, "__cxa_end_catch");
			/* release: pairs with the acquire in exceptions_end */
			atomic_store_explicit(&exceptions_of_thread,
					      (struct stack_exceptions * (*)(void)) function,
					      memory_order_release);
			return;
		}
	}
}

void exceptions_end(void)
{
	enum { MOST = 1000 }; /* that are not a ring of wild pointers */
	/* acquire: pairs with the release in exceptions_look */
	struct stack_exceptions *(*of_thread)(void) =
		atomic_load_explicit(&exceptions_of_thread, memory_order_acquire);

	for (int i = 0; i < MOST && of_thread && end_catch && of_thread()->caught; i++)
		end_catch();
}
