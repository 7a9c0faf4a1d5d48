/* The open handles of an actor, in a table by the numbers of their references, and in a list by age. All of
 * it is memory of the actor, and only the actor itself touches it: in calls, after turns, and at its end,
 * when each handle's tie runs. Only how many terms stand for one is counted by other threads, too. */
#include "vm/typed/handles.h"

#include "vm/actor/actor.h"
#include "vm/api/self.h"
#include "vm/term/bin.h"
#include "vm/typed/closures.h"
#include "vm/typed/serial.h"

#define BUCKETS_MIN 16

struct handles {
	size_t count, room; /* room: a power of two */
	struct handle **buckets, *newest;
};

static struct handle **bucket_of(const struct handles *handles, const joist_ref *ref)
{
	return &handles->buckets[(ref->id[0] ^ ref->id[1]) & (handles->room - 1)];
}

static void put(struct handles *handles, struct handle *handle)
{
	struct handle **bucket = bucket_of(handles, &handle->ref);

	handle->next = *bucket;
	*bucket = handle;
}

/* Room for one more, before anything depends on it. */
static void make_room(struct joist_actor *self, struct handles *handles)
{
	struct handles larger = { handles->count, handles->room * 2, NULL, handles->newest };

	if (handles->count < handles->room)
		return;
	if (!larger.room)
		larger.room = BUCKETS_MIN;
	larger.buckets = joist_alloc(self, larger.room * sizeof(*larger.buckets));
	for (size_t i = 0; i < handles->room; i++) {
		for (struct handle *handle = handles->buckets[i], *next; handle; handle = next) {
			next = handle->next;
			put(&larger, handle);
		}
	}
	joist_free(self, handles->buckets);
	*handles = larger;
}

static struct handles *handles_of(struct joist_actor *self)
{
	struct actor_extra *extra = actor_extra(self);

	if (!extra)
		self_short(self);
	if (!extra->handles)
		extra->handles = joist_alloc(self, sizeof(*extra->handles));
	extra->after_turn = handles_settle;
	return extra->handles;
}

/* Unless it is not there: not open yet, or among those that go. */
static void take_out(struct handle *handle)
{
	struct handles *handles = handle->owner->extra->handles;
	struct handle **at = bucket_of(handles, &handle->ref);

	while (*at && *at != handle)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = handle->next;
	*(handle->newer ? &handle->newer->older : &handles->newest) = handle->older;
	if (handle->older)
		handle->older->newer = handle->newer;
	handles->count--;
}

/* Nobody finds it any more, and what it was made with need not wait for it. */
static void give_up(struct handle *handle)
{
	take_out(handle);
	closures_end(&handle->closures);
	while (handle->held_count > 0)
		bin_unref(handle->held[--handle->held_count]);
	bin_unref(handle->bin);
	handle->bin = NULL;
}

static void destroy(struct joist_actor *self, const struct handle *handle, void *pointer)
{
	if (!pointer || !handle->type->destroy)
		return;
	serial_take(self, handle->serial);
	handle->type->destroy(pointer);
	serial_give(self, handle->serial);
}

/* At the actor's end. A crash in the library's code is followed by the next handle's tie. */
static void end(void *argument)
{
	struct handle *handle = argument;
	void *pointer = handle->pointer;

	give_up(handle);
	handle->pointer = NULL;
	destroy(handle->owner, handle, pointer);
}

struct handle *handles_reserve(struct joist_actor *self, const struct joist_ctype *type,
			       struct serial *serial, size_t others)
{
	struct handle *handle;

	make_room(self, handles_of(self));
	handle = joist_alloc(self, sizeof(*handle) + others * sizeof(handle->held[0]));
	handle->owner = self;
	handle->type = type;
	handle->serial = serial;
	handle->ref = joist_ref_new(self);
	joist_defer(self, end, handle);
	handle->bin = bin_make(0);
	if (!handle->bin)
		self_short(self);
	return handle;
}

void handles_hold(struct handle *handle, struct handle *other)
{
	bin_ref(other->bin);
	handle->held[handle->held_count++] = other->bin;
}

joist_term handles_open(struct handle *handle, void *pointer)
{
	struct joist_actor *self = handle->owner;
	struct handles *handles = self->extra->handles;
	joist_term term;

	handle->pointer = pointer;
	handles->count++;
	put(handles, handle);
	handle->older = handles->newest;
	if (handle->older)
		handle->older->newer = handle;
	handles->newest = handle;
	term = term_token(self_arena(self), handle->bin, handle->ref);
	if (joist_is_none(term))
		self_short(self);
	return term;
}

struct handle *handles_find(struct joist_actor *self, joist_term term)
{
	struct handles *handles = self->extra ? self->extra->handles : NULL;
	struct handle *handle;
	joist_ref ref;

	if (!handles || !joist_get_ref(term, &ref))
		return NULL;
	handle = *bucket_of(handles, &ref);
	while (handle && !joist_ref_equal(handle->ref, ref))
		handle = handle->next;
	return handle;
}

static const struct joist_ctype *root_of(const struct joist_ctype *type)
{
	return type->of ? type->of : type;
}

bool handles_are(const struct handle *handle, const struct joist_ctype *type)
{
	return root_of(handle->type) == root_of(type);
}

void handles_forget(struct handle *handle)
{
	struct joist_actor *self = handle->owner;

	give_up(handle);
	joist_undefer(self, end, handle);
	joist_free(self, handle);
}

/* Takes those out that no term stands for: the newest first, so what was made with another before that. */
static struct handle *take_fallen(struct handles *handles)
{
	struct handle *fallen = NULL, **last = &fallen, *older;

	for (struct handle *handle = handles->newest; handle; handle = older) {
		older = handle->older;
		if (handle->uses || !handle->pointer || !bin_is_alone(handle->bin))
			continue;
		give_up(handle);
		handle->next = NULL;
		*last = handle;
		last = &handle->next;
	}
	return fallen;
}

void handles_settle(struct joist_actor *self)
{
	struct handle *handle, *next, was;

	if (self->extra->call) /* a callback's turn has ended: the library is not to be disturbed */
		return;
	self->extra->falls = bins_falls();
	for (handle = take_fallen(self->extra->handles); handle; handle = next) {
		next = handle->next;
		was = *handle;
		serial_take(self,
			    was.serial); /* the actor may end here: then the tie destroys it */
		joist_undefer(self, end, handle);
		joist_free(self, handle);
		destroy(self, &was, was.pointer);
		serial_give(self, was.serial);
	}
}
