/* Calls what is bound on random inputs, beside direct calls of the same. As an actor, each function 10,000
 * times; and for who calls by rpc, the inputs with what direct calls answer, and what the binding does. */
#include "direct_calls.h"

#include <math.h>
#include <stdio.h>

/* So many that each function of SQLite, which not every round reaches, has 10,000. */
#define ROUNDS 17000

static const struct direct *const lists[] = { direct_math, direct_zlib, direct_sqlite };
#define LISTS (sizeof(lists) / sizeof(lists[0]))

static uint64_t seed = 1;

uint64_t direct_chance(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

joist_term direct_real(struct joist_actor *self, double value)
{
	if (isnan(value))
		return joist_make(self, "nan");
	if (isinf(value))
		return value < 0 ? joist_make(self, "'-infinity'") : joist_make(self, "infinity");
	return joist_make(self, "Value", value);
}

static joist_term call_bound(struct joist_actor *self, const struct direct *direct,
			     joist_term input)
{
	char name[64];

	if (direct->bound)
		return direct->bound(self, input);
	snprintf(name, sizeof(name), "%s:%s", direct->module, direct->function);
	return joist_apply(self, name, input);
}

/* A round is a turn, whose terms are gone at its end. */
static bool compare(struct joist_actor *self, const struct direct *direct)
{
	unsigned equal = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		joist_term input = direct->input(self), wanted = direct->call(self, input),
			   got = call_bound(self, direct, input);

		if (joist_equal(got, wanted))
			equal++;
		else if (equal == round) /* the first that differs */
			joist_print(self, "%s of %s: %s, not %s", direct->function,
				    joist_format(self, input), joist_format(self, got),
				    joist_format(self, wanted));
		joist_send(self, joist_self(self), joist_make(self, "next"));
		joist_receive(self);
	}
	return equal == ROUNDS;
}

static void direct(struct joist_actor *self, joist_term args)
{
	unsigned equal = 0, all = 0;

	(void)args;
	for (size_t i = 0; i < LISTS; i++) {
		for (const struct direct *d = lists[i]; d->module; d++, all++)
			equal += compare(self, d);
	}
	joist_print(self, "%u of %u functions equal", equal, all);
}

/* ---- by rpc ---- */

static const struct direct *find(struct joist_actor *self, joist_term module, joist_term function)
{
	for (size_t i = 0; i < LISTS; i++) {
		for (const struct direct *d = lists[i]; d->module; d++) {
			if (joist_is_atom(module, d->module) &&
			    joist_is_atom(function, d->function))
				return d;
		}
	}
	joist_exit(self, joist_make(self, "{no, M, F}", module, function));
}

/* The list of [Module, Function]. */
static joist_term names(struct joist_actor *self)
{
	joist_term list = joist_nil();

	for (size_t i = 0; i < LISTS; i++) {
		for (const struct direct *d = lists[i]; d->module; d++)
			list = joist_make(self, "[[M, F] | List]", joist_atom_new(d->module),
					  joist_atom_new(d->function), list);
	}
	return list;
}

/* So many inputs, the last first, and what direct calls answer. */
static joist_term sample(struct joist_actor *self, joist_term module, joist_term function,
			 joist_term count)
{
	const struct direct *d = find(self, module, function);
	joist_term inputs = joist_nil(), answers = joist_nil();
	int64_t left;

	joist_get_int(count, &left);
	while (left-- > 0) {
		joist_term input = d->input(self);

		inputs = joist_cons(self, input, inputs);
		answers = joist_cons(self, d->call(self, input), answers);
	}
	return joist_make(self, "{Inputs, Answers}", inputs, answers);
}

/* What the binding answers to those, in turn, and in their order. */
static joist_term bound(struct joist_actor *self, joist_term module, joist_term function,
			joist_term inputs)
{
	const struct direct *d = find(self, module, function);
	joist_term answers = joist_nil(), input;
	joist_term reversed = joist_nil();

	while (joist_list_next(&inputs, &input))
		answers = joist_cons(self, call_bound(self, d, input), answers);
	while (joist_list_next(&answers, &input))
		reversed = joist_cons(self, input, reversed);
	return reversed;
}

JOIST_PLUGIN("direct", "1.0", JOIST_ACTOR(direct), JOIST_FUN(names, 0), JOIST_FUN(sample, 3),
	     JOIST_FUN(bound, 3), JOIST_FUN(direct_stop, 2));
