/* Calls: one that is answered later, one that is not answered in time, and calls that are put aside while
 * the server is not ready for them. */
#include <joist/server.h>

struct desk {
	joist_term waits; /* the From of a call that is answered later; kept */
	bool open;
};

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	struct desk *desk = state;

	if (joist_is_atom(request, "later")) {
		desk->waits = joist_keep(self, joist_from(self));
		return joist_noreply;
	}
	if (joist_match(request, "{serve, _}") && !desk->open) {
		joist_stash(self);
		return joist_noreply;
	}
	return joist_make(self, "{done, Request}", request);
}

static void cast(struct joist_actor *self, void *state, joist_term message)
{
	struct desk *desk = state;

	if (joist_is_atom(message, "answer"))
		joist_reply(self, desk->waits, message);
	desk->open = joist_is_atom(message, "open");
	joist_unstash(self); /* while it is not open, to be put aside again */
}

static const struct joist_server desk = { sizeof(struct desk), .call = call, .cast = cast };

static void demo(struct joist_actor *self, joist_term args)
{
	joist_pid pid = joist_spawn_link(self, "calls:desk", args);
	joist_term answer;
	int64_t tag;

	if (joist_call(self, pid, joist_make(self, "later"), 100, &answer) == JOIST_TIMEOUT)
		joist_print(self, "not in time");
	joist_cast(self, pid, joist_make(self, "answer"));
	joist_call(self, pid, joist_make(self, "hello"), 1000, &answer);
	joist_print(self, "%s", joist_format(self, answer));
	joist_print(self, "late answer %s", joist_receive_match(self, 0, "_") ? "seen" : "dropped");
	for (int64_t i = 1; i <= 3; i++) /* does not wait for the answers */
		joist_send(self, pid,
			   joist_make(self, "{'$gen_call', {Self, Tag}, {serve, I}}",
				      joist_self(self), i, 10 * i));
	joist_cast(self, pid, joist_make(self, "open"));
	for (int i = 0; i < 3; i++) {
		joist_receive_match(self, 1000, "{Tag, Answer}", &tag, &answer);
		joist_print(self, "%lld: %s", (long long)tag, joist_format(self, answer));
	}
}

JOIST_PLUGIN("calls", "1.0", JOIST_SERVER(desk), JOIST_ACTOR(demo));
