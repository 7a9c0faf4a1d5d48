/* Preloaded into a node, this ends it as kill -9 does, at one of the moments that the file system, or who
 * calls moment(), can tell apart: that of the number in the environment's MOMENT, counted from 1. They are
 * the calls by which files come to be, each before it is made, and a write when half of it is done. Any
 * thread. */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

void moment(void);

static atomic_int count; /* of the moments that have been */
static atomic_int made = -1; /* the descriptor of the last file that was made */

static bool is_now(void)
{
	const char *at = getenv("MOMENT");

	/* relaxed: a count */
	return at && atomic_fetch_add_explicit(&count, 1, memory_order_relaxed) + 1 == atoi(at);
}

static void end(void)
{
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

void moment(void)
{
	if (is_now())
		end();
}

int openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list more;

	if (!(flags & O_CREAT))
		return (int)syscall(SYS_openat, folder, path, flags, 0);
	va_start(more, flags);
	mode = va_arg(more, mode_t);
	va_end(more);
	moment();
	int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
	/* relaxed: it is written to by the same thread */
	atomic_store_explicit(&made, fd, memory_order_relaxed);
	return fd;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
	/* relaxed: see openat */
	if (fd >= 0 && fd == atomic_load_explicit(&made, memory_order_relaxed) && is_now()) {
		syscall(SYS_write, fd, bytes, size / 2);
		end();
	}
	return syscall(SYS_write, fd, bytes, size);
}

int fsync(int fd)
{
	moment();
	return (int)syscall(SYS_fsync, fd);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	moment();
	return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
}

int unlinkat(int folder, const char *path, int flags)
{
	moment();
	return (int)syscall(SYS_unlinkat, folder, path, flags);
}
