/* What the commonest acts cost: `counts` is started with {Act, N}, does it N times and ends. The
 * instructions of two runs with different N tell what one of them takes. */
#include <joist/joist.h>

#include <string.h>

/* Ends the turn, so that the terms of the last hundred acts are gone. */
static void turn_over(struct joist_actor *self, int64_t i)
{
	if (i % 100 == 0)
		joist_receive_timeout(self, 0);
}

/* A message to itself. */
static void do_send(struct joist_actor *self, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		joist_send(self, joist_self(self), joist_int(self, i));
		joist_receive(self);
	}
}

/* The same, as if a block of memory were taken and given back on the way. */
static void do_send_more(struct joist_actor *self, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		joist_send(self, joist_self(self), joist_int(self, i));
		joist_free(self, joist_alloc(self, 48));
		joist_receive(self);
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
	{ "send", do_send },
	{ "send_more", do_send_more },
	{ "match", do_match },
	{ "make", do_make },
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

JOIST_PLUGIN("counts", "1.0", JOIST_ACTOR(counts));
