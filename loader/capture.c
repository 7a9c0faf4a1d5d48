/* Capture of standard output and error. One thread reads both pipes; it runs no plugin code and takes
 * no lock of libc's streams, so that a plugin that dies inside printf does not stop it.
 *
 * The log must not write to descriptor 2 while this runs, or each line would come back as another. */
#include "loader/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "vm/base/log.h"
#include "vm/base/ownfd.h"

static void write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t done = write(fd, bytes, size);

		if (done < 0 && errno == EAGAIN) {
			struct pollfd room = { fd, POLLOUT, 0 };

			poll(&room, 1, -1);
		} else if (done < 0 && errno != EINTR) {
			return;
		} else if (done > 0) {
			bytes += done;
			size -= (size_t)done;
		}
	}
}

/* Passes `size` bytes on, which end with a newline or are a piece of a long line. */
static void pass_on(const struct capture_line *line, const char *bytes, size_t size)
{
	const struct log_field field =
		LOG_FIELD_BYTES("text", bytes, size - (bytes[size - 1] == '\n'));
	const struct log_event event = { LOG_LEVEL_WARNING, "stderr", NULL, &field, 1 };

	if (line->to_log)
		log_write(&event);
	else
		write_all(line->to, bytes, size);
}

/* Passes the whole lines on that have come, and keeps the rest. */
static void pass_lines(struct capture_line *line)
{
	char *start = line->bytes, *end = line->bytes + line->size, *newline;

	while ((newline = memchr(start, '\n', (size_t)(end - start)))) {
		pass_on(line, start, (size_t)(newline + 1 - start));
		start = newline + 1;
	}
	line->size = (size_t)(end - start);
	memmove(line->bytes, start, line->size);
	if (line->size == sizeof(line->bytes)) {
		pass_on(line, line->bytes, line->size);
		line->size = 0;
	}
}

/* Reads what is there; false at the end. */
static bool read_some(struct capture_line *line)
{
	ssize_t size = read(line->from, line->bytes + line->size, sizeof(line->bytes) - line->size);

	if (size < 0)
		return errno == EINTR || errno == EAGAIN;
	line->size += (size_t)size;
	pass_lines(line);
	return size > 0;
}

static void end_line(struct capture_line *line)
{
	if (line->size)
		pass_on(line, line->bytes, line->size);
	line->size = 0;
	ownfd_remove(line->from);
	close(line->from);
	line->from = -1;
}

/* Reads until both have ended, or, once told to stop, until nothing is there. */
static void *run_reader(void *argument)
{
	struct capture *c = argument;
	bool stopping = false;

	while (c->out.from >= 0 || c->error.from >= 0) {
		struct pollfd polls[3] = { { c->out.from, POLLIN, 0 },
					   { c->error.from, POLLIN, 0 },
					   { stopping ? -1 : c->stop, POLLIN, 0 } };

		if (!poll(polls, 3, stopping ? 0 : -1))
			break;
		if (polls[0].revents && !read_some(&c->out))
			end_line(&c->out);
		if (polls[1].revents && !read_some(&c->error))
			end_line(&c->error);
		stopping |= polls[2].revents != 0;
	}
	if (c->out.from >= 0)
		end_line(&c->out);
	if (c->error.from >= 0)
		end_line(&c->error);
	return NULL;
}

/* Puts a pipe in the place of `fd` and keeps the real one: 0, or -errno. */
static int take_over(struct capture_line *line, int fd)
{
	int ends[2], error = 0;

	line->to = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (line->to < 0)
		return -errno;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		error = -errno;
		close(line->to);
		return error;
	}
	line->from = ends[0];
	ownfd_add(fd);
	ownfd_add(line->to);
	ownfd_add(line->from);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	dup2(ends[1], fd);
	close(ends[1]);
	return 0;
}

/* Puts the real one back, which closes this process's end of the pipe. */
static void give_back(const struct capture_line *line, int fd)
{
	ownfd_remove(fd);
	dup2(line->to, fd);
}

static void close_line(const struct capture_line *line)
{
	ownfd_remove(line->to);
	ownfd_remove(line->from);
	close(line->to);
	if (line->from >= 0)
		close(line->from);
}

int capture_start(struct capture *capture)
{
	int error;

	*capture = (struct capture){ .out.from = -1, .error.from = -1, .error.to_log = true };
	fflush(stdout);
	capture->stop = eventfd(0, EFD_CLOEXEC);
	ownfd_add(capture->stop);
	if (capture->stop < 0)
		return -errno;
	error = take_over(&capture->out, STDOUT_FILENO);
	if (error)
		goto no_out;
	error = take_over(&capture->error, STDERR_FILENO);
	if (error)
		goto no_error;
	error = -pthread_create(&capture->reader, NULL, run_reader, capture);
	if (error)
		goto no_reader;
	/* Into a pipe it would be buffered in full. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	return 0;
no_reader:
	give_back(&capture->error, STDERR_FILENO);
	close_line(&capture->error);
no_error:
	give_back(&capture->out, STDOUT_FILENO);
	close_line(&capture->out);
no_out:
	ownfd_remove(capture->stop);
	close(capture->stop);
	return error;
}

void capture_finish(struct capture *capture)
{
	const uint64_t one = 1;

	/* A plugin may have locked it for good. */
	if (!ftrylockfile(stdout)) {
		fflush_unlocked(stdout);
		funlockfile(stdout);
	}
	give_back(&capture->out, STDOUT_FILENO);
	give_back(&capture->error, STDERR_FILENO);
	write_all(capture->stop, (const char *)&one, sizeof(one));
	pthread_join(capture->reader, NULL);
	close_line(&capture->out);
	close_line(&capture->error);
	ownfd_remove(capture->stop);
	close(capture->stop);
}
