/* A lock for more than a few instructions: who has to wait for it sleeps. May be held across allocation
 * and the spin locks of lower floors; never across plugin code. */
#ifndef JOIST_VM_BASE_MUTEX_H
#define JOIST_VM_BASE_MUTEX_H

#include <pthread.h>

#include "vm/base/spin.h"

struct mutex {
	pthread_mutex_t lock;
};

static inline void mutex_init(struct mutex *m)
{
	pthread_mutex_init(&m->lock, NULL);
}

static inline void mutex_finish(struct mutex *m)
{
	pthread_mutex_destroy(&m->lock);
}

/* Counted with the spin locks: a fault under any of them leaves what it protects half done. Not inline: an
 * actor may go on on another thread between two of these, and a compiler takes it for granted that a
 * thread's variable stays where it is as long as a function runs. */
void mutex_take(struct mutex *m);
void mutex_give(struct mutex *m);

#endif
