/* An actor's descriptors, newest last: a list that hangs on what few actors have, made with the first
 * one and tied to the actor's end. Only the actor itself touches it. */
#include "vm/api/owned.h"

#include "vm/actor/actor.h"
#include "vm/api/self.h"
#include "vm/base/heap.h"
#include "vm/io/fd.h"

#define ROOM_MIN 8

struct owned {
	int *fds;
	size_t count, room;
};

/* The last act of an actor that owns some; its other deferred calls may yet open more. */
static void close_all(void *argument)
{
	struct joist_actor *self = argument;
	struct owned *owned = self->extra->owned;

	self->extra->owned = NULL;
	while (owned->count > 0)
		fd_close(owned->fds[--owned->count]);
	heap_give(owned->fds, owned->room * sizeof(*owned->fds));
	heap_give(owned, sizeof(*owned));
}

/* The actor's list, made if it has none; NULL when memory is short. */
static struct owned *get(struct joist_actor *self)
{
	struct actor_extra *extra = actor_extra(self);

	if (!extra || extra->owned)
		return extra ? extra->owned : NULL;
	struct owned *owned = heap_take_zero(sizeof(*owned));
	if (!owned || !estate_defer(&self->estate, close_all, self)) {
		heap_give(owned, sizeof(*owned));
		return NULL;
	}
	extra->owned = owned;
	return owned;
}

void owned_reserve(struct joist_actor *self)
{
	struct owned *owned = get(self);

	if (owned && owned->count < owned->room)
		return;
	size_t room = owned && owned->room ? owned->room * 2 : ROOM_MIN;
	int *fds = owned ? heap_resize(owned->fds, owned->room * sizeof(*fds), room * sizeof(*fds))
			 : NULL;
	if (!fds)
		self_short(self);
	owned->fds = fds;
	owned->room = room;
}

/* Where it stands; the count if it does not. Who closes one has most often just opened it. */
static size_t find(const struct owned *owned, int fd)
{
	for (size_t i = owned->count; i > 0; i--)
		if (owned->fds[i - 1] == fd)
			return i - 1;
	return owned->count;
}

void owned_add(struct joist_actor *self, int fd)
{
	struct owned *owned = self->extra->owned;

	if (find(owned, fd) == owned->count)
		owned->fds[owned->count++] = fd;
}

bool owned_remove(struct joist_actor *self, int fd)
{
	struct owned *owned = self->extra ? self->extra->owned : NULL;
	size_t at = owned ? find(owned, fd) : 0;

	if (!owned || at == owned->count)
		return false;
	owned->fds[at] = owned->fds[--owned->count];
	return true;
}
