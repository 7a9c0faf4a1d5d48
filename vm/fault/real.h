/* Standing before functions of libc.
 *
 * Such a function is exported without a version, so that whoever asks for libc's, of whatever version,
 * gets it, if libjoist.so comes before libc among the libraries of the program. For an actor's code it does
 * what is right there; for everyone else it is libc's. */
#ifndef JOIST_VM_FAULT_REAL_H
#define JOIST_VM_FAULT_REAL_H

#include <dlfcn.h>
#include <stdatomic.h>

#define STANDS_BEFORE __attribute__((visibility("default")))

/* The function that comes after ours of the same name, with the type of ours. */
#define REAL(function)                                                                             \
	({                                                                                         \
		static _Atomic(void *) found_;                                                     \
		/* relaxed, both: whoever asks finds the same */                                   \
		void *f_ = atomic_load_explicit(&found_, memory_order_relaxed);                    \
		if (!f_) {                                                                         \
			f_ = dlsym(RTLD_NEXT, #function);                                          \
			atomic_store_explicit(&found_, f_, memory_order_relaxed);                  \
		}                                                                                  \
		(__typeof__(&(function)))f_;                                                       \
	})

#endif
