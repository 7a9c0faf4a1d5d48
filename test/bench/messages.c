/* Workloads of two actors, or of many of which few run at once: ping_pong, thread_ring, spawn_exit,
 * selective_receive, gen_call. */
#include "workload.h"

/* ---- ping_pong ---- */

static void ponger(struct joist_actor *self, joist_term args)
{
	joist_pid from;
	int64_t i, count = 0;

	(void)args;
	for (;;) {
		joist_term message = joist_receive(self);

		if (joist_match(message, "{ping, From, I}", &from, &i)) {
			joist_send(self, from, joist_make(self, "{pong, I}", i));
			count++;
		} else if (joist_match(message, "{stop, From}", &from)) {
			joist_send(self, from, joist_make(self, "{count, Count}", count));
		}
	}
}

/* The sum of the numbers that came back, which stops short at the first wrong one. */
static int64_t play(struct joist_actor *self, joist_pid ponger, int64_t n)
{
	int64_t sum = 0;

	for (int64_t i = 1; i <= n; i++) {
		joist_send(self, ponger, joist_make(self, "{ping, P, I}", joist_self(self), i));
		if (!joist_match(joist_receive(self), "{pong, ^I}", &i))
			return sum;
		sum += i;
	}
	return sum;
}

/* The one that begins, and measures. */
static void pinger(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "ping_pong");
	struct joist_spawn_options options = { .link = true };
	int64_t n = workload_scaled(2000000);

	options.scheduler = workload_is(&workload, "apart") ? 2 : 0;
	joist_pid other = joist_spawn_with(self, "messages:ponger", joist_nil(), &options, NULL);
	play(self, other, n / 10);
	int64_t from = clock_ns();
	int64_t sum = play(self, other, n);
	int64_t took = clock_ns() - from;
	workload_check(self, "sum", sum, n * (n + 1) / 2);
	joist_send(self, other, joist_make(self, "{stop, P}", joist_self(self)));
	workload_check(self, "pings", receive_count(self), n + n / 10);
	workload_tell(self, &workload, "ns_per_op", (double)took / (double)n, n);
}

/* Where they are apart, each is bound to a scheduler. */
static void ping_pong(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "ping_pong");
	struct joist_spawn_options options = { .monitor = true };

	options.scheduler = workload_is(&workload, "apart") ? 1 : 0;
	joist_spawn_with(self, "messages:pinger", args, &options, NULL);
	joist_term down = joist_receive(self);
	if (!joist_match(down, "{'DOWN', _, process, _, normal}"))
		joist_exit(self, down);
}

/* ---- thread_ring ---- */

#define RING 503

/* Started with {Number, Main}, and then told who is next. */
static void ring(struct joist_actor *self, joist_term args)
{
	joist_pid next = { 0 }, starter;
	int64_t number, left;

	joist_match(args, "{Number, Main}", &number, &starter);
	joist_match(joist_receive(self), "{next, Next}", &next);
	while (joist_get_int(joist_receive(self), &left)) {
		if (left > 0)
			joist_send(self, next, joist_int(self, left - 1));
		else
			joist_send(self, starter, joist_make(self, "{count, Number}", number));
	}
}

static void thread_ring(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "thread_ring");
	int64_t n = workload_scaled(5000000);
	joist_pid pids[RING];

	for (int64_t i = 0; i < RING; i++)
		pids[i] = joist_spawn_link(self, "messages:ring",
					   joist_make(self, "{Number, Main}", i + 1,
						      joist_self(self)));
	for (int i = 0; i < RING; i++)
		joist_send(self, pids[i], joist_make(self, "{next, Next}", pids[(i + 1) % RING]));
	int64_t from = clock_ns();
	joist_send(self, pids[0], joist_int(self, n));
	int64_t number = receive_count(self);
	int64_t took = clock_ns() - from;
	workload_check(self, "number", number, n % RING + 1);
	workload_tell(self, &workload, "ns_per_op", (double)took / (double)n, n);
}

/* ---- spawn_exit ---- */

static void notifier(struct joist_actor *self, joist_term args)
{
	joist_send(self, joist_parent(self), joist_make(self, "{done, I}", args));
}

static void ender(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
}

static void start_notifier(struct joist_actor *self, int64_t i, void *context)
{
	(void)context;
	joist_spawn(self, "messages:notifier", joist_int(self, i));
}

static void start_ender(struct joist_actor *self, int64_t i, void *context)
{
	(void)i, (void)context;
	joist_spawn_monitor(self, "messages:ender", joist_nil());
}

static bool is_done(joist_term message)
{
	return joist_match(message, "{done, _}");
}

static bool is_down(joist_term message)
{
	return joist_match(message, "{'DOWN', _, process, _, normal}");
}

static void spawn_exit(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "spawn_exit");
	bool notify = workload_is(&workload, "notify");
	int64_t n = workload_scaled(1000000);

	in_flight(self, n / 10, notify ? start_notifier : start_ender, notify ? is_done : is_down,
		  NULL);
	int64_t from = clock_ns();
	int64_t ended = in_flight(self, n, notify ? start_notifier : start_ender,
				  notify ? is_done : is_down, NULL);
	int64_t took = clock_ns() - from;
	workload_check(self, "ends", ended, n);
	workload_tell(self, &workload, "ns_per_op", (double)took / (double)n, n);
}

/* ---- selective_receive ---- */

#define JUNK 10000
#define CALLS_PER_TURN 1000

static void answerer(struct joist_actor *self, joist_term args)
{
	joist_pid from;
	joist_term tag;
	int64_t i;

	(void)args;
	while (joist_match(joist_receive(self), "{req, From, Tag, I}", &from, &tag, &i))
		joist_send(self, from, joist_make(self, "{Tag, I}", tag, i));
}

static void call_by_ref(struct joist_actor *self, joist_pid server, int64_t i)
{
	joist_ref ref = joist_ref_new(self);

	joist_send(self, server, joist_make(self, "{req, P, Ref, I}", joist_self(self), ref, i));
	joist_receive_match(self, JOIST_INFINITY, "{^Ref, ^I}", &ref, &i);
}

static void call_by_tag(struct joist_actor *self, joist_pid server, int64_t i)
{
	joist_send(self, server, joist_make(self, "{req, P, reply, I}", joist_self(self), i));
	joist_receive_match(self, JOIST_INFINITY, "{reply, ^I}", &i);
}

static void tell_calls(struct joist_actor *self, const struct workload *workload, int64_t took,
		       int64_t n)
{
	int64_t left = -1;

	joist_match(joist_info(self, joist_self(self)), "#{message_queue_len := Left}", &left);
	workload_check(self, "junk", left, workload_is(workload, "empty_mailbox") ? 0 : JUNK);
	workload_tell(self, workload, "ns_per_op", (double)took / (double)n, n);
}

/* Calls, then goes on as itself: that ends the turn without a look at the mailbox. Started with {Args,
 * Server, Done, N, Start}: as long as Done is below 0 they do not count. */
static void caller(struct joist_actor *self, joist_term args)
{
	joist_term of;
	joist_pid server;
	int64_t done, n, from;

	joist_match(args, "{Args, Server, Done, N, From}", &of, &server, &done, &n, &from);
	struct workload workload = workload_of(self, of, "selective_receive");
	bool by_tag = workload_is(&workload, "no_marker");
	for (int i = 0; i < CALLS_PER_TURN && done < n; i++, done++) {
		if (done == 0)
			from = clock_ns();
		(by_tag ? call_by_tag : call_by_ref)(self, server, done);
	}
	if (done == n)
		tell_calls(self, &workload, clock_ns() - from, n);
	else
		joist_become(self, "messages:caller",
			     joist_make(self, "{Args, Server, Done, N, From}", of, server, done, n,
					from));
}

static void selective_receive(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "selective_receive");
	int64_t n = workload_scaled(workload_is(&workload, "no_marker") ? 5000 : 1000000);
	joist_pid server = joist_spawn_link(self, "messages:answerer", joist_nil());

	for (int64_t k = 0; k < JUNK && !workload_is(&workload, "empty_mailbox"); k++)
		joist_send(self, joist_self(self), joist_make(self, "{junk, K}", k));
	joist_become(self, "messages:caller",
		     joist_make(self, "{Args, Server, Done, N, 0}", args, server, -n / 10, n));
}

/* ---- gen_call ---- */

struct count {
	int64_t n;
};

static joist_term count_call(struct joist_actor *self, void *state, joist_term request)
{
	struct count *count = state;
	int64_t by;

	if (!joist_match(request, "{add, By}", &by))
		joist_exit(self, request);
	return joist_int(self, count->n += by);
}

static const struct joist_server counter = {
	.state_size = sizeof(struct count),
	.call = count_call,
};

static int64_t add(struct joist_actor *self, joist_pid server, int64_t by)
{
	joist_term reply;
	int64_t sum = -1;

	if (joist_call(self, server, joist_make(self, "{add, By}", by), 5000, &reply) == JOIST_OK)
		joist_get_int(reply, &sum);
	return sum;
}

static void add_often(struct joist_actor *self, joist_pid server, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		add(self, server, 1);
		turn_over(self, i);
	}
}

static void gen_call(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "gen_call");
	int64_t n = workload_scaled(1000000);
	joist_pid server = joist_spawn_link(self, "messages:counter", joist_nil());

	add_often(self, server, n / 10);
	int64_t from = clock_ns();
	add_often(self, server, n);
	int64_t took = clock_ns() - from;
	workload_check(self, "counter", add(self, server, 0), n + n / 10);
	workload_tell(self, &workload, "ns_per_op", (double)took / (double)n, n);
}

JOIST_PLUGIN("messages", "1.0", JOIST_ACTOR(ping_pong), JOIST_ACTOR(pinger), JOIST_ACTOR(ponger),
	     JOIST_ACTOR(thread_ring), JOIST_ACTOR(ring), JOIST_ACTOR(spawn_exit),
	     JOIST_ACTOR(notifier), JOIST_ACTOR(ender), JOIST_ACTOR(selective_receive),
	     JOIST_ACTOR(caller), JOIST_ACTOR(answerer), JOIST_ACTOR(gen_call),
	     JOIST_SERVER(counter));
