/* Handles: pointers to what a library keeps, each owned by the actor that got it. Its term is a reference,
 * by which only that actor finds it; nobody makes one up. What nothing has closed is destroyed after a turn
 * of the actor when no term of the node stands for it any more, or at the actor's end, newest first. */
#ifndef JOIST_VM_TYPED_HANDLES_H
#define JOIST_VM_TYPED_HANDLES_H

#include <joist/ctype.h>

struct closure;
struct serial;

struct handle {
	struct handle *next; /* in its bucket, or of those that go */
	struct handle *newer, *older; /* of those that are open */
	struct joist_actor *owner;
	joist_ref ref;
	const struct joist_ctype *type;
	void *pointer; /* NULL: not open yet, or being closed */
	struct serial *serial; /* whose turn its end takes, or NULL */
	unsigned uses; /* calls that are under way with it */
	struct closure *closures; /* that live as long as it does */
	struct bin *bin; /* counts its terms, and the handles that were made with it */
	size_t held_count;
	struct bin *held[]; /* of those that it was made with, which do not go before it */
};

/* One that is not open, tied to the end of `self`: so that nothing fails once there is a pointer. It can
 * hold so many others. Ends the actor when memory is short. */
struct handle *handles_reserve(struct joist_actor *self, const struct joist_ctype *type,
			       struct serial *serial, size_t others);

/* `other` is not destroyed for want of terms as long as `handle` is there. */
void handles_hold(struct handle *handle, struct handle *other);

/* Opens it: its term. */
joist_term handles_open(struct handle *handle, void *pointer);

/* The actor's open one of that term; NULL if there is none. */
struct handle *handles_find(struct joist_actor *self, joist_term term);

/* Whether it is one of that type, or of one that counts as it. */
bool handles_are(const struct handle *handle, const struct joist_ctype *type);

/* Forgets it, and the closures that live as long as it. What it points to is not touched. */
void handles_forget(struct handle *handle);

/* Destroys those of `self` that no term stands for. As plugin code, after a turn. */
void handles_settle(struct joist_actor *self);

#endif
