/* The port to the actor, for tests that run none: one that has a stack, and exits that are told instead of
 * taken. */
#ifndef JOIST_TEST_SELF_STUB_H
#define JOIST_TEST_SELF_STUB_H

#include <setjmp.h>

#include "vm/api/self.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"

static struct {
	struct joist_actor actor;
	struct stack
		stack; /* with an open parcel, parts are copied into that unless it holds them */
	bool outside; /* no actor runs */
	bool owns_nothing; /* for want of memory */
	const char *badarg; /* the function that an exit named; "" of an exit for want of memory */
	jmp_buf exit;
	void *owned[8];
	void (*free_it)(void *);
	unsigned owned_count;
} stub;

#define STUB_SELF (stub.actor.stack = &stub.stack, &stub.actor)

/* Runs a statement; why it exited, or NULL. */
#define STUB_EXIT(statement)                                                                       \
	({                                                                                         \
		stub.badarg = NULL;                                                                \
		if (!setjmp(stub.exit))                                                            \
			statement;                                                                 \
		stub.badarg;                                                                       \
	})

struct joist_actor *self_current(void)
{
	return stub.outside ? NULL : STUB_SELF;
}

void self_badarg(struct joist_actor *self, const char *function)
{
	(void)self;
	stub.badarg = function;
	longjmp(stub.exit, 1);
}

void self_short(struct joist_actor *self)
{
	self_badarg(self, "");
}

joist_term self_part(struct joist_actor *self, joist_term part)
{
	joist_term copy = stub.stack.parcel_open ? copy_outside(&stub.stack.parcel, part) : part;

	if (joist_is_none(copy))
		self_short(self);
	return copy;
}

bool self_plugin_owns(void *what, void (*free_it)(void *what))
{
	if (stub.owns_nothing)
		return false;
	stub.owned[stub.owned_count++] = what;
	stub.free_it = free_it;
	return true;
}

/* Ends the turn and unloads the plugin. */
static inline void stub_finish(void)
{
	bins_drop(&stub.stack.arena);
	bins_drop(&stub.stack.parcel);
	arena_empty(&stub.stack.arena);
	arena_empty(&stub.stack.parcel);
	stub.stack.parcel_open = false;
	while (stub.owned_count)
		stub.free_it(stub.owned[--stub.owned_count]);
}

#endif
