/* The parts of an incoming message: who sent it, whom it is for, what belongs to it. */
#ifndef JOIST_VM_DIST_INCOMING_PARTS_H
#define JOIST_VM_DIST_INCOMING_PARTS_H

#include "vm/dist/peer.h"
#include "vm/term/decoding.h"

/* More than that in one term is refused. */
#define INCOMING_BYTES_MAX (1u << 30)

/* A control message, and what belongs to it. */
struct incoming {
	struct peer *peer;
	struct joist_vm *vm;
	struct decode decode; /* at what belongs to it */
	struct arena arena; /* holds the control message */
	joist_term control;
	size_t arity;
};

static inline joist_term part_at(const struct incoming *in, size_t index)
{
	return tuple_at(in->control, index);
}

/* The pid at `index`, which must be one of the peer as it lives now. */
bool part_from(const struct incoming *in, size_t index, joist_pid *ret_pid);

/* The pid at `index`, which must be one of this node; of another node's number (`node` above 0)
 * if it is of an earlier life, or cannot be, and so of the dead. */
bool part_to(const struct incoming *in, size_t index, joist_pid *ret_pid);

bool part_ref(const struct incoming *in, size_t index, joist_ref *ret_ref);
bool part_atom(const struct incoming *in, size_t index, joist_atom *ret_atom);

/* Adds a bond that the peer asks for, under its lock: 0; -EMLINK if it has too many; or -ENOMEM. */
int part_bond(const struct incoming *in, const struct bond *bond);

/* A signal with what belongs to the message; NULL, and `*ret_error`, if that cannot be read. */
struct signal *part_signal(struct incoming *in, enum signal_kind kind, joist_pid to,
			   int *ret_error);

/* What belongs to the message, built in `arena`, which is the caller's to empty; none, and
 * `*ret_error`. */
joist_term part_payload(struct incoming *in, struct arena *arena, int *ret_error);

#endif
