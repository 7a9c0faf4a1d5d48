/* Callbacks: functions of C, made while the node runs, that tell or ask what a term says.
 *
 *   {send, Dest, Tag}     sends {Tag, Argument...}, and returns zero
 *   {call, Dest, Tag}     calls a server with that, and returns its reply
 *   {apply, M, F}         calls the function "M:F" in the actor itself, and returns what it does
 *
 * One that is over stays callable, so that a library which calls it late does no harm: it returns what it
 * returns when it fails, and the call in which that happens says so. */
#ifndef JOIST_VM_TYPED_CLOSURES_H
#define JOIST_VM_TYPED_CLOSURES_H

#include "vm/typed/prepared.h"

struct closure;

/* A closure of the plan's type for what `term` says, put on `list`; NULL if it says nothing of that kind.
 * Ends the actor when memory is short. `keeps`: it outlives the turn. */
struct closure *closures_open(struct joist_actor *self, const struct typed *plan, joist_term term,
			      bool keeps, struct closure **list);

/* What the library calls. */
void *closures_code(const struct closure *closure);

/* They are over. Empties the list. */
void closures_end(struct closure **list);

/* Frees what the plan has made; nobody may call it any more. */
void closures_free(struct typed *plan);

#endif
