/* The far node of between.c as a C node, by Erlang's own library `ei`: one thread, one connection, and
 * whatever name a message is for, it comes here. usage: cnode NAME@127.0.0.1 COOKIE */
#include <arpa/inet.h>
#include <ei.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sums {
	long count, bytes;
};

static void die(const char *what)
{
	fprintf(stderr, "cnode: %s: %d\n", what, erl_errno);
	exit(1);
}

static void reply(int fd, erlang_pid *to, ei_x_buff *out, const char *tag, const long *numbers,
		  int count)
{
	out->index = 0;
	ei_x_encode_version(out);
	ei_x_encode_tuple_header(out, count + 1);
	ei_x_encode_atom(out, tag);
	for (int i = 0; i < count; i++)
		ei_x_encode_long(out, numbers[i]);
	if (ei_send(fd, to, out->buff, out->index) < 0)
		die("send");
}

static void take(int fd, const ei_x_buff *in, ei_x_buff *out, struct sums *sums)
{
	int at = 0, version, arity, type, size = 0;
	char tag[MAXATOMLEN];
	erlang_pid from;
	long i = 0;

	if (ei_decode_version(in->buff, &at, &version) ||
	    ei_decode_tuple_header(in->buff, &at, &arity) || ei_decode_atom(in->buff, &at, tag))
		die("no tagged tuple");
	if (!strcmp(tag, "msg") || !strcmp(tag, "bin")) {
		if (ei_decode_long(in->buff, &at, &i) ||
		    (*tag == 'b' && ei_get_type(in->buff, &at, &type, &size)))
			die(tag);
		sums->count++;
		sums->bytes += size;
	} else if (ei_decode_pid(in->buff, &at, &from)) {
		die(tag);
	} else if (!strcmp(tag, "ping")) {
		ei_decode_long(in->buff, &at, &i);
		reply(fd, &from, out, "pong", &i, 1);
	} else {
		const long numbers[] = { sums->count, sums->bytes };
		reply(fd, &from, out, "finished", numbers, 2);
		*sums = (struct sums){ 0 };
	}
}

/* Until the connection ends. */
static void serve(int fd)
{
	struct sums sums = { 0 };
	ei_x_buff in, out;
	erlang_msg message;

	ei_x_new(&in);
	ei_x_new(&out);
	for (;;) {
		in.index = 0;
		int got = ei_xreceive_msg(fd, &message, &in);
		if (got == ERL_ERROR)
			return;
		if (got == ERL_MSG && message.msgtype == ERL_REG_SEND)
			take(fd, &in, &out, &sums);
	}
}

int main(int argc, char **argv)
{
	struct in_addr loopback = { htonl(INADDR_LOOPBACK) };
	char alive[MAXATOMLEN];
	ErlConnect peer;
	ei_cnode node;
	int port = 0;

	if (argc != 3)
		return 2;
	snprintf(alive, sizeof(alive), "%.*s", (int)strcspn(argv[1], "@"), argv[1]);
	ei_init();
	if (ei_connect_xinit(&node, "127.0.0.1", alive, argv[1], &loopback, argv[2], 0) < 0)
		die("init");
	int listener = ei_listen(&node, &port, 1);
	if (listener < 0 || ei_publish(&node, port) < 0)
		die("listen");
	printf("ready: %s\n", argv[1]);
	fflush(stdout);
	int fd = ei_accept(&node, listener, &peer);
	if (fd < 0)
		die("accept");
	serve(fd);
	return 0;
}
