/* Keeps handles and callbacks right over a call of C that may crash, call back, or fail. Only the actor
 * itself. */
#include "vm/typed/custody.h"

#include <string.h>

#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/typed/closures.h"
#include "vm/typed/handles.h"

static bool is_given(const struct call *call, unsigned i)
{
	return i < call->typed->count && call->typed->steps[i].shape->kind == JOIST_C_HANDLE;
}

static bool is_closed(const struct call *call, unsigned i)
{
	return is_given(call, i) && call->typed->steps[i].flags & JOIST_P_CLOSES;
}

/* The type of the handle that the parameter, or behind them the result, makes; NULL if it makes none. */
static const struct joist_ctype *made_type(const struct call *call, unsigned i)
{
	const struct typed *typed = call->typed;
	const struct shape *made = typed->result;

	if (i < typed->count) {
		const struct shape *shape = typed->steps[i].shape;

		made = shape->kind == JOIST_C_POINTER ? shape->of : NULL;
	} else if (i != JOIST_PARAMETERS_MAX) {
		return NULL;
	}
	return made && made->kind == JOIST_C_HANDLE ? made->type : NULL;
}

static void *made_pointer(const struct call *call, unsigned i)
{
	const void *at = i < call->typed->count ? call_pointer(call, i) : call->result;
	void *pointer;

	memcpy(&pointer, at, sizeof(pointer));
	return pointer;
}

/* Where the calls under way are noted, made on the first such call. */
static struct actor_extra *extra_of(struct joist_actor *self)
{
	struct actor_extra *extra = actor_extra(self);

	if (!extra)
		self_short(self);
	return extra;
}

/* Callbacks that end with the call, or with the actor: the frames of a call that crashes are gone then. */
static void end_callbacks(void *lent)
{
	struct closure **closures = lent;

	closures_end(closures);
}

static void lend_callbacks(struct joist_actor *self, struct call *call)
{
	if (!call->closures)
		return;
	call->lent = joist_alloc(self, sizeof(*call->lent));
	*call->lent = call->closures;
	joist_defer(self, end_callbacks, call->lent);
}

static void take_callbacks_back(struct joist_actor *self, struct call *call)
{
	if (!call->closures)
		return;
	end_callbacks(call->lent);
	joist_undefer(self, end_callbacks, call->lent);
	joist_free(self, call->lent);
}

/* A callback that waits comes back on the thread where it began: the library may hold locks of its. */
static bool may_call_back(const struct call *call)
{
	bool may = call->typed->has_callbacks;

	for (unsigned i = 0; i < call->typed->count; i++)
		may = may || (is_given(call, i) && call->handles[i] && call->handles[i]->closures);
	return may;
}

/* What may need those that the call is given as long as it lives: a statement its database. */
static struct handle *reserve(struct call *call, const struct joist_ctype *type)
{
	unsigned count = call->typed->count;
	struct handle *handle = handles_reserve(call->in.self, type, call->typed->serial, count);

	for (unsigned i = 0; i < count; i++) {
		if (is_given(call, i) && !is_closed(call, i) && call->handles[i])
			handles_hold(handle, call->handles[i]);
	}
	return handle;
}

void custody_begin(struct call *call)
{
	struct joist_actor *self = call->in.self;

	for (unsigned i = 0; i <= JOIST_PARAMETERS_MAX; i++) {
		if (made_type(call, i))
			call->handles[i] = reserve(call, made_type(call, i));
	}
	lend_callbacks(self, call);
	enter(self, 1);
	call->outer = extra_of(self)->call;
	for (unsigned i = 0; i < call->typed->count; i++) {
		if (is_given(call, i) && call->handles[i])
			call->handles[i]->uses++;
		if (is_closed(call, i) && call->handles[i])
			call->handles[i]->pointer = NULL;
	}
	self->extra->call = call;
	call->kept_thread = self->keeps_thread;
	self->keeps_thread = self->keeps_thread || may_call_back(call);
}

static void release(struct joist_actor *self, struct call *call)
{
	enter(self, 1);
	self->extra->call = call->outer;
	self->keeps_thread = call->kept_thread;
	for (unsigned i = 0; i < call->typed->count; i++) {
		if (is_given(call, i) && call->handles[i])
			call->handles[i]->uses--;
	}
}

void custody_end(struct call *call)
{
	release(call->in.self, call);
	take_callbacks_back(call->in.self, call);
}

static void settle_closed(struct call *call, unsigned i, bool failed)
{
	struct handle *handle = call->handles[i];

	if (handle && failed)
		handle->pointer = call_pointer(call, i);
	else if (handle)
		handles_forget(handle);
}

/* One that is in the outcome has left its place. */
static void settle_made(struct call *call, unsigned i)
{
	struct handle *handle = call->handles[i];
	const struct joist_ctype *type;
	void *pointer;

	if (!handle)
		return;
	type = handle->type;
	pointer = made_pointer(call, i);
	handles_forget(handle);
	if (pointer && type->destroy)
		type->destroy(pointer);
}

void custody_settle(struct call *call, bool failed)
{
	for (unsigned i = 0; i <= JOIST_PARAMETERS_MAX; i++) {
		if (is_closed(call, i))
			settle_closed(call, i, failed);
		else if (made_type(call, i))
			settle_made(call, i);
	}
}
