/* What a crash report says, and the line that it makes; and that of a stall, which is alike. */
#ifndef JOIST_VM_SCHED_CRASHLINE_H
#define JOIST_VM_SCHED_CRASHLINE_H

#include <stdbool.h>
#include <stddef.h>

#include <joist/term.h>

#include "vm/actor/fault.h"

struct crash {
	struct crash *next; /* in a list of whoever has it */
	joist_pid pid;
	uint64_t parent; /* pid id */
	bool started; /* its first turn was over */
	bool stall; /* it has not ended, but has lost its worker */
	bool is_last; /* the next ones are only counted, for a while */
	uint32_t skipped; /* that were only counted, before this one */
	int64_t system_ns; /* when it ended */
	joist_atom name; /* or zero */
	joist_atom plugin, export_name;
	uint32_t generation;
	uint32_t messages, links;
	char version[32];
	char restart[48]; /* what becomes of it; empty: nobody said */
	struct fault fault; /* of kind FAULT_NONE: there was none; of a stall: where it was */
	size_t bytes; /* of this block; 0: it is on a stack */
	const char *reason; /* Erlang text; behind it in the same block */
	size_t reason_size;
};

/* What is known of one of the fault's frames. */
struct crash_frame {
	const char *object; /* a plugin's name, or a library's file name; NULL: nothing is known */
	uint32_t generation; /* of the plugin; 0: a library */
	uint64_t offset; /* of the address in the object's file */
	const char *function; /* NULL: not known */
	uint64_t distance; /* of the address from its start */
	const char *source; /* the file of source code; NULL: not known */
	unsigned line;
};

/* Writes the line to the log, with what is known of the fault's frames, as many as there are; NULL:
 * nothing. Any thread. */
void crash_write(const struct crash *crash, const struct crash_frame *frames);

/* A copy on the heap; NULL when memory is short. */
struct crash *crash_copy(const struct crash *crash);
void crash_free(struct crash *crash);

#endif
