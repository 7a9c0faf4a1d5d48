/* Registered names: for each atom, the pid that has it as its name. An actor has one name at most, and
 * its table entry says which, so that its end frees it. */
#ifndef JOIST_VM_ACTOR_NAMES_H
#define JOIST_VM_ACTOR_NAMES_H

#include "vm/actor/table.h"

struct names {
	_Atomic uint64_t *pids; /* by the atom's index: a pid's id, or 0 */
	size_t room;
};

int names_init(struct names *names);
void names_finish(struct names *names);

/* The actor of that name, or nobody. Any thread. */
joist_pid names_find(const struct names *names, joist_atom name);

/* Whether `pid`, whose entry this is, has the name now: it lived, had none, and the name was free, and is
 * one: `undefined` is not. Any thread. */
bool names_register(struct names *names, joist_atom name, struct entry *entry, joist_pid pid);

/* Takes the name from who has it; whether anybody had. Any thread. */
bool names_unregister(struct names *names, joist_atom name, struct table *table);

/* Frees the name of that index, if it still is that actor's. */
void names_forget(struct names *names, uint32_t name_index, joist_pid pid);

/* The name of the entry's actor, or zero. */
joist_atom names_of(const struct entry *entry);

#endif
