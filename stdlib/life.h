/* What happens to servers and state machines alike: OTP's messages are taken apart, sys's are answered,
 * messages are put aside and handled again, time-outs fire, and the parent's exit is the end. These are
 * the callbacks of a joist_handler, with the `ops` of the kind. */
#ifndef JOIST_STDLIB_LIFE_H
#define JOIST_STDLIB_LIFE_H

#include "gen.h"

void life_start(struct joist_actor *self, const struct gen_ops *ops, void *state, joist_term args);
void life_message(struct joist_actor *self, const struct gen_ops *ops, void *state,
		  joist_term message);
void life_stop(struct joist_actor *self, const struct gen_ops *ops, void *state, joist_term reason);

#endif
