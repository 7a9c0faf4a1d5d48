/* joist/io.h, part one: descriptors of any kind, and calls that block.
 *
 * Each call is tried first and waited for only if it would wait. What the disk must be asked for goes to
 * a blocking thread. */
#include <joist/io.h>

#include <errno.h>

#include "vm/api/enter.h"
#include "vm/api/outside.h"
#include "vm/api/owned.h"
#include "vm/api/self.h"
#include "vm/fault/errand.h"
#include "vm/fault/landing.h"
#include "vm/io/fd.h"
#include "vm/sched/deadline.h"
#include "vm/sched/park.h"

/* A read or write on a blocking thread. */
struct transfer {
	int fd;
	bool write;
	void *buffer;
	size_t size;
	int64_t result;
};

static void transfer_run(void *argument)
{
	struct transfer *t = argument;

	t->result = t->write ? fd_write_blocking(t->fd, t->buffer, t->size)
			     : fd_read_blocking(t->fd, t->buffer, t->size);
}

static int64_t ask_disk(struct joist_actor *self, struct transfer transfer)
{
	outside_run(self, transfer_run, &transfer);
	return transfer.result;
}

/* Charges what was moved, and lets others run if that was enough. */
static int64_t charged(struct joist_actor *self, int64_t result)
{
	enter(self, enter_cost(result > 0 ? (size_t)result : 0));
	enter_yield(self);
	return result;
}

static int64_t read_file(struct joist_actor *self, int fd, void *buffer, size_t size)
{
	int64_t result = fd_read_cached(fd, buffer, size);

	if (result == -EAGAIN)
		return ask_disk(self, (struct transfer){ fd, false, buffer, size, 0 });
	return result;
}

int64_t joist_read(struct joist_actor *self, int fd, void *buffer, size_t size, int64_t timeout_ms)
{
	int64_t deadline = deadline_after(timeout_ms), result;

	enter(self, 1);
	while ((result = fd_read(fd, buffer, size)) == -EAGAIN) {
		int error = outside_ready(self, fd, false, deadline);
		if (error < 0)
			return error;
	}
	if (result == FD_BLOCKS)
		result = read_file(self, fd, buffer, size);
	return charged(self, result);
}

/* Writes some, waiting until there is room for it. */
static int64_t write_some(struct joist_actor *self, int fd, const void *buffer, size_t size,
			  int64_t deadline)
{
	int64_t result;

	while ((result = fd_write(fd, buffer, size)) == -EAGAIN) {
		int error = outside_ready(self, fd, true, deadline);
		if (error < 0)
			return error;
	}
	if (result == FD_BLOCKS)
		return ask_disk(self,
				(struct transfer){ fd, true, (void *)(uintptr_t)buffer, size, 0 });
	return result;
}

int64_t joist_write(struct joist_actor *self, int fd, const void *buffer, size_t size,
		    int64_t timeout_ms)
{
	int64_t deadline = deadline_after(timeout_ms);
	size_t written = 0;

	enter(self, 1);
	do {
		int64_t some = write_some(self, fd, (const char *)buffer + written, size - written,
					  deadline);
		if (some < 0)
			return some;
		written += (size_t)some;
		charged(self, some);
	} while (written < size);
	return (int64_t)written;
}

int joist_wait_fd(struct joist_actor *self, int fd, bool write, int64_t timeout_ms)
{
	int64_t deadline = deadline_after(timeout_ms);
	int result;

	enter(self, 1);
	result = fd_unblock(fd);
	if (result == 0)
		result = fd_is_ready(fd, write);
	if (result != 0)
		return result < 0 ? result : 0;
	result = outside_ready(self, fd, write, deadline);
	return result == -EPERM ? 0 : result;
}

struct opening {
	const char *path;
	int flags, mode;
	int result;
};

static void opening_run(void *argument)
{
	struct opening *o = argument;

	o->result = fd_open_blocking(o->path, o->flags, o->mode);
}

int joist_open(struct joist_actor *self, const char *path, int flags, int mode)
{
	struct opening opening = { path, flags, mode, 0 };

	enter(self, 1);
	opening.result = owned_admit(self);
	if (opening.result < 0)
		return opening.result;
	outside_run(self, opening_run, &opening);
	if (opening.result >= 0)
		owned_add(self, opening.result);
	return (int)charged(self, opening.result);
}

int joist_close(struct joist_actor *self, int fd)
{
	enter(self, 1);
	return owned_remove(self, fd) ? fd_close(fd) : -EBADF;
}

void joist_own(struct joist_actor *self, int fd)
{
	enter(self, 1);
	if (fd < 0)
		self_badarg(self, "joist_own");
	owned_reserve(self);
	owned_add(self, fd);
}

void joist_give(struct joist_actor *self, int fd)
{
	enter(self, 1);
	owned_remove(self, fd);
}

/* The plugin's own code, on whichever thread. */
struct call {
	struct errand errand;
	struct joist_actor *self;
	void (*run)(void *argument);
	void *argument;
};

static void call_run(void *call)
{
	struct call *c = call;

	errand_run(&c->errand, c->self, c->run, c->argument);
}

void joist_blocking(struct joist_actor *self, void (*run)(void *argument), void *argument)
{
	struct call call = { .self = self, .run = run, .argument = argument };

	enter(self, 1);
	if (!run)
		self_badarg(self, "joist_blocking");
	outside_run(self, call_run, &call);
	if (call.errand.fault.kind != FAULT_NONE)
		landing_take(self, &call.errand.fault);
	charged(self, 0);
}
