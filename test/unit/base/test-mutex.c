/* A lock that one has, and that its thread knows of. */
#include "vm/base/mutex.h"

#include "test/harness.h"

enum { ROUNDS = 20000 };

static struct mutex lock;
static int total; /* plain: ordered by the lock alone */

static void *add(void *argument)
{
	for (int round = 0; round < ROUNDS; round++) {
		mutex_take(&lock);
		CHECK_INT(spin_count, 1);
		total++;
		mutex_give(&lock);
	}
	CHECK_INT(spin_count, 0);
	return argument;
}

TEST(one_at_a_time_has_it)
{
	pthread_t thread;

	mutex_init(&lock);
	CHECK_INT(pthread_create(&thread, NULL, add, NULL), 0);
	add(NULL);
	pthread_join(thread, NULL);
	CHECK_INT(total, 2 * ROUNDS);
	mutex_finish(&lock);
}
