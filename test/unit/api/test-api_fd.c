/* Reading, writing, waiting: as an actor does. */
#include <errno.h>
#include <fcntl.h>
#include <joist/io.h>
#include <joist/timer.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"

enum { MUCH = 300000 };

static int ends[2]; /* of a pipe or socket: read from the first, write to the second */
static char much[MUCH], got[MUCH];
static char path[64];
static sem_t inside, gate;

static void make_pair(void)
{
	CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
}

static void read_much(struct joist_actor *self, joist_term args)
{
	size_t size = 0;

	(void)args;
	while (size < MUCH) {
		int64_t some = joist_read(self, ends[0], got + size, MUCH - size, JOIST_INFINITY);
		CHECK(some > 0);
		size += (size_t)some;
	}
	CHECK(!memcmp(got, much, MUCH));
}

/* The reader waits at first, the writer later: neither end holds so much. */
static void pass_much(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	for (size_t i = 0; i < MUCH; i++)
		much[i] = (char)(i * 7 + i / 256);
	joist_spawn_monitor(self, "test:read_much", joist_nil(), &monitor);
	joist_yield(self);
	CHECK_INT(joist_write(self, ends[1], much, MUCH, JOIST_INFINITY), MUCH);
	CHECK(joist_match(joist_receive(self), "{'DOWN', _, process, _, normal}"));
}

static void give_up_in_time(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_INT(joist_read(self, ends[0], got, MUCH, 0), -ETIMEDOUT);
	CHECK_INT(joist_read(self, ends[0], got, MUCH, 5), -ETIMEDOUT);
	CHECK_INT(joist_wait_fd(self, ends[0], false, 0), -ETIMEDOUT);
	CHECK_INT(joist_wait_fd(self, ends[0], false, 5), -ETIMEDOUT);
	CHECK_INT(joist_wait_fd(self, ends[1], true, 0), 0);
	CHECK_INT(joist_write(self, ends[1], much, MUCH, 5) > 0, false);
	CHECK_INT(joist_wait_fd(self, ends[0], false, JOIST_INFINITY), 0);
	CHECK(joist_read(self, ends[0], got, MUCH, 0) > 0);
}

static void tell_errors(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_INT(joist_read(self, -1, got, 1, 0), -EBADF);
	CHECK_INT(joist_write(self, -1, got, 1, 0), -EBADF);
	CHECK_INT(joist_wait_fd(self, -1, true, 0), -EBADF);
	CHECK_INT(joist_read(self, ends[0], NULL, 1, 0), -ETIMEDOUT);
	CHECK_INT(joist_close(self, ends[0]), -EBADF);
	CHECK_INT(joist_open(self, "/nowhere/at/all", O_RDONLY, 0), -ENOENT);
	CHECK_INT(joist_open(self, NULL, O_RDONLY, 0), -EFAULT);
	close(ends[1]);
	CHECK_INT(joist_read(self, ends[0], got, 1, JOIST_INFINITY), 0);
	CHECK_INT(joist_write(self, ends[0], got, 1, JOIST_INFINITY), -EPIPE);
}

static void use_file(struct joist_actor *self, joist_term args)
{
	int fd = joist_open(self, path, O_RDWR | O_CREAT | O_EXCL, 0600);

	(void)args;
	CHECK(fd >= 0);
	CHECK_INT(joist_wait_fd(self, fd, false, 0), 0);
	CHECK_INT(joist_write(self, fd, "hello", 5, 0), 5);
	CHECK_INT(joist_read(self, fd, got, MUCH, 0), 0);
	CHECK_INT(lseek(fd, 1, SEEK_SET), 1);
	CHECK_INT(joist_read(self, fd, got, MUCH, 0), 4);
	CHECK(!memcmp(got, "ello", 4));
	CHECK_INT(joist_close(self, fd), 0);
	CHECK_INT(joist_close(self, fd), -EBADF);
}

static void pass_gate(void *argument)
{
	*(int *)argument += 1;
	sem_post(&inside);
	sem_wait(&gate);
}

static void block(struct joist_actor *self, joist_term args)
{
	int runs = 0;

	(void)args;
	joist_blocking(self, pass_gate, &runs);
	CHECK_INT(runs, 1);
}

/* With one scheduler this only ends if the others do not block it. */
static void open_gate(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 3; i++)
		joist_spawn_monitor(self, "test:block", joist_nil());
	for (int i = 0; i < 3; i++)
		while (sem_trywait(&inside) < 0)
			joist_yield(self);
	for (int i = 0; i < 3; i++)
		sem_post(&gate);
	for (int i = 0; i < 3; i++)
		CHECK(joist_match(joist_receive(self), "{'DOWN', _, process, _, normal}"));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(read_much),	     STAGE_LOOP(pass_much),
	STAGE_LOOP(give_up_in_time), STAGE_LOOP(tell_errors),
	STAGE_LOOP(use_file),	     STAGE_LOOP(block),
	STAGE_LOOP(open_gate),	     { 0 },
};

TEST(much_goes_through_a_socket)
{
	make_pair();
	stage_run(exports, 1, "pass_much");
}

TEST(much_goes_through_a_pipe)
{
	CHECK_INT(pipe(ends), 0);
	stage_run(exports, 2, "pass_much");
}

TEST(waiting_ends_in_time)
{
	make_pair();
	stage_run(exports, 1, "give_up_in_time");
}

TEST(errors_are_told)
{
	make_pair();
	stage_run(exports, 1, "tell_errors");
}

TEST(a_file_is_written_and_read)
{
	strcpy(path, "/tmp/test-api_fd-XXXXXX");
	CHECK(mkdtemp(path));
	strcat(path, "/file");
	stage_run(exports, 1, "use_file");
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
}

TEST(blocking_calls_block_nobody_else)
{
	sem_init(&inside, 0, 0);
	sem_init(&gate, 0, 0);
	stage_run(exports, 1, "open_gate");
}
