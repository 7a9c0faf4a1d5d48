/* Hogs: actors that compute in plain C and never call the node, and actors that block in read(2). Beside
 * them another's messages come every millisecond, and a server answers. */
#include <joist/server.h>

#include <string.h>
#include <unistd.h>

#define HOGS 4 /* of either kind; twice what boot.json has of schedulers */
#define TICKS 200
#define CALLS 1000

/* Where a hog puts what it computes, so that it has to. */
static volatile unsigned long long computed;

static void spin(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_send_to(self, "demo", joist_make(self, "at_work"));
	for (;;)
		computed = computed * 3 + 1;
}

static void block(struct joist_actor *self, joist_term args)
{
	int fd;
	char byte;

	joist_match(args, "Fd", &fd);
	joist_send_to(self, "demo", joist_make(self, "at_work"));
	if (read(fd, &byte, 1) == 1)
		joist_send_to(self, "demo", joist_make(self, "{has_read, Byte}", (int)byte));
}

/* A message comes each millisecond; each is to be the one after the last. */
static void ticker(struct joist_actor *self, joist_term args)
{
	int64_t lost = 0;

	(void)args;
	joist_send_interval(self, 1, joist_self(self), joist_make(self, "tick"));
	for (int i = 0; i < TICKS; i++)
		lost += !joist_receive_match(self, 5000, "tick");
	joist_send_to(self, "demo", joist_make(self, "{ticks, Lost}", lost));
}

static joist_term double_call(struct joist_actor *self, void *state, joist_term request)
{
	int64_t n = 0;

	(void)state;
	joist_match(request, "N", &n);
	return joist_int(self, 2 * n);
}

static const struct joist_server doubler = { 0, .call = double_call };

static int ask(struct joist_actor *self)
{
	joist_pid pid = joist_spawn_link(self, "hog:doubler", joist_nil());
	int right = 0;

	for (int64_t n = 0; n < CALLS; n++) {
		joist_term reply = joist_nil();
		int64_t twice = -1;

		if (joist_call(self, pid, joist_int(self, n), 5000, &reply) == JOIST_OK)
			joist_match(reply, "Twice", &twice);
		right += twice == 2 * n;
	}
	return right;
}

/* Kills the hog; whether it ended by that. */
static bool kill_hog(struct joist_actor *self, joist_pid hog)
{
	joist_ref ref = joist_monitor(self, hog);

	joist_exit_to(self, hog, joist_make(self, "kill"));
	return joist_receive_match(self, 5000, "{'DOWN', ^Ref, process, _, killed}", &ref);
}

/* A byte for each that blocks; how many tell of it. */
static int feed(struct joist_actor *self, int fd, int count)
{
	int fed = 0, byte;

	if (write(fd, "bytes", (size_t)count) != count)
		return 0;
	while (fed < count && joist_receive_match(self, 5000, "{has_read, Byte}", &byte))
		fed++;
	return fed;
}

static void demo(struct joist_actor *self, joist_term args)
{
	joist_pid spinning[HOGS], blocked[HOGS];
	int at_work = 0, killed = 0, answers, fed, dry[2], wet[2];
	int64_t lost = TICKS;

	(void)args;
	if (pipe(dry) < 0 || pipe(wet) < 0)
		joist_exit(self, joist_make(self, "no_pipe"));
	for (int i = 0; i < HOGS; i++) {
		spinning[i] = joist_spawn(self, "hog:spin", joist_nil());
		blocked[i] = joist_spawn(self, "hog:block",
					 joist_int(self, i < HOGS / 2 ? dry[0] : wet[0]));
	}
	while (at_work < 2 * HOGS && joist_receive_match(self, 5000, "at_work"))
		at_work++;
	joist_print(self, "%d hogs at work: %d spin, %d block in read(2)", at_work, HOGS, HOGS);

	joist_spawn_link(self, "hog:ticker", joist_nil());
	answers = ask(self);
	joist_receive_match(self, 60000, "{ticks, Lost}", &lost);
	joist_print(self, "%d ticks of 1 ms beside them: %lld lost", TICKS, (long long)lost);
	joist_print(self, "%d calls beside them: %d answers", CALLS, answers);

	/* Two of each kind. The other two that spin are at it when the node stops. */
	for (int i = 0; i < HOGS / 2; i++)
		killed += kill_hog(self, spinning[i]) + kill_hog(self, blocked[i]);
	joist_print(self, "%d hogs to be killed: %d killed", HOGS, killed);
	fed = feed(self, wet[1], HOGS / 2);
	joist_print(self, "%d bytes for those that still block: %d read", HOGS / 2, fed);
	joist_print(self, "%s",
		    at_work == 2 * HOGS && lost == 0 && answers == CALLS && killed == HOGS &&
				    fed == HOGS / 2
			    ? "nobody was held up"
			    : "somebody was held up");
}

JOIST_PLUGIN("hog", "1.0", JOIST_ACTOR(spin), JOIST_ACTOR(block), JOIST_ACTOR(ticker),
	     JOIST_SERVER(doubler), JOIST_ACTOR(demo));
