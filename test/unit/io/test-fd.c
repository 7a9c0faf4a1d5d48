/* System calls on descriptors. */
#include "vm/io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/harness.h"

/* A file with `text` in it, at its start. */
static int make_file(const char *text)
{
	char path[] = "/tmp/test-fd-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	CHECK(fd >= 0);
	unlink(path);
	CHECK_INT(fd_write_blocking(fd, text, strlen(text)), strlen(text));
	CHECK_INT(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void check_stream(int in, int out)
{
	char got[8] = "";

	CHECK_INT(fd_is_ready(in, false), 0);
	CHECK_INT(fd_is_ready(out, true), 1);
	CHECK_INT(fd_read(in, got, sizeof(got)), -EAGAIN);
	CHECK_INT(fd_write(out, "abc", 3), 3);
	CHECK_INT(fd_is_ready(in, false), 1);
	CHECK_INT(fd_read(in, got, sizeof(got)), 3);
	CHECK_STR(got, "abc");
	CHECK_INT(fd_close(out), 0);
	CHECK_INT(fd_read(in, got, sizeof(got)), 0);
	CHECK_INT(fd_close(in), 0);
	CHECK_INT(fd_read(in, got, sizeof(got)), -EBADF);
	CHECK_INT(fd_is_ready(in, false), -EBADF);
	CHECK_INT(fd_close(in), -EBADF);
}

TEST(does_not_wait_for_a_socket)
{
	int ends[2];

	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	check_stream(ends[0], ends[1]);
}

TEST(does_not_wait_for_a_pipe)
{
	int ends[2];

	CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
	check_stream(ends[0], ends[1]);
}

TEST(writes_what_there_is_room_for)
{
	static char much[1 << 20];
	int ends[2];

	CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
	int64_t written = fd_write(ends[1], much, sizeof(much));
	CHECK(written > 0 && written < (int64_t)sizeof(much));
	CHECK_INT(fd_write(ends[1], much, sizeof(much)), -EAGAIN);
	CHECK_INT(fd_is_ready(ends[1], true), 0);
}

TEST(says_that_a_file_blocks)
{
	char got[8] = "";
	int fd = make_file("abc");

	CHECK_INT(fd_read(fd, got, sizeof(got)), FD_BLOCKS);
	CHECK_INT(fd_write(fd, "x", 1), FD_BLOCKS);
	int64_t cached = fd_read_cached(fd, got, 2);
	CHECK(cached == 2 || cached == -EAGAIN);
	CHECK_INT(fd_read_blocking(fd, got + (cached > 0 ? 2 : 0), sizeof(got) - 2),
		  cached > 0 ? 1 : 3);
	CHECK_STR(got, "abc");
	CHECK_INT(fd_close(fd), 0);
}

TEST(opens_close_on_exec)
{
	int fd = fd_open_blocking("/dev/null", O_RDWR, 0);

	CHECK(fd >= 0);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(fd_close(fd), 0);
	CHECK_INT(fd_open_blocking("/nowhere/at/all", O_RDONLY, 0), -ENOENT);
}

TEST(raises_the_limit)
{
	struct rlimit limit;

	CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 64;
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
	fd_raise_limit();
	CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
	CHECK_INT(limit.rlim_cur, limit.rlim_max);
}
