/* The node's side of the helper process that knows files and lines. One thread, which may wait and runs
 * no actors. A helper that hangs is left alone for a while, as it may be reading a large file, then
 * killed; late answers are known by their numbers and dropped. */
#include "loader/locate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loader/home.h"
#include "loader/symbolize.h"
#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/base/ownfd.h"

#define PAUSE_MIN_NS (100 * CLOCK_NS_PER_MS)
#define PAUSE_MAX_NS (30 * CLOCK_NS_PER_S)
#define SILENCE_MAX_NS (10 * CLOCK_NS_PER_S)

void locator_init(struct locator *locator)
{
	*locator = (struct locator){ .fd = -1 };
}

/* Starts this program as symbolize_main, with `end` for its input and output: 0, or an error number. */
static int spawn_helper(int end, pid_t *ret_child)
{
	char word[] = "joist", option[] = SYMBOLIZE_WORD, program[PATH_MAX];
	char *const words[] = { word, option, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error)
		goto out;
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_adddup2(&actions, end, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, end, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawn(ret_child, home_program(program), &actions, &attributes, words,
			    environ);
	posix_spawnattr_destroy(&attributes);
out:
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static void start(struct locator *locator, int64_t now_ns)
{
	int ends[2];

	locator->pause_ns = locator->pause_ns ? locator->pause_ns * 2 : PAUSE_MIN_NS;
	if (locator->pause_ns > PAUSE_MAX_NS)
		locator->pause_ns = PAUSE_MAX_NS;
	locator->next_start_ns = now_ns + locator->pause_ns;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return;
	if (spawn_helper(ends[1], &locator->child)) {
		locator->child = 0;
		close(ends[0]);
	} else {
		locator->fd = ends[0];
		ownfd_add(locator->fd);
		locator->size = 0;
		locator->silent_since_ns = 0;
	}
	close(ends[1]);
}

/* Waits for the end of the process, which has come or is made to. */
static void stop(struct locator *locator)
{
	int status = 0;

	ownfd_remove(locator->fd);
	close(locator->fd);
	locator->fd = -1;
	if (waitpid(locator->child, &status, WNOHANG) == 0) {
		kill(locator->child, SIGKILL);
		while (waitpid(locator->child, &status, 0) < 0 && errno == EINTR)
			;
	}
	locator->child = 0;
}

/* It has closed its end: it ends by itself, and what it ends with may tell why. */
static void reap(struct locator *locator)
{
	int status = 0;

	ownfd_remove(locator->fd);
	close(locator->fd);
	locator->fd = -1;
	while (waitpid(locator->child, &status, 0) < 0 && errno == EINTR)
		;
	locator->child = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == SYMBOLIZE_LACKING) {
		locator->lacking = true;
		log_say(LOG_LEVEL_NOTICE, "symbolize",
			"crash reports have no file and line; install elfutils' libdw (libdw1)");
	}
}

static bool send_line(struct locator *locator, const char *line, size_t size)
{
	ssize_t sent = send(locator->fd, line, size, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (sent == (ssize_t)size)
		return true;
	/* Full: it has not read for long. A part of a line would spoil the next. */
	if (sent >= 0 || errno == EAGAIN)
		stop(locator);
	else
		reap(locator);
	return false;
}

/* Takes the answer with that number out of what has been read; false if it is not there yet. */
static bool take_answer(struct locator *locator, uint64_t number, struct spot *ret_spot)
{
	char *start = locator->bytes, *end = start + locator->size, *newline;
	bool found = false;

	while (!found && (newline = memchr(start, '\n', (size_t)(end - start)))) {
		uint64_t of;

		found = spot_read_answer(start, (size_t)(newline - start), &of, ret_spot) &&
			of == number;
		start = newline + 1;
	}
	locator->size = (size_t)(end - start);
	memmove(locator->bytes, start, locator->size);
	return found;
}

/* Reads what comes until the deadline; false if nothing has, or the helper has ended. */
static bool read_some(struct locator *locator, int64_t deadline_ns)
{
	struct pollfd poll_fd = { locator->fd, POLLIN, 0 };
	int64_t left_ns = deadline_ns - clock_now_ns();
	ssize_t size;

	if (left_ns < 0 || poll(&poll_fd, 1, (int)(left_ns / CLOCK_NS_PER_MS) + 1) == 0)
		return false;
	if (locator->size == sizeof(locator->bytes))
		locator->size = 0; /* no line is so long */
	size = recv(locator->fd, locator->bytes + locator->size,
		    sizeof(locator->bytes) - locator->size, MSG_DONTWAIT);
	if (size > 0) {
		locator->size += (size_t)size;
		locator->silent_since_ns = 0;
		return true;
	}
	if (size < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	reap(locator);
	return false;
}

bool locator_ask(struct locator *locator, const char *file, uint64_t address, int64_t deadline_ns,
		 struct spot *ret_spot)
{
	struct spot_question question = { .number = ++locator->number, .address = address };
	char line[SPOT_LINE_MAX];
	int64_t now_ns = clock_now_ns();
	size_t size;

	if (strlen(file) >= sizeof(question.file))
		return false;
	strcpy(question.file, file);
	size = spot_ask(&question, line);
	if (locator->child && locator->silent_since_ns &&
	    now_ns - locator->silent_since_ns > SILENCE_MAX_NS)
		stop(locator);
	if (!locator->child && !locator->lacking && now_ns >= locator->next_start_ns)
		start(locator, now_ns);
	if (!size || !locator->child || !send_line(locator, line, size))
		return false;
	if (!locator->silent_since_ns)
		locator->silent_since_ns = now_ns;
	while (!take_answer(locator, question.number, ret_spot)) {
		if (!read_some(locator, deadline_ns))
			return false;
	}
	locator->silent_since_ns = 0;
	locator->pause_ns = 0;
	return true;
}

void locator_finish(struct locator *locator)
{
	if (locator->child)
		stop(locator);
}
