/* What every call of an actor does first: it is in the VM from here to the end of the block, it is charged,
 * and signals that end it take effect. */
#ifndef JOIST_VM_API_ENTER_H
#define JOIST_VM_API_ENTER_H

#include "vm/base/bug.h"
#include "vm/sched/claim.h"
#include "vm/sched/deliver.h"
#include "vm/sched/detach.h"
#include "vm/sched/sched.h"
#include "vm/sched/park.h"
#include "vm/sched/trampoline.h"

static inline void enter_charge(struct joist_actor *self, uint32_t reductions)
{
	self->stack->thread->reductions -= (int32_t)reductions;
	self->reductions += reductions;
}

struct entered {
	struct joist_actor *self;
	bool outer;
};

static inline void enter_end(struct entered *entered)
{
	claim_go_out(entered->self, entered->outer);
}

/* The rest of the following: what has come takes effect, and a conversion goes no further if `function` is
 * not NULL. */
void enter_heed(struct joist_actor *self, const char *function);

static inline struct entered enter_begin(struct joist_actor *self, uint32_t reductions,
					 const char *function)
{
	struct entered entered = { self, claim_come_in(self) };

	enter_charge(self, reductions);
	if (UNLIKELY(inbox_has(self->entry) || self->heeds))
		enter_heed(self, function);
	return entered;
}

#define ENTER(self, reductions, function)                                                          \
	__attribute__((cleanup(enter_end), unused)) struct entered entered =                       \
		enter_begin(self, reductions, function)

/* What a public function does first, in its own block. */
#define enter(self, reductions) ENTER(self, reductions, __func__)

/* The same for one whose effects stay with the actor, or are none: an upgrade can take them back. */
#define enter_alone(self, reductions) ENTER(self, reductions, NULL)

/* What a call that may yield does last. */
static inline void enter_yield(struct joist_actor *self)
{
	if (UNLIKELY(self->stack->thread->reductions <= 0) && !self->yield_off)
		park_yield(self);
}

/* What a call that may have waited does last: what comes now may take long, and is better not done on a
 * worker if that is known. */
static inline void enter_end_of_wait(struct joist_actor *self)
{
	if (detach_expected(self))
		detach_go(self);
}

/* Work on a term of so many bytes, in reductions. */
static inline uint32_t enter_cost(size_t bytes)
{
	return 1 + (uint32_t)(bytes / 512 < SLICE_REDUCTIONS ? bytes / 512 : SLICE_REDUCTIONS);
}

/* The actor that `dest` (a term) names, for what sends. False if it is no destination. */
struct enter_dest {
	/* nobody: no such name; id 0: who has the name, or made the alias, on that node */
	joist_pid pid;
	bool is_alias;
	uint64_t alias; /* its number, if it is one of this node */
	joist_atom name; /* by which it was found, or zero */
};
bool enter_find(struct joist_actor *self, joist_term dest, struct enter_dest *ret_dest);

#endif
