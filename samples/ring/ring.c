/* A ring of actors that hand a token on, each starting the next one. Messages between two actors keep
 * their order, so when the token has come round often enough, so has everything before it. */
#include <joist/joist.h>

/* Hands on what it gets, until that is `stop`. */
static void hop(struct joist_actor *self, joist_term args)
{
	int64_t left;
	joist_pid first, next;

	joist_match(args, "{Left, First}", &left, &first);
	next = left ? joist_spawn_link(self, "ring:hop",
				       joist_make(self, "{Left, First}", left - 1, first))
		    : first;
	for (;;) {
		joist_term message = joist_receive(self);

		joist_send(self, next, message);
		if (joist_is_atom(message, "stop"))
			return;
	}
}

static void ring(struct joist_actor *self, joist_term args)
{
	int64_t actors, rounds, hops = 0, token;
	joist_pid next;

	joist_match(args, "{Actors, Rounds}", &actors, &rounds);
	next = joist_spawn_link(self, "ring:hop",
				joist_make(self, "{Left, Self}", actors - 2, joist_self(self)));
	for (int64_t round = 1; round <= rounds; round++) {
		joist_send(self, next, joist_make(self, "{token, Round}", round));
		if (joist_match(joist_receive(self), "{token, Token}", &token) && token == round)
			hops += actors;
	}
	joist_send(self, next, joist_make(self, "stop"));
	joist_receive(self);
	joist_print(self, "%lld actors, %lld hops", (long long)actors, (long long)hops);
}

JOIST_PLUGIN("ring", "1.0", JOIST_ACTOR(ring), JOIST_ACTOR(hop));
