/* tcp: a listening socket, and an actor for each connection.
 *
 *   {"id": "echo", "start": "tcp:listener", "register": "echo",
 *    "args": "#{listen => <<\"127.0.0.1:7000\">>, start => <<\"echo:connection\">>}"}
 *
 * Options, of the args or of the plugin's "config":
 *
 *   listen             where; port 0 lets the system choose
 *   start              the loop that each connection runs
 *   args               what it gets as `args`; [] if there is none
 *   connections_max    further ones wait until one has ended; 0, the default: any number
 *   shutdown_ms        how long connections may take to end with the listener; 5000
 *
 * The loop is started with #{socket => Fd, peer => <<"ADDRESS:PORT">>, args => Args} and owns the
 * socket: it reads and writes by joist_read and joist_write, and its end closes the socket. Connections
 * are temporary children of a supervisor of their own, so that one that crashes harms no other.
 *
 * Calls: `port` gives {ok, Port}; `count` the number of connections; `supervisor` {ok, Pid}. */
#include <joist/option.h>
#include <joist/server.h>
#include <joist/supervisor.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

struct listener {
	int port;
	joist_pid connections; /* their supervisor */
};

/* ---- sockets that change their owner ---- */

/* Takes a socket over when who had it asks for that. */
static void socket_take(struct joist_actor *self, int fd)
{
	joist_term from;

	joist_receive_match(self, JOIST_INFINITY, "{'$gen_call', From, take}", &from);
	joist_own(self, fd);
	joist_reply(self, from, joist_make(self, "ok"));
}

/* Has `to` take a socket over; false if it has ended. On the way nobody owns the socket: were it two, and
 * this one killed, its end would close what the other reads from, or what has that number by then. */
static bool socket_give(struct joist_actor *self, joist_pid to, int fd)
{
	joist_term take = joist_make(self, "take");

	joist_give(self, fd);
	if (joist_call(self, to, take, JOIST_INFINITY, NULL) == JOIST_OK)
		return true;
	joist_own(self, fd);
	return false;
}

/* ---- connections ---- */

/* Owns its socket and becomes the loop that was asked for. */
static void connection(struct joist_actor *self, joist_term args)
{
	struct joist_bytes start;
	joist_term with;
	int fd;

	if (!joist_match(args, "{Start, Fd, Args}", &start, &fd, &with))
		joist_exit(self, joist_make(self, "badarg"));
	socket_take(self, fd);
	joist_become(self, start.data, with);
}

static joist_term tcp_peer(struct joist_actor *self, int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} address = { 0 };
	socklen_t size = sizeof(address);
	char text[INET6_ADDRSTRLEN] = "", both[INET6_ADDRSTRLEN + 16] = "";

	if (getpeername(fd, &address.any, &size))
		return joist_binary(self, joist_text(""));
	if (address.any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &address.six.sin6_addr, text, sizeof(text));
		snprintf(both, sizeof(both), "[%s]:%u", text, ntohs(address.six.sin6_port));
	} else {
		inet_ntop(AF_INET, &address.four.sin_addr, text, sizeof(text));
		snprintf(both, sizeof(both), "%s:%u", text, ntohs(address.four.sin_port));
	}
	return joist_binary(self, joist_text(both));
}

/* ---- the acceptor ---- */

/* What the acceptor is started with; terms of its args stay. */
struct acceptor {
	joist_pid connections;
	joist_term start, args;
	int fd;
	int64_t connections_max;
	int64_t count;
};

/* Takes what came: ends of connections, above all. It is joist_receive that ends the turn. */
static void acceptor_count(struct joist_actor *self, struct acceptor *acceptor)
{
	bool full = acceptor->connections_max && acceptor->count >= acceptor->connections_max;
	joist_term message = joist_receive_timeout(self, full ? JOIST_INFINITY : 0);

	while (!joist_is_none(message)) {
		if (joist_match(message, "{'DOWN', _, process, _, _}"))
			acceptor->count--;
		full = acceptor->connections_max && acceptor->count >= acceptor->connections_max;
		message = joist_receive_timeout(self, full ? JOIST_INFINITY : 0);
	}
}

/* Hands a new socket to an actor of its own. */
static void acceptor_hand_over(struct joist_actor *self, struct acceptor *acceptor, int fd)
{
	joist_term with = joist_make(self, "#{socket => Fd, peer => Peer, args => Args}", fd,
				     tcp_peer(self, fd), acceptor->args);
	joist_term args = joist_make(self, "{Start, Fd, With}", acceptor->start, fd, with);
	joist_term reason = joist_nil();
	joist_pid pid = joist_start_child(self, acceptor->connections, args, &reason);

	if (joist_pid_is_none(pid)) {
		joist_log(self, JOIST_ERROR, "connection not started: %s",
			  joist_format(self, reason));
		joist_close(self, fd);
		return;
	}
	joist_monitor(self, pid);
	acceptor->count++;
	if (!socket_give(self, pid, fd))
		joist_close(self, fd);
}

static void acceptor(struct joist_actor *self, joist_term args)
{
	struct acceptor state = { 0 };

	if (!joist_match(args, "{Connections, Start, Args, Fd, Max}", &state.connections,
			 &state.start, &state.args, &state.fd, &state.connections_max))
		joist_exit(self, joist_make(self, "badarg"));
	socket_take(self, state.fd);
	for (;;) {
		int fd;

		acceptor_count(self, &state);
		fd = joist_accept(self, state.fd, JOIST_INFINITY);
		if (fd >= 0) {
			acceptor_hand_over(self, &state, fd);
		} else if (fd == -EMFILE || fd == -ENFILE || fd == -ENOBUFS || fd == -ENOMEM) {
			joist_log(self, JOIST_WARNING, "accept: %s", strerror(-fd));
			joist_sleep(self, 100);
		} else if (fd != -ECONNABORTED && fd != -EINTR && fd != -EPROTO) {
			joist_exit(self, joist_make(self, "{accept, Error}", -fd));
		}
	}
}

/* ---- the listener ---- */

/* The listener's own supervisor, linked to it, so that its end ends the connections. */
static joist_pid listener_supervisor(struct joist_actor *self, joist_term args)
{
	joist_term map = joist_make(
		self,
		"#{strategy => simple_one_for_one, children => [#{id => connection, "
		"start => <<\"tcp:connection\">>, restart => temporary, shutdown_ms => Ms}]}",
		joist_option_int(self, args, "shutdown_ms", 5000));
	struct joist_spawn_options options = { .link = true };
	joist_term reason;
	joist_pid pid =
		joist_start(self, "supervisor:supervisor", map, &options, JOIST_INFINITY, &reason);

	if (joist_pid_is_none(pid))
		joist_exit(self, reason);
	return pid;
}

/* The socket is the acceptor's, so that nobody closes it while that one waits for it. */
static void listener_listen(struct joist_actor *self, struct listener *listener, joist_term args,
			    const char *start)
{
	const char *address = joist_option_text(self, args, "listen", "127.0.0.1:0");
	joist_term with = joist_option(self, args, "args");
	/* With its last zero, so that it is a C string on the other side. */
	struct joist_bytes name = { start, strlen(start) + 1 };
	int64_t max = joist_option_int(self, args, "connections_max", 0);
	int fd = joist_listen(self, address);
	joist_pid pid;

	if (fd < 0)
		joist_exit(self, joist_make(self, "{listen, Address, Error}", joist_text(address),
					    joist_text(strerror(-fd))));
	with = joist_is_none(with) ? joist_nil() : with;
	pid = joist_spawn_link(self, "tcp:acceptor",
			       joist_make(self, "{Connections, Start, With, Fd, Max}",
					  listener->connections, name, with, fd, max));
	listener->port = joist_port(self, fd);
	socket_give(self, pid, fd);
	joist_log(self, JOIST_INFO, "listens at %s, port %d", address, listener->port);
}

static void listener_init(struct joist_actor *self, void *state, joist_term args)
{
	const char *start = joist_option_text(self, args, "start", NULL);
	struct listener *listener = state;

	if (!start)
		joist_exit(self, joist_make(self, "{missing_option, start}"));
	listener->connections = listener_supervisor(self, args);
	listener_listen(self, listener, args, start);
}

static joist_term listener_call(struct joist_actor *self, void *state, joist_term request)
{
	struct listener *listener = state;
	joist_term counts;
	int64_t count;

	if (joist_is_atom(request, "port"))
		return joist_make(self, "{ok, Port}", listener->port);
	if (joist_is_atom(request, "supervisor"))
		return joist_make(self, "{ok, Pid}", listener->connections);
	if (!joist_is_atom(request, "count"))
		return joist_make(self, "{error, unknown_request}");
	counts = joist_count_children(self, listener->connections);
	if (!joist_match(counts, "[_, {active, Count}, _, _]", &count))
		joist_exit(self, joist_make(self, "{bad_counts, Counts}", counts));
	return joist_int(self, count);
}

static const struct joist_server listener = {
	.state_size = sizeof(struct listener),
	.init = listener_init,
	.call = listener_call,
};

JOIST_PLUGIN("tcp", "1.0", JOIST_SERVER(listener), JOIST_ACTOR(acceptor), JOIST_ACTOR(connection));
