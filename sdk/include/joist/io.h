/* Files, sockets and look-ups that block only the actor. None of these ends a turn.
 *
 * Descriptors are the system's own. Sockets and pipes are made non-blocking by the call that opens or
 * first waits on them. One that the actor opened here is closed when the actor ends, unless joist_give
 * let it go; `-errno` is a negative error number of errno.h, -ETIMEDOUT when the time is up. */
#ifndef JOIST_IO_H
#define JOIST_IO_H

#include <joist/actor.h>

struct sockaddr_storage; /* of sys/socket.h, whose functions' names a plugin may want */

JOIST_BEGIN

/* Reads up to `size` bytes from a socket, pipe, terminal or file, waiting until there is one: how many,
 * 0 at the end, or -errno.
 * [actor, yields] borrows buffer */
JOIST_PUBLIC int64_t joist_read(struct joist_actor *self, int fd, void *buffer, size_t size,
				int64_t timeout_ms);

/* Writes all `size` bytes, waiting as often as needed: `size`, or -errno.
 * [actor, yields] borrows buffer */
JOIST_PUBLIC int64_t joist_write(struct joist_actor *self, int fd, const void *buffer, size_t size,
				 int64_t timeout_ms);

/* Waits until `fd` can be read from (`write` false) or written to: 0, or -errno.
 * [actor, yields] */
JOIST_PUBLIC int joist_wait_fd(struct joist_actor *self, int fd, bool write, int64_t timeout_ms);

/* A listening TCP socket at "ADDRESS:PORT" ("127.0.0.1:0", "[::1]:80"); port 0 lets the system choose,
 * joist_port tells. A descriptor, or -errno.
 * [actor] borrows address; the actor owns the descriptor */
JOIST_PUBLIC int joist_listen(struct joist_actor *self, const char *address);

/* The next connection of a listening socket: a descriptor, or -errno.
 * [actor, yields] the actor owns the descriptor */
JOIST_PUBLIC int joist_accept(struct joist_actor *self, int fd, int64_t timeout_ms);

/* A TCP connection to "ADDRESS:PORT" or "HOST:PORT": a descriptor, or -errno.
 * [actor, yields] borrows address; the actor owns the descriptor */
JOIST_PUBLIC int joist_connect(struct joist_actor *self, const char *address, int64_t timeout_ms);

/* A UDP socket bound to "ADDRESS:PORT": a descriptor, or -errno.
 * [actor] borrows address; the actor owns the descriptor */
JOIST_PUBLIC int joist_udp(struct joist_actor *self, const char *address);

/* Receives or sends one datagram: its size, or -errno. `*ret_from` may be NULL.
 * [actor, yields] borrows buffer and to */
JOIST_PUBLIC int64_t joist_recv_from(struct joist_actor *self, int fd, void *buffer, size_t size,
				     struct sockaddr_storage *ret_from, int64_t timeout_ms);
JOIST_PUBLIC int64_t joist_send_datagram(struct joist_actor *self, int fd, const void *buffer,
					 size_t size, const char *to, int64_t timeout_ms);

/* The port that a socket is bound to, or -errno.
 * [actor] */
JOIST_PUBLIC int joist_port(struct joist_actor *self, int fd);

/* The addresses of `host`, as a list of binaries such as <<"127.0.0.1">>; none, with -errno in
 * `*ret_error` (which may be NULL), if there are none.
 * [actor, yields] borrows host */
JOIST_PUBLIC joist_term joist_lookup(struct joist_actor *self, const char *host, int64_t timeout_ms,
				     int *ret_error);

/* Opens a file with the flags of open(2), close-on-exec added: a descriptor, or -errno.
 * [actor, yields] borrows path; the actor owns the descriptor */
JOIST_PUBLIC int joist_open(struct joist_actor *self, const char *path, int flags, int mode);

/* Closes a descriptor that the actor owns: 0, or -errno.
 * [actor] */
JOIST_PUBLIC int joist_close(struct joist_actor *self, int fd);

/* Ties `fd` to the actor, which closes it when it ends; or lets it go, for another to take.
 * [actor] */
JOIST_PUBLIC void joist_own(struct joist_actor *self, int fd);
JOIST_PUBLIC void joist_give(struct joist_actor *self, int fd);

/* Runs `run(argument)` on a thread that may block, and waits for it. `run` may call no function of
 * Joist. If the actor is ended meanwhile, it ends when `run` has returned.
 * [actor, yields] */
JOIST_PUBLIC void joist_blocking(struct joist_actor *self, void (*run)(void *argument),
				 void *argument);

JOIST_END

#endif
