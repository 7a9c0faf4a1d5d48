/* What an actor tells of itself to who asks. */
#ifndef JOIST_VM_SCHED_INFO_H
#define JOIST_VM_SCHED_INFO_H

#include "vm/sched/worker.h"

/* Answers SIGNAL_ASK with a map of what process_info tells. Takes the signal over. */
void info_answer(struct joist_actor *a, struct signal *ask);

#endif
