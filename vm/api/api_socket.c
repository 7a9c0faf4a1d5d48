/* joist/io.h, part three: sockets. */
#include <joist/io.h>

#include <errno.h>

#include "vm/api/enter.h"
#include "vm/api/lookup.h"
#include "vm/api/outside.h"
#include "vm/api/owned.h"
#include "vm/api/self.h"
#include "vm/io/fd.h"
#include "vm/io/net.h"
#include "vm/sched/deadline.h"
#include "vm/sched/park.h"

/* A new socket by `open`, at a literal address. */
static int open_at(struct joist_actor *self, const char *text,
		   int (*open)(const struct address *address))
{
	struct address address;
	int fd;

	enter(self, 1);
	fd = owned_admit(self);
	if (fd == 0)
		fd = address_parse(text, &address);
	if (fd == 0)
		fd = open(&address);
	if (fd >= 0)
		owned_add(self, fd);
	return fd;
}

int joist_listen(struct joist_actor *self, const char *address)
{
	return open_at(self, address, net_listen);
}

int joist_udp(struct joist_actor *self, const char *address)
{
	return open_at(self, address, net_udp);
}

int joist_accept(struct joist_actor *self, int fd, int64_t timeout_ms)
{
	int64_t deadline = deadline_after(timeout_ms);
	int connection;

	enter(self, 1);
	connection = owned_admit(self);
	if (connection < 0)
		return connection;
	while ((connection = net_accept(fd)) == -EAGAIN) {
		int error = outside_ready(self, fd, false, deadline);
		if (error < 0)
			return error;
	}
	if (connection >= 0)
		owned_add(self, connection);
	enter_yield(self);
	return connection;
}

static int connect_to(struct joist_actor *self, const struct address *address, int64_t deadline)
{
	int fd, error;

	fd = owned_admit(self);
	if (fd == 0)
		fd = net_connect(address);
	if (fd < 0)
		return fd;
	owned_add(self, fd);
	error = outside_ready(self, fd, true, deadline);
	if (error == 0)
		error = net_connected(fd);
	if (error == 0)
		return fd;
	owned_remove(self, fd);
	fd_close(fd);
	return error;
}

int joist_connect(struct joist_actor *self, const char *address, int64_t timeout_ms)
{
	struct address found[LOOKUP_MAX];
	int64_t deadline = deadline_after(timeout_ms);
	int count, fd = -ENOENT;

	enter(self, 1);
	count = lookup_text(self, address, deadline, found);
	if (count < 0)
		return count;
	for (int i = 0; i < count && fd < 0; i++)
		fd = connect_to(self, &found[i], deadline);
	enter_yield(self);
	return fd;
}

int64_t joist_recv_from(struct joist_actor *self, int fd, void *buffer, size_t size,
			struct sockaddr_storage *ret_from, int64_t timeout_ms)
{
	int64_t deadline = deadline_after(timeout_ms), result;

	enter(self, enter_cost(size));
	while ((result = net_recv_from(fd, buffer, size, ret_from)) == -EAGAIN) {
		int error = outside_ready(self, fd, false, deadline);
		if (error < 0)
			return error;
	}
	enter_yield(self);
	return result;
}

int64_t joist_send_datagram(struct joist_actor *self, int fd, const void *buffer, size_t size,
			    const char *to, int64_t timeout_ms)
{
	struct address found[LOOKUP_MAX];
	int64_t deadline = deadline_after(timeout_ms), result;

	enter(self, enter_cost(size));
	result = lookup_text(self, to, deadline, found);
	if (result < 0)
		return result;
	while ((result = net_send_to(fd, buffer, size, &found[0])) == -EAGAIN) {
		int error = outside_ready(self, fd, true, deadline);
		if (error < 0)
			return error;
	}
	enter_yield(self);
	return result;
}

int joist_port(struct joist_actor *self, int fd)
{
	enter(self, 1);
	return net_port(fd);
}
