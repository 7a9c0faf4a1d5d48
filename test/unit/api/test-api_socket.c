/* Sockets: as an actor uses them, on the loopback interface. */
#include <errno.h>
#include <joist/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/io/address.h"
#include "vm/io/fd.h"

static char address[ADDRESS_TEXT_MAX];
static int connections;

/* A listening socket, whose address the others know. */
static int start_listening(struct joist_actor *self, const char *host)
{
	char any[ADDRESS_TEXT_MAX];

	snprintf(any, sizeof(any), "%s:0", host);
	int fd = joist_listen(self, any);
	if (fd >= 0)
		snprintf(address, sizeof(address), "%s:%d", host, joist_port(self, fd));
	return fd;
}

static void echo(struct joist_actor *self, joist_term args)
{
	char bytes[64];
	int64_t fd, size;

	CHECK(joist_get_int(args, &fd));
	joist_own(self, (int)fd);
	while ((size = joist_read(self, (int)fd, bytes, sizeof(bytes), JOIST_INFINITY)) > 0)
		CHECK_INT(joist_write(self, (int)fd, bytes, (size_t)size, JOIST_INFINITY), size);
	CHECK_INT(size, 0);
}

static void client(struct joist_actor *self, joist_term args)
{
	char sent[32], bytes[32] = "";
	int64_t number;

	CHECK(joist_get_int(args, &number));
	snprintf(sent, sizeof(sent), "client %d", (int)number);
	int fd = joist_connect(self, address, 60000);
	CHECK(fd >= 0);
	CHECK_INT(joist_write(self, fd, sent, strlen(sent), JOIST_INFINITY), strlen(sent));
	CHECK_INT(joist_read(self, fd, bytes, sizeof(bytes), JOIST_INFINITY), strlen(sent));
	CHECK_STR(bytes, sent);
	joist_receive(self); /* all are connected at once */
	CHECK_INT(joist_close(self, fd), 0);
}

/* Each client has an echo of its own. */
static void serve(struct joist_actor *self, joist_term args)
{
	int fd = start_listening(self, "127.0.0.1");
	static joist_pid clients[20000];

	(void)args;
	CHECK(fd >= 0);
	for (int i = 0; i < connections; i++)
		clients[i] = joist_spawn_monitor(self, "test:client", joist_int(self, i));
	for (int i = 0; i < connections; i++) {
		int connection = joist_accept(self, fd, 60000);
		CHECK(connection >= 0);
		joist_give(self, connection);
		joist_spawn_link(self, "test:echo", joist_int(self, connection));
	}
	for (int i = 0; i < connections; i++)
		joist_send(self, clients[i], joist_nil());
	for (int i = 0; i < connections; i++)
		CHECK(joist_match(joist_receive(self), "{'DOWN', _, process, _, normal}"));
}

static void fail_to_connect(struct joist_actor *self, joist_term args)
{
	static const char *const wrong[] = { "", "127.0.0.1", "127.0.0.1:", ":80", "::1:80" };
	int fd = start_listening(self, "127.0.0.1");

	(void)args;
	CHECK_INT(joist_accept(self, fd, 0), -ETIMEDOUT);
	CHECK_INT(joist_accept(self, fd, 5), -ETIMEDOUT);
	CHECK_INT(joist_listen(self, address), -EADDRINUSE);
	CHECK_INT(joist_close(self, fd), 0);
	CHECK_INT(joist_accept(self, fd, 0), -EBADF);
	CHECK_INT(joist_connect(self, address, JOIST_INFINITY), -ECONNREFUSED);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CHECK_INT(joist_connect(self, wrong[i], 0), -EINVAL);
		CHECK_INT(joist_listen(self, wrong[i]), -EINVAL);
		CHECK_INT(joist_udp(self, wrong[i]), -EINVAL);
	}
	CHECK_INT(joist_port(self, fd), -EBADF);
}

static void connect_by_name(struct joist_actor *self, joist_term args)
{
	char by_name[ADDRESS_TEXT_MAX];
	int listener = start_listening(self, "127.0.0.1");

	(void)args;
	snprintf(by_name, sizeof(by_name), "localhost%s", strrchr(address, ':'));
	int fd = joist_connect(self, by_name, JOIST_INFINITY);
	CHECK(fd >= 0);
	CHECK(joist_accept(self, listener, JOIST_INFINITY) >= 0);
}

static void connect_by_v6(struct joist_actor *self, joist_term args)
{
	int listener = start_listening(self, "[::1]");

	(void)args;
	if (listener < 0)
		return; /* this machine has no IPv6 */
	CHECK(joist_connect(self, address, JOIST_INFINITY) >= 0);
	CHECK(joist_accept(self, listener, JOIST_INFINITY) >= 0);
}

static void answer_datagram(struct joist_actor *self, joist_term args)
{
	char bytes[64], back[ADDRESS_TEXT_MAX];
	struct address from = { 0 };
	int64_t fd;

	CHECK(joist_get_int(args, &fd));
	joist_own(self, (int)fd);
	int64_t size =
		joist_recv_from(self, (int)fd, bytes, sizeof(bytes), &from.storage, JOIST_INFINITY);
	snprintf(back, sizeof(back), "127.0.0.1:%d", address_port(&from));
	CHECK_INT(joist_send_datagram(self, (int)fd, bytes, (size_t)size, back, JOIST_INFINITY),
		  size);
}

static void exchange_datagrams(struct joist_actor *self, joist_term args)
{
	char bytes[64] = "", to[ADDRESS_TEXT_MAX];
	int here = joist_udp(self, "127.0.0.1:0"), there = joist_udp(self, "127.0.0.1:0");

	(void)args;
	CHECK(here >= 0 && there >= 0);
	snprintf(to, sizeof(to), "127.0.0.1:%d", joist_port(self, there));
	joist_give(self, there); /* who uses it closes it */
	joist_spawn_link(self, "test:answer_datagram", joist_int(self, there));
	joist_yield(self);
	CHECK_INT(joist_recv_from(self, here, bytes, sizeof(bytes), NULL, 5), -ETIMEDOUT);
	CHECK_INT(joist_send_datagram(self, here, "abc", 3, to, JOIST_INFINITY), 3);
	CHECK_INT(joist_recv_from(self, here, bytes, sizeof(bytes), NULL, JOIST_INFINITY), 3);
	CHECK_STR(bytes, "abc");
	CHECK_INT(joist_send_datagram(self, here, "abc", 3, "nowhere", 0), -EINVAL);
}

static const struct stage_export exports[] = {
	STAGE_LOOP(echo),
	STAGE_LOOP(client),
	STAGE_LOOP(serve),
	STAGE_LOOP(fail_to_connect),
	STAGE_LOOP(connect_by_name),
	STAGE_LOOP(connect_by_v6),
	STAGE_LOOP(answer_datagram),
	STAGE_LOOP(exchange_datagrams),
	{ 0 },
};

TEST(many_are_connected_at_once, .seconds_max = 60)
{
	struct rlimit limit;

	fd_raise_limit();
	CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
	connections = limit.rlim_max > 2200 ? 1000 : 100;
	stage_run(exports, 2, "serve");
}

TEST(failures_are_told)
{
	stage_run(exports, 1, "fail_to_connect");
}

TEST(hosts_have_names)
{
	if (system("getent hosts localhost >/dev/null"))
		SKIP("this machine does not know localhost");
	stage_run(exports, 1, "connect_by_name");
}

TEST(hosts_have_longer_addresses)
{
	stage_run(exports, 1, "connect_by_v6");
}

TEST(datagrams_go_both_ways)
{
	stage_run(exports, 2, "exchange_datagrams");
}
