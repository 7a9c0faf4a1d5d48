/* A port mapper, and clients that say anything, in pieces that take turns. When they have hung up, nothing
 * is left of them.
 *
 * The input: pieces, each behind a byte that says whose it is and one for its size; none: it hangs up. */
#include "test/fuzz/fuzz.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vm/base/log.h"
#include "vm/dist/map_server.h"
#include "vm/io/net.h"

#define CLIENTS 4

static struct dist dist;
static struct map_server server;
static struct sockaddr_in place = { .sin_family = AF_INET };

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void ready(void *context, struct watch_wait *wait)
{
	(void)context;
	must(map_server_ready(&server, wait));
}

/* Whatever there is to do is done. */
static void serve(void)
{
	while (watch_poll(&dist.watch, 0, ready, NULL) > 0)
		;
}

static void begin(void)
{
	must(!watch_init(&dist.watch));
	dist.epmd_port = 0; /* any that is free */
	log_level_set(LOG_LEVEL_ERROR);
	map_server_init(&server, &dist);
	map_server_begin(&server);
	place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	place.sin_port = htons((uint16_t)net_port(server.listener));
}

/* Its end leaves no trace in the kernel: there are only so many ports. */
static int client(void)
{
	static const struct linger now = { .l_onoff = 1 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)));
	must(!connect(fd, (const struct sockaddr *)&place, sizeof(place)));
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *at = data, *end = data + size;
	int clients[CLIENTS] = { -1, -1, -1, -1 };

	if (!place.sin_port)
		begin();
	while (end - at >= 2) {
		int *fd = &clients[at[0] % CLIENTS];
		size_t bytes = at[1], left = (size_t)(end - at) - 2;
		at += 2;
		if (bytes > left)
			bytes = left;
		if (*fd < 0)
			*fd = client();
		if (bytes) {
			send(*fd, at, bytes, MSG_NOSIGNAL);
		} else {
			close(*fd);
			*fd = -1;
		}
		at += bytes;
		serve();
	}
	for (int i = 0; i < CLIENTS; i++) {
		if (clients[i] >= 0)
			close(clients[i]);
	}
	while (server.count) /* else it hangs, which is a finding */
		watch_poll(&dist.watch, -1, ready, NULL);
	must(!server.clients);
	return 0;
}
