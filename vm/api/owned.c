/* An actor's descriptors, newest last: a list that hangs on what few actors have, made with the first
 * one and tied to the actor's end. Only the actor itself touches it. */
#include "vm/api/owned.h"

#include <errno.h>

#include "vm/actor/actor.h"
#include "vm/api/self.h"
#include "vm/base/heap.h"
#include "vm/io/fd.h"
#include "vm/sched/sched.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"

#define ROOM_MIN 8

struct owned {
	int *fds;
	size_t count, room;
	bool is_high; /* an alarm has told */
};

/* Tells of the last tenth, and when half is free again. */
static void look_at_count(struct joist_actor *self, size_t count, size_t max)
{
	struct owned *owned = self->extra->owned;
	bool was_high = owned->is_high;
	joist_pid pid = actor_pid(self);

	owned->is_high = was_high ? count > max / 2 : count >= max - max / 10;
	if (owned->is_high == was_high)
		return;
	(was_high ? alarm_clear : alarm_raise)(
		&self->worker->vm->alarms.ear, ALARM_DESCRIPTORS_HIGH,
		"<0.%u.%u> of %s:%s has %zu of the %zu descriptors that it may have", pid_slot(pid),
		pid_serial(pid), (const char *)atom_name(self->export->code->plugin).data,
		(const char *)atom_name(self->export->name).data, count, max);
}

static size_t count_max(const struct joist_actor *self)
{
	size_t max = self->extra ? self->extra->descriptors_max : 0;

	/* relaxed: a limit that vm_limit may set */
	return max ? max
		   : atomic_load_explicit(&self->worker->vm->descriptors_max, memory_order_relaxed);
}

/* The last act of an actor that owns some; its other deferred calls may yet open more. */
static void close_all(void *argument)
{
	struct joist_actor *self = argument;
	struct owned *owned = self->extra->owned;

	if (owned->is_high)
		look_at_count(self, 0, count_max(self));
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

int owned_admit(struct joist_actor *self)
{
	size_t max = count_max(self);

	owned_reserve(self);
	if (max && self->extra->owned->count >= max)
		return -EMFILE;
	if (max)
		look_at_count(self, self->extra->owned->count + 1, max);
	return 0;
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
	if (owned->is_high)
		look_at_count(self, owned->count, count_max(self));
	return true;
}
