/* Options: what the starter of an actor, or the boot script, says about it by name. */
#ifndef JOIST_OPTION_H
#define JOIST_OPTION_H

#include <joist/joist.h>

JOIST_BEGIN

/* The value at `key`, an atom or a binary, in the map `args`; else in the "config" of the actor's plugin
 * in the boot script; else none.
 * [actor] borrows key */
JOIST_PUBLIC joist_term joist_option(struct joist_actor *self, joist_term args, const char *key);

/* The same as a number, a C string (of a binary or an atom) or a truth value; `otherwise` if there is
 * none. The text lives until the turn ends.
 * [actor] borrows key; exits {bad_option, Key, Value} for a value of another kind */
JOIST_PUBLIC int64_t joist_option_int(struct joist_actor *self, joist_term args, const char *key,
				      int64_t otherwise);
JOIST_PUBLIC const char *joist_option_text(struct joist_actor *self, joist_term args,
					   const char *key, const char *otherwise);
JOIST_PUBLIC bool joist_option_bool(struct joist_actor *self, joist_term args, const char *key,
				    bool otherwise);

/* `term`, a binary or an atom, as a C string; NULL if it is neither, or has a zero byte in it.
 * [actor] the text lives until the turn ends */
JOIST_PUBLIC const char *joist_c_string(struct joist_actor *self, joist_term term);

JOIST_END

#endif
