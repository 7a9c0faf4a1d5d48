/* Asks the helper process `joist --symbolize` for the places of addresses in source code. The process is
 * started when it is first asked; if it ends it is started again, after a pause that doubles. */
#ifndef JOIST_LOADER_LOCATE_H
#define JOIST_LOADER_LOCATE_H

#include <sys/types.h>

#include "loader/spot.h"

struct locator {
	pid_t child; /* 0: none runs */
	int fd; /* its input and output */
	bool lacking; /* it cannot work here: it is not started again */
	uint64_t number; /* of the last question */
	int64_t next_start_ns; /* not before that */
	int64_t pause_ns; /* the last one */
	int64_t silent_since_ns; /* 0: it owes no answer; else since when */
	size_t size;
	char bytes[2 * SPOT_LINE_MAX]; /* that it has written */
};

/* No process yet. It will be this program, which must answer SYMBOLIZE_WORD. */
void locator_init(struct locator *locator);

/* The place of `address` in the file; false if it is not known, or not until `deadline_ns` by
 * clock_now_ns. */
bool locator_ask(struct locator *locator, const char *file, uint64_t address, int64_t deadline_ns,
		 struct spot *ret_spot);

/* Ends the process. */
void locator_finish(struct locator *locator);

#endif
