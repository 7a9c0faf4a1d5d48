/* A plugin that crashes in the rarer places: on other threads than a worker's, after waits, in a child that
 * it has forked, and in calls of Joist that are given what they cannot use. */
#include <joist/joist.h>
#include <joist/server.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stranger.h"

/* ---- on other threads ---- */

static void do_wrong(joist_term what)
{
	for (const struct wrong *wrong = stranger_wrongs; wrong->name; wrong++)
		if (joist_is_atom(what, wrong->name))
			wrong->does();
}

/* Until the turn has been taken off its worker, and is left with what others do not use. */
static void spin_until_detached(void)
{
	while (getpriority(PRIO_PROCESS, (id_t)gettid()) < 19)
		;
}

static void crash_detached(struct joist_actor *self, joist_term args)
{
	(void)self;
	spin_until_detached();
	do_wrong(args);
}

static void crash_with_thread(struct joist_actor *self, joist_term args)
{
	joist_sleep(self, 1);
	do_wrong(args);
}

/* Has one run on a thread of its own. */
static void crash_on_own_thread(struct joist_actor *self, joist_term args)
{
	const struct joist_spawn_options options = { .monitor = true, .thread = true };
	joist_term reason;
	joist_ref ref;

	joist_spawn_with(self, "places:crash_with_thread", args, &options, &ref);
	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Ref, process, _, Reason}", &ref,
			    &reason);
	joist_exit(self, reason);
}

static atomic_int started, spinning, let_go;

/* Crashes when everybody has heard of its end. */
static void spin_till_let_go(struct joist_actor *self, joist_term args)
{
	joist_term what;
	int number;

	if (!joist_match(args, "{Number, What}", &number, &what))
		joist_exit(self, args);
	atomic_store(&spinning, number);
	while (atomic_load(&let_go) < number)
		;
	do_wrong(what);
}

/* Its number, once it is dead and spins on. */
static int abandon(struct joist_actor *self, joist_term what)
{
	int number = 1 + atomic_fetch_add(&started, 1);
	joist_ref ref;

	joist_pid pid = joist_spawn_monitor(self, "places:spin_till_let_go",
					    joist_make(self, "{Number, What}", number, what), &ref);
	while (atomic_load(&spinning) < number)
		joist_sleep(self, 1);
	joist_exit_to(self, pid, joist_make(self, "kill"));
	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Ref, process, _, killed}", &ref);
	return number;
}

static void crash_abandoned(struct joist_actor *self, joist_term args)
{
	atomic_store(&let_go, abandon(self, args));
}

static void stay_abandoned(struct joist_actor *self, joist_term args)
{
	abandon(self, args);
}

static void do_wrong_there(void *what)
{
	do_wrong(*(const joist_term *)what);
}

static void crash_blocking(struct joist_actor *self, joist_term args)
{
	joist_blocking(self, do_wrong_there, &args);
}

/* ---- after waits ---- */

struct state {
	joist_term what;
	bool by_timer;
};

static void init(struct joist_actor *self, void *state, joist_term args)
{
	struct state *s = state;
	joist_term how;

	if (!joist_match(args, "{How, What}", &how, &s->what))
		joist_exit(self, args);
	s->what = joist_keep(self, s->what);
	if (joist_is_atom(how, "timer"))
		joist_send_after(self, 1, joist_self(self), joist_nil());
	else
		joist_idle_timeout(self, 1);
}

static void info(struct joist_actor *self, void *state, joist_term message)
{
	(void)self, (void)message;
	do_wrong(((struct state *)state)->what);
}

static void timeout(struct joist_actor *self, void *state)
{
	(void)self;
	do_wrong(((struct state *)state)->what);
}

static const struct joist_server waiter = {
	.state_size = sizeof(struct state), .init = init, .info = info, .timeout = timeout
};

static void crash_after_read(struct joist_actor *self, joist_term args)
{
	char byte = 0;
	int fds[2];

	if (pipe(fds) < 0)
		return;
	joist_own(self, fds[0]);
	joist_own(self, fds[1]);
	joist_read(self, fds[0], &byte, 1, 1);
	joist_write(self, fds[1], &byte, 1, JOIST_INFINITY);
	joist_read(self, fds[0], &byte, 1, JOIST_INFINITY);
	do_wrong(args);
}

/* ---- in a child ---- */

static void expect_end(struct joist_actor *self, pid_t child, int expected)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		;
	if (WIFSIGNALED(status))
		status &= ~WCOREFLAG;
	if (status != expected)
		joist_exit(self, joist_make(self, "{child, Status}", status));
}

static pid_t fork_by_kernel(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

/* A sanitizer ends a process with locks that another thread may have had at such a fork. */
static void end_child(int status)
{
	if (SANITIZED)
		syscall(SYS_exit_group, status);
	_exit(status);
}

/* Which no function of libc knows of. */
static void fork_and_crash(struct joist_actor *self, joist_term args)
{
	pid_t child = fork_by_kernel();

	(void)args;
	if (child == 0)
		do_wrong(joist_atom_term(joist_atom_new("null_read")));
	expect_end(self, child, SIGSEGV);
	child = fork_by_kernel();
	if (child == 0)
		end_child(3);
	expect_end(self, child, 3 << 8);
	child = fork_by_kernel();
	if (child == 0)
		abort();
	expect_end(self, child, SIGABRT);
}

static void *fork_on_thread(void *ret_child)
{
	pid_t child = fork();

	if (child == 0)
		raise(SIGSEGV);
	*(pid_t *)ret_child = child;
	return NULL;
}

static void fork_in_thread(struct joist_actor *self, joist_term args)
{
	pthread_t thread;
	pid_t child;

	(void)args;
	if (pthread_create(&thread, NULL, fork_on_thread, &child))
		return;
	pthread_join(thread, NULL);
	expect_end(self, child, SIGSEGV);
}

/* ---- bad arguments ---- */

/* What lies there cannot be read. */
static joist_term bad_term(void)
{
	return (joist_term){ 0x1018 };
}

static const void *bad(void)
{
	static const void *volatile pointer = (const void *)0x1010;

	return pointer;
}

static joist_pid witness(struct joist_actor *self)
{
	return joist_spawn(self, "crasher:witness", joist_nil());
}

#define MISUSE(name, call)                                                                         \
	static void name(struct joist_actor *self)                                                 \
	{                                                                                          \
		(void)self;                                                                        \
		call;                                                                              \
	}

MISUSE(sends_it, joist_send(self, joist_self(self), bad_term()))
MISUSE(sends_to_it, joist_send_to(self, bad_term(), joist_nil()))
MISUSE(tries_to_send_it, joist_try_send(self, joist_self(self), bad_term()))
MISUSE(calls_with_it, joist_call(self, witness(self), bad_term(), 1, (joist_term[1]){}))
MISUSE(calls_name, joist_call(self, (const char *)bad(), joist_nil(), 1, (joist_term[1]){}))
MISUSE(replies_it, joist_reply(self, bad_term(), joist_nil()))
MISUSE(makes_of_it, joist_keep(self, joist_make(self, "{X}", bad_term())))
MISUSE(matches_it, joist_match(bad_term(), "{_, _}"))
MISUSE(binary_of, joist_binary(self, (struct joist_bytes){ bad(), 1000 }))
MISUSE(atom_of, joist_atom_new(bad()))
MISUSE(string_of, joist_string(self, bad()))
MISUSE(spawns, joist_spawn(self, bad(), joist_nil()))
MISUSE(spawns_with, joist_spawn_with(self, "places:fork_in_thread", joist_nil(), bad(), NULL))
MISUSE(spawns_for, joist_spawn(self, "places:fork_in_thread", bad_term()))
MISUSE(starts, joist_start(self, bad(), joist_nil(), NULL, 1, NULL))
MISUSE(registers, joist_register(self, bad(), joist_self(self)))
MISUSE(unregisters, joist_unregister(self, bad()))
MISUSE(looks_for, joist_whereis(self, bad()))
MISUSE(monitors_it, joist_monitor(self, bad_term()))
MISUSE(exits_for_it, joist_exit(self, bad_term()))
MISUSE(ends_another_for_it, joist_exit_to(self, joist_self(self), bad_term()))
MISUSE(logs, joist_log(self, JOIST_ERROR, "%s", (const char *)bad()))
MISUSE(prints, joist_print(self, "%s", (const char *)bad()))
MISUSE(list_of, joist_list(self, bad(), 5))
MISUSE(tuple_of, joist_tuple(self, bad(), 5))
MISUSE(map_of, joist_map(self, bad(), 5))
MISUSE(puts_into_it, joist_map_put(self, bad_term(), joist_nil(), joist_nil()))
MISUSE(puts_it, joist_map_put(self, joist_make(self, "#{a => 1}"), bad_term(), joist_nil()))
MISUSE(formats_it, joist_format(self, bad_term()))
MISUSE(parses, joist_parse(self, bad(), NULL))
MISUSE(keeps_it, joist_keep(self, bad_term()))
MISUSE(drops_it, joist_drop(self, bad_term()))
MISUSE(compares_it, joist_compare(bad_term(), joist_make(self, "{a}")))
MISUSE(hashes_it, joist_hash(bad_term()))
MISUSE(boxes_it, joist_box(bad_term()))
MISUSE(labels_it, joist_label(self, bad_term()))
MISUSE(sends_it_later, joist_send_after(self, 1, joist_self(self), bad_term()))
MISUSE(sends_to_it_later, joist_send_after(self, 1, bad_term(), joist_nil()))
MISUSE(applies, joist_apply(self, bad(), joist_nil()))
MISUSE(becomes, joist_become(self, bad(), joist_nil()))
MISUSE(listens, joist_listen(self, bad()))
MISUSE(connects, joist_connect(self, bad(), 100))
MISUSE(looks_up_host, joist_lookup(self, bad(), 100, NULL))
MISUSE(frees_it, joist_free(self, (void *)(uintptr_t)bad()))

static void (*const misuses[])(struct joist_actor *self) = {
	sends_it,
	sends_to_it,
	tries_to_send_it,
	calls_with_it,
	calls_name,
	replies_it,
	makes_of_it,
	matches_it,
	binary_of,
	atom_of,
	string_of,
	spawns,
	spawns_with,
	spawns_for,
	starts,
	registers,
	unregisters,
	looks_for,
	monitors_it,
	exits_for_it,
	logs,
	prints,
	ends_another_for_it,
	list_of,
	tuple_of,
	map_of,
	puts_into_it,
	puts_it,
	formats_it,
	parses,
	keeps_it,
	drops_it,
	compares_it,
	hashes_it,
	boxes_it,
	labels_it,
	sends_it_later,
	sends_to_it_later,
	applies,
	becomes,
	listens,
	connects,
	looks_up_host,
	frees_it,
};
#define MISUSES ((int64_t)(sizeof(misuses) / sizeof(*misuses)))

static void misuse(struct joist_actor *self, joist_term args)
{
	int64_t number;

	if (joist_get_int(args, &number) && number < MISUSES)
		misuses[number](self);
	joist_exit(self, number < MISUSES ? joist_make(self, "survived") : joist_nil());
}

/* Uses a term of a turn that is over, whose memory may be anything by now. */
static void use_dead(struct joist_actor *self, joist_term args)
{
	char text[2000];
	struct joist_bytes bytes = { text, 0 };
	joist_term dead;
	int64_t size;

	memset(text, 'x', sizeof(text));
	joist_get_int(args, &size);
	bytes.size = (size_t)size;
	dead = joist_make(self, "{[1, 2, #{a => <<\"b\">>}], Text}", bytes);
	joist_send(self, joist_self(self), joist_nil());
	joist_receive(self);
	bytes.size /= 2;
	joist_binary(self, bytes);
	joist_format(self, dead);
	joist_hash(dead);
	joist_keep(self, dead);
	joist_send(self, joist_self(self), dead);
	joist_receive(self);
}

JOIST_PLUGIN("places", "1.0", JOIST_ACTOR(crash_detached), JOIST_ACTOR(crash_on_own_thread),
	     JOIST_ACTOR(crash_with_thread), JOIST_ACTOR(crash_abandoned),
	     JOIST_ACTOR(spin_till_let_go), JOIST_ACTOR(stay_abandoned),
	     JOIST_ACTOR(crash_blocking), JOIST_SERVER(waiter), JOIST_ACTOR(crash_after_read),
	     JOIST_ACTOR(fork_and_crash), JOIST_ACTOR(fork_in_thread), JOIST_ACTOR(misuse),
	     JOIST_ACTOR(use_dead));
