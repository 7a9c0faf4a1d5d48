/* The mailbox: the messages that an actor has, and the answer that it waits for. Only who runs the actor
 * enters, or who has the right to make it run. */
#ifndef JOIST_VM_SCHED_MAILBOX_H
#define JOIST_VM_SCHED_MAILBOX_H

#include "vm/actor/actor.h"
#include "vm/actor/gate.h"
#include "vm/base/bug.h"

/* What limits it; NULL: nothing does. */
static inline struct mailbox_gate *mailbox_gate_of(const struct joist_actor *a)
{
	/* relaxed: written before the actor first ran */
	return atomic_load_explicit(&a->entry->gate, memory_order_relaxed);
}

/* The number of what the actor waits for; 0: none, as while it rests. */
static inline uint64_t mailbox_waits_for(const struct joist_actor *a)
{
	return a->stack ? a->stack->waits_for : 0;
}

/* What leaves the mailbox, or does not get there, makes room for others. Only if it was counted. */
void mailbox_uncount(const struct joist_actor *a, const struct signal *s);

/* Puts a message behind all others. */
static inline void mailbox_put(struct joist_actor *a, struct signal *s)
{
	a->was_waiting = false;
	s->next = NULL;
	*a->last = s;
	a->last = &s->next;
	actor_count(a, s, 1);
}

/* The same for a list of them. Not for an actor with a limit of memory. */
static inline void mailbox_put_all(struct joist_actor *a, struct signal *first, struct signal *last,
				   uint32_t count)
{
	a->was_waiting = false;
	last->next = NULL;
	*a->last = first;
	a->last = &last->next;
	a->message_count += count;
}

/* Takes the message that `*link` is, which is the caller's. */
static inline struct signal *mailbox_unlink(struct joist_actor *a, struct signal **link)
{
	struct signal *s = *link;

	*link = s->next;
	if (a->last == &s->next)
		a->last = link;
	if (a->stack->fresh == &s->next)
		a->stack->fresh = link;
	actor_count(a, s, -1);
	if (UNLIKELY(s->counted))
		mailbox_uncount(a, s);
	return s;
}

/* The same, but it lives until the turn ends. */
static inline struct signal *mailbox_take_at(struct joist_actor *a, struct signal **link)
{
	struct signal *s = mailbox_unlink(a, link);

	s->next = a->stack->taken;
	a->stack->taken = s;
	return s;
}

/* The same for the oldest message. NULL if there is none. */
static inline struct signal *mailbox_take(struct joist_actor *a)
{
	return a->first ? mailbox_take_at(a, &a->first) : NULL;
}

/* Has what waits in mid-turn look at the mailbox only from here on, for what holds the reference of that
 * number, which has just been made. */
void mailbox_mark(struct joist_actor *a, uint64_t number);

/* What the actor waits for in mid-turn has come. */
void mailbox_answer(struct joist_actor *a, struct signal *s);

/* A message for an actor that waits in mid-turn. */
void mailbox_message_in_wait(struct joist_actor *a, struct signal *s);

/* Signals of the kinds MESSAGE, CALL, ALIAS and DOWN take effect. */
static inline void mailbox_message(struct joist_actor *a, struct signal *s)
{
	if (UNLIKELY(mailbox_waits_for(a)))
		mailbox_message_in_wait(a, s);
	else
		mailbox_put(a, s);
}
void mailbox_call(struct joist_actor *a, struct signal *s);
void mailbox_alias(struct joist_actor *a, struct signal *s);
void mailbox_down(struct joist_actor *a, struct signal *s);

/* What a monitor of `a` watches: a pid, or {Name, Node}. */
joist_term mailbox_object(const struct joist_actor *a, struct arena *arena, const struct tie *tie);

/* The rest of the following. */
bool mailbox_receive_other(struct joist_actor *a, struct signal *s);

/* Delivers a signal to an actor that waited, whose inbox the caller has just taken IDLE off. False, with
 * the signal still the caller's, if that is better left to the actor itself. */
static inline bool mailbox_receive(struct joist_actor *a, struct signal *s)
{
	if (UNLIKELY(s->to != a->id || a->end || s->counted))
		return false;
	if (UNLIKELY(s->kind != SIGNAL_MESSAGE))
		return mailbox_receive_other(a, s);
	mailbox_message(a, s);
	return true;
}

#endif
