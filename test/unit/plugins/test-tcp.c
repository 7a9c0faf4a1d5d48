/* tcp: an actor for each connection. */
#include <joist/io.h>

#include <stdio.h>
#include <string.h>

#include "test/unit/stdlib/yard.h"

/* Sends back what comes; what begins with `x` crashes it. */
static void echo(struct joist_actor *self, joist_term args)
{
	struct joist_bytes peer;
	char bytes[256];
	joist_term with;
	int64_t size;
	int fd;

	joist_test_match(self, args, "#{socket := Fd, peer := Peer, args := With}", &fd, &peer,
			 &with);
	joist_test_match(self, with, "greeting");
	CHECK(!strncmp(peer.data, "127.0.0.1:", 10));
	while ((size = joist_read(self, fd, bytes, sizeof(bytes), JOIST_INFINITY)) > 0) {
		if (bytes[0] == 'x')
			joist_exit(self, joist_make(self, "oops"));
		CHECK_INT(joist_write(self, fd, bytes, (size_t)size, JOIST_INFINITY), size);
	}
}

const struct joist_export yard_exports[] = { JOIST_ACTOR(echo), { 0 } };

static joist_pid start(struct joist_actor *self, const char *more, char *address)
{
	char args[256];
	joist_pid pid;
	joist_term reply;
	int port;

	snprintf(args, sizeof(args),
		 "#{listen => <<\"127.0.0.1:0\">>, start => <<\"t:echo\">>, args => greeting%s}",
		 more);
	pid = yard_start(self, "tcp:listener", args);
	joist_test_check(self, joist_call(self, pid, joist_make(self, "port"), JOIST_INFINITY,
					  &reply) == JOIST_OK);
	joist_test_match(self, reply, "{ok, Port}", &port);
	snprintf(address, 32, "127.0.0.1:%d", port);
	return pid;
}

static void say(struct joist_actor *self, int fd, const char *words)
{
	CHECK_INT(joist_write(self, fd, words, strlen(words), JOIST_INFINITY), strlen(words));
}

static void hear(struct joist_actor *self, int fd, const char *words)
{
	char bytes[64] = "";
	size_t got = 0;

	while (got < strlen(words)) {
		int64_t size =
			joist_read(self, fd, bytes + got, sizeof(bytes) - 1 - got, JOIST_INFINITY);

		CHECK(size > 0);
		got += (size_t)size;
	}
	CHECK_STR(bytes, words);
}

static int64_t count(struct joist_actor *self, joist_pid pid)
{
	joist_term reply;
	int64_t number;

	joist_test_check(self, joist_call(self, pid, joist_make(self, "count"), JOIST_INFINITY,
					  &reply) == JOIST_OK);
	joist_test_check(self, joist_get_int(reply, &number));
	return number;
}

YARD_TEST_OUTSIDE(each_connection_has_an_actor)
{
	char address[32];
	joist_pid pid = start(self, "", address);
	int fds[5];

	for (int i = 0; i < 5; i++) {
		fds[i] = joist_connect(self, address, JOIST_INFINITY);
		CHECK(fds[i] >= 0);
		say(self, fds[i], "hello");
	}
	for (int i = 0; i < 5; i++)
		hear(self, fds[i], "hello");
	CHECK_INT(count(self, pid), 5);
	for (int i = 0; i < 5; i++)
		joist_close(self, fds[i]);
	while (count(self, pid))
		joist_sleep(self, 1);
}

YARD_TEST_OUTSIDE(a_crash_is_one_connections_own)
{
	char address[32], byte;
	joist_pid pid = start(self, "", address);
	int good = joist_connect(self, address, JOIST_INFINITY),
	    bad = joist_connect(self, address, 5000);

	say(self, good, "one");
	hear(self, good, "one");
	say(self, bad, "x");
	CHECK(joist_read(self, bad, &byte, 1, JOIST_INFINITY) <= 0);
	say(self, good, "two");
	hear(self, good, "two");
	while (count(self, pid) != 1)
		joist_sleep(self, 1);
}

YARD_TEST_OUTSIDE(further_connections_wait)
{
	char address[32], byte;
	int first, second;

	start(self, ", connections_max => 1", address);
	first = joist_connect(self, address, JOIST_INFINITY);
	second = joist_connect(self, address, JOIST_INFINITY);
	say(self, first, "a");
	hear(self, first, "a");
	say(self, second, "b");
	CHECK(joist_read(self, second, &byte, 1, 50) < 0);
	joist_close(self, first);
	hear(self, second, "b");
}

YARD_TEST_OUTSIDE(the_end_of_the_listener_ends_all)
{
	char address[32], byte;
	joist_pid pid = start(self, "", address);
	joist_ref ref = joist_monitor(self, pid);
	int fd = joist_connect(self, address, JOIST_INFINITY);

	say(self, fd, "a");
	hear(self, fd, "a");
	joist_unlink(self, pid);
	joist_exit_to(self, pid, joist_make(self, "shutdown"));
	joist_test_expect(self, JOIST_INFINITY, "{'DOWN', ^Ref, process, _, shutdown}", &ref);
	CHECK(joist_read(self, fd, &byte, 1, JOIST_INFINITY) <= 0);
}

YARD_TEST_OUTSIDE(an_address_that_is_taken)
{
	char address[32], args[128];
	joist_term reason;

	start(self, "", address);
	snprintf(args, sizeof(args), "#{listen => <<\"%s\">>, start => <<\"t:echo\">>}", address);
	CHECK(joist_pid_is_none(joist_start(self, "tcp:listener", yard_term(self, args), NULL,
					    JOIST_INFINITY, &reason)));
	joist_test_match(self, reason, "{listen, _, <<\"Address already in use\">>}");
}
