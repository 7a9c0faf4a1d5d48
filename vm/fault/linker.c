/* Whether a thread that faults is within dlopen, dlsym or their kin. Their locks are recursive mutexes in
 * the linker's own variables, of which only the whole is known: so these are searched for a mutex that is
 * the calling thread's. Where there are no such variables, nothing is found. Any thread. */
#include "vm/fault/linker.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

static const char *variables;
static size_t bytes;

void linker_look(void)
{
	void *at = dlsym(RTLD_DEFAULT, "_rtld_global");
	const ElfW(Sym) * symbol;
	Dl_info info;

	if (!at || !dladdr1(at, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
		return;
	variables = at;
	bytes = symbol->st_size;
}

__attribute__((no_sanitize("thread"))) bool linker_is_locked(void)
{
	int own = gettid();

	for (size_t i = 0; i + sizeof(pthread_mutex_t) <= bytes; i += sizeof(uintptr_t)) {
		const pthread_mutex_t *m = (const pthread_mutex_t *)(const void *)(variables + i);

		if (m->__data.__owner == own && m->__data.__lock && m->__data.__count &&
		    m->__data.__kind == PTHREAD_MUTEX_RECURSIVE)
			return true;
	}
	return false;
}
