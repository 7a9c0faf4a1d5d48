/* Objects: servers whose callbacks find a method. Runs on the object's own turns only. */
#include <joist/object.h>

joist_term joist_object_call(struct joist_actor *self, void *state, joist_term request)
{
	const struct joist_object *object = joist_export_data(self);

	return joist_call_method(self, object->methods, state, request);
}

/* Nobody waits for the answer: if it is an error, that is for the log. */
void joist_object_cast(struct joist_actor *self, void *state, joist_term message)
{
	const struct joist_object *object = joist_export_data(self);
	joist_term reason, outcome = joist_call_method(self, object->methods, state, message);

	if (joist_match(outcome, "{error, Reason}", &reason))
		joist_log(self, JOIST_WARNING, "cast %s: %s", joist_format(self, message),
			  joist_format(self, reason));
}
