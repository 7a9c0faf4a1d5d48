/* What a node does, told by an actor of it, with figures measured while it tells. Its end is the node's:
 * it is a significant child of the root supervisor (boot.json).
 *
 * "sleepers" in its configuration says how many servers there shall be. Where memory is short, or starting
 * them takes too long, there are fewer, and the story says so. "log" is the node's log file. */
#include <joist/option.h>
#include <joist/server.h>
#include <joist/supervisor.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define EACH 300 /* messages to each counter */
#define CRASHES 100 /* of which the median is told */
#define LOOKS 40 /* at the log, one each 250 ms */
#define HOG_NS INT64_C(1000000000)
#define PINGS 500
#define SHARES 1000 /* in which the sleepers are started */
#define START_NS_MAX INT64_C(8000000000)
#define SLEEPER_BYTES 1024 /* more than one takes */

static const char *const fruits[] = { "apples", "pears", "plums" };
#define FRUITS 3

static double us_since(struct joist_actor *self, int64_t from_ns)
{
	return (double)(joist_now_ns(self) - from_ns) / 1e3;
}

static int64_t ask(struct joist_actor *self, joist_term whom)
{
	joist_term reply = joist_nil();
	int64_t n = -1;

	if (joist_call(self, whom, joist_make(self, "get"), 5000, &reply) == JOIST_OK)
		joist_match(reply, "N", &n);
	return n;
}

static long long count_of(struct joist_actor *self, int fruit)
{
	return ask(self, joist_atom_term(joist_atom_new(fruits[fruit])));
}

static void tell_actors(struct joist_actor *self)
{
	int64_t from_ns = joist_now_ns(self);

	joist_print(self, "1. Actors");
	joist_print(self,
		    "   A node runs actors. Each has a state of its own, and a mailbox. Three of");
	joist_print(self, "   this node's count, and each is sent the numbers from 1 to %d to add.",
		    EACH);
	for (int64_t by = 1; by <= EACH; by++) {
		for (int fruit = 0; fruit < FRUITS; fruit++)
			joist_cast(self, fruits[fruit], joist_make(self, "{add, By}", by));
	}
	for (int fruit = 0; fruit < FRUITS; fruit++)
		joist_print(self, "     %s: %lld", fruits[fruit], count_of(self, fruit));
	joist_print(self, "   %d messages and %d answers took %.0f us.", EACH * FRUITS, FRUITS,
		    us_since(self, from_ns));
}

static void tell_failure(struct joist_actor *self)
{
	joist_ref monitor = joist_monitor(self, "pears");
	int64_t from_ns = joist_now_ns(self);
	joist_term reason = joist_nil();
	double us;

	joist_print(self, "2. Failure");
	joist_print(self,
		    "   Pears is sent {add, <<\"many\">>}, which it cannot add. That is an error.");
	joist_cast(self, "pears", joist_make(self, "{add, <<\"many\">>}"));
	joist_receive_match(self, 5000, "{'DOWN', ^Monitor, _, _, Reason}", &monitor, &reason);
	joist_receive_match(self, 5000, "{up, pears}");
	us = us_since(self, from_ns);
	joist_print(self, "   The actor has ended. The reason: %s.", joist_format(self, reason));
	joist_print(self, "   Its supervisor has started another one: that took %.0f us in all.",
		    us);
	joist_print(self, "   It counts from 0 again, and nobody else has noticed:");
	for (int fruit = 0; fruit < FRUITS; fruit++)
		joist_print(self, "     %s: %lld", fruits[fruit], count_of(self, fruit));
}

/* Crashes pears. The microseconds from the fault to the first answer of its successor. */
static double crash(struct joist_actor *self)
{
	int64_t from_ns = 0;

	joist_cast(self, "pears", joist_make(self, "{add_at, 8}"));
	joist_receive_match(self, 5000, "{looks, Ns}", &from_ns);
	joist_receive_match(self, 5000, "{up, pears}");
	count_of(self, 1);
	return us_since(self, from_ns);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double crash_often(struct joist_actor *self)
{
	double us[CRASHES];

	for (int i = 0; i < CRASHES; i++)
		us[i] = crash(self);
	qsort(us, CRASHES, sizeof(*us), compare);
	return us[CRASHES / 2];
}

/* Where the innermost frame of a crash was, as the log says: "parts.c:17". Empty if it does not. */
static void find_spot(const char *log, char *spot, size_t size)
{
	FILE *file = fopen(log, "r");
	char line[4096];

	spot[0] = 0;
	while (file && !spot[0] && fgets(line, sizeof(line), file)) {
		char *place = strstr(line, "#0 ") ? strstr(line, "(parts.c:") : NULL;

		if (place)
			snprintf(spot, size, "%.*s", (int)strcspn(place + 1, ")"), place + 1);
	}
	if (file)
		fclose(file);
}

/* The log has files and lines from a process of its own, which reads them at its leisure. If that takes
 * too long for a crash, the next one will have them. */
static void tell_spot(struct joist_actor *self)
{
	const char *log = joist_option_text(self, joist_nil(), "log", "");
	char spot[64];

	find_spot(log, spot, sizeof(spot));
	for (int looks = 1; !spot[0] && looks < LOOKS; looks++) {
		joist_sleep(self, 250);
		if (looks % 4 == 0)
			crash(self);
		find_spot(log, spot, sizeof(spot));
	}
	if (spot[0])
		joist_print(self, "   The log has a report, which says where it was: %s.", spot);
	else
		joist_print(self, "   (The log does not say where: it lacks libdw or -g.)");
}

static void tell_crash(struct joist_actor *self)
{
	joist_ref monitor = joist_monitor(self, "pears");
	joist_term kind = joist_nil();
	double us;

	joist_print(self, "3. A crash");
	joist_print(self,
		    "   Pears is told to add the number at address 8, and nothing is there. C has");
	joist_print(self, "   a segmentation fault now, and a program in C would be gone.");
	crash(self);
	joist_receive_match(self, 5000, "{'DOWN', ^Monitor, _, _, {fault, Kind, _}}", &monitor,
			    &kind);
	joist_print(self, "   The actor has ended. The reason: {fault,%s,...}.",
		    joist_format(self, kind));
	us = crash_often(self);
	joist_print(self,
		    "   It is done %d times more. From the fault to the first answer of the actor",
		    CRASHES);
	joist_print(self, "   that its supervisor has started instead: %.1f us (the median).", us);
	tell_spot(self);
	joist_print(self, "   Apples has noticed nothing: %lld.", count_of(self, 0));
}

/* Asks apples each millisecond, and tells how late the answers were. */
static void ping(struct joist_actor *self)
{
	double us[PINGS];

	for (int i = 0; i < PINGS; i++) {
		int64_t from_ns = joist_now_ns(self);

		joist_sleep(self, 1);
		count_of(self, 0);
		us[i] = us_since(self, from_ns) - 1000;
	}
	qsort(us, PINGS, sizeof(*us), compare);
	joist_print(self, "     Half of the answers came at most %.0f us late, the worst %.0f us.",
		    us[PINGS / 2], us[PINGS - 1]);
}

static void tell_hogs(struct joist_actor *self)
{
	long hogs = 2 * sysconf(_SC_NPROCESSORS_ONLN);

	joist_print(self, "4. Code that does not give way");
	joist_print(self, "   Each millisecond apples is asked for its number, %d times.", PINGS);
	ping(self);
	joist_print(self,
		    "   Now there are two hogs for each processor. A hog computes for a second,");
	joist_print(
		self,
		"   in plain C, and calls nothing meanwhile. Beside them apples is asked again.");
	for (long i = 0; i < hogs; i++)
		joist_spawn(self, "parts:hog", joist_int(self, HOG_NS));
	ping(self);
	for (long i = 0; i < hogs; i++)
		joist_receive_match(self, JOIST_INFINITY, "hog_done");
}

/* The bytes of memory that the node has in use. */
static int64_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	if (file && fscanf(file, "%*d %ld", &pages) != 1)
		pages = 0;
	if (file)
		fclose(file);
	return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

/* The bytes that the machine has left; many if it does not say. */
static int64_t free_bytes(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	long long kilobytes = INT64_C(1) << 40;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "MemAvailable: %lld", &kilobytes) == 1)
			break;
	}
	if (file)
		fclose(file);
	return kilobytes * 1024;
}

/* The microseconds of processor time that the node has used. */
static double used_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Starts sleepers, and sends the story the pid of the first. An actor of its own, for what it builds for
 * each of them lives until its turn ends, and a loop's turn ends with its next receive, or with itself. */
static void starter(struct joist_actor *self, joist_term args)
{
	int64_t from, count;
	joist_pid story, first = { 0 };

	joist_match(args, "{Story, From, Count}", &story, &from, &count);
	for (int64_t i = 0; i < count; i++) {
		joist_pid pid = joist_start_child(self, "crowd", joist_int(self, from + i), NULL);

		if (i == 0)
			first = pid;
	}
	joist_send(self, story, joist_make(self, "{first, First}", first));
}

/* Starts sleepers, SHARES times `share` of them unless it takes too long; how many shares. */
static int start_crowd(struct joist_actor *self, int64_t share, joist_pid *ret_firsts)
{
	int64_t from_ns = joist_now_ns(self);
	int shares = 0;

	while (shares < SHARES && joist_now_ns(self) - from_ns < START_NS_MAX) {
		joist_spawn_link(self, "story:starter",
				 joist_make(self, "{Story, From, Count}", joist_self(self),
					    shares * share, share));
		joist_receive_match(self, JOIST_INFINITY, "{first, First}", &ret_firsts[shares]);
		shares++;
	}
	return shares;
}

static int64_t crowd_size(struct joist_actor *self)
{
	int64_t wanted = joist_option_int(self, joist_nil(), "sleepers", 1000000);
	int64_t room = free_bytes() / SLEEPER_BYTES;

	if (wanted <= room)
		return wanted;
	joist_print(self, "   (Memory is short here: %lld servers would not fit.)",
		    (long long)wanted);
	return room;
}

static void tell_rest(struct joist_actor *self, int64_t share, int shares, const joist_pid *firsts)
{
	double us = used_us();
	int64_t from_ns, wrong = 0;

	joist_sleep(self, 250);
	us = used_us() - us;
	joist_print(self,
		    "   They are at rest: in the last 250 ms the node has used a processor for");
	joist_print(self, "   %.0f us. But they are there:", us);
	from_ns = joist_now_ns(self);
	for (int i = 0; i < shares; i++)
		wrong += ask(self, joist_pid_term(self, firsts[i])) != i * share;
	joist_print(self, "     %d of them, asked for their numbers, took %.1f us each;", shares,
		    us_since(self, from_ns) / shares);
	joist_print(self, "     %lld answers were wrong.", (long long)wrong);
}

static void tell_crowd(struct joist_actor *self)
{
	int64_t share = (crowd_size(self) + SHARES - 1) / SHARES, from_ns, bytes, count;
	joist_pid firsts[SHARES];
	double us;
	int shares;

	joist_print(self, "5. Many actors");
	joist_print(self, "   Another supervisor is now asked to start %lld servers.",
		    (long long)share * SHARES);
	bytes = resident_bytes();
	from_ns = joist_now_ns(self);
	shares = start_crowd(self, share, firsts);
	us = us_since(self, from_ns);
	bytes = resident_bytes() - bytes;
	count = shares * share;
	if (shares < SHARES)
		joist_print(self, "   (That takes long here: these are only %lld.)",
			    (long long)count);
	joist_print(self, "   That took %.2f s, %.1f us for each.", us / 1e6, us / (double)count);
	joist_print(
		self,
		"   The node's memory has grown by %.0f MB: each takes %.0f bytes, with its state,",
		(double)bytes / 1e6, (double)bytes / (double)count);
	joist_print(self, "   its mailbox, its pid, its link and what its supervisor knows of it.");
	tell_rest(self, share, shares, firsts);
}

static void tell(struct joist_actor *self, joist_term args)
{
	(void)args;
	tell_actors(self);
	tell_failure(self);
	tell_crash(self);
	tell_hogs(self);
	tell_crowd(self);
	joist_print(self, "6. The end");
	joist_print(
		self,
		"   The story's actor ends now, and the boot script says that the node shall end");
	joist_print(self,
		    "   with it. All others are stopped, those that were started last first.");
	joist_cast(self, "curtain", joist_make(self, "the_end"));
}

JOIST_PLUGIN("story", "1.0", JOIST_ACTOR(tell), JOIST_ACTOR(starter));
