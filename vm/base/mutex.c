/* The part of a lock that the thread remembers. */
#include "vm/base/mutex.h"

void mutex_take(struct mutex *m)
{
	spin_count++;
	pthread_mutex_lock(&m->lock);
}

void mutex_give(struct mutex *m)
{
	pthread_mutex_unlock(&m->lock);
	spin_count--;
}
