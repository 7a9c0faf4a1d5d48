/* Sockets, on the loopback interface. */
#include "vm/io/net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "test/harness.h"
#include "vm/io/fd.h"

static struct address loopback(int port)
{
	struct address address;

	CHECK_INT(address_parse("127.0.0.1:0", &address), 0);
	address_set_port(&address, (uint16_t)port);
	return address;
}

static void wait_until(int fd, bool write)
{
	while (fd_is_ready(fd, write) == 0)
		;
}

TEST(connects)
{
	struct address anywhere = loopback(0);
	char got[4] = "";
	int listener = net_listen(&anywhere);

	CHECK(listener >= 0);
	CHECK_INT(net_accept(listener), -EAGAIN);
	struct address there = loopback(net_port(listener));
	int client = net_connect(&there);
	CHECK(client >= 0);
	wait_until(client, true);
	CHECK_INT(net_connected(client), 0);
	wait_until(listener, false);
	int server = net_accept(listener);
	CHECK(server >= 0);
	CHECK(fcntl(server, F_GETFD) & FD_CLOEXEC);
	CHECK(fcntl(server, F_GETFL) & O_NONBLOCK);
	CHECK_INT(fd_write(client, "abc", 3), 3);
	wait_until(server, false);
	CHECK_INT(fd_read(server, got, sizeof(got)), 3);
	fd_close(server);
	fd_close(client);
	fd_close(listener);
}

TEST(tells_of_a_refusal)
{
	struct address anywhere = loopback(0);
	int listener = net_listen(&anywhere);
	struct address there = loopback(net_port(listener));

	fd_close(listener);
	int client = net_connect(&there);
	if (client >= 0) {
		wait_until(client, true);
		CHECK_INT(net_connected(client), -ECONNREFUSED);
		fd_close(client);
	} else {
		CHECK_INT(client, -ECONNREFUSED);
	}
}

TEST(refuses_an_address_in_use)
{
	struct address anywhere = loopback(0);
	int listener = net_listen(&anywhere);
	struct address same = loopback(net_port(listener));

	CHECK_INT(net_listen(&same), -EADDRINUSE);
	fd_close(listener);
}

TEST(sends_datagrams)
{
	struct address anywhere = loopback(0);
	struct sockaddr_storage from;
	char got[8] = "";
	int a = net_udp(&anywhere), b = net_udp(&anywhere);

	CHECK(a >= 0 && b >= 0);
	CHECK_INT(net_recv_from(b, got, sizeof(got), &from), -EAGAIN);
	struct address to = loopback(net_port(b));
	CHECK_INT(net_send_to(a, "abc", 3, &to), 3);
	wait_until(b, false);
	CHECK_INT(net_recv_from(b, got, sizeof(got), &from), 3);
	CHECK_STR(got, "abc");
	struct address sender = { .storage = from };
	CHECK_INT(address_port(&sender), net_port(a));
	fd_close(a);
	fd_close(b);
}

TEST(has_no_port_where_there_is_none)
{
	int fd = fd_open_blocking("/dev/null", O_RDONLY, 0);

	CHECK_INT(net_port(fd), -ENOTSOCK);
	CHECK_INT(net_port(-1), -EBADF);
	fd_close(fd);
}

TEST(finds_a_host)
{
	struct address found[4];

	if (system("getent hosts localhost >/dev/null"))
		SKIP("this machine does not know localhost");
	int count = net_find_blocking("localhost", found, 4);
	CHECK(count > 0 && count <= 4);
	CHECK_INT(net_find_blocking("localhost", found, 1), 1);
}
