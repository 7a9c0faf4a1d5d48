/* A counter in three ways: a loop, whose state are local variables; a server, whose callbacks share a
 * struct; an object, which is plain functions of C over that struct. Who calls them sees no difference. */
#include <joist/object.h>

static void loop(struct joist_actor *self, joist_term args)
{
	int64_t n = 0, by;
	joist_term from = args;

	for (;;) {
		joist_term message = joist_receive(self);

		if (joist_match(message, "{'$gen_cast', {add, By}}", &by))
			n += by;
		else if (joist_match(message, "{'$gen_call', From, get}", &from))
			joist_reply(self, from, joist_int(self, n));
	}
}

struct count {
	int64_t n;
};

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	struct count *count = state;

	if (joist_is_atom(request, "get"))
		return joist_int(self, count->n);
	joist_exit(self, request);
}

static void cast(struct joist_actor *self, void *state, joist_term message)
{
	struct count *count = state;
	int64_t by;

	(void)self;
	if (joist_match(message, "{add, By}", &by))
		count->n += by;
}

static const struct joist_server server = { sizeof(struct count), .call = call, .cast = cast };

static int64_t add(struct count *c, int64_t by)
{
	return c->n += by;
}

static int64_t get(struct count *c)
{
	return c->n;
}

static const struct joist_method methods[] = {
	JOIST_METHOD(int64_t, add, struct count *, int64_t),
	JOIST_METHOD(int64_t, get, struct count *),
	{ 0 },
};

static void demo(struct joist_actor *self, joist_term args)
{
	static const char *const names[] = { "counter:loop", "counter:server", "counter:object" };
	joist_term n;

	for (int i = 0; i < 3; i++) {
		joist_pid pid = joist_spawn_link(self, names[i], args);

		for (int64_t by = 1; by <= 4; by++)
			joist_cast(self, pid, joist_make(self, "{add, By}", by));
		joist_call(self, pid, joist_make(self, "get"), 1000, &n);
		joist_print(self, "%s: %s", names[i], joist_format(self, n));
	}
}

JOIST_PLUGIN("counter", "1.0", JOIST_ACTOR(loop), JOIST_SERVER(server),
	     JOIST_OBJECT(object, struct count, methods), JOIST_ACTOR(demo));
