/* What the kernel's scheduler is asked for. Without it all works, but beside threads that compute others
 * come late. */
#ifndef JOIST_VM_SCHED_KERNEL_H
#define JOIST_VM_SCHED_KERNEL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does without slices of their own for threads, as a kernel before Linux 6.12. For tests. Before any
 * thread is started. */
void kernel_refuse_slices(void);

/* The calling thread runs short turns and wants to run soon. */
void kernel_be_quick(void);

/* The thread `tid` (0: the calling one) gets what others leave, in long slices. For good: who is no
 * superuser may not take it back. */
void kernel_be_slow(int tid);

/* The thread `tid` gives way at once to any other, even to a slow one, that comes to have something to do.
 * For good. */
void kernel_be_last(int tid);

/* What the calling thread has had of a processor so far, and how often it was taken away. */
struct kernel_share {
	int64_t used_us;
	long taken;
};
struct kernel_share kernel_share(void);

/* What another thread has had of a processor, in nanoseconds. */
int64_t kernel_used_ns(pthread_t thread);

/* Whether the thread `tid` runs or waits for a processor, and for nothing else. */
bool kernel_is_ready(int tid);

/* A line of what the kernel tells of the thread: its file `what` in /proc. */
bool kernel_read_line(int tid, const char *what, char *line, size_t size);

/* The kernel's number of the calling thread. */
int kernel_tid(void);

/* Whether it gave what was asked for, so far. */
bool kernel_has_slices(void);

#endif
