/* Finding what a server or state machine has behind its state. Runs on the actor's own turns only. */
#include "gen.h"

size_t gen_offset(const void *table)
{
	size_t state_size = *(const size_t *)table;

	return (state_size + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
}

struct gen *gen_of(struct joist_actor *self)
{
	char *state = joist_state(self);

	return (struct gen *)(state + gen_offset(joist_export_data(self)));
}

void gen_check(struct joist_actor *self, const struct gen *was)
{
	const struct gen *gen = gen_of(self);

	if (gen->turn != was->turn || gen->extra != was->extra ||
	    gen->initialised != was->initialised)
		joist_exit(self, joist_make(self, "wrong_size"));
}

void gen_badarg(struct joist_actor *self, const char *function)
{
	joist_exit(self, joist_make(self, "{badarg, Function}", joist_text(function)));
}

struct gen *gen_turn_of(struct joist_actor *self, const char *function)
{
	struct gen *gen;

	if (!joist_state(self) || !joist_export_data(self))
		gen_badarg(self, function);
	gen = gen_of(self);
	if (!gen->turn)
		gen_badarg(self, function);
	return gen;
}

struct gen_extra *gen_extra_of(struct joist_actor *self)
{
	struct gen *gen = gen_of(self);

	if (!gen->extra)
		gen->extra = joist_alloc(self, sizeof(*gen->extra));
	return gen->extra;
}
