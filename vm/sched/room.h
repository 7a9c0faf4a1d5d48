/* Waiting for room in a mailbox that has a limit and the policy `block`. */
#ifndef JOIST_VM_SCHED_ROOM_H
#define JOIST_VM_SCHED_ROOM_H

#include "vm/actor/gate.h"
#include "vm/sched/sched.h"

/* Queues wait->message, which is taken over, at its receiver's gate. wait->wake, if there is one, comes
 * when it has been let in, or nobody is left to let it in: its sender is to wait for that. */
void room_queue(struct joist_vm *vm, struct worker *w, struct gate_wait *wait);

/* The sender of a struct gate_wait gives up: what it has queued is freed, unless it has been let in. After
 * this, or once it is done, no other thread looks at it. */
void room_forget(void *wait);

/* There may be more room at the gate than before. */
void room_open(struct joist_vm *vm, struct worker *w, struct mailbox_gate *gate);

/* Its mailbox is gone: nobody waits for it any longer. NULL is fine. */
void room_close(struct joist_vm *vm, struct worker *w, struct mailbox_gate *gate);

#endif
