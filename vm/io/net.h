/* Sockets, and names of hosts. All sockets are non-blocking and close-on-exec; errors are told as -errno,
 * -EAGAIN where it would be waited. */
#ifndef JOIST_VM_IO_NET_H
#define JOIST_VM_IO_NET_H

#include "vm/io/address.h"

/* A listening TCP socket, or a UDP socket, bound to the address: a descriptor, or -errno. */
int net_listen(const struct address *address);
int net_udp(const struct address *address);

/* The next connection of a listening socket: a descriptor, or -errno. */
int net_accept(int fd);

/* A TCP socket that begins to connect; when it can be written to, net_connected tells how it went. */
int net_connect(const struct address *address);
int net_connected(int fd);

/* One datagram: its size, or -errno. */
int64_t net_recv_from(int fd, void *buffer, size_t size, struct sockaddr_storage *ret_from);
int64_t net_send_to(int fd, const void *buffer, size_t size, const struct address *to);

/* The port that it is bound to, or -errno. */
int net_port(int fd);

/* The addresses of a host, at most `room`: how many, or -errno (-ENOENT: it has none). Blocks. */
int net_find_blocking(const char *host, struct address *ret_addresses, int room);

#endif
