/* Where the log goes, for a plugin that keeps it. Any thread. */
#include <joist/log.h>

#include <pthread.h>

#include "vm/base/log.h"

int joist_log_to(int fd, bool json)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int result;

	pthread_mutex_lock(&lock);
	result = log_redirect(fd, json);
	pthread_mutex_unlock(&lock);
	return result;
}
