/* Puts a VM and a registry together. Owned by one thread, which is none of the VM's. */
#include "loader/node.h"

#include <dirent.h>
#include <errno.h>
#include <semaphore.h>
#include <string.h>
#include <time.h>

#include "loader/crashlog.h"
#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/term/bin.h"

/* What errors name when no file is at fault. */
#define SUBJECT "joist"

bool node_add(struct node *node, const struct joist_plugin *plugin, const void *data,
	      struct report *report)
{
	const struct generation_origin origin = {
		.file = plugin->name ? plugin->name : SUBJECT,
		.data = data,
	};

	return registry_add(node->registry, plugin, &origin, report);
}

bool node_open(struct node *node, const struct joist_plugin *const *plugins, struct report *report)
{
	clock_measure(); /* while other things are done, until vm_create wants to know */
	*node = (struct node){ .registry = registry_create() };
	if (!node->registry)
		return report_short(report, SUBJECT);
	if (!node_add(node, &init_plugin, NULL, report))
		goto failed;
	for (; plugins && *plugins; plugins++) {
		if (!node_add(node, *plugins, NULL, report))
			goto failed;
	}
	return true;
failed:
	node_close(node);
	return false;
}

/* How many threads the process has; 0 if the system does not tell. */
static size_t count_threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	size_t count = 0;

	for (const struct dirent *task; tasks && (task = readdir(tasks));)
		count += task->d_name[0] != '.';
	if (tasks)
		closedir(tasks);
	return count;
}

static void stop(struct node *node)
{
	vm_destroy(node->vm);
	crashlog_destroy(node->crashlog);
	node->vm = NULL;
	node->crashlog = NULL;
}

bool node_start(struct node *node, struct vm_options options, bool is_joist, struct report *report)
{
	int error;

	node->threads = is_joist ? count_threads() : 0;
	node->crashlog = crashlog_create(node->registry, is_joist);
	if (node->crashlog)
		options.crash = (struct crash_port){ crashlog_take, node->crashlog };
	options.code = registry_port(node->registry);
	node->vm = vm_create(&options);
	if (!node->vm) {
		report_error(report, SUBJECT, (struct place){ 0 },
			     "the node cannot be made (%s); see its limits", strerror(errno));
		stop(node);
		return false;
	}
	error = vm_start(node->vm);
	if (!error)
		return true;
	stop(node);
	return report_error(report, SUBJECT, (struct place){ 0 },
			    "the node's threads cannot be started (%s); see ulimit -u",
			    strerror(-error));
}

static joist_term address_term(struct arena *arena, struct init_host *host)
{
	return term_uint(arena, (uint64_t)(uintptr_t)host);
}

static void drop(struct arena *arena)
{
	bins_drop(arena);
	arena_empty(arena);
}

joist_pid node_boot(struct node *node, const char *name, struct init_host *host, joist_term tree,
		    struct report *report)
{
	struct arena arena = { 0 };
	joist_term args = term_tuple_of(&arena, address_term(&arena, host), tree);
	const struct joist_spawn_options named = { .name = name };
	joist_pid pid = { 0 };

	if (joist_is_none(args))
		report_short(report, SUBJECT);
	else
		pid = vm_spawn(node->vm, "init:init", args, &named);
	drop(&arena);
	return pid;
}

/* One thread that waits for the end of one actor. */
struct waiter {
	struct init_host host;
	sem_t ended;
	char *reason;
};

static void on_ended(struct init_host *host, const char *reason)
{
	struct waiter *waiter = container_of(host, struct waiter, host);

	waiter->reason = strdup(reason);
	sem_post(&waiter->ended);
}

char *node_await(struct node *node, const char *name, joist_term args)
{
	struct waiter waiter = { .host.ended = on_ended };
	struct arena arena = { 0 };
	/* With its zero, as init wants it. */
	joist_term text = term_binary(&arena, name, strlen(name) + 1);
	joist_term all = term_tuple_of(&arena, address_term(&arena, &waiter.host), text, args);

	sem_init(&waiter.ended, 0, 0);
	if (!joist_is_none(text) && !joist_is_none(all) &&
	    !joist_pid_is_none(vm_spawn(node->vm, "init:watch", all, NULL))) {
		while (sem_wait(&waiter.ended) < 0 && errno == EINTR)
			;
	}
	sem_destroy(&waiter.ended);
	drop(&arena);
	return waiter.reason;
}

/* Whether there are no more threads than before the node. One that has just ended may be seen for a
 * moment. */
static bool threads_are_gone(const struct node *node)
{
	const struct timespec moment = { .tv_nsec = 1000000 };

	for (int tries = 0; tries < 50; tries++) {
		if (count_threads() <= node->threads)
			return true;
		nanosleep(&moment, NULL);
	}
	log_say(LOG_LEVEL_WARNING, "threads",
		"threads that plugins have started still run at the end of the node");
	return false;
}

bool node_close(struct node *node)
{
	bool ran = node->vm, all = !ran || vm_stop(node->vm);

	crashlog_destroy(node->crashlog); /* who is left will not end in error: it has ended */
	node->crashlog = NULL;
	if (all) {
		stop(node);
		all = !ran || !node->threads || threads_are_gone(node);
	}
	if (all)
		registry_destroy(node->registry);
	*node = (struct node){ 0 };
	return all;
}
