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

#include "vm/base/spin.h"

struct joist_vm;
struct signal;
struct worker;

enum gate_policy {
	GATE_ERROR_TO_SENDER, /* the sender ends with {limit, mailbox}, a call answers so */
	GATE_DROP_NEW,
	GATE_DROP_OLD, /* the receiver drops its oldest when it looks; twice the limit is the end */
	GATE_EXIT, /* the receiver ends with {limit, mailbox} */
	GATE_BLOCK, /* the sender waits; who cannot is refused, as by error_to_sender */
};

/* A message that waits for room, in a frame of its sender's. */
struct gate_wait {
	struct gate_wait *next, **link; /* in the gate's queue; link is NULL outside */
	struct mailbox_gate *gate;
	struct signal *message;
	struct signal *wake; /* for its sender, once it is let in; NULL: that one waits for more */
	atomic_bool done; /* the message is where it was to go; the other thread looks no more */
};

/* How many messages, of how many bytes, where these are limited. Relaxed, but for what tells of room: a
 * limit need not be exact, and of another actor's they must only be numbers. */
struct gate_tally {
	atomic_int_least64_t messages, bytes;
};

/* What senders write, what the receiver writes, and what few do, is each on a line of cache of its own. */
struct mailbox_gate {
	struct gate_tally entered, left_seen; /* left_seen: what senders know of `left` */
	char apart[64];
	struct gate_tally left; /* since the gate was taken */
	char apart_too[64];
	atomic_int_least64_t messages_max, bytes_max; /* 0: none */
	_Atomic uint8_t policy; /* an enum gate_policy */
	atomic_bool full; /* since one was refused, until half of the room is free again */
	struct alarm_ear *ear; /* of its node. Only who takes messages looks. */
	/* Lets in those that wait: vm/sched/room.c, where there are nodes and workers. */
	void (*open)(struct joist_vm *vm, struct worker *w, struct mailbox_gate *gate);
	struct mailbox_gate *next; /* spare */
	struct spin lock; /* of the queue */
	struct gate_wait *first, **last;
	_Atomic uint32_t waiting; /* in the queue */
};

enum gate_answer {
	GATE_PASS,
	GATE_REFUSE, /* the sender's error */
	GATE_DROP, /* forget the message */
	GATE_END, /* the receiver is to end */
	GATE_WAIT, /* until there is room; or it is refused */
};

/* The policy of that name; false if there is none. NULL is the default. */
bool gate_policy_of(const char *name, enum gate_policy *ret_policy);

/* A gate with those limits; NULL when memory is short. */
struct mailbox_gate *gate_take(uint64_t messages_max, uint64_t bytes_max, enum gate_policy policy);
void gate_give(struct mailbox_gate *gate);

/* Asks for a message of `bytes`; counts it if it may pass. `*ret_first`: it may not, and the gate was not
 * known as full. Any thread. */
enum gate_answer gate_enter(struct mailbox_gate *gate, uint64_t bytes, bool *ret_first);

/* What would have to wait is refused: whether the gate was not known as full. Any thread. */
bool gate_refuse(struct mailbox_gate *gate);

/* A message of `bytes` was taken or dropped: whether half of what was full is free again. Any thread. */
bool gate_leave(struct mailbox_gate *gate, uint64_t bytes);

/* How many messages have entered and not left. Any thread. */
int64_t gate_messages(const struct mailbox_gate *gate);

/* Whether the receiver should drop its oldest message. */
bool gate_over(const struct mailbox_gate *gate);

/* ---- who waits ----
 *
 * Once somebody does, all others wait behind; and the queue moves when half of the mailbox is free. So
 * there is always a message to be taken that will move it. */

/* Puts `wait` at the end of the queue. It may be let in at once: gate_has_room. */
void gate_queue(struct mailbox_gate *gate, struct gate_wait *wait);

/* Takes it out again; false if it has been let in. */
bool gate_unqueue(struct gate_wait *wait);

/* Whether somebody waits who need not: to be asked by who has made room. */
bool gate_has_room(struct mailbox_gate *gate);

/* Lets the next one in, and counts it; NULL if nobody waits, or there is no room. `closed`: all that wait,
 * for there is no mailbox any more. */
struct gate_wait *gate_let_in(struct mailbox_gate *gate, bool closed);

#endif
