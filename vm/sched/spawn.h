/* Starting actors. */
#ifndef JOIST_VM_SCHED_SPAWN_H
#define JOIST_VM_SCHED_SPAWN_H

#include <joist/actor.h>

#include "vm/sched/sched.h"

/* Who starts an actor; all zero: nobody. */
struct spawn_parent {
	struct joist_actor *actor; /* runs */
	joist_pid far; /* in its place: an actor of another node */
	joist_pid leader; /* the new one's group leader; nobody: the parent's */
	void (*before)(void *argument, joist_pid pid); /* called before the new one can run */
	void *argument;
	uint64_t monitor; /* the number by which it monitors the new one; 0: it does not */
	uint64_t starter; /* likewise of its wait for the start, or an end before that */
};

/* Whether the options can be met; if not, spawn would end the actor with badarg. */
bool spawn_options_fit(const struct joist_spawn_options *options);

/* Starts an actor of the export `name` ("plugin:export") with a copy of `args`; its pid. Where it cannot
 * start, one that has ended with undef or system_limit: links and monitors tell. Nobody if it has no
 * parent and there is no memory even for that. */
joist_pid spawn(struct joist_vm *vm, struct worker *w, const char *name, joist_term args,
		const struct joist_spawn_options *options, const struct spawn_parent *parent);

/* The same for an export that is known, and pinned; the pin is taken over. */
joist_pid spawn_export(struct joist_vm *vm, struct worker *w, struct export *export,
		       joist_term args, const struct joist_spawn_options *options,
		       const struct spawn_parent *parent);

/* Tells the parent that the actor has started, if it waits for that. */
void spawn_tell_started(struct worker *w, struct joist_actor *a);

#endif
