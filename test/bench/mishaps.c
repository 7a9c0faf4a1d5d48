/* Workloads of actors that end badly: restart and nif_fault.
 *
 * plain: a loop that exits        gen_server: a server        gen_server_100_supervisors: a hundred, each
 * under a supervisor of its own, in turn */
#include "workload.h"

#include <joist/supervisor.h>

#define SUPERVISORS_MAX 100
#define UNCOUNTED 200

/* ---- restart ---- */

static void tell_started(struct joist_actor *self, joist_term args)
{
	joist_pid client;

	if (!joist_match(args, "[Client]", &client))
		joist_exit(self, joist_make(self, "badarg"));
	joist_send(self, client, joist_make(self, "{started, Self}", joist_self(self)));
}

static void plain(struct joist_actor *self, joist_term args)
{
	tell_started(self, args);
	if (joist_is_atom(joist_receive(self), "crash"))
		joist_exit(self, joist_make(self, "boom"));
}

static void server_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	tell_started(self, args);
}

static void server_info(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	if (joist_is_atom(message, "crash"))
		joist_exit(self, joist_make(self, "boom"));
}

static const struct joist_server gen_server = { .init = server_init, .info = server_info };

static joist_pid receive_started(struct joist_actor *self)
{
	joist_term message = joist_receive(self);
	joist_pid pid = { 0 };

	if (!joist_match(message, "{started, Pid}", &pid))
		joist_exit(self, joist_make(self, "{unexpected, Message}", message));
	return pid;
}

static joist_pid start_supervised(struct joist_actor *self, const char *start)
{
	struct joist_spawn_options options = { .link = true };
	joist_term map = joist_make(self,
				    "#{intensity => 1000000, period_s => 1, children => "
				    "[#{id => child, start => Start, args => [Client]}]}",
				    joist_text(start), joist_self(self));

	joist_start(self, "supervisor:supervisor", map, &options, JOIST_INFINITY, NULL);
	return receive_started(self);
}

/* Crashes of `children` in turn; how many came back. */
static int64_t crash_often(struct joist_actor *self, joist_pid *children, int count, int64_t n,
			   int64_t *samples)
{
	int64_t i;

	for (i = 0; i < n; i++) {
		joist_pid *child = &children[i % count];
		int64_t from = clock_ns();

		joist_send(self, *child, joist_make(self, "crash"));
		*child = receive_started(self);
		samples[i] = clock_ns() - from;
	}
	return i;
}

static void restart(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "restart");
	int64_t n = workload_scaled(20000);
	int64_t *samples = joist_alloc(self, (size_t)(n + UNCOUNTED) * sizeof(*samples));
	int count = workload_is(&workload, "gen_server_100_supervisors") ? SUPERVISORS_MAX : 1;
	joist_pid children[SUPERVISORS_MAX];

	for (int i = 0; i < count; i++)
		children[i] = start_supervised(self, workload_is(&workload, "plain")
							     ? "mishaps:plain"
							     : "mishaps:gen_server");
	crash_often(self, children, count, UNCOUNTED, samples);
	int64_t from = clock_ns();
	int64_t restarts = crash_often(self, children, count, n, samples);
	int64_t took = clock_ns() - from;
	workload_check(self, "restarts", restarts, n);
	workload_check(self, "restarts too many", !joist_is_none(joist_receive_timeout(self, 20)),
		       false);
	workload_tell_samples(self, &workload, "crash_to_started", samples, n, 2);
	workload_tell(self, &workload, "restarts_per_s", (double)n * 1e9 / (double)took, n);
}

/* ---- nif_fault ---- */

static volatile int *volatile nowhere;

static void faulter(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	*nowhere = 1;
}

static void nif_fault(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "nif_fault");

	joist_spawn_monitor(self, "mishaps:faulter", joist_nil());
	bool told =
		joist_match(joist_receive(self), "{'DOWN', _, process, _, {fault, sigsegv, _}}");
	workload_check(self, "told of the fault", told, true);
	workload_tell(self, &workload, "vm_survives", 1, 1);
}

JOIST_PLUGIN("mishaps", "1.0", JOIST_ACTOR(restart), JOIST_ACTOR(plain), JOIST_SERVER(gen_server),
	     JOIST_ACTOR(nif_fault), JOIST_ACTOR(faulter));
