/* The actors of a node that hear of its alarms, and of those of the process. */
#ifndef JOIST_VM_SCHED_ALARMS_H
#define JOIST_VM_SCHED_ALARMS_H

#include "vm/actor/actor.h"

struct alarms;
struct joist_vm;

void alarms_init(struct alarms *alarms);
void alarms_finish(struct alarms *alarms);

/* Has `pid` told of alarms; false if too many are. */
bool alarms_tell(struct alarms *alarms, joist_pid pid);
void alarms_forget(struct alarms *alarms, joist_pid pid);

/* What was raised about an actor that ends is over. */
void alarms_end(struct joist_vm *vm, struct joist_actor *a);

/* Raises an alarm if the actor, with `more` bytes, is near its limit of memory and was not before; clears
 * it when half is free again. */
void alarms_compare_memory(struct joist_vm *vm, struct joist_actor *a, size_t more);
static inline void alarms_look_at_memory(struct joist_vm *vm, struct joist_actor *a, size_t more)
{
	if (__builtin_expect(actor_memory_max(a) != 0, 0))
		alarms_compare_memory(vm, a, more);
}

#endif
