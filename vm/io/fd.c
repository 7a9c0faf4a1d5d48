/* System calls on descriptors of any kind. Owns nothing; any thread enters.
 *
 * Sockets are told by their own calls not to wait, whatever their flags say. What is none has its flag
 * set; a file on a disk has no such flag that would do anything. */
#include "vm/io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int64_t result_of(ssize_t returned)
{
	return returned < 0 ? -errno : returned;
}

int fd_unblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || (!(flags & O_NONBLOCK) && fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0))
		return -errno;
	return 0;
}

/* 0 if reads and writes on it will not wait, FD_BLOCKS if nothing can be done about it, or -errno. */
static int64_t unblock_other(int fd)
{
	struct stat about;

	if (fstat(fd, &about) < 0)
		return -errno;
	if (S_ISREG(about.st_mode) || S_ISBLK(about.st_mode) || S_ISDIR(about.st_mode))
		return FD_BLOCKS;
	return fd_unblock(fd);
}

int64_t fd_read(int fd, void *buffer, size_t size)
{
	int64_t result = result_of(TEMP_FAILURE_RETRY(recv(fd, buffer, size, MSG_DONTWAIT)));

	if (result != -ENOTSOCK)
		return result;
	result = unblock_other(fd);
	return result < 0 ? result : result_of(TEMP_FAILURE_RETRY(read(fd, buffer, size)));
}

int64_t fd_write(int fd, const void *buffer, size_t size)
{
	int64_t result =
		result_of(TEMP_FAILURE_RETRY(send(fd, buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL)));

	if (result != -ENOTSOCK)
		return result;
	result = unblock_other(fd);
	return result < 0 ? result : result_of(TEMP_FAILURE_RETRY(write(fd, buffer, size)));
}

int64_t fd_read_blocking(int fd, void *buffer, size_t size)
{
	return result_of(TEMP_FAILURE_RETRY(read(fd, buffer, size)));
}

int64_t fd_write_blocking(int fd, const void *buffer, size_t size)
{
	return result_of(TEMP_FAILURE_RETRY(write(fd, buffer, size)));
}

int64_t fd_read_cached(int fd, void *buffer, size_t size)
{
	struct iovec all = { .iov_base = buffer, .iov_len = size };
	int64_t result = result_of(TEMP_FAILURE_RETRY(preadv2(fd, &all, 1, -1, RWF_NOWAIT)));

	return result == -EOPNOTSUPP || result == -ENOSYS ? -EAGAIN : result;
}

int fd_is_ready(int fd, bool write)
{
	struct pollfd about = { .fd = fd, .events = write ? POLLOUT : POLLIN };
	int count = (int)result_of(TEMP_FAILURE_RETRY(poll(&about, 1, 0)));

	return count > 0 && (about.revents & POLLNVAL) ? -EBADF : count;
}

int fd_open_blocking(const char *path, int flags, int mode)
{
	if (!path)
		return -EFAULT;
	return (int)result_of(TEMP_FAILURE_RETRY(open(path, flags | O_CLOEXEC, mode)));
}

int fd_close(int fd)
{
	/* Linux closes it even when it says EINTR: to try again might close another's. */
	return close(fd) < 0 && errno != EINTR ? -errno : 0;
}

void fd_raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}
