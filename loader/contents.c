/* Reading and writing to the end. A file is read, not mapped, so that one which shrinks meanwhile is
 * a short file and not a SIGBUS. Owns nothing. Any thread that may block. */
#include "loader/contents.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

ssize_t contents_read(int fd, void *to, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = read(fd, (char *)to + done, size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

bool contents_write(int fd, const void *bytes, size_t size)
{
	const char *from = bytes;

	while (size > 0) {
		ssize_t done = write(fd, from, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		from += done;
		size -= (size_t)done;
	}
	return true;
}

static int take_open(int fd, size_t bytes_max, void **ret_bytes, struct stat *ret_about)
{
	void *bytes;
	ssize_t size;

	if (fstat(fd, ret_about) < 0)
		return -errno;
	if (!S_ISREG(ret_about->st_mode))
		return -EINVAL;
	if ((size_t)ret_about->st_size > bytes_max)
		return -EFBIG;
	bytes = malloc((size_t)ret_about->st_size + 1);
	if (!bytes)
		return -ENOMEM;
	size = contents_read(fd, bytes, (size_t)ret_about->st_size);
	if (size < 0) {
		free(bytes);
		return -errno;
	}
	ret_about->st_size = size;
	*ret_bytes = bytes;
	return 0;
}

int contents_take(const char *path, size_t bytes_max, void **ret_bytes, struct stat *ret_about)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error;

	if (fd < 0)
		return -errno;
	error = take_open(fd, bytes_max, ret_bytes, ret_about);
	close(fd);
	return error;
}
