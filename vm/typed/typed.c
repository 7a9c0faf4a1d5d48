/* The way of a call: terms, arguments, the C code, the outcome. Only the actor itself; as plugin code,
 * which it is to the rest of the VM. */
#include "vm/typed/typed.h"

#include "vm/api/enter.h"
#include "vm/base/errnum.h"
#include "vm/typed/arguments.h"
#include "vm/typed/closures.h"
#include "vm/typed/custody.h"
#include "vm/typed/registers.h"
#include "vm/typed/serial.h"
#include "vm/typed/values.h"

/* The C code may take long: others go on with the scheduler. */
static void leave_scheduler(struct joist_actor *self)
{
	enter(self, 1);
	detach_go(self);
}

/* The C code runs; errno, if anybody asks for it. */
static int run(struct call *call)
{
	const struct typed *typed = call->typed;
	uint32_t flags = typed->signature->flags;

	call->result = typed->result->bytes <= sizeof(call->result_words)
			       ? call->result_words
			       : intake_room(call->in.self, typed->result->bytes);
	if (flags & JOIST_F_BLOCKING)
		leave_scheduler(call->in.self);
	if (flags & JOIST_F_ERRNO)
		errnum_set(0);
	foreign_call(typed->foreign, typed->code, call->result, call->values);
	return flags & JOIST_F_ERRNO ? errnum_get() : 0;
}

/* The same where handles or callbacks have to do with it. */
static joist_term run_in_custody(struct call *call)
{
	joist_term outcome;
	bool failed;
	int error;

	custody_begin(call);
	error = run(call);
	custody_end(call);
	if (joist_is_none(call->failure)) {
		outcome = values_make(call, error, &failed);
	} else {
		outcome = joist_make(call->in.self, "{error, {callback, Reason}}", call->failure);
		failed = true;
	}
	custody_settle(call, failed);
	return outcome;
}

/* Where a callback may come too late, any call may be the one in which it does. */
static bool is_in_custody(const struct joist_actor *self, const struct typed *typed)
{
	return typed->has_handles || typed->has_callbacks ||
	       (self->extra && self->extra->has_callbacks);
}

static joist_term run_plainly(struct call *call)
{
	bool failed;
	int error = run(call);

	return values_make(call, error, &failed);
}

static joist_term call_fully(struct joist_actor *self, const struct typed *typed, void *state,
			     const joist_term *arguments)
{
	struct call call;
	joist_term outcome;
	unsigned wrong;

	call.typed = typed;
	call.state = state;
	call.in.self = self;
	call.counted = 0;
	call.closures = NULL;
	call.failure = (joist_term){ 0 };
	if (!arguments_read(&call, arguments, &wrong)) {
		closures_end(&call.closures);
		return intake_error(&call.in, wrong);
	}
	/* What the library returns may be its own until the next call. */
	serial_take(self, typed->serial);
	outcome = is_in_custody(self, typed) ? run_in_custody(&call) : run_plainly(&call);
	serial_give(self, typed->serial);
	return outcome;
}

joist_term typed_call_on(struct joist_actor *self, const struct typed *typed, void *state,
			 const joist_term *arguments)
{
	joist_term outcome;

	if (typed->is_plain && !typed->serial && !(self->extra && self->extra->has_callbacks) &&
	    registers_call(self, typed, state, arguments, &outcome))
		return outcome;
	return call_fully(self, typed, state, arguments);
}

joist_term typed_call(struct joist_actor *self, const struct typed *typed,
		      const joist_term *arguments)
{
	return typed_call_on(self, typed, NULL, arguments);
}
