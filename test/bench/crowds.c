/* Workloads of many actors that run at once: fan_in, fork_join_tree, big. */
#include "workload.h"

/* ---- fan_in ---- */

#define SENDERS 100

/* Started with {Main, N}: takes N messages and tells their sum. */
static void collector(struct joist_actor *self, joist_term args)
{
	joist_pid starter;
	int64_t n, i, sum = 0;

	joist_match(args, "{Main, N}", &starter, &n);
	for (; n > 0 && joist_match(joist_receive(self), "{msg, _, I}", &i); n--)
		sum += i;
	joist_send(self, starter, joist_make(self, "{count, Sum}", sum));
}

/* Started with {To, Number, N}. */
static void sender(struct joist_actor *self, joist_term args)
{
	joist_pid to;
	int64_t number, n;

	joist_match(args, "{To, Number, N}", &to, &number, &n);
	joist_receive(self);
	for (int64_t i = 1; i <= n; i++) {
		joist_send(self, to, joist_make(self, "{msg, Number, I}", number, i));
		turn_over(self, i);
	}
}

static void fan_in(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "fan_in");
	int64_t each = workload_scaled(50000), all = SENDERS * each;
	struct joist_spawn_options options = { .link = true, .mailbox_policy = "block" };
	joist_pid senders[SENDERS];

	if (workload_is(&workload, "bounded_1024"))
		options.mailbox_messages_max = 1024;
	joist_pid to = joist_spawn_with(self, "crowds:collector",
					joist_make(self, "{Main, N}", joist_self(self), all),
					&options, NULL);
	for (int64_t i = 0; i < SENDERS; i++)
		senders[i] = joist_spawn(self, "crowds:sender",
					 joist_make(self, "{To, Number, N}", to, i + 1, each));
	int64_t from = clock_ns();
	for (int i = 0; i < SENDERS; i++)
		joist_send(self, senders[i], joist_make(self, "go"));
	int64_t sum = receive_count(self);
	int64_t took = clock_ns() - from;
	workload_check(self, "sum", sum, SENDERS * (each * (each + 1) / 2));
	workload_tell(self, &workload, "msgs_per_s", (double)all * 1e9 / (double)took, all);
}

/* ---- fork_join_tree ---- */

#define DEPTH 18

static void tree(struct joist_actor *self, joist_term args)
{
	int64_t depth = 0, sum = 1;

	joist_get_int(args, &depth);
	if (depth > 0) {
		joist_spawn(self, "crowds:tree", joist_int(self, depth - 1));
		joist_spawn(self, "crowds:tree", joist_int(self, depth - 1));
		sum += receive_count(self);
		sum += receive_count(self);
	}
	joist_send(self, joist_parent(self), joist_make(self, "{count, Sum}", sum));
}

static void fork_join_tree(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "fork_join_tree");
	int64_t n = workload_scaled(INT64_C(2) << DEPTH), depth = 0;

	while ((INT64_C(4) << depth) <= n)
		depth++;
	n = (INT64_C(2) << depth) - 1;
	int64_t from = clock_ns();
	joist_spawn(self, "crowds:tree", joist_int(self, depth));
	int64_t sum = receive_count(self);
	int64_t took = clock_ns() - from;
	workload_check(self, "sum", sum, n);
	workload_tell(self, &workload, "total_ms", (double)took / 1e6, n);
	workload_tell(self, &workload, "ns_per_process", (double)took / (double)n, n);
}

/* ---- big ---- */

#define CROWD 200

struct member {
	joist_pid all[CROWD];
	uint32_t number, x;
	int64_t left, seen;
};

static void take_peers(struct joist_actor *self, struct member *member)
{
	joist_term list, item;
	int i = 0;

	joist_match(joist_receive(self), "{peers, List}", &list);
	while (joist_list_next(&list, &item) && i < CROWD)
		joist_get_pid(item, &member->all[i++]);
}

static void ping_one(struct joist_actor *self, struct member *member)
{
	uint32_t to;

	member->x = xorshift32(member->x);
	to = member->x % CROWD;
	if (to == member->number)
		to = (to + 1) % CROWD;
	joist_send(self, member->all[to],
		   joist_make(self, "{ping, Self, I}", joist_self(self), member->left));
}

/* The pong that `member` waits for has come. */
static void go_on(struct joist_actor *self, struct member *member)
{
	if (--member->left > 0)
		ping_one(self, member);
	else
		joist_send(self, joist_parent(self), joist_make(self, "done"));
}

/* Started with {Number, N}. */
static void member(struct joist_actor *self, joist_term args)
{
	struct member member = { 0 };
	joist_pid from;
	int64_t i;

	joist_match(args, "{Number, N}", &member.number, &member.left);
	member.x = ((member.number + 1) * UINT32_C(2654435761)) | 1;
	take_peers(self, &member);
	/* Others may have been told before, and their pings be here: */
	joist_receive_match(self, JOIST_INFINITY, "go");
	ping_one(self, &member);
	for (;;) {
		joist_term message = joist_receive(self);

		if (joist_match(message, "{ping, From, I}", &from, &i)) {
			joist_send(self, from, joist_make(self, "{pong, I}", i));
			member.seen++;
		} else if (joist_match(message, "{pong, ^I}", &member.left)) {
			go_on(self, &member);
		} else {
			break;
		}
	}
	joist_send(self, joist_parent(self), joist_make(self, "{count, Seen}", member.seen));
}

static void tell_all(struct joist_actor *self, const joist_pid *all, joist_term message)
{
	for (int i = 0; i < CROWD; i++)
		joist_send(self, all[i], message);
}

static void big(struct joist_actor *self, joist_term args)
{
	struct workload workload = workload_of(self, args, "big");
	int64_t each = workload_scaled(10000), seen = 0, n = 2 * CROWD * each;
	joist_pid all[CROWD];
	joist_term pids[CROWD];

	for (int i = 0; i < CROWD; i++) {
		all[i] = joist_spawn_link(self, "crowds:member",
					  joist_make(self, "{Number, N}", i, each));
		pids[i] = joist_pid_term(self, all[i]);
	}
	tell_all(self, all, joist_make(self, "{peers, List}", joist_list(self, pids, CROWD)));
	int64_t from = clock_ns();
	tell_all(self, all, joist_make(self, "go"));
	for (int i = 0; i < CROWD; i++)
		workload_check(self, "done", joist_is_atom(joist_receive(self), "done"), true);
	int64_t took = clock_ns() - from;
	tell_all(self, all, joist_make(self, "stop"));
	for (int i = 0; i < CROWD; i++)
		seen += receive_count(self);
	workload_check(self, "pings", seen, CROWD * each);
	workload_tell(self, &workload, "ns_per_msg", (double)took / (double)n, n);
}

JOIST_PLUGIN("crowds", "1.0", JOIST_ACTOR(fan_in), JOIST_ACTOR(collector), JOIST_ACTOR(sender),
	     JOIST_ACTOR(fork_join_tree), JOIST_ACTOR(tree), JOIST_ACTOR(big), JOIST_ACTOR(member));
