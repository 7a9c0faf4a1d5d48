/* The options of an actor that is started on another node, as its request has them: Erlang's own, and
 * others, which are for Joist nodes; those of Erlang do not know what `started` is, and refuse it. */
#ifndef JOIST_VM_DIST_SPAWN_OPTIONS_H
#define JOIST_VM_DIST_SPAWN_OPTIONS_H

#include <joist/actor.h>

#include "vm/base/arena.h"

struct spawn_options {
	struct joist_spawn_options actor;
	bool started; /* who asks wants to hear when the first turn is over */
	/* The hash of the file of which the actor is to be (struct travel_port); NULL: of what the
	 * plugin's name finds. A node that does not have the file answers `fetch`. */
	const unsigned char *code;
};

/* More words than the options take, besides what stands in the label. */
#define SPAWN_OPTIONS_WORDS 96

/* The list of what `options` asks for; none when the arena is full, or no more atoms are made. */
joist_term spawn_options_term(struct arena *arena, const struct spawn_options *options);

/* Reads such a list, whose terms must stay as long as `ret_options`; false if something in it cannot
 * be met. Unknown pairs are left out: they tune what is not here. */
bool spawn_options_read(joist_term list, struct spawn_options *ret_options);

#endif
