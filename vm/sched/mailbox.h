/* The mailbox: the messages that an actor has, and the answer that it waits for. Only who runs the actor
 * enters, or who has the right to make it run. */
#ifndef JOIST_VM_SCHED_MAILBOX_H
#define JOIST_VM_SCHED_MAILBOX_H

#include "vm/actor/actor.h"
#include "vm/actor/gate.h"

/* What limits it; NULL: nothing does. */
static inline struct mailbox_gate *mailbox_gate_of(const struct joist_actor *a)
{
	/* relaxed: written before the actor first ran */
	return atomic_load_explicit(&a->entry->gate, memory_order_relaxed);
}

/* Puts a message behind all others. */
void mailbox_put(struct joist_actor *a, struct signal *s);

/* Takes the oldest message, which lives until the turn ends. NULL if there is none. */
struct signal *mailbox_take(struct joist_actor *a);

/* The same for the message that `*link` is. */
struct signal *mailbox_take_at(struct joist_actor *a, struct signal **link);

/* The same, but the message is the caller's. */
struct signal *mailbox_unlink(struct joist_actor *a, struct signal **link);

/* Has what waits in mid-turn look at the mailbox only from here on, for what holds the reference of that
 * number, which has just been made. */
void mailbox_mark(struct joist_actor *a, uint64_t number);

/* What the actor waits for in mid-turn has come. */
void mailbox_answer(struct joist_actor *a, struct signal *s);

/* Signals of the kinds MESSAGE, CALL and ALIAS take effect. */
void mailbox_message(struct joist_actor *a, struct signal *s);
void mailbox_call(struct joist_actor *a, struct signal *s);
void mailbox_alias(struct joist_actor *a, struct signal *s);

/* Delivers a signal to an actor that waited, whose inbox the caller has just taken IDLE off. False, with
 * the signal still the caller's, if that is better left to the actor itself. */
bool mailbox_receive(struct joist_actor *a, struct signal *s);

#endif
