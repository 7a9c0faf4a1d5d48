/* A program with a node in it: it loads a plugin, sends to an actor of it from a thread of its own, and
 * hears from it by an actor that it brings along. */
#include <joist/host.h>
#include <joist/joist.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static struct joist_host *host;
static joist_pid counter;

/* An actor of the program. */
static void ask(struct joist_actor *self, joist_term args)
{
	joist_term n = args;

	joist_call(self, counter, joist_make(self, "get"), 5000, &n);
	joist_print(self, "the counter is at %s", joist_format(self, n));
}

static const struct joist_export exports[] = { JOIST_ACTOR(ask) };
static const struct joist_plugin plugin = { .size = sizeof(plugin),
					    .export_size = sizeof(exports[0]),
					    .name = "embed",
					    .version = "1.0",
					    .exports = exports,
					    .export_count = 1 };

/* A thread of the program; not an actor. */
static void *add_all(void *unused)
{
	for (int64_t by = 1; by <= 100; by++)
		joist_post(joist_host_vm(host), counter, "{'$gen_cast', {add, By}}", by);
	return unused;
}

int main(int count, char **arguments)
{
	struct joist_host_options options = { .size = sizeof(options) };
	pthread_t thread;

	host = joist_host_create(&options);
	if (!host || count < 2 || !joist_host_load(host, arguments[1]) ||
	    !joist_host_add(host, &plugin, NULL))
		return fprintf(stderr, "%s\n", joist_host_error()), EXIT_FAILURE;
	counter = joist_host_start(host, "counter:server", "[]");
	pthread_create(&thread, NULL, add_all, NULL);
	pthread_join(thread, NULL);
	free(joist_host_wait(host, joist_host_start(host, "embed:ask", "[]")));
	joist_host_destroy(host);
	puts("the node has ended");
}
