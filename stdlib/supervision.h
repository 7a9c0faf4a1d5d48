/* What a supervisor is: its children, and what it does for them. */
#ifndef JOIST_STDLIB_SUPERVISION_H
#define JOIST_STDLIB_SUPERVISION_H

#include "children.h"
#include "restarts.h"

enum strategy {
	ONE_FOR_ONE,
	ONE_FOR_ALL,
	REST_FOR_ONE,
	SIMPLE_ONE_FOR_ONE,
};

enum auto_shutdown {
	AUTO_SHUTDOWN_NEVER,
	AUTO_SHUTDOWN_ANY_SIGNIFICANT,
	AUTO_SHUTDOWN_ALL_SIGNIFICANT,
};

struct supervisor {
	struct children children;
	struct childspec *pattern; /* of all children of simple_one_for_one; else NULL */
	struct restarts restarts;
	enum strategy strategy;
	enum auto_shutdown auto_shutdown;
	uint64_t random;
	struct stray *strays; /* on nodes that were lost */
	bool hears_nodes;
	bool looks_later; /* a timer runs, as some children are away */
	/* Lines of the log on ends and restarts: since when they are counted. */
	int64_t lines_since_ns;
	uint32_t lines, lines_skipped;
};

static inline struct childspec *supervision_spec(const struct supervisor *supervisor,
						 const struct child *child)
{
	return supervisor->pattern ? supervisor->pattern
				   : ((const struct named_child *)child)->spec;
}

#endif
