/* The open handles of an actor, in a table by the numbers of their references. All of it is memory of the
 * actor, and only the actor itself touches it: in calls, and at its end, when each handle's tie runs. */
#include "vm/typed/handles.h"

#include "vm/actor/actor.h"
#include "vm/api/self.h"
#include "vm/typed/closures.h"
#include "vm/typed/serial.h"

#define BUCKETS_MIN 16

struct handles {
	size_t count, room; /* room: a power of two */
	struct handle **buckets;
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
	struct handles larger = { handles->count, handles->room * 2, NULL };

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
	return extra->handles;
}

static void take_out(struct handle *handle)
{
	struct handles *handles = handle->owner->extra->handles;
	struct handle **at = bucket_of(handles, &handle->ref);

	while (*at && *at != handle)
		at = &(*at)->next;
	if (*at) {
		*at = handle->next;
		handles->count--;
	}
}

/* At the actor's end. A crash in the library's code is followed by the next handle's tie. */
static void destroy(void *argument)
{
	struct handle *handle = argument;
	void *pointer = handle->pointer;

	take_out(handle);
	closures_end(&handle->closures);
	handle->pointer = NULL;
	if (!pointer || !handle->type->destroy)
		return;
	serial_take(handle->owner, handle->serial);
	handle->type->destroy(pointer);
	serial_give(handle->owner, handle->serial);
}

struct handle *handles_reserve(struct joist_actor *self, const struct joist_ctype *type,
			       struct serial *serial)
{
	struct handle *handle;

	make_room(self, handles_of(self));
	handle = joist_alloc(self, sizeof(*handle));
	*handle = (struct handle){
		.owner = self, .type = type, .serial = serial, .ref = joist_ref_new(self)
	};
	joist_defer(self, destroy, handle);
	return handle;
}

joist_term handles_open(struct handle *handle, void *pointer)
{
	struct handles *handles = handle->owner->extra->handles;

	handle->pointer = pointer;
	handles->count++;
	put(handles, handle);
	return joist_ref_term(handle->owner, handle->ref);
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

	take_out(handle);
	closures_end(&handle->closures);
	joist_undefer(self, destroy, handle);
	joist_free(self, handle);
}
