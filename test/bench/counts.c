/* What the commonest acts cost: `counts` is started with {Act, N}, does it N times and ends. The
 * instructions of two runs with different N tell what one of them takes. */
#include <joist/server.h>

#include <string.h>

static void echo(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;) {
		joist_term message = joist_receive(self);
		joist_pid from;

		if (joist_match(message, "{ping, From}", &from))
			joist_send(self, from, message);
	}
}

static void ender(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	(void)self, (void)state;
	return request;
}

static const struct joist_server answerer = { .call = call };

/* Ends the turn, so that the terms of the last hundred acts are gone. */
static void turn_over(struct joist_actor *self, int64_t i)
{
	if (i % 100 == 0)
		joist_receive_timeout(self, 0);
}

/* A message there and one back. */
static void do_ping(struct joist_actor *self, int64_t n)
{
	joist_pid other = joist_spawn_link(self, "counts:echo", joist_nil());

	for (int64_t i = 0; i < n; i++) {
		joist_send(self, other, joist_make(self, "{ping, Self}", joist_self(self)));
		joist_receive(self);
	}
}

/* A loop's whole life, and the message that it has ended. */
static void do_spawn(struct joist_actor *self, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		joist_spawn_monitor(self, "counts:ender", joist_nil());
		joist_receive(self);
	}
}

static void do_call(struct joist_actor *self, int64_t n)
{
	joist_pid server = joist_spawn_link(self, "counts:answerer", joist_nil());
	joist_term request = joist_atom_term(joist_atom_new("next")), reply;

	for (int64_t i = 0; i < n; i++) {
		joist_call(self, server, request, JOIST_INFINITY, &reply);
		turn_over(self, i);
	}
}

static void do_match(struct joist_actor *self, int64_t n)
{
	joist_term message = joist_keep(self, joist_parse(self, "{add, 5, [a, <<\"b\">>]}", NULL));
	int64_t by, sum = 0;
	joist_term rest;

	for (int64_t i = 0; i < n; i++)
		sum += joist_match(message, "{add, By, [a|Rest]}", &by, &rest) ? by : 0;
	if (sum != 5 * n)
		joist_exit(self, joist_make(self, "no_match"));
}

static void do_make(struct joist_actor *self, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		joist_make(self, "{add, By, [a, Text]}", i, joist_text("b"));
		turn_over(self, i);
	}
}

static const struct act {
	const char *name;
	void (*run)(struct joist_actor *self, int64_t n);
} acts[] = {
	{ "ping", do_ping },   { "spawn", do_spawn }, { "call", do_call },
	{ "match", do_match }, { "make", do_make },
};

static void counts(struct joist_actor *self, joist_term args)
{
	joist_atom name;
	int64_t n;

	if (!joist_match(args, "{Act, N}", &name, &n))
		joist_exit(self, joist_make(self, "badarg"));
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (strcmp((const char *)joist_atom_name(name).data, acts[i].name) == 0)
			acts[i].run(self, n);
	}
}

JOIST_PLUGIN("counts", "1.0", JOIST_ACTOR(counts), JOIST_ACTOR(echo), JOIST_ACTOR(ender),
	     JOIST_SERVER(answerer));
