/* Bonds: what ties actors of this node to those of one peer. The actors' own ties (vm/actor/ties.h) know
 * the other end; a bond knows what its protocol must remember, and that the connection's loss concerns it.
 *
 *   BOND_LINK      a: the pid id here, b: the pid id there
 *   BOND_WATCHING  a: the number of our monitor, or of what else one of ours waits for there
 *   BOND_WATCHED   a: a number by which we know their monitor, `ref` is theirs
 *
 * Under the lock of the peer that they belong to. */
#ifndef JOIST_VM_DIST_BONDS_H
#define JOIST_VM_DIST_BONDS_H

#include "vm/term/term.h"

enum bond_kind { BOND_LINK, BOND_WATCHING, BOND_WATCHED };

struct bond {
	struct bond *next; /* with the same hash of kind, a and b */
	struct bond *next_ref; /* BOND_WATCHED: with the same hash of ref */
	enum bond_kind kind;
	uint64_t a, b;
	bool active; /* a link that was not unlinked */
	uint64_t unlink_id; /* what we have unlinked it with; 0: we have not */
	uint64_t number; /* of a link: its number here */
	joist_pid local; /* who watches, or is watched */
	joist_pid remote;
	joist_atom name; /* by which it is watched, or zero */
	joist_ref ref;
};

/* Of one peer. It may not ask for more; what actors here ask for is added all the same. */
#define BONDS_MAX (1u << 20)

struct bonds {
	struct bond **places, **refs; /* hash tables of one size */
	size_t room, count;
};

/* NULL if there is none. */
struct bond *bonds_find(const struct bonds *bonds, enum bond_kind kind, uint64_t a, uint64_t b);
struct bond *bonds_find_ref(const struct bonds *bonds, const joist_ref *ref);

/* Adds a copy of `bond`, which is not there yet; NULL when memory is short. */
struct bond *bonds_add(struct bonds *bonds, const struct bond *bond);

void bonds_remove(struct bonds *bonds, struct bond *bond);

/* Takes all of them: a list by `next`, whose members the caller frees with bond_free. */
struct bond *bonds_take_all(struct bonds *bonds);

void bond_free(struct bond *bond);

#endif
