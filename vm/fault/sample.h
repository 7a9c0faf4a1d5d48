/* Where the code of an actor is, asked while it runs. */
#ifndef JOIST_VM_FAULT_SAMPLE_H
#define JOIST_VM_FAULT_SAMPLE_H

#include <stdbool.h>

struct fault;
struct joist_actor;

/* Fills in the frames of the code that the thread `tid` runs for `a`; none if they cannot be had. Waits for
 * a millisecond or so at most. With a claim on that thread. */
void sample_take(int tid, const struct joist_actor *a, struct fault *ret_fault);

/* Has the code of a conversion that is overdue, should the thread run that, end as by a fault of no kind,
 * as soon as it gets a processor, if it is then where that harms nobody else. Waits for nothing. */
void sample_end(int tid);

/* Whether the calling thread is being asked where it is. In the handler of a signal. */
bool sample_is_answering(void);

#endif
