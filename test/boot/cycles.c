/* Loads, upgrades and unloads a plugin again and again, and tells what that leaves in the process. */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include <joist/joist.h>

static int64_t count_lines(const char *path)
{
	FILE *in = fopen(path, "re");
	int64_t lines = 0;

	for (int c; in && (c = getc(in)) != EOF;)
		lines += c == '\n';
	if (in)
		fclose(in);
	return lines;
}

static int64_t count_files(const char *path)
{
	DIR *names = opendir(path);
	int64_t count = 0;

	while (names && readdir(names))
		count++;
	if (names)
		closedir(names);
	return count;
}

static int64_t resident_bytes(void)
{
	FILE *in = fopen("/proc/self/statm", "re");
	long pages = 0;

	if (in) {
		if (fscanf(in, "%*d %ld", &pages) != 1)
			pages = 0;
		fclose(in);
	}
	return pages * sysconf(_SC_PAGESIZE);
}

static void apply(struct joist_actor *self, const char *name, joist_term args)
{
	joist_term answer = joist_apply(self, name, args), what;

	if (!joist_match(answer, "{ok, What}", &what))
		joist_exit(self, answer);
}

/* One round: an actor of the one version becomes one of the other, and ends. */
static void turn(struct joist_actor *self, joist_term first, joist_term second)
{
	joist_term reply;

	apply(self, "code:load", joist_make(self, "[File]", first));
	joist_pid pid = joist_spawn_monitor(self, "versions:versions", joist_nil());
	joist_call(self, pid, joist_make(self, "get"), JOIST_INFINITY, &reply);
	apply(self, "code:upgrade",
	      joist_make(self, "[File, {commit, 60000, 0, 100, 0, 5}]", second));
	joist_call(self, pid, joist_make(self, "get"), JOIST_INFINITY, &reply);
	if (!joist_match(reply, "2"))
		joist_exit(self, reply);
	joist_exit_to(self, pid, joist_make(self, "kill"));
	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', _, process, _, _}");
	apply(self, "code:unload", joist_make(self, "[versions, false]"));
}

/* An actor of its own for each round, whose turn ends with it. */
static void round_body(struct joist_actor *self, joist_term args)
{
	joist_term first, second;

	if (joist_match(args, "{First, Second}", &first, &second))
		turn(self, first, second);
}

/* {Mappings, Descriptors, Bytes} after so many rounds. */
static joist_term cycle(struct joist_actor *self, joist_term count, joist_term first,
			joist_term second)
{
	int64_t rounds = 0;
	joist_term reason;

	joist_get_int(count, &rounds);
	for (int64_t i = 0; i < rounds; i++) {
		joist_spawn_monitor(self, "cycles:round_body",
				    joist_make(self, "{First, Second}", first, second));
		joist_receive_match(self, JOIST_INFINITY, "{'DOWN', _, process, _, Reason}",
				    &reason);
		if (!joist_is_atom(reason, "normal"))
			joist_exit(self, reason);
	}
	return joist_make(self, "{Mappings, Descriptors, Bytes}", count_lines("/proc/self/maps"),
			  count_files("/proc/self/fd"), resident_bytes());
}

JOIST_PLUGIN("cycles", "1", JOIST_ACTOR(round_body), JOIST_FUN(cycle, 3));
