/* How an actor goes over from one generation of its code to another: between two turns, where it has no
 * frames. What a whole generation's actors do together is upgrade.h.
 *
 * An actor comes to change_look before each turn. While the change is under way it converts its state
 * then, and holds: its messages queue, but links, exits and questions take effect as ever. When all
 * hold, the change is committed, by one store, or aborted; and each actor goes over, or puts back what
 * it had, before its next turn. */
#ifndef JOIST_VM_SCHED_CHANGE_H
#define JOIST_VM_SCHED_CHANGE_H

#include "vm/actor/actor.h"
#include "vm/sched/way.h"

struct ballot;

enum change_phase {
	CHANGE_NONE,
	CHANGE_CONVERTS, /* who has had its first turn converts, and holds */
	CHANGE_DECIDES, /* no first turn begins any more, either */
	CHANGE_COMMITTED,
	CHANGE_ABORTED,
};

/* The phase that a change's word says. */
#define CHANGE_PHASE(word) ((enum change_phase)((word)&7))

/* Of one code; it lives as long as that. But for the word, what is in it is looked at only by who is
 * `inside` an upgrade that is not decided, or ready for it. */
struct change {
	_Atomic uint32_t word; /* the upgrade's number << 3 | enum change_phase */
	bool dry; /* states are converted and put back at once; nobody holds */
	bool few; /* only those go over that have a ticket */
	size_t bytes;
	struct ballot *ballot; /* the node's */
	struct way ways[]; /* by the places of the exports */
};

/* The change that the actor's code is in; NULL: none. */
static inline struct change *change_of(const struct joist_actor *a)
{
	/* acquire: pairs with the release of who begins it */
	return atomic_load_explicit(&a->export->code->change, memory_order_acquire);
}

static inline bool change_is_undecided(enum change_phase phase)
{
	return phase == CHANGE_CONVERTS || phase == CHANGE_DECIDES;
}

/* Whether the upgrade in which an actor has seen `word` is still undecided. */
static inline bool change_is_open(const struct change *change, uint32_t word)
{
	/* seq_cst: pairs with the fence in set_phase: either this sees that it is over, or who is about to
	 * end it sees that the actor is ready, or inside, and waits for it */
	uint32_t now = atomic_load_explicit(&change->word, memory_order_seq_cst);

	return now >> 3 == word >> 3 && change_is_undecided(CHANGE_PHASE(now));
}

/* The rest of the following. */
bool change_hold(struct joist_actor *a);

/* Before a turn of a handler, which has no frames: takes part in the change of its code. True if it is to
 * take no message now. */
static inline bool change_look(struct joist_actor *a)
{
	return UNLIKELY(change_of(a) != NULL) && change_hold(a);
}

/* The running actor is to end: as what it was if nothing is decided. */
void change_forget(struct joist_actor *a);

#endif
