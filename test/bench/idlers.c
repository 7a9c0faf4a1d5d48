/* Workloads of what memory is taken: idle_mem, by actors that wait, and startup, by the node.
 *
 * plain: a loop in joist_receive        gen_server: a server, told by casts */
#include "workload.h"

/* ---- idle_mem ---- */

static void waiter(struct joist_actor *self, joist_term args)
{
	joist_pid from;
	int64_t i;

	(void)args;
	while (joist_match(joist_receive(self), "{wake, From, I}", &from, &i))
		joist_send(self, from, joist_make(self, "{awake, I}", i));
}

static void answer_cast(struct joist_actor *self, void *state, joist_term message)
{
	joist_pid from;
	int64_t i;

	(void)state;
	if (joist_match(message, "{wake, From, I}", &from, &i))
		joist_send(self, from, joist_make(self, "{awake, I}", i));
}

static const struct joist_server server = { .cast = answer_cast };

struct crowd {
	joist_pid *pids;
	bool servers;
};

static void wake_one(struct joist_actor *self, int64_t i, void *context)
{
	const struct crowd *crowd = context;
	joist_term message = joist_make(self, "{wake, From, I}", joist_self(self), i);

	if (crowd->servers)
		joist_cast(self, crowd->pids[i], message);
	else
		joist_send(self, crowd->pids[i], message);
}

static void start_one(struct joist_actor *self, int64_t i, void *context)
{
	struct crowd *crowd = context;

	crowd->pids[i] =
		joist_spawn(self, crowd->servers ? "idlers:server" : "idlers:waiter", joist_nil());
	wake_one(self, i, context);
}

static bool is_awake(joist_term message)
{
	return joist_match(message, "{awake, _}");
}

static void idle_mem(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "idle_mem");
	struct crowd crowd = { .servers = workload_is(&workload, "gen_server") };
	int64_t n = workload_scaled(1000000);
	int64_t before = resident_bytes();

	crowd.pids = joist_alloc(self, (size_t)n * sizeof(*crowd.pids));
	int64_t from = clock_ns();
	int64_t answers = in_flight(self, n, start_one, is_awake, &crowd);
	int64_t took = clock_ns() - from;
	workload_check(self, "first answers", answers, n);
	joist_sleep(self, 200);
	int64_t grown = resident_bytes() - before;
	from = clock_ns();
	answers = in_flight(self, n, wake_one, is_awake, &crowd);
	int64_t woken = clock_ns() - from;
	workload_check(self, "answers", answers, n);
	workload_tell(self, &workload, "rss_bytes_per_process", (double)grown / (double)n, n);
	workload_tell(self, &workload, "ns_per_start_and_first_message", (double)took / (double)n,
		      n);
	workload_tell(self, &workload, "ns_per_wake", (double)woken / (double)n, n);
}

/* ---- startup ---- */

static void startup(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "startup");

	workload_tell(self, &workload, "rss_mb", (double)resident_bytes() / 1e6, 1);
}

JOIST_PLUGIN("idlers", "1.0", JOIST_ACTOR(idle_mem), JOIST_ACTOR(waiter), JOIST_SERVER(server),
	     JOIST_ACTOR(startup));
