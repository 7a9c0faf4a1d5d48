/* Exports by name. A worker remembers those that it was asked for last: most actors are started, and most
 * functions called, from a few places in the code, and always by the same names. */
#ifndef JOIST_VM_SCHED_EXPORTS_H
#define JOIST_VM_SCHED_EXPORTS_H

#include "vm/actor/code.h"

#define EXPORTS_PLACES 16
#define EXPORTS_NAME_MAX 40

struct exports_place {
	const char *at; /* where the name lay; there may be another one now */
	char name[EXPORTS_NAME_MAX];
	int arity;
	uint64_t version; /* of the port, when it was asked */
	struct export *export;
};

struct exports {
	struct exports_place places[EXPORTS_PLACES];
};

/* What the port finds for "plugin:export", or NULL. `known` is the worker's, or NULL. */
struct export *exports_find(struct exports *known, const struct code_port *port, const char *name,
			    int arity);

#endif
