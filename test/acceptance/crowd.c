/* Many actors that wait, and what each of them takes.
 *
 * `crowd` is started with {servers, N} or {loops, N}: it starts N of them, has each answer one message
 * and tells by how many bytes the process has grown. `rush` starts N loops with no regard to whether
 * there are stacks for them, and tells how many ended with system_limit and how many live; then it has
 * one of those, and a server, answer. */
#include <joist/server.h>
#include <joist/supervisor.h>

#include <stdio.h>
#include <unistd.h>

struct count {
	int64_t n;
};

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	struct count *count = state;

	(void)request;
	return joist_int(self, ++count->n);
}

static const struct joist_server counter = { .state_size = sizeof(struct count), .call = call };

static void waiter(struct joist_actor *self, joist_term args)
{
	joist_pid starter;

	if (joist_match(args, "Starter", &starter))
		joist_send(self, starter, joist_make(self, "up"));
	for (;;) {
		joist_term from;

		if (joist_match(joist_receive(self), "{'$gen_call', From, _}", &from))
			joist_reply(self, from, joist_make(self, "1"));
	}
}

/* Of the process, in bytes. */
static int64_t resident(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long all, pages = 0;

	if (file && fscanf(file, "%ld %ld", &all, &pages) != 2)
		pages = 0;
	if (file)
		fclose(file);
	return pages * sysconf(_SC_PAGESIZE);
}

static joist_pid counters(struct joist_actor *self)
{
	struct joist_spawn_options options = { .link = true };
	joist_term map = joist_make(self, "#{strategy => simple_one_for_one, children => "
					  "[#{id => counter, start => <<\"crowd:counter\">>, "
					  "restart => temporary}]}");

	return joist_start(self, "supervisor:supervisor", map, &options, JOIST_INFINITY, NULL);
}

static bool answers(struct joist_actor *self, joist_pid pid)
{
	joist_term reply;

	return joist_call(self, pid, joist_make(self, "next"), 60000, &reply) == JOIST_OK &&
	       joist_match(reply, "1");
}

/* Ends the turn, and with it the terms that were made in it. */
static void turn_over(struct joist_actor *self)
{
	joist_receive_timeout(self, 0);
}

static void crowd(struct joist_actor *self, joist_term args)
{
	joist_pid parent = { 0 };
	int64_t before, count;
	joist_term kind;

	if (!joist_match(args, "{Kind, N}", &kind, &count))
		joist_exit(self, joist_make(self, "badarg"));
	if (joist_is_atom(kind, "servers"))
		parent = counters(self);
	turn_over(self);
	before = resident();
	for (int64_t i = 0; i < count; i++) {
		joist_pid pid = joist_pid_is_none(parent)
					? joist_spawn(self, "crowd:waiter", joist_nil())
					: joist_start_child(self, parent, joist_nil(), NULL);

		if (!answers(self, pid))
			joist_exit(self, joist_make(self, "{no_answer, I}", i));
		if (i % 1000 == 0)
			turn_over(self);
	}
	turn_over(self);
	joist_print(self, "grown %lld", (long long)(resident() - before));
	joist_receive(self);
}

/* How many of `count` loops ended for want of a stack; the others have said that they are up. */
static int64_t rush_refused(struct joist_actor *self, int64_t count)
{
	int64_t refused = 0, up = 0;

	while (refused + up < count) {
		joist_term message = joist_receive(self);

		if (joist_is_atom(message, "up"))
			up++;
		else if (joist_match(message, "{'DOWN', _, process, _, system_limit}"))
			refused++;
		else
			joist_exit(self, message);
	}
	return refused;
}

static void rush(struct joist_actor *self, joist_term args)
{
	joist_pid first = joist_spawn(self, "crowd:waiter", joist_nil());
	joist_term who = joist_make(self, "Self", joist_self(self));
	joist_pid server;
	int64_t count;

	if (!joist_match(args, "{loops, N}", &count) || !answers(self, first))
		joist_exit(self, joist_make(self, "badarg"));
	for (int64_t i = 0; i < count; i++)
		joist_spawn_monitor(self, "crowd:waiter", who);
	joist_print(self, "refused %lld", (long long)rush_refused(self, count));
	server = joist_start_child(self, counters(self), joist_nil(), NULL);
	joist_print(self, "answers %d %d", answers(self, first), answers(self, server));
	joist_receive(self);
}

JOIST_PLUGIN("crowd", "1.0", JOIST_ACTOR(crowd), JOIST_ACTOR(rush), JOIST_ACTOR(waiter),
	     JOIST_SERVER(counter));
