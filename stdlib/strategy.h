/* What a supervisor does when a child ends: the four strategies, intensity, back-off, automatic
 * shutdown. */
#ifndef JOIST_STDLIB_STRATEGY_H
#define JOIST_STDLIB_STRATEGY_H

#include "children.h"
#include "childrun.h"
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
	/* Lines of the log on ends and restarts: since when they are counted. */
	int64_t lines_since_ns;
	uint32_t lines, lines_skipped;
};

static inline struct childspec *strategy_spec(const struct supervisor *supervisor,
					      const struct child *child)
{
	return supervisor->pattern ? supervisor->pattern
				   : ((const struct named_child *)child)->spec;
}

/* Starts a stopped child and enters it under its pid. */
enum childrun_result strategy_start(struct joist_actor *self, struct supervisor *supervisor,
				    struct child *child, joist_term *ret_reason);

/* Starts the stopped children from `from` on, in order. The one that failed, or NULL. */
struct named_child *strategy_start_from(struct joist_actor *self, struct supervisor *supervisor,
					struct named_child *from, joist_term *ret_reason);

/* Stops a running or waiting child; it stays, stopped, unless it is temporary or of a pattern. */
void strategy_stop(struct joist_actor *self, struct supervisor *supervisor, struct child *child);

/* Stops all children: in reverse order, or those of a pattern all at once. */
void strategy_stop_all(struct joist_actor *self, struct supervisor *supervisor);

/* A child has ended by itself. */
void strategy_ended(struct joist_actor *self, struct supervisor *supervisor, struct child *child,
		    joist_term reason);

/* The wait of the child that last was `pid` is over. */
void strategy_try_again(struct joist_actor *self, struct supervisor *supervisor, joist_pid pid);

/* Takes a stopped child away for good. */
void strategy_forget(struct joist_actor *self, struct supervisor *supervisor, struct child *child);

#endif
