/* The conversion of one actor's state to what another generation has: with a copy of all that the actor
 * owns, so that everything can be put back, until it is decided what comes of it.
 *
 * Runs on the actor's stack, by its worker, between two turns; but for conversion_refuse, which the SDK
 * calls in the midst of one. */
#ifndef JOIST_VM_SCHED_CONVERSION_H
#define JOIST_VM_SCHED_CONVERSION_H

#include "vm/actor/actor.h"
#include "vm/sched/ballot.h"
#include "vm/sched/way.h"

/* Of one actor, from its beginning until it is decided. It keeps `to` loaded. */
struct conversion {
	struct keepsake *keepsake;
	struct export *from, *to;
	void *old_state;
	void *state; /* in the making, or made */
	struct ballot *ballot;
	uint32_t number; /* of the upgrade */
	bool old_moved;
	uint8_t old_yield_off;
	bool is_carried, accepted;
};

/* That of the actor; NULL: it has none. */
static inline struct conversion *conversion_of(const struct joist_actor *a)
{
	return a->extra ? a->extra->conversion : NULL;
}

/* The actor's state that is to be, from what both versions say of their fields. NULL: it cannot be, which
 * the ballot knows. */
struct conversion *conversion_begin(struct joist_actor *a, struct ballot *ballot,
				    const struct way *way);

/* Has the new version's code do the rest. Whether the state is made; if not, all is put back. */
bool conversion_run(struct joist_actor *a, struct conversion *c);

/* It has ended its frames, and with them its stack. */
void conversion_fell(struct joist_actor *a);

/* The actor goes over to what it has become: false if memory is too short even for that. */
bool conversion_adopt(struct joist_actor *a, struct conversion *c);

/* Puts back what the actor had, if it has converted. */
void conversion_put_back(struct joist_actor *a);

/* It was given up while its code ran; that has come back, and the actor is to end. */
void conversion_forsake(struct joist_actor *a);

/* The actor cannot go over by that upgrade, for that reason. */
void conversion_fail(struct joist_actor *a, struct ballot *ballot, uint32_t number,
		     joist_term reason);

/* The actor has called what nobody may while it converts a state. */
void conversion_refuse(struct joist_actor *a, const char *function) __attribute__((noreturn));

#endif
