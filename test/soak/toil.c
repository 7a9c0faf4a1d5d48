/* C code that takes long: it computes, waits for the kernel or for others, or touches new memory. It
 * never calls Joist in between, so nothing is held across a call. Any thread may toil. */
#include "test/soak/soak.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define STORM_BYTES (4 << 20)

static _Atomic uint32_t result; /* relaxed: so that the work is done */
static pthread_mutex_t wanted = PTHREAD_MUTEX_INITIALIZER;

static int64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void spin(int64_t us)
{
	int64_t until = clock_us() + us;
	uint32_t x = 2463534242;

	do
		for (int i = 0; i < 1000; i++)
			x ^= x << 13, x ^= x >> 17, x ^= x << 5;
	while (clock_us() < until);
	atomic_store_explicit(&result, x, memory_order_relaxed);
}

static void sleep_us(int64_t us)
{
	const struct timespec time = { us / 1000000, us % 1000000 * 1000 };

	thrd_sleep(&time, NULL);
}

static void wait_for_timer(int64_t us)
{
	const struct itimerspec once = { .it_value = { us / 1000000, us % 1000000 * 1000 + 1 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	uint64_t times;

	if (fd < 0)
		return;
	timerfd_settime(fd, 0, &once, NULL);
	while (read(fd, &times, sizeof(times)) < 0 && errno == EINTR)
		;
	close(fd);
}

static void wait_for_lock(int64_t us)
{
	pthread_mutex_lock(&wanted);
	sleep_us(us / 10);
	pthread_mutex_unlock(&wanted);
}

static void touch_pages(int64_t us)
{
	char *pages =
		mmap(NULL, STORM_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)us;
	if (pages == MAP_FAILED)
		return;
	memset(pages, 1, STORM_BYTES);
	munmap(pages, STORM_BYTES);
}

static void use_heap(int64_t us)
{
	char *blocks[100];

	for (size_t i = 0; i < 100; i++) {
		blocks[i] = malloc(i * 100 + 1);
		if (blocks[i])
			blocks[i][i] = (char)us;
	}
	spin(us / 2);
	for (size_t i = 0; i < 100; i++)
		free(blocks[i]);
}

static int64_t any_us(uint64_t *dice)
{
	static const int64_t most[] = { 500, 1000, 1000, 2000, 2000, 3000, 3000, 30000 };
	int64_t us = most[dice_roll(dice, sizeof(most) / sizeof(*most))];

	if (dice_roll(dice, 100) == 0)
		us *= 30;
	return (int64_t)dice_roll(dice, (uint64_t)us);
}

static int niceness(void)
{
	return getpriority(PRIO_PROCESS, (id_t)gettid());
}

void toil(uint64_t *dice)
{
	static void (*const toils[])(int64_t us) = { spin,	  spin,		  spin,
						     sleep_us,	  wait_for_timer, wait_for_lock,
						     touch_pages, use_heap };
	int before = niceness();

	toils[dice_roll(dice, sizeof(toils) / sizeof(*toils))](any_us(dice));
	/* A turn that lost its worker is left with what the others do not use. */
	if (niceness() != before)
		soak_count(&soak.hand_overs);
}
