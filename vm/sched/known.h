/* Exports by name. A worker remembers those that it was asked for last: most actors are started, and most
 * functions called, from a few places in the code, and always by the same names. */
#ifndef JOIST_VM_SCHED_KNOWN_H
#define JOIST_VM_SCHED_KNOWN_H

#include "vm/actor/code.h"

#define KNOWN_PLACES 16
#define KNOWN_NAME_MAX 40

struct known_place {
	const char *at; /* where the name lay; there may be another one now */
	char name[KNOWN_NAME_MAX];
	int arity;
	uint64_t version; /* of the port, when it was asked */
	struct code *code; /* of the export: its pins can be touched at any time */
	struct export *export;
};

struct known {
	struct known_place places[KNOWN_PLACES];
};

/* What the port finds for "plugin:export", pinned, or NULL. `known` is the worker's, or NULL. */
struct export *known_find(struct known *known, const struct code_port *port, const char *name,
			  int arity);

#endif
