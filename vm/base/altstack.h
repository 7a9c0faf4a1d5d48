/* The stack that handlers of signals run on: one for each thread that runs actors, since an actor's own
 * may be what has overflowed. */
#ifndef JOIST_VM_BASE_ALTSTACK_H
#define JOIST_VM_BASE_ALTSTACK_H

/* Gives the calling thread one, with a guard: 0, or -errno. Once, before altstack_end. */
int altstack_begin(void);

/* Takes it away again. */
void altstack_end(void);

#endif
