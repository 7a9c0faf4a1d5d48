/* The way of a call: terms, arguments, the C code, the outcome. Only the actor itself; as plugin code,
 * which it is to the rest of the VM. */
#include "vm/typed/typed.h"

#include "vm/api/enter.h"
#include "vm/base/errnum.h"
#include "vm/typed/arguments.h"
#include "vm/typed/values.h"

/* The C code may take long: others go on with the scheduler. */
static void leave_scheduler(struct joist_actor *self)
{
	enter(self, 1);
	detach_go(self);
}

static joist_term run(struct call *call)
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
	return values_make(call, flags & JOIST_F_ERRNO ? errnum_get() : 0);
}

joist_term typed_call_on(struct joist_actor *self, const struct typed *typed, void *state,
			 const joist_term *arguments)
{
	struct call call;
	unsigned wrong;

	call.typed = typed;
	call.state = state;
	call.in.self = self;
	call.counted = 0;
	return arguments_read(&call, arguments, &wrong) ? run(&call)
							: intake_error(&call.in, wrong);
}

joist_term typed_call(struct joist_actor *self, const struct typed *typed,
		      const joist_term *arguments)
{
	return typed_call_on(self, typed, NULL, arguments);
}
