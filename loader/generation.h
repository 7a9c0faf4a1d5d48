/* One loaded version of a plugin: what the VM knows as struct code, made of the plugin's descriptor. */
#ifndef JOIST_LOADER_GENERATION_H
#define JOIST_LOADER_GENERATION_H

#include "loader/digest.h"
#include "loader/report.h"
#include "vm/actor/code.h"
#include "vm/base/arena.h"

/* What is known of a generation besides its descriptor. */
struct generation_origin {
	const char *file; /* where it came from, for errors */
	const char *source; /* the same, from the root on; NULL: as `file` */
	const char *path; /* what the linker calls it; NULL: part of the program */
	const struct digest *hash; /* of the file's bytes; NULL: not known */
	bool travels; /* the node's store has it under its hash */
	void *library; /* of dlopen, closed with it; NULL: part of the program */
	uintptr_t start, end; /* where that is in memory */
	uintptr_t text_start, text_end; /* and its instructions */
	bool counted, keeps_threads;
	bool stays; /* threads may call it when nothing pins it any more */
	const struct elf *elf; /* its file, in which its functions are named; NULL: none */
	uint64_t first; /* the lowest address in that */
	uint32_t state_version; /* of exports that do not say theirs */
	const void *data; /* in place of the `data` of exports that have none */
	/* Builds the plugin's "config" in `arena`; none when memory is short. NULL: #{}. */
	joist_term (*config)(const void *from, struct arena *arena);
	const void *config_from;
};

/* What it is to its name. */
enum generation_state {
	GENERATION_CANDIDATE, /* was never found by its name */
	GENERATION_COMMITTED, /* is */
	GENERATION_PREVIOUS, /* was, before that one */
	GENERATION_OLD, /* was, before those */
	GENERATION_GUEST, /* was never: it came for actors that another node starts here */
	GENERATION_PERMANENT, /* cannot be unloaded; nothing runs on it */
};

struct generation {
	struct code code; /* whose pins are counted as long as the registry lives */
	struct generation *older; /* that came before it under its name */
	void *library;
	const char *file; /* where it came from */
	const char *path; /* of the library, as the linker has it; NULL: none */
	struct digest hash; /* of the file's bytes; zero: not known. Under the registry's lock */
	bool travels; /* other nodes may ask for it */
	uint64_t first; /* the lowest address in its file */
	int64_t loaded_ns; /* when it was made, by clock_system_ns */
	bool was_found; /* by its name, at some time */
	bool is_guest;
	bool is_permanent;
	bool stays;
	struct arena arena; /* its texts and its config */
};

/* Makes a generation, in memory that generation_empty has left or that is zero, of the descriptor;
 * its number and library are the caller's to set. False, with an error added, if the descriptor is
 * wrong or memory is short; then it must be emptied. Borrows the descriptor for good, the rest for
 * now. */
bool generation_fill(struct generation *generation, const struct joist_plugin *plugin,
		     const struct generation_origin *origin, struct report *report);

/* The export of that name: what can be started if `arity` is -1, else a function. NULL if there is
 * none. */
struct export *generation_find(const struct code *code, struct joist_bytes name, int arity);

/* Frees what the VM has made for its code, and closes its library, if it has one. False if that
 * stays in memory, and not because it `is_shared` with another generation. */
bool generation_unload(struct generation *generation, bool is_shared);

/* Frees what it has; its own memory stays. */
void generation_empty(struct generation *generation);

#endif
