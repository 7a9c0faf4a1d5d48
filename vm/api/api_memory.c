/* What an actor owns, as the SDK has it. */
#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/sched/alarms.h"
#include "vm/sched/sched.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"

/* Ends the actor if `more` bytes would exceed its limit. */
static void check_limit(struct joist_actor *self, size_t more)
{
	uint64_t words[4];

	alarms_look_at_memory(self->worker->vm, self, more);
	if (LIKELY(!actor_memory_max(self) || actor_memory(self) + more <= actor_memory_max(self)))
		return;
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));
	joist_exit(self, term_tuple_of(&arena, ATOM(limit), ATOM(memory)));
}

joist_term joist_keep(struct joist_actor *self, joist_term term)
{
	enter_alone(self, 1);
	if (joist_is_none(term))
		return term;
	check_limit(self, 0);
	joist_term kept = estate_keep(&self->estate, term);
	if (joist_is_none(kept))
		self_short(self);
	return kept;
}

void joist_drop(struct joist_actor *self, joist_term kept)
{
	enter_alone(self, 1);
	if (!estate_drop(&self->estate, kept))
		self_badarg(self, "joist_drop");
}

void *joist_alloc(struct joist_actor *self, size_t size)
{
	enter_alone(self, enter_cost(size));
	check_limit(self, size);
	void *memory = estate_alloc(&self->estate, size);
	if (!memory)
		self_short(self);
	return memory;
}

void *joist_realloc(struct joist_actor *self, void *memory, size_t size)
{
	enter_alone(self, enter_cost(size));
	check_limit(self, size);
	void *moved = estate_realloc(&self->estate, memory, size);
	if (!moved)
		self_short(self);
	return moved;
}

void joist_free(struct joist_actor *self, void *memory)
{
	enter_alone(self, 1);
	estate_free(&self->estate, memory);
}

void joist_defer(struct joist_actor *self, void (*run)(void *), void *argument)
{
	enter_alone(self, 1);
	if (!run)
		self_badarg(self, "joist_defer");
	if (!estate_defer(&self->estate, run, argument))
		self_short(self);
}

bool joist_undefer(struct joist_actor *self, void (*run)(void *), void *argument)
{
	enter(self, 0);
	return estate_undefer(&self->estate, run, argument);
}
