/* A node inside another program: make it, give it plugins, start actors and talk to them, end it.
 *
 *   struct joist_host_options options = { .size = sizeof(options) };
 *   struct joist_host *host = joist_host_create(&options);
 *
 *   if (!host || !joist_host_load(host, "counter.so"))
 *           return 1;
 *   counter = joist_host_start(host, "counter:counter", "[]");
 *   joist_post(joist_host_vm(host), counter, "{add, By}", by);
 *
 * A program links with -ljoist before libc, and may have more than one node. What the program's
 * threads send with joist_post, or joist_host_send, is an ordinary message; the program itself is no
 * actor, so to hear from one it brings a plugin (joist_host_add) whose actor calls what it likes. */
#ifndef JOIST_HOST_H
#define JOIST_HOST_H

#include <joist/actor.h>
#include <joist/plugin.h>

JOIST_BEGIN

struct joist_host; /* a node that a program has */

/* How a node shall be; zero is the default in everything but `size`. */
struct joist_host_options {
	size_t size; /* of this struct, as the program knows it */
	const char *name; /* NAME@HOST; NULL: nonode@nohost */
	unsigned schedulers; /* threads that run actors; 0: one for each processor */
	unsigned slice_us; /* how long an actor may hold one; 0: 2000 */
	uint64_t actor_memory_bytes; /* the most that an actor may have; 0: no limit */
	bool virtual_clock; /* time stands still while anything runs, then jumps to the next timer */
	uint64_t seed; /* above 0: one scheduler, whose choices are drawn from it */
	int stdout_fd; /* where joist_print writes; 0: standard output */
	const struct joist_plugin *const
		*plugins; /* ended by NULL: plugins of the program itself, such as
		 joist_std_plugins of -ljoist-std, among them the supervisor; NULL: none */
};

/* A node, running; NULL, with errno set, if it cannot be made.
 * [host] borrows options; end it with joist_host_destroy */
JOIST_PUBLIC struct joist_host *joist_host_create(const struct joist_host_options *options);

/* The node, for joist_post.
 * [host] lives as long as the host */
JOIST_PUBLIC struct joist_vm *joist_host_vm(struct joist_host *host);

/* What the last of the functions below that failed on this thread had to say, in one sentence; "" if
 * none has.
 * [host] the text lives until the next one fails */
JOIST_PUBLIC const char *joist_host_error(void);

/* Loads the plugin in `file`, which is judged before any of its code runs. Loaded again under the same
 * name, the newer one is what is started from then on.
 * [host] borrows file */
JOIST_PUBLIC bool joist_host_load(struct joist_host *host, const char *file);

/* Adds a plugin of the program itself. `data`, which may be NULL, is what joist_export_data gives to
 * those of its exports that have none.
 * [host] borrows plugin and data until the host is destroyed */
JOIST_PUBLIC bool joist_host_add(struct joist_host *host, const struct joist_plugin *plugin,
				 const void *data);

/* Starts an actor by the export "plugin:export" with the Erlang text `args`. Nobody if that is no term
 * or `name` has no colon; one that does not exist ends at once, with reason undef.
 * [any] borrows name and args */
JOIST_PUBLIC joist_pid joist_host_start(struct joist_host *host, const char *name,
					const char *args);

/* Sends the term that the Erlang text `message` stands for; false if it stands for none. To the dead
 * is no error.
 * [any] borrows message */
JOIST_PUBLIC bool joist_host_send(struct joist_host *host, joist_pid to, const char *message);

/* Sends an exit signal with the Erlang text `reason`; false if that is no term.
 * [any] borrows reason */
JOIST_PUBLIC bool joist_host_exit(struct joist_host *host, joist_pid to, const char *reason);

/* Starts an actor as joist_host_start does and waits for its end: the reason as Erlang text, to be
 * freed with free(); NULL if it could not be started.
 * [host] borrows name and args; no actor may call it */
JOIST_PUBLIC char *joist_host_await(struct joist_host *host, const char *name, const char *args);

/* Waits until an actor has ended: the reason as Erlang text, to be freed with free(), noproc if it had
 * ended before; NULL when memory is short.
 * [host] no actor may call it */
JOIST_PUBLIC char *joist_host_wait(struct joist_host *host, joist_pid pid);

/* Waits until joist_host_stop is called. For a main thread that has nothing else to do.
 * [host] no actor may call it */
JOIST_PUBLIC void joist_host_run(struct joist_host *host);

/* Lets joist_host_run return, now or when it is called. Ends no actor.
 * [any, actor] also from a signal handler */
JOIST_PUBLIC void joist_host_stop(struct joist_host *host);

/* Ends all actors without asking them, then the node, and unloads its plugins. NULL is fine.
 * [host] no other thread may use the host any more; no actor may call it */
JOIST_PUBLIC void joist_host_destroy(struct joist_host *host);

JOIST_END

#endif
