/* The gate of a mailbox with a limit: how many user messages, of how many bytes, an actor may have that it
 * has not taken. Links, exits, DOWN, answers and system entries pass it unseen.
 *
 * Gates are never unmapped, so that a sender may look at one whose actor has just ended: what it then
 * decides concerns a message to the dead. */
#ifndef JOIST_VM_ACTOR_GATE_H
#define JOIST_VM_ACTOR_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum gate_policy {
	GATE_ERROR_TO_SENDER, /* the sender ends with {limit, mailbox}, a call answers so */
	GATE_DROP_NEW,
	GATE_DROP_OLD, /* the receiver drops its oldest when it looks; twice the limit is the end */
	GATE_EXIT, /* the receiver ends with {limit, mailbox} */
};

struct mailbox_gate {
	/* Relaxed, all: a limit need not be exact, and of another actor's they must only be numbers. */
	atomic_int_least64_t messages, bytes;
	atomic_int_least64_t messages_max, bytes_max; /* 0: none */
	_Atomic uint8_t policy; /* an enum gate_policy */
	atomic_bool full; /* since one was refused, until half of the room is free again */
	struct alarm_ear *ear; /* of its node. Only who takes messages looks. */
	struct mailbox_gate *next; /* spare */
};

enum gate_answer {
	GATE_PASS,
	GATE_REFUSE, /* error_to_sender */
	GATE_DROP, /* forget the message */
	GATE_END, /* the receiver is to end */
};

/* The policy of that name; false if there is none. NULL is the default. */
bool gate_policy_of(const char *name, enum gate_policy *ret_policy);

/* A gate with those limits; NULL when memory is short. */
struct mailbox_gate *gate_take(uint64_t messages_max, uint64_t bytes_max, enum gate_policy policy);
void gate_give(struct mailbox_gate *gate);

/* Asks for a message of `bytes`; counts it if it may pass. `*ret_first`: it may not, and the gate was not
 * known as full. Any thread. */
enum gate_answer gate_enter(struct mailbox_gate *gate, uint64_t bytes, bool *ret_first);

/* A message of `bytes` was taken or dropped: whether half of what was full is free again. Any thread. */
bool gate_leave(struct mailbox_gate *gate, uint64_t bytes);

/* Whether the receiver should drop its oldest message. */
bool gate_over(const struct mailbox_gate *gate);

#endif
