/* Starting actors that crash, and those that must not notice. One node at a time. */
#include "scene.h"

#include <joist/host.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/harness.h"

#define SCHEDULERS 2

#if defined(__SANITIZE_THREAD__)
#define SLOWNESS 10 /* a crash takes milliseconds, most of it for a stack that is new to TSan */
#else
#define SLOWNESS 1
#endif

/* It would wait for a second in each _exit, and hundreds of those are survived. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "atexit_sleep_ms=0";
}

extern const struct joist_plugin *const joist_std_plugins[];

static struct joist_host *host;

void scene_start(void)
{
	const struct joist_host_options options = { .size = sizeof(options),
						    .schedulers = SCHEDULERS,
						    .plugins = joist_std_plugins };

	host = joist_host_create(&options);
	CHECK(host);
	if (!joist_host_load(host, getenv("CRASHER")) || !joist_host_load(host, getenv("PLACES")))
		test_fail(__FILE__, __LINE__, "%s", joist_host_error());
	if (getenv("THROWER"))
		CHECK(joist_host_load(host, getenv("THROWER")));
}

void scene_stop(void)
{
	joist_host_destroy(host);
}

char *scene_end(const char *export, const char *args)
{
	char *reason = joist_host_await(host, export, args);

	CHECK(reason);
	return reason;
}

void scene_check(const char *export, const char *args, const char *reason)
{
	char *actual = scene_end(export, args);

	if (strcmp(actual, reason))
		test_fail(__FILE__, __LINE__, "%s of %s ended with %s, not with %s", export, args,
			  actual, reason);
	free(actual);
}

void scene_check_fault(const char *export, const char *args, const char *kind)
{
	char *reason = scene_end(export, args);
	char start[64], plugin[64], frame[64];
	int length = (int)strcspn(export, ":");

	snprintf(start, sizeof(start), "{fault,%s,#{", kind);
	snprintf(plugin, sizeof(plugin), "plugin => %.*s,", length, export);
	snprintf(frame, sizeof(frame), "{%.*s,1,", length, export);
	if (strncmp(reason, start, strlen(start)))
		test_fail(__FILE__, __LINE__, "%s of %s ended with %s, not with a fault %s", export,
			  args, reason, kind);
	/* Of a stack that has overflowed, the plugin's frames may be too far away. */
	if (!strstr(reason, plugin) ||
	    (!strstr(reason, frame) && strcmp(kind, "stack_overflow") != 0))
		test_fail(__FILE__, __LINE__, "%s of %s ended with %s", export, args, reason);
	free(reason);
}

bool scene_is_watched(const struct wrong *wrong)
{
	return SANITIZED &&
	       (!strncmp(wrong->name, "free_", 5) || !strcmp(wrong->kind, "pthread_exit") ||
		!strcmp(wrong->name, "double_free") || !strcmp(wrong->name, "looks_up"));
}

void scene_check_at(const struct place *place, const struct wrong *wrong)
{
	char args[64];

	if (scene_is_watched(wrong))
		return;
	snprintf(args, sizeof(args), place->format, wrong->name);
	scene_check_fault(place->export, args, wrong->kind);
	scene_witness();
}

void scene_witness(void)
{
	/* Started from outside, they go to one worker after the other. */
	for (int i = 0; i < SCHEDULERS; i++)
		scene_check("crasher:witness", "[]", "normal");
}

int scene_repeat(int times)
{
	const char *factor = getenv("FAULTS_REPEAT");

	return (factor ? times * atoi(factor) : times) / SLOWNESS;
}
