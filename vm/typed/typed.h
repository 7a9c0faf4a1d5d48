/* A call of a C function, made of terms. A signature is prepared once, and called from any actor. */
#ifndef JOIST_VM_TYPED_TYPED_H
#define JOIST_VM_TYPED_TYPED_H

#include <joist/typed.h>

#include "vm/typed/mistake.h"

/* A function of C that is ready to be called. */
struct typed;

/* Judges the signature and prepares calls of `code`. Borrows the signature, and all that it points to,
 * for as long as the function lives. NULL, with what is wrong, if something is; with nothing said, if
 * memory is short. Any thread. */
struct typed *typed_prepare(const struct joist_signature *signature, void (*code)(void),
			    struct typed_mistake *ret_mistake);

/* Has its calls take turns with those of other functions of that serial, which must outlive it. Before the
 * first one. */
struct serial;
void typed_take_turns(struct typed *typed, struct serial *serial);

/* NULL is fine. Nobody may be calling it. */
void typed_free(struct typed *typed);

/* How many terms a call takes. */
uint32_t typed_arity(const struct typed *typed);

/* Calls the function with the terms at `arguments`, typed_arity of them: its outcome, or {error, Reason} if
 * one does not fit. As plugin code of the running actor. */
joist_term typed_call(struct joist_actor *self, const struct typed *typed,
		      const joist_term *arguments);

/* The same, of a method of an object whose state that is. */
joist_term typed_call_on(struct joist_actor *self, const struct typed *typed, void *state,
			 const joist_term *arguments);

#endif
