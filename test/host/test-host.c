/* A program that has nodes in it, by joist/host.h and libjoist.so alone. */
#include <joist/host.h>

#include <joist/joist.h>
#include <joist/supervisor.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/harness.h"

extern const struct joist_plugin *const joist_std_plugins[];

/* What the program and its actor share. */
struct box {
	sem_t heard;
	int64_t sum;
};

static void adder(struct joist_actor *self, joist_term args)
{
	struct box *box = (struct box *)joist_export_data(self);
	int64_t by;

	(void)args;
	for (;;) {
		joist_term message = joist_receive(self);

		if (joist_match(message, "{add, By}", &by))
			box->sum += by;
		else if (joist_match(message, "stop"))
			joist_exit(self, joist_make(self, "{sum, Sum}", box->sum));
		sem_post(&box->heard);
	}
}

static void sleeper(struct joist_actor *self, joist_term args)
{
	int64_t ms;

	if (joist_match(args, "Ms", &ms))
		joist_sleep(self, ms);
}

static const struct joist_export exports[] = { JOIST_ACTOR(adder), JOIST_ACTOR(sleeper) };

static const struct joist_plugin demo = {
	.size = sizeof(demo),
	.export_size = sizeof(exports[0]),
	.name = "demo",
	.version = "1",
	.exports = exports,
	.export_count = 2,
};

static struct joist_host *create(const struct joist_plugin *const *plugins)
{
	const struct joist_host_options options = { .size = sizeof(options),
						    .virtual_clock = true,
						    .plugins = plugins };
	struct joist_host *host = joist_host_create(&options);

	CHECK(host);
	return host;
}

/* Frees `text` when it has been compared. */
static void check_text(char *text, const char *expected)
{
	CHECK(text);
	CHECK_STR(text, expected);
	free(text);
}

TEST(starts_sends_and_waits)
{
	struct joist_host *host = create(NULL);
	struct box box = { .sum = 0 };
	joist_pid pid;

	sem_init(&box.heard, 0, 0);
	CHECK(joist_host_add(host, &demo, &box));
	pid = joist_host_start(host, "demo:adder", "[]");
	CHECK(!joist_pid_is_none(pid));
	CHECK(joist_host_send(host, pid, "{add, 40}"));
	CHECK(joist_post(joist_host_vm(host), pid, "{add, By}", (int64_t)2));
	sem_wait(&box.heard);
	sem_wait(&box.heard);
	CHECK_INT(box.sum, 42);
	CHECK(joist_host_send(host, pid, "stop"));
	free(joist_host_wait(host, pid));
	check_text(joist_host_wait(host, pid), "noproc");
	CHECK(joist_host_exit(host, pid, "{bye, 1}"));
	joist_host_destroy(host);
}

TEST(waits_for_the_end)
{
	static const struct joist_plugin *const plugins[] = { &demo, NULL };
	struct joist_host *host = create(plugins);

	/* An hour of the node's time. */
	check_text(joist_host_await(host, "demo:sleeper", "3600000"), "normal");
	check_text(joist_host_await(host, "demo:sleeper", "-2"), "{badarg,<<\"joist_sleep\">>}");
	check_text(joist_host_await(host, "demo:nobody", "[]"), "undef");
	check_text(joist_host_await(host, "nothing:at_all", "[]"), "undef");
	joist_host_destroy(host);
}

TEST(supervises)
{
	struct joist_host *host = create(joist_std_plugins);
	joist_pid pid;

	CHECK(joist_host_add(host, &demo, NULL));
	pid = joist_host_start(host, "supervisor:supervisor",
			       "#{children => [#{id => a, start => <<\"demo:sleeper\">>, args => 1,"
			       "restart => temporary}]}");
	CHECK(!joist_pid_is_none(pid));
	CHECK(joist_host_exit(host, pid, "kill"));
	joist_host_destroy(host);
}

TEST(says_what_is_wrong)
{
	struct joist_host *host = create(NULL);
	struct joist_plugin odd = demo;

	CHECK(joist_pid_is_none(joist_host_start(host, "demo:adder", "[1,")));
	CHECK(strstr(joist_host_error(), "of \"[1,\"; write a term"));
	CHECK(joist_pid_is_none(joist_host_start(host, "demo", "[]")));
	CHECK_STR(joist_host_error(), "\"demo\" has no colon; write plugin:export");
	CHECK(!joist_host_await(host, "demo", "[]"));
	CHECK(!joist_host_send(host, (joist_pid){ .id = 1 }, "{"));
	CHECK(!joist_host_exit(host, (joist_pid){ .id = 1 }, "{"));
	CHECK(!joist_host_load(host, "/nonexistent/plugin.so"));
	CHECK_STR(joist_host_error(),
		  "/nonexistent/plugin.so: error: cannot be read (No such file or "
		  "directory); check its path and mode");
	odd.export_count = 0;
	CHECK(!joist_host_add(host, &odd, NULL));
	CHECK(strstr(joist_host_error(), "has 0 exports"));
	joist_host_destroy(host);
	joist_host_destroy(NULL);
}

/* The path of a plugin of test/boot, in the build folder beside this program's. */
static const char *actors(void)
{
	static char path[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof(path) - 32);

	CHECK(size > 0);
	path[size] = 0;
	strcpy(strrchr(path, '/'), "/../boot/actors.so");
	return path;
}

TEST(loads_plugins)
{
	struct joist_host *host = create(NULL);

	CHECK(joist_host_load(host, actors()));
	check_text(joist_host_await(host, "actors:ender", "{all, <<\"good\">>}"),
		   "{all,<<\"good\">>}");
	CHECK(joist_host_load(host, actors()));
	check_text(joist_host_await(host, "actors:ender", "again"), "again");
	joist_host_destroy(host);
}

/* One after the other, and two at once, each with its own actors. */
TEST(has_many_nodes)
{
	static const struct joist_plugin *const plugins[] = { &demo, NULL };

	for (int i = 0; i < 5; i++) {
		struct joist_host *one = create(plugins), *two = create(plugins);

		CHECK(joist_host_load(one, actors()));
		check_text(joist_host_await(one, "actors:ender", "one"), "one");
		check_text(joist_host_await(two, "actors:ender", "two"), "undef");
		check_text(joist_host_await(two, "demo:sleeper", "5"), "normal");
		joist_host_destroy(one);
		check_text(joist_host_await(two, "demo:sleeper", "5"), "normal");
		joist_host_destroy(two);
	}
}

static void *stop(void *host)
{
	joist_host_stop(host);
	return NULL;
}

TEST(runs_until_it_is_stopped)
{
	struct joist_host *host = create(NULL);
	pthread_t thread;

	CHECK(!pthread_create(&thread, NULL, stop, host));
	joist_host_run(host);
	CHECK(!pthread_join(thread, NULL));
	joist_host_destroy(host);
}
