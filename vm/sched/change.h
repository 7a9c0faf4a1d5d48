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
#include "vm/actor/fault.h"
#include "vm/actor/layout.h"

struct ballot;

enum change_phase {
	CHANGE_NONE,
	CHANGE_CONVERTS, /* who has had its first turn converts, and holds */
	CHANGE_DECIDES, /* no first turn begins any more, either */
	CHANGE_COMMITTED,
	CHANGE_ABORTED,
};

/* How actors of one export go over. */
enum change_how {
	CHANGE_STAYS, /* a loop, or a function: it does not */
	CHANGE_KEEPS, /* with its state as it is */
	CHANGE_CONVERTS_STATE,
	CHANGE_CANNOT,
};
struct change_way {
	struct export *to;
	enum change_how how;
	const char *why; /* it cannot */
	struct layout_path path; /* of a state that is carried by its fields */
};

/* The phase that a change's word says. */
#define CHANGE_PHASE(word) ((enum change_phase)((word)&7))

/* Of one code; it lives as long as that. */
struct change {
	_Atomic uint32_t word; /* the upgrade's number << 3 | enum change_phase */
	bool dry; /* states are converted and put back at once; nobody holds */
	bool few; /* only those go over that have a ticket */
	size_t bytes;
	struct ballot *ballot; /* the node's */
	struct change_way ways[]; /* by the places of the exports */
};

/* The change that the actor's code is in; NULL: none. */
static inline struct change *change_of(const struct joist_actor *a)
{
	/* acquire: pairs with the release of who begins it */
	return atomic_load_explicit(&a->export->code->change, memory_order_acquire);
}

/* The rest of the following. */
bool change_hold(struct joist_actor *a);

/* Before a turn of a handler, which has no frames: takes part in the change of its code. True if it is to
 * take no message now. */
static inline bool change_look(struct joist_actor *a)
{
	return UNLIKELY(change_of(a) != NULL) && change_hold(a);
}

/* The conversion of the running actor's state has ended its frames, and with them its stack. */
void change_fell(struct joist_actor *a);

/* The running actor is to end: as what it was if nothing is decided. */
void change_forget(struct joist_actor *a);

/* The actor has called what nobody may while it converts a state. */
void change_refuse(struct joist_actor *a, const char *function) __attribute__((noreturn));

#endif
