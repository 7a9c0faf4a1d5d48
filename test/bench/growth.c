/* What an act costs while there are more and more of something: pairs that talk, actors, messages in the
 * mailbox, timers, names, links of one actor. The variant is how many; the number of acts is always the
 * same, so a cost that does not grow with the number is a flat line. */
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>

#include <joist/timer.h>

struct growth {
	struct workload workload;
	int64_t n, acts, from;
};

static struct growth growth_of(struct joist_actor *self, joist_term args, const char *name,
			       int64_t acts)
{
	struct growth growth = { .workload = workload_of(self, args, name) };

	growth.n = workload_scaled(strtoll(growth.workload.variant, NULL, 10));
	growth.acts = workload_scaled(acts);
	return growth;
}

static void begin(struct growth *growth)
{
	growth->from = clock_ns();
}

static void tell(struct joist_actor *self, const struct growth *growth, const char *metric,
		 int64_t acts)
{
	workload_tell(self, &growth->workload, metric,
		      (double)(clock_ns() - growth->from) / (double)acts, acts);
}

/* Every one of 0..n-1 in turn, but far from the last one. */
static int64_t scattered(int64_t i, int64_t n)
{
	return (int64_t)((uint64_t)i * UINT64_C(2654435761) % (uint64_t)n);
}

/* ---- pairs ---- */

static void ponger(struct joist_actor *self, joist_term args)
{
	joist_pid from;
	int64_t i;

	(void)args;
	while (joist_match(joist_receive(self), "{ping, From, I}", &from, &i))
		joist_send(self, from, joist_make(self, "{pong, I}", i));
}

/* Started with how many round trips it makes once it is told to. */
static void pinger(struct joist_actor *self, joist_term args)
{
	int64_t n = 0, i = 0;

	joist_get_int(args, &n);
	joist_pid other = joist_spawn_link(self, "growth:ponger", joist_nil());
	joist_receive(self);
	for (; i < n; i++) {
		joist_send(self, other, joist_make(self, "{ping, P, I}", joist_self(self), i));
		if (!joist_match(joist_receive(self), "{pong, ^I}", &i))
			break;
	}
	joist_send(self, joist_parent(self), joist_make(self, "{count, I}", i));
	joist_exit(self, joist_make(self, "shutdown"));
}

static void growth_pairs(struct joist_actor *self, joist_term args)
{
	struct growth growth = growth_of(self, args, "growth_pairs", 1000000);
	joist_pid *pids = joist_alloc(self, (size_t)growth.n * sizeof(*pids));
	int64_t each = growth.acts / growth.n + 1, done = 0;

	for (int64_t i = 0; i < growth.n; i++) {
		pids[i] = joist_spawn(self, "growth:pinger", joist_int(self, each));
		turn_over(self, i);
	}
	joist_sleep(self, 50);
	begin(&growth);
	for (int64_t i = 0; i < growth.n; i++)
		joist_send(self, pids[i], joist_make(self, "go"));
	for (int64_t i = 0; i < growth.n; i++)
		done += receive_count(self);
	tell(self, &growth, "ns_per_op", each * growth.n);
	workload_check(self, "round trips", done, each * growth.n);
}

/* ---- actors ---- */

static void answer(struct joist_actor *self, void *state, joist_term message)
{
	joist_pid from;

	(void)state;
	if (joist_match(message, "{wake, From}", &from))
		joist_send(self, from, joist_make(self, "awake"));
}

static const struct joist_server server = { .cast = answer };

struct crowd {
	joist_pid *pids;
	int64_t n;
	bool linked;
};

static void wake_one(struct joist_actor *self, int64_t i, void *context)
{
	const struct crowd *crowd = context;

	joist_cast(self, crowd->pids[i % crowd->n],
		   joist_make(self, "{wake, From}", joist_self(self)));
}

static void start_one(struct joist_actor *self, int64_t i, void *context)
{
	struct crowd *crowd = context;

	crowd->pids[i] = (crowd->linked ? joist_spawn_link : joist_spawn)(self, "growth:server",
									  joist_nil());
	wake_one(self, i, context);
}

static bool is_awake(joist_term message)
{
	return joist_is_atom(message, "awake");
}

/* Servers that have all answered once. */
static struct crowd start_crowd(struct joist_actor *self, int64_t n, bool linked)
{
	struct crowd crowd = { joist_alloc(self, (size_t)n * sizeof(joist_pid)), n, linked };

	workload_check(self, "started", in_flight(self, n, start_one, is_awake, &crowd), n);
	return crowd;
}

static void growth_actors(struct joist_actor *self, joist_term args)
{
	struct growth growth = growth_of(self, args, "growth_actors", 1000000);

	begin(&growth);
	struct crowd crowd = start_crowd(self, growth.n, false);
	tell(self, &growth, "ns_per_start", growth.n);
	begin(&growth);
	int64_t woken = in_flight(self, growth.acts, wake_one, is_awake, &crowd);
	tell(self, &growth, "ns_per_op", growth.acts);
	workload_check(self, "woken", woken, growth.acts);
}

/* ---- messages in the mailbox ---- */

static void put_one(struct joist_actor *self, int64_t i)
{
	joist_send(self, joist_self(self), joist_make(self, "{msg, I}", i));
}

/* In a turn of its own, which would keep all that it has built. */
static void put_all(struct joist_actor *self, int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		put_one(self, i);
}

static void growth_mailbox(struct joist_actor *self, joist_term args)
{
	struct growth growth = growth_of(self, args, "growth_mailbox", 1000000);
	int64_t sum = 0, i;

	put_all(self, growth.n);
	begin(&growth);
	for (i = 0; i < growth.acts; i++) {
		int64_t taken = -1;
		put_one(self, growth.n + i);
		joist_match(joist_receive(self), "{msg, I}", &taken);
		sum += taken == i;
	}
	tell(self, &growth, "ns_per_op", growth.acts);
	workload_check(self, "in their order", sum, growth.acts);
}

/* ---- timers ---- */

static joist_ref set_one(struct joist_actor *self, uint32_t *x)
{
	*x = xorshift32(*x);
	return joist_send_after(self, 3600000 + *x % 3600000, joist_self(self),
				joist_make(self, "tmo"));
}

static void growth_timers(struct joist_actor *self, joist_term args)
{
	struct growth growth = growth_of(self, args, "growth_timers", 1000000);
	joist_ref *refs = joist_alloc(self, (size_t)growth.n * sizeof(*refs));
	uint32_t x = UINT32_C(2463534242);
	int64_t cancelled = 0;

	for (int64_t i = 0; i < growth.n; i++, turn_over(self, i))
		refs[i] = set_one(self, &x);
	begin(&growth);
	for (int64_t i = 0; i < growth.acts; i++, turn_over(self, i))
		cancelled += joist_cancel(self, set_one(self, &x)) > 0;
	tell(self, &growth, "ns_per_op", growth.acts);
	begin(&growth);
	for (int64_t i = 0; i < growth.acts; i++, turn_over(self, i)) {
		joist_ref *ref = &refs[scattered(i, growth.n)];
		cancelled += joist_cancel(self, *ref) > 0;
		*ref = set_one(self, &x);
	}
	tell(self, &growth, "ns_per_replacement", growth.acts);
	workload_check(self, "cancelled", cancelled, 2 * growth.acts);
}

/* ---- names ---- */

struct name {
	char text[32];
};

static void growth_names(struct joist_actor *self, joist_term args)
{
	struct growth growth = growth_of(self, args, "growth_names", 1000000);
	struct name *all = joist_alloc(self, (size_t)growth.n * sizeof(*all));
	struct crowd crowd = start_crowd(self, growth.n, false);
	int64_t found = 0;

	for (int64_t i = 0; i < growth.n; i++)
		snprintf(all[i].text, sizeof(all[i].text), "n%lld", (long long)i);
	begin(&growth);
	for (int64_t i = 0; i < growth.n; i++, turn_over(self, i))
		found += joist_register(self, all[i].text, crowd.pids[i]);
	tell(self, &growth, "ns_per_registration", growth.n);
	begin(&growth);
	for (int64_t i = 0; i < growth.acts; i++, turn_over(self, i)) {
		int64_t at = scattered(i, growth.n);
		found += joist_pid_equal(joist_whereis(self, all[at].text), crowd.pids[at]);
	}
	tell(self, &growth, "ns_per_op", growth.acts);
	workload_check(self, "found", found, growth.n + growth.acts);
}

/* ---- links of one actor ---- */

static void growth_links(struct joist_actor *self, joist_term args)
{
	struct growth growth = growth_of(self, args, "growth_links", 200000);
	const joist_pid *pids = start_crowd(self, growth.n, true).pids;
	joist_pid other = start_crowd(self, 1, false).pids[0];

	begin(&growth);
	for (int64_t i = 0; i < growth.acts; i++, turn_over(self, i)) {
		joist_link(self, other);
		joist_unlink(self, other);
	}
	tell(self, &growth, "ns_per_op", growth.acts);
	begin(&growth);
	for (int64_t i = 0; i < growth.acts; i++, turn_over(self, i)) {
		int64_t at = scattered(i, growth.n);
		joist_unlink(self, pids[at]);
		joist_link(self, pids[at]);
	}
	tell(self, &growth, "ns_per_scattered", growth.acts);
	joist_trap_exit(self, true);
	int64_t ends = growth.n < growth.acts ? growth.n : growth.acts;
	begin(&growth);
	for (int64_t i = 0; i < ends; i++) {
		joist_exit_to(self, pids[i], joist_make(self, "kill"));
		workload_check(self, "an end",
			       joist_match(joist_receive(self), "{'EXIT', ^Pid, killed}", &pids[i]),
			       true);
	}
	tell(self, &growth, "ns_per_end", ends);
}

JOIST_PLUGIN("growth", "1.0", JOIST_ACTOR(growth_pairs), JOIST_ACTOR(pinger), JOIST_ACTOR(ponger),
	     JOIST_ACTOR(growth_actors), JOIST_SERVER(server), JOIST_ACTOR(growth_mailbox),
	     JOIST_ACTOR(growth_timers), JOIST_ACTOR(growth_names), JOIST_ACTOR(growth_links));
