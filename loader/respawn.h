/* A node that is started again when it had to stop: `joist run --respawn`. */
#ifndef JOIST_LOADER_RESPAWN_H
#define JOIST_LOADER_RESPAWN_H

#include <stdbool.h>

struct respawn_options {
	int ready_fd; /* where the ready line goes too, or -1 */
	const char *
		crash_file; /* gets a line for each end that was none of the node's own; may be NULL */
};

/* Makes this process the parent of one that is the node, and of the next when that has ended by a signal
 * or with FAULT_EXIT_STATUS. Returns true in each such child, with `*ret_ready_fd` to tell that it is
 * ready; false in the parent when all is over, with what to exit with. Call it before there are threads. */
bool respawn(const struct respawn_options *options, int *ret_ready_fd, int *ret_code);

#endif
