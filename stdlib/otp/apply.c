/* Erlang's way of calling a function in an actor of its own: what spawn of another node comes to
 * if it names no actor but a function, or nothing at all. */
#include <stdio.h>
#include <string.h>

#include "otp.h"

size_t otp_length(joist_term list)
{
	joist_term item;
	size_t length = 0;

	while (joist_list_next(&list, &item))
		length++;
	return length;
}

void otp_name(joist_atom module, joist_atom function, char ret_name[OTP_NAME_MAX])
{
	struct joist_bytes m = joist_atom_name(module), f = joist_atom_name(function);
	int size = snprintf(ret_name, OTP_NAME_MAX, "%.*s:%.*s", (int)m.size, (const char *)m.data,
			    (int)f.size, (const char *)f.data);

	if (size >= OTP_NAME_MAX)
		*ret_name = 0;
}

joist_term otp_undef(struct joist_actor *self, joist_atom module, joist_atom function,
		     joist_term args)
{
	return joist_make(self, "{undef, [{M, F, Args, []}]}", module, function, args);
}

/* The reason of an exit signal to itself is not an error of this node's, which would be logged. */
JOIST_NORETURN void otp_exit(struct joist_actor *self, joist_term reason)
{
	joist_trap_exit(self, false);
	joist_exit_to(self, joist_self(self), reason);
	joist_exit(
		self,
		reason); /* `normal` from itself does end an actor; what cannot be is an end, too */
}

void otp_apply(struct joist_actor *self, joist_term args)
{
	joist_atom module, function;
	char name[OTP_NAME_MAX];
	joist_term list;

	if (!joist_match(args, "{M, F, List}", &module, &function, &list))
		joist_exit(self, joist_make(self, "badarg"));
	otp_name(module, function, name);
	if (!joist_exported(self, name, (int)otp_length(list)))
		joist_exit(self, otp_undef(self, module, function, list));
	joist_apply(self, name, list);
}
