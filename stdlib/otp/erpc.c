/* Module erpc: what rpc:call and erpc:call of other nodes start here. The call runs in an actor
 * of its own, so that an error of it is seen from outside; how it ended is the reason by which
 * this one ends. */
#include <string.h>

#include "otp.h"

#include "../builtin.h"

/* Whether a reason is that of an error: {Reason, Stack}, as Erlang makes it. */
static bool is_error(joist_term reason, joist_term *ret_reason, joist_term *ret_stack)
{
	joist_term first, rest;

	return joist_match(reason, "{R, Stack}", ret_reason, ret_stack) &&
	       joist_match(*ret_stack, "[First | Rest]", &first, &rest) &&
	       joist_match(first, "{_, _, _, _}");
}

static joist_term outcome_of(struct joist_actor *self, joist_ref tag, joist_term reason)
{
	joist_term value, stack;

	if (joist_match(reason, "{^Tag, V}", &tag, &value))
		return joist_make(self, "{return, V}", value);
	if (!is_error(reason, &value, &stack))
		return joist_make(self, "{exit, R}", reason);
	if (joist_match(value, "{nocatch, T}", &value))
		return joist_make(self, "{throw, T}", value);
	return joist_make(self, "{error, R, Stack}", value, stack);
}

/* args: {Tag, Name, List} */
static void call(struct joist_actor *self, joist_term args)
{
	joist_term tag, list;
	struct joist_bytes name;

	if (!joist_match(args, "{Tag, Name, List}", &tag, &name, &list))
		return;
	joist_term value = joist_apply(self, name.data, list);
	otp_exit(self, joist_make(self, "{Tag, Value}", tag, value));
}

joist_term otp_call(struct joist_actor *self, joist_atom module, joist_atom function,
		    joist_term args)
{
	const struct joist_spawn_options options = { .monitor = true };
	joist_ref tag = joist_ref_new(self), monitor;
	char name[OTP_NAME_MAX];
	joist_term reason;

	otp_name(module, function, name);
	if (!joist_exported(self, name, (int)otp_length(args)))
		return joist_make(self, "{error, undef, [{M, F, Args, []}]}", module, function,
				  args);
	/* With its last zero, so that it is a C string on the other side. */
	const struct joist_bytes text = { name, strlen(name) + 1 };
	joist_spawn_with(self, "erpc:call", joist_make(self, "{Tag, Name, List}", tag, text, args),
			 &options, &monitor);
	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Monitor, process, _, Reason}",
			    &monitor, &reason);
	return outcome_of(self, tag, reason);
}

/* Ends with {Ref, return, Value} and its like. */
static joist_term execute_call(struct joist_actor *self, joist_term ref, joist_term module,
			       joist_term function, joist_term args)
{
	joist_term outcome, kind, value, stack;
	joist_atom m, f;

	if (!joist_get_atom(module, &m) || !joist_get_atom(function, &f))
		otp_exit(self, joist_make(self, "{Ref, error, {erpc, badarg}}", ref));
	outcome = otp_call(self, m, f, args);
	if (joist_match(outcome, "{error, R, Stack}", &value, &stack))
		otp_exit(self, joist_make(self, "{Ref, error, R, Stack}", ref, value, stack));
	joist_match(outcome, "{Kind, V}", &kind, &value);
	otp_exit(self, joist_make(self, "{Ref, Kind, V}", ref, kind, value));
}

static joist_term execute_cast(struct joist_actor *self, joist_term module, joist_term function,
			       joist_term args)
{
	otp_apply(self, joist_tuple(self, (joist_term[]){ module, function, args }, 3));
	return joist_make(self, "ok");
}

static const struct joist_export exports[] = { JOIST_ACTOR(call), JOIST_FUN(execute_call, 4),
					       JOIST_FUN(execute_cast, 3) };

const struct joist_plugin erpc_plugin = JOIST_BUILTIN("erpc", exports);
