/* Sockets, by the system calls that make and use them. Owns nothing; any thread enters. */
#include "vm/io/net.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include "vm/io/fd.h"

/* Closes `fd` for the error that errno tells. */
static int give_up(int fd)
{
	int error = errno;

	close(fd);
	return -error;
}

static int make(const struct address *address, int type)
{
	int fd = socket(address->any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

int net_listen(const struct address *address)
{
	const int on = 1;
	int fd = make(address, SOCK_STREAM);

	if (fd < 0)
		return fd;
	/* Without it a port is refused for a minute after its last user went. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, &address->any, address->size) < 0 || listen(fd, SOMAXCONN) < 0)
		return give_up(fd);
	return fd;
}

int net_udp(const struct address *address)
{
	int fd = make(address, SOCK_DGRAM);

	if (fd >= 0 && bind(fd, &address->any, address->size) < 0)
		return give_up(fd);
	return fd;
}

/* Errors of a connection that ended before it was taken: the next one may be fine. */
static bool is_of_connection(int error)
{
	return error == EINTR || error == ECONNABORTED || error == EPROTO;
}

int net_accept(int fd)
{
	int connection, error = fd_unblock(fd);

	if (error < 0)
		return error;
	do
		connection = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	while (connection < 0 && is_of_connection(errno));
	return connection < 0 ? -errno : connection;
}

int net_connect(const struct address *address)
{
	int fd = make(address, SOCK_STREAM);

	/* An interrupted connect goes on in the background, as one that is in progress does. */
	if (fd >= 0 && connect(fd, &address->any, address->size) < 0 && errno != EINPROGRESS &&
	    errno != EINTR)
		return give_up(fd);
	return fd;
}

int net_connected(int fd)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		return -errno;
	return -error;
}

int64_t net_recv_from(int fd, void *buffer, size_t size, struct sockaddr_storage *ret_from)
{
	struct sockaddr_storage from = { 0 };
	socklen_t from_size = sizeof(from);
	ssize_t got;

	got = TEMP_FAILURE_RETRY(
		recvfrom(fd, buffer, size, MSG_DONTWAIT, (struct sockaddr *)&from, &from_size));
	if (got < 0)
		return -errno;
	if (ret_from)
		*ret_from = from;
	return got;
}

int64_t net_send_to(int fd, const void *buffer, size_t size, const struct address *to)
{
	ssize_t sent = TEMP_FAILURE_RETRY(
		sendto(fd, buffer, size, MSG_DONTWAIT | MSG_NOSIGNAL, &to->any, to->size));

	return sent < 0 ? -errno : sent;
}

int net_port(int fd)
{
	struct address address = { .size = sizeof(address.storage) };

	if (getsockname(fd, &address.any, &address.size) < 0)
		return -errno;
	return address.any.sa_family == AF_INET || address.any.sa_family == AF_INET6
		       ? address_port(&address)
		       : -EAFNOSUPPORT;
}

/* The errors of getaddrinfo, which has numbers of its own. */
static int find_error(int error)
{
	switch (error) {
	case EAI_SYSTEM:
		return -errno;
	case EAI_MEMORY:
		return -ENOMEM;
	case EAI_AGAIN:
		return -EAGAIN;
	case EAI_NONAME:
	case EAI_NODATA:
		return -ENOENT;
	default:
		return -EIO;
	}
}

int net_find_blocking(const char *host, struct address *ret_addresses, int room)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	int count = 0, error = getaddrinfo(host, NULL, &hints, &found);

	if (error)
		return find_error(error);
	for (const struct addrinfo *i = found; i && count < room; i = i->ai_next) {
		struct address *address = &ret_addresses[count++];

		*address = (struct address){ .size = i->ai_addrlen };
		memcpy(&address->storage, i->ai_addr, i->ai_addrlen);
	}
	freeaddrinfo(found);
	return count ? count : -ENOENT;
}
