/* One loaded version of a plugin: what the VM knows as struct code, made of the plugin's descriptor. */
#ifndef JOIST_LOADER_GENERATION_H
#define JOIST_LOADER_GENERATION_H

#include "loader/report.h"
#include "vm/actor/code.h"
#include "vm/base/arena.h"

/* What is known of a generation besides its descriptor. */
struct generation_origin {
	const char *file; /* where it came from, for errors */
	void *library; /* of dlopen, closed with it; NULL: part of the program */
	uintptr_t start, end; /* where that is in memory */
	uintptr_t text_start, text_end; /* and its instructions */
	bool counted, keeps_threads;
	const struct elf *elf; /* its file, in which its functions are named; NULL: none */
	uint64_t first; /* the lowest address in that */
	const void *data; /* in place of the `data` of exports that have none */
	/* Builds the plugin's "config" in `arena`; none when memory is short. NULL: #{}. */
	joist_term (*config)(const void *from, struct arena *arena);
	const void *config_from;
};

struct generation {
	struct code code;
	struct generation *older; /* that came before it under its name */
	bool was_found; /* by its name, at some time */
	void *library;
	int64_t loaded_ns; /* when it was made, by clock_system_ns */
	struct arena arena; /* its texts and its config */
};

/* Makes a generation of the descriptor; its number is the caller's to set. NULL, with an error added,
 * if the descriptor is wrong or memory is short. Borrows the descriptor for good, the rest for now. */
struct generation *generation_make(const struct joist_plugin *plugin,
				   const struct generation_origin *origin, struct report *report);

/* The export of that name: what can be started if `arity` is -1, else a function. NULL if there is
 * none. */
struct export *generation_find(const struct code *code, struct joist_bytes name, int arity);

/* Frees it, and closes its library. */
void generation_free(struct generation *generation);

#endif
