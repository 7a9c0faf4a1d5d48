/* The port to the actor, for tests that run none: one arena, and exits that are told instead of taken. */
#ifndef JOIST_TEST_SELF_STUB_H
#define JOIST_TEST_SELF_STUB_H

#include <setjmp.h>

#include "vm/api/self.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"

static struct {
	struct arena arena;
	bool parcel; /* parts are copied into `arena` unless it holds them */
	bool outside; /* no actor runs */
	bool owns_nothing; /* for want of memory */
	const char *badarg; /* the function that an exit named; "" of an exit for want of memory */
	jmp_buf exit;
	void *owned[8];
	void (*free_it)(void *);
	unsigned owned_count;
} stub;

#define STUB_SELF ((struct joist_actor *)(void *)&stub)

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

struct arena *self_arena(struct joist_actor *self)
{
	(void)self;
	return &stub.arena;
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
	joist_term copy = stub.parcel ? copy_outside(&stub.arena, part) : part;

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
	bins_drop(&stub.arena);
	arena_empty(&stub.arena);
	while (stub.owned_count)
		stub.free_it(stub.owned[--stub.owned_count]);
}

#endif
