/* The thread that makes the pool's threads: to start one, the kernel wants a lock of the whole process, for
 * which neither a worker nor the monitor may have to wait. */
#ifndef JOIST_VM_SCHED_MAKER_H
#define JOIST_VM_SCHED_MAKER_H

#include <pthread.h>

struct pool;

struct maker {
	struct pool *pool;
	pthread_t id;
	_Atomic _Bool stop;
};

/* 0 or -errno. */
int maker_start(struct maker *m, struct pool *pool);

void maker_stop(struct maker *m);

#endif
