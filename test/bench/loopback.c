/* What two processes need at least for a round trip: 40 bytes there and back by TCP on one machine, with
 * nothing else. Prints a line of JSON as the workloads do. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUND_TRIPS 50000
#define SIZE 40

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int quick(int fd)
{
	const int on = 1;

	if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		die("socket");
	return fd;
}

static void echo(int fd)
{
	char bytes[SIZE];

	for (ssize_t n; (n = read(fd, bytes, sizeof(bytes))) > 0;) {
		if (write(fd, bytes, (size_t)n) != n)
			die("write");
	}
	_exit(0);
}

static void trips(int fd, int64_t n)
{
	char bytes[SIZE] = { 0 };

	while (n-- > 0) {
		if (write(fd, bytes, SIZE) != SIZE || recv(fd, bytes, SIZE, MSG_WAITALL) != SIZE)
			die("round trip");
	}
}

int main(void)
{
	const char *scale = getenv("BENCH_SCALE");
	int64_t n = (int64_t)(ROUND_TRIPS * (scale ? strtod(scale, NULL) : 1)) + 1;
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 1) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &size) < 0)
		die("listen");
	if (!fork())
		echo(quick(accept(listener, NULL, NULL)));
	int fd = quick(socket(AF_INET, SOCK_STREAM, 0));
	if (connect(fd, (struct sockaddr *)&address, size) < 0)
		die("connect");
	trips(fd, n / 10);
	int64_t start = now_ns();
	trips(fd, n);
	printf("{\"bench\":\"dist_rtt\",\"variant\":\"S1,tcp_blocking\",\"metric\":\"us_per_op\","
	       "\"value\":%.3f,\"n\":%lld}\n",
	       (double)(now_ns() - start) / 1e3 / (double)n, (long long)n);
	close(fd);
	wait(NULL);
	return 0;
}
