/* Between nodes: round trips, throughput, spawning. The loops of the far node, and those that measure,
 * which find it by DIST_NODE in the environment. between.erl has the same of Erlang's, so that each can
 * be either. */
#include <stdlib.h>
#include <string.h>

#include <joist/node.h>

#include "workload.h"

#define ROUND_TRIPS 50000
#define SMALL 1000000
#define LARGE 20000
#define LARGE_BYTES 65536
#define SPAWNS 10000
#define SPAWNERS 100
#define SPAWNS_OF_EACH 200

/* ---- the far node ---- */

static void bench_echo(struct joist_actor *self, joist_term args)
{
	joist_pid from;
	int64_t i;

	(void)args;
	for (;;) {
		if (joist_match(joist_receive(self), "{ping, From, I}", &from, &i))
			joist_send(self, from, joist_make(self, "{pong, I}", i));
	}
}

static void bench_sink(struct joist_actor *self, joist_term args)
{
	int64_t i, count = 0, size = 0;
	struct joist_bytes bytes;
	joist_pid from;

	(void)args;
	for (;;) {
		joist_term message = joist_receive(self);
		if (joist_match(message, "{msg, I}", &i)) {
			count++;
		} else if (joist_match(message, "{bin, I, Bytes}", &i, &bytes)) {
			count++;
			size += (int64_t)bytes.size;
		} else if (joist_match(message, "{finish, From}", &from)) {
			joist_send(self, from,
				   joist_make(self, "{finished, Count, Size}", count, size));
			count = size = 0;
		}
	}
}

/* args: {Parent, I} */
static void remote_child(struct joist_actor *self, joist_term args)
{
	joist_pid parent;
	int64_t i;

	if (joist_match(args, "{Parent, I}", &parent, &i))
		joist_send(self, parent, joist_make(self, "{done, I}", i));
}

/* ---- what all that measure do ---- */

static joist_atom far_node(void)
{
	return joist_atom_new(getenv("DIST_NODE"));
}

/* {Name, Node}, kept: the turn ends often. */
static joist_term far_name(struct joist_actor *self, const char *name)
{
	joist_atom node = far_node();

	if (!joist_node_connect(self, node, JOIST_INFINITY))
		joist_exit(self, joist_make(self, "{not_connected, Node}", node));
	return joist_keep(self, joist_make(self, "{Name, Node}", joist_atom_new(name), node));
}

/* ---- round trips ---- */

static void ping(struct joist_actor *self, joist_term to, int64_t n)
{
	int64_t i, got, sum = 0;

	for (i = 1; i <= n; i++) {
		joist_send_to(self, to, joist_make(self, "{ping, Self, I}", joist_self(self), i));
		if (joist_match(joist_receive(self), "{pong, I}", &got))
			sum += got;
	}
	workload_check(self, "sum", sum, n * (n + 1) / 2);
}

static void dist_rtt(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "dist_rtt");
	int64_t n = workload_scaled(ROUND_TRIPS);
	joist_term to = far_name(self, "bench_echo");

	ping(self, to, n / 10 + 1);
	int64_t start = clock_ns();
	ping(self, to, n);
	workload_tell(self, &workload, "us_per_op", (double)(clock_ns() - start) / 1e3 / (double)n,
		      n);
}

/* ---- throughput ---- */

static void flood(struct joist_actor *self, joist_term to, int64_t n, joist_term binary)
{
	int64_t count, size, i;

	for (i = 1; i <= n; i++) {
		if (joist_is_none(binary))
			joist_send_to(self, to, joist_make(self, "{msg, I}", i));
		else
			joist_send_to(self, to, joist_make(self, "{bin, I, B}", i, binary));
		turn_over(self, i);
	}
	joist_send_to(self, to, joist_make(self, "{finish, Self}", joist_self(self)));
	if (!joist_match(joist_receive(self), "{finished, Count, Size}", &count, &size))
		count = size = -1;
	workload_check(self, "count", count, n);
	workload_check(self, "size", size, joist_is_none(binary) ? 0 : n * LARGE_BYTES);
}

static void dist_throughput(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "dist_throughput");
	bool large = strstr(workload.variant, "bin_64KiB") != NULL;
	int64_t n = workload_scaled(large ? LARGE : SMALL);
	joist_term to = far_name(self, "bench_sink"), binary = { 0 };
	void *data;

	if (large) {
		binary = joist_binary_new(self, LARGE_BYTES, &data);
		memset(data, 'j', LARGE_BYTES);
		binary = joist_keep(self, binary);
	}
	flood(self, to, n / 10 + 1, binary);
	int64_t start = clock_ns();
	flood(self, to, n, binary);
	double ns = (double)(clock_ns() - start);
	if (large)
		workload_tell(self, &workload, "mb_per_s", (double)(n * LARGE_BYTES) * 1e3 / ns, n);
	else
		workload_tell(self, &workload, "msgs_per_s", (double)n * 1e9 / ns, n);
}

/* ---- spawning ---- */

static void start(struct joist_actor *self, joist_pid parent, int64_t i)
{
	const struct joist_spawn_options there = { .node = far_node() };

	joist_spawn_with(self, "between:remote_child", joist_make(self, "{Parent, I}", parent, i),
			 &there, NULL);
}

static void start_and_wait(struct joist_actor *self, int64_t n)
{
	int64_t i, got, sum = 0;

	for (i = 1; i <= n; i++) {
		start(self, joist_self(self), i);
		if (joist_match(joist_receive(self), "{done, I}", &got))
			sum += got;
	}
	workload_check(self, "sum", sum, n * (n + 1) / 2);
}

/* args: {Parent, N} */
static void spawner(struct joist_actor *self, joist_term args)
{
	joist_pid parent;
	int64_t n;

	if (!joist_match(args, "{Parent, N}", &parent, &n))
		return;
	for (int64_t i = 0; i < n; i++) {
		start(self, parent, i);
		turn_over(self, i);
	}
}

static void dist_spawn(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "dist_spawn");
	bool many = strstr(workload.variant, "100_spawners") != NULL;
	int64_t n = workload_scaled(many ? SPAWNERS * SPAWNS_OF_EACH : SPAWNS);
	int64_t each = n / SPAWNERS + 1, got;

	far_name(self, "bench_echo");
	start_and_wait(self, n / 10 + 1);
	int64_t begin = clock_ns();
	if (!many)
		start_and_wait(self, n);
	for (int64_t i = 0; many && i < SPAWNERS; i++)
		joist_spawn(self, "between:spawner",
			    joist_make(self, "{Parent, N}", joist_self(self), each));
	for (int64_t i = 0; many && i < SPAWNERS * each; i++) {
		if (!joist_match(joist_receive(self), "{done, I}", &got))
			workload_check(self, "done", 0, 1);
	}
	double ns = (double)(clock_ns() - begin);
	if (many)
		workload_tell(self, &workload, "spawns_per_s", (double)(SPAWNERS * each) * 1e9 / ns,
			      SPAWNERS * each);
	else
		workload_tell(self, &workload, "us_per_op", ns / 1e3 / (double)n, n);
}

JOIST_PLUGIN("between", "1.0", JOIST_ACTOR(bench_echo), JOIST_ACTOR(bench_sink),
	     JOIST_ACTOR(remote_child), JOIST_ACTOR(spawner), JOIST_ACTOR(dist_rtt),
	     JOIST_ACTOR(dist_throughput), JOIST_ACTOR(dist_spawn));
