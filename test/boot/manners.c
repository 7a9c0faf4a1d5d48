/* Actors that change what belongs to the whole process, for the runs of test/boot/manners.py. */
#include <fcntl.h>
#include <fenv.h>
#include <joist/joist.h>
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void quiet(struct joist_actor *self)
{
	for (;;)
		joist_receive(self);
}

/* Rounds upwards, over a wait, and ends with that. */
static void rounder(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 3; i++) {
		fesetround(FE_UPWARD);
		joist_sleep(self, 1);
		if (fegetround() != FE_UPWARD)
			joist_print(self, "lost");
		joist_yield(self);
	}
	fesetround(FE_DOWNWARD);
}

/* A few of those, and looks at its own mode meanwhile and after them. */
static void watcher(struct joist_actor *self, joist_term args)
{
	const struct joist_spawn_options options = { .monitor = true };
	joist_ref monitor;

	(void)args;
	for (int i = 0; i < 10; i++) {
		joist_spawn(self, "manners:rounder", joist_nil());
		joist_spawn_with(self, "manners:rounder", joist_nil(), &options, &monitor);
		joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^M, process, _, _}", &monitor);
		if (fegetround() != FE_TONEAREST)
			joist_print(self, "not mine");
	}
	joist_print(self, "watched");
	quiet(self);
}

static void changer(struct joist_actor *self, joist_term args)
{
	struct rlimit limit;
	static char text[] = "JOIST_TEST=1";
	bool fine = true;

	(void)args;
	getrlimit(RLIMIT_CORE, &limit);
	fine &= !chdir("/") && !fchdir(open("/", O_RDONLY));
	umask(027);
	fine &= setlocale(LC_ALL, "C") && setlocale(LC_ALL, NULL);
	fine &= !setenv("JOIST_TEST", "1", 1) && !unsetenv("JOIST_TEST") && !putenv(text);
	fine &= !setrlimit(RLIMIT_CORE, &limit);
	joist_print(self, "changed %d", fine);
	quiet(self);
}

/* Not by its number alone: the node may have opened another one since. */
static bool is_open(int fd, const struct stat *file)
{
	struct stat now;

	return !fstat(fd, &now) && now.st_dev == file->st_dev && now.st_ino == file->st_ino;
}

/* Closes what it can, in each way. What the node needs must be there afterwards. */
static void closer(struct joist_actor *self, joist_term args)
{
	int own = open("/dev/null", O_RDONLY), refused = 0;
	struct stat file;

	(void)args;
	fstat(own, &file);
	for (int fd = 0; fd < 200; fd++) {
		if (fd != own)
			refused += dup2(own, fd) < 0;
	}
	for (int fd = 0; fd < 200; fd++)
		close(fd);
	close_range(1, 300, 0);
	close_range(3, UINT_MAX, 0);
	closefrom(3);
	joist_sleep(self, 2);
	joist_log(self, JOIST_WARNING, "still logged");
	joist_print(self, "closed %d", refused > 4 && !is_open(own, &file));
	quiet(self);
}

static void *run_for_ever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static void starter(struct joist_actor *self, joist_term args)
{
	pthread_t thread;

	(void)args;
	if (!pthread_create(&thread, NULL, run_for_ever, NULL))
		joist_print(self, "started");
	quiet(self);
}

static void locker(struct joist_actor *self, joist_term args)
{
	(void)args;
	flockfile(stdout);
	joist_print(self, "locked");
}

static void leaker(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_print(self, "leaked %d", open("/dev/null", O_RDONLY));
}

/* Tells how many descriptors there are before and after others have leaked one each. */
static void counter(struct joist_actor *self, joist_term args)
{
	const struct joist_spawn_options options = { .monitor = true };
	joist_ref monitor;
	int before = dup(0), after;

	(void)args;
	close(before);
	for (int i = 0; i < 3; i++) {
		joist_spawn_with(self, "manners:leaker", joist_nil(), &options, &monitor);
		joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^M, process, _, _}", &monitor);
	}
	after = dup(0);
	joist_print(self, "more %d", after >= before + 3);
	quiet(self);
}

JOIST_PLUGIN("manners", "1.0", JOIST_ACTOR(rounder), JOIST_ACTOR(watcher), JOIST_ACTOR(changer),
	     JOIST_ACTOR(closer), JOIST_ACTOR(starter), JOIST_ACTOR(locker), JOIST_ACTOR(leaker),
	     JOIST_ACTOR(counter));
