/* The signals that code raises by what it does. */
#ifndef JOIST_VM_FAULT_FAULTSIGNALS_H
#define JOIST_VM_FAULT_FAULTSIGNALS_H

#include <signal.h>
#include <stdbool.h>

static const int faultsignals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP };
#define FAULTSIGNALS (sizeof(faultsignals) / sizeof(*faultsignals))

static inline bool faultsignals_has(int number)
{
	for (size_t i = 0; i < FAULTSIGNALS; i++) {
		if (faultsignals[i] == number)
			return true;
	}
	return false;
}

static inline void faultsignals_remove(sigset_t *set)
{
	for (size_t i = 0; i < FAULTSIGNALS; i++)
		sigdelset(set, faultsignals[i]);
}

#endif
