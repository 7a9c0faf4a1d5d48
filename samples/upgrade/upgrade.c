/* Counters, and those who send to them without a pause while the counters' code is upgraded. How many
 * messages there are in all is fixed; the senders take their time until they are told to make an end. */
#include <joist/server.h>
#include <joist/timer.h>

enum { COUNTERS = 1000, SENDERS = 8, EACH = 125 * COUNTERS, AT_ONCE = 5 };

/* Sends 1, 2, 3 and so on to every eighth counter; args are these. */
static void sender(struct joist_actor *self, joist_term args)
{
	joist_pid counters[COUNTERS / SENDERS];
	joist_term list, item;
	int64_t wait_ms = 1;
	int count = 0;

	joist_match(args, "List", &list);
	while (joist_list_next(&list, &item))
		joist_get_pid(item, &counters[count++]);
	for (int64_t sent = 0; count && sent < EACH; sent++) {
		joist_cast(self, counters[sent % count],
			   joist_make(self, "{add, Number}", sent / count + 1));
		if (sent % AT_ONCE)
			continue;
		if (wait_ms && joist_receive_match(self, wait_ms, "make_an_end"))
			wait_ms = 0;
		joist_yield(self);
	}
	joist_receive_match(self, wait_ms ? JOIST_INFINITY : 0, "make_an_end");
}

struct upgrade {
	joist_pid counters[COUNTERS], senders[SENDERS];
};

static void init(struct joist_actor *self, void *state, joist_term args)
{
	struct upgrade *u = state;

	(void)args;
	for (int i = 0; i < COUNTERS; i++)
		u->counters[i] = joist_spawn(self, "tally:tally", joist_int(self, i));
	for (int i = 0; i < SENDERS; i++) {
		joist_term list = joist_nil();

		for (int k = i; k < COUNTERS; k += SENDERS)
			list = joist_cons(self, joist_pid_term(self, u->counters[k]), list);
		u->senders[i] = joist_spawn_link(self, "upgrade:sender", list);
	}
}

/* How many counters there are of which version. */
static joist_term ask_versions(struct joist_actor *self, const struct upgrade *u)
{
	joist_term versions = joist_map(self, NULL, 0), reply, version, count;

	for (int i = 0; i < COUNTERS; i++) {
		int64_t n = 0;

		joist_call(self, u->counters[i], joist_make(self, "get"), JOIST_INFINITY, &reply);
		joist_match(reply, "{Version, _, _}", &version);
		count = joist_map_get(versions, version);
		joist_get_int(count, &n);
		versions = joist_map_put(self, versions, version, joist_int(self, n + 1));
	}
	return versions;
}

/* When the senders are through: how many messages were handled, and how many should have been. */
static joist_term finish(struct joist_actor *self, const struct upgrade *u)
{
	int64_t handled = 0, wrong = 0, n, w;
	joist_term reply;

	for (int i = 0; i < SENDERS; i++) {
		joist_ref monitor = joist_monitor(self, u->senders[i]);

		joist_send(self, u->senders[i], joist_make(self, "make_an_end"));
		joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Monitor, process, _, _}",
				    &monitor);
	}
	for (int i = 0; i < COUNTERS; i++) {
		joist_call(self, u->counters[i], joist_make(self, "get"), JOIST_INFINITY, &reply);
		joist_match(reply, "{_, N, Wrong}", &n, &w);
		handled += n;
		wrong += w;
	}
	return joist_make(self, "{Handled, Lost}", handled,
			  (int64_t)SENDERS * EACH - handled + wrong);
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	return joist_is_atom(request, "finish") ? finish(self, state) : ask_versions(self, state);
}

static const struct joist_server crowd = { .state_size = sizeof(struct upgrade),
					   .init = init,
					   .call = call };

JOIST_PLUGIN("upgrade", "1.0", JOIST_SERVER(crowd), JOIST_ACTOR(sender));
