/* What the service manager is told. */
#include "loader/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "test/harness.h"

/* A manager's socket, under a name that only this process uses. */
static int listen_abstract(char *name, size_t size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(name, size, "@joist-notify-%d", getpid());
	strcpy(address.sun_path + 1, name + 1);
	CHECK(fd >= 0);
	CHECK(!bind(fd, (struct sockaddr *)&address,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))));
	return fd;
}

TEST(sends_a_datagram)
{
	char name[64], got[64] = "";
	int fd = listen_abstract(name, sizeof(name));

	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("READY=1");
	CHECK_INT(recv(fd, got, sizeof(got), MSG_DONTWAIT), 7);
	CHECK_STR(got, "READY=1");
}

TEST(is_silent_without_a_manager)
{
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "/no/such/socket", 1);
	notify_send("READY=1");
}

TEST(halves_the_watchdog)
{
	char pid[32];

	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	CHECK_INT(notify_watchdog_ms(), -1);
	setenv("WATCHDOG_USEC", "3000000", 1);
	CHECK_INT(notify_watchdog_ms(), 1500);
	setenv("WATCHDOG_PID", "1", 1);
	CHECK_INT(notify_watchdog_ms(), -1);
	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("WATCHDOG_PID", pid, 1);
	CHECK_INT(notify_watchdog_ms(), 1500);
	setenv("WATCHDOG_USEC", "nonsense", 1);
	CHECK_INT(notify_watchdog_ms(), -1);
}
