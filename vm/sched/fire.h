/* Timers that are due. */
#ifndef JOIST_VM_SCHED_FIRE_H
#define JOIST_VM_SCHED_FIRE_H

#include <stdint.h>

struct worker;

/* Sends the messages of the worker's timers that are due. Only on its thread. */
void fire_due(struct worker *w, int64_t now_ns);

#endif
