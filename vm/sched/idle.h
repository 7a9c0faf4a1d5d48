/* A worker without work, and what every worker does now and then: looking at the clock and outside. */
#ifndef JOIST_VM_SCHED_IDLE_H
#define JOIST_VM_SCHED_IDLE_H

#include <stdint.h>

struct worker;

/* Fires timers that are due, wakes actors whose descriptors are ready. Does not wait. */
void idle_poll(struct worker *w, uint64_t now_cycles);

/* Waits until there is something to do for the worker. */
void idle_sleep(struct worker *w);

#endif
