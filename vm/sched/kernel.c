/* Threads and the kernel's scheduler: how long a slice they get (Linux 6.12 and later), how nice they
 * are, how late their timers may be. Any thread. */
#include "vm/sched/kernel.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define QUICK_SLICE_NS UINT64_C(100000)
#define SLOW_SLICE_NS UINT64_C(100000000)
#define SLOW_NICE 19

/* As the kernel has it: libc does not tell. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static atomic_bool refused;

void kernel_refuse_slices(void)
{
	/* relaxed: a note for people, and for what is asked later */
	atomic_store_explicit(&refused, true, memory_order_relaxed);
}

bool kernel_has_slices(void)
{
	/* relaxed: as above */
	return !atomic_load_explicit(&refused, memory_order_relaxed);
}

static void set_slice(int tid, int nice, uint64_t slice_ns)
{
	struct attributes set = { .size = sizeof(set), .nice = nice, .runtime = slice_ns };
	struct attributes got = { .size = sizeof(got) };

	if (!kernel_has_slices())
		return;
	/* An older kernel takes the call and forgets the slice. */
	if (syscall(SYS_sched_setattr, tid, &set, 0) != 0 ||
	    syscall(SYS_sched_getattr, tid, &got, sizeof(got), 0) != 0 || got.runtime != slice_ns)
		kernel_refuse_slices();
}

void kernel_be_quick(void)
{
	prctl(PR_SET_TIMERSLACK, 1000UL); /* ns: timers are late enough as it is */
	set_slice(0, getpriority(PRIO_PROCESS, 0), QUICK_SLICE_NS);
}

void kernel_be_slow(int tid)
{
	setpriority(PRIO_PROCESS, (id_t)tid, SLOW_NICE);
	set_slice(tid, SLOW_NICE, SLOW_SLICE_NS);
}

void kernel_be_last(int tid)
{
	const struct sched_param none = { 0 };

	sched_setscheduler(tid, SCHED_IDLE, &none);
}

static int64_t us(struct timeval time)
{
	return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

struct kernel_share kernel_share(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return (struct kernel_share){ us(usage.ru_utime) + us(usage.ru_stime), usage.ru_nivcsw };
}

int64_t kernel_used_ns(pthread_t thread)
{
	struct timespec used;
	clockid_t clock;

	if (pthread_getcpuclockid(thread, &clock) != 0 || clock_gettime(clock, &used) != 0)
		return 0;
	return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

bool kernel_read_line(int tid, const char *what, char *line, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", tid, what);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t got = read(fd, line, size - 1);
	close(fd);
	line[got > 0 ? got : 0] = '\0';
	return got > 0;
}

bool kernel_is_ready(int tid)
{
	char line[512];
	const char *name_end =
		kernel_read_line(tid, "stat", line, sizeof(line)) ? strrchr(line, ')') : NULL;

	return name_end && name_end[1] == ' ' && name_end[2] == 'R';
}

int kernel_tid(void)
{
	return (int)syscall(SYS_gettid);
}
