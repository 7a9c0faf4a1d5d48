/* What a supervisor does when a child ends: the four strategies, intensity, back-off, lost nodes, automatic
 * shutdown. */
#ifndef JOIST_STDLIB_STRATEGY_H
#define JOIST_STDLIB_STRATEGY_H

#include "childrun.h"
#include "supervision.h"

/* Starts a stopped child and enters it under its pid. `patient` is whether to wait for its node. */
enum childrun_result strategy_start(struct joist_actor *self, struct supervisor *supervisor,
				    struct child *child, bool patient, joist_term *ret_reason);

/* Starts the stopped children from `from` on, in order. The one that failed, or NULL; who waits for a node
 * has not failed, but with one_for_all and rest_for_one nothing is started before it. */
struct named_child *strategy_start_from(struct joist_actor *self, struct supervisor *supervisor,
					struct named_child *from, bool patient,
					joist_term *ret_reason);

/* Stops a running or waiting child; it stays, stopped, unless it is temporary or of a pattern. */
void strategy_stop(struct joist_actor *self, struct supervisor *supervisor, struct child *child);

/* Stops all children: in reverse order, or those of a pattern all at once. */
void strategy_stop_all(struct joist_actor *self, struct supervisor *supervisor);

/* A child has ended by itself. */
void strategy_ended(struct joist_actor *self, struct supervisor *supervisor, struct child *child,
		    joist_term reason);

/* The wait of the child that last was `pid` is over. */
void strategy_try_again(struct joist_actor *self, struct supervisor *supervisor, joist_pid pid);

/* Starts those that are away whose node is there; ends the supervisor if one has waited for too long. */
void strategy_look(struct joist_actor *self, struct supervisor *supervisor);

/* Takes a stopped child away for good. */
void strategy_forget(struct joist_actor *self, struct supervisor *supervisor, struct child *child);

#endif
