/* A node that is busy with a bit of everything, again and again; each time the next request for memory
 * fails. Whoever asked for it ends; all else goes on, what is supervised is back, and nothing leaks. */
#include <joist/joist.h>
#include <joist/server.h>
#include <joist/supervisor.h>
#include <joist/task.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/unit/stdlib/yard.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"

/* How often a run may leave something that stays. */
#define RUNS_MAX 20

static int64_t nth; /* the request that is to fail */
static bool came; /* and did */

/* ---- what is supervised ---- */

struct keeper {
	int64_t sum;
	joist_term kept;
	joist_ref interval;
	void *memory;
};

static void keeper_init(struct joist_actor *self, void *state, joist_term args)
{
	struct keeper *keeper = state;

	keeper->kept = joist_keep(self, joist_make(self, "{Args, [1, 2.5]}", args));
	keeper->memory = joist_alloc(self, 100);
	keeper->interval =
		joist_send_interval(self, 1000, joist_self(self), joist_make(self, "tick"));
}

static joist_term keeper_call(struct joist_actor *self, void *state, joist_term request)
{
	struct keeper *keeper = state;
	int64_t by;

	if (joist_match(request, "{add, By}", &by))
		return joist_make(self, "{sum, Sum}", keeper->sum += by);
	keeper->memory = joist_realloc(self, keeper->memory, 5000);
	return joist_make(self, "{kept, Kept, Request}", keeper->kept, request);
}

static void keeper_info(struct joist_actor *self, void *state, joist_term message)
{
	struct keeper *keeper = state;
	joist_term reason;

	if (joist_match(message, "{die, Reason}", &reason))
		joist_exit(self, reason);
	joist_drop(self, keeper->kept);
	keeper->kept = joist_keep(self, message);
}

static const struct joist_server keeper = {
	.state_size = sizeof(struct keeper),
	.init = keeper_init,
	.call = keeper_call,
	.info = keeper_info,
	.cast = keeper_info,
};

static const char tree[] =
	"#{intensity => 100, children => [#{id => sub, supervisor => #{intensity => 100, children "
	"=> ["
	"  #{id => a, start => <<\"t:keeper\">>, args => a, register => <<\"a\">>},"
	"  #{id => b, start => <<\"t:keeper\">>, args => b, register => <<\"b\">>,"
	"    backoff => #{min_ms => 10, max_ms => 20, jitter => 0.5}},"
	"  #{id => pool, register => <<\"pool\">>, supervisor => #{"
	"    strategy => simple_one_for_one, intensity => 100, children => ["
	"    #{id => w, start => <<\"t:keeper\">>, args => []}]}}]}}]}";

/* ---- what happens ---- */

static joist_term twice(struct joist_actor *self, joist_term number)
{
	int64_t n = 0;

	joist_get_int(number, &n);
	return joist_make(self, "[Twice, Number]", 2 * n, number);
}

static void echo(struct joist_actor *self, joist_term args)
{
	joist_pid from;
	joist_term what;

	if (joist_match(args, "end"))
		return;
	if (joist_match(joist_receive(self), "{From, What}", &from, &what))
		joist_send(self, from, joist_make(self, "{echo, What}", what));
}

static void use_messages(struct joist_actor *self)
{
	joist_ref monitor;
	joist_pid pid = joist_spawn_monitor(self, "t:echo", joist_make(self, "[]"), &monitor);
	static const char bytes[100000];
	joist_term large = joist_binary(self, (struct joist_bytes){ bytes, sizeof(bytes) });

	joist_send(self, pid,
		   joist_make(self, "{Self, {[a, \"text\"], Large}}", joist_self(self), large));
	joist_receive_match(self, 1000, "{echo, _}");
	joist_receive_match(self, 1000, "{'DOWN', ^Monitor, _, _, _}", &monitor);
	pid = joist_whereis(self, "b");
	if (joist_pid_is_none(pid))
		return;
	joist_parcel(self);
	joist_move(self, pid, joist_make(self, "{moved, [Large]}", large));
	joist_send(self, pid, joist_make(self, "plain"));
}

static void use_calls(struct joist_actor *self)
{
	joist_term reply;

	for (int i = 0; i < 3; i++) {
		if (!joist_pid_is_none(joist_whereis(self, "a")))
			joist_call(self, "a", joist_make(self, "{add, 1}"), 1000, &reply);
		if (!joist_pid_is_none(joist_whereis(self, "b")))
			joist_call(self, "b", joist_make(self, "[large, #{1 => 2}]"), 1000, &reply);
	}
}

static void use_ties(struct joist_actor *self)
{
	joist_pid pid = joist_spawn_link(self, "t:echo", joist_make(self, "[]"));
	joist_ref alias = joist_alias(self);
	joist_ref monitors[20];

	for (int i = 0; i < 20; i++)
		monitors[i] = joist_monitor(self, pid);
	for (int i = 0; i < 20; i++)
		joist_demonitor(self, monitors[i]);
	joist_send_to(self, alias, joist_make(self, "hello"));
	joist_unalias(self, alias);
	joist_unlink(self, pid);
	joist_exit_to(self, pid, joist_make(self, "{enough, 1}"));
	for (int i = 0; i < 20; i++)
		joist_spawn_link(self, "t:echo", joist_make(self, "end"));
}

static void use_time(struct joist_actor *self)
{
	joist_ref later =
		joist_send_after(self, 10, joist_self(self), joist_make(self, "{now, [1]}"));
	joist_ref never =
		joist_send_after(self, 99999, joist_self(self), joist_make(self, "never"));

	joist_sleep(self, 1);
	joist_receive_match(self, 1000, "{now, _}");
	joist_cancel(self, never);
	joist_cancel(self, later);
}

static void use_library(struct joist_actor *self)
{
	struct joist_task task = joist_task_async_nolink(self, "t:twice", joist_make(self, "[21]"));
	joist_pid child, pool = joist_whereis(self, "pool");
	joist_term result;

	joist_task_await(self, &task, 1000, &result);
	if (joist_pid_is_none(pool))
		return;
	child = joist_start_child(self, pool, joist_make(self, "[args]"), NULL);
	if (!joist_pid_is_none(child))
		joist_call(self, child, joist_make(self, "{add, 3}"), 1000, &result);
	joist_which_children(self, pool);
}

static void use_memory(struct joist_actor *self)
{
	joist_term kept = joist_keep(self, joist_make(self, "{[1, 2, 3], 1.5, \"text\"}"));
	void *memory = joist_alloc(self, 10000);

	memory = joist_realloc(self, memory, 50000);
	joist_label(self, joist_make(self, "{busy, 1}"));
	joist_register(self, "busy", joist_self(self));
	joist_log(self, JOIST_ERROR, "%s", joist_format(self, kept));
	joist_drop(self, kept);
	joist_free(self, memory);
	joist_info(self, joist_self(self));
	joist_actors(self);
}

/* Has `name` crash, and waits until somebody else has that name, or for long enough. */
static void crash(struct joist_actor *self, const char *name)
{
	joist_pid pid = joist_whereis(self, name), now;

	if (joist_pid_is_none(pid))
		return;
	joist_send(self, pid, joist_make(self, "{die, oops}"));
	for (int i = 0; i < 50; i++) {
		joist_sleep(self, 2);
		now = joist_whereis(self, name);
		if (!joist_pid_is_none(now) && !joist_pid_equal(now, pid))
			return;
	}
}

/* Who monitors `pid`, once it does and waits. */
static joist_pid watcher_of(struct joist_actor *self, joist_pid pid)
{
	joist_pid watcher;

	for (;; joist_yield(self)) {
		joist_term info = joist_info(self, pid);
		joist_term watchers = joist_map_get(info, joist_make(self, "monitored_by")), one;
		if (!joist_list_next(&watchers, &one) || !joist_get_pid(one, &watcher))
			continue;
		info = joist_info(self, watcher);
		if (joist_is_atom(joist_map_get(info, joist_make(self, "status")), "waiting"))
			return watcher;
	}
}

/* The request is to be one of those that are looked at: who waits for us, and who waits for that one,
 * make theirs first. */
static void fail_from_here(struct joist_actor *self)
{
	watcher_of(self, watcher_of(self, joist_self(self)));
	heap_fail(nth, false);
}

static void busy(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_trap_exit(self, true);
	fail_from_here(self);
	use_calls(self);
	use_messages(self);
	use_ties(self);
	use_time(self);
	use_library(self);
	use_memory(self);
	crash(self, "a");
	crash(self, "b");
	use_calls(self);
}

/* Starts all that is supervised. */
static void start(struct joist_actor *self, joist_term args)
{
	fail_from_here(self);
	joist_pid pid =
		joist_start(self, "supervisor:supervisor", args, NULL, JOIST_INFINITY, NULL);
	if (!joist_pid_is_none(pid))
		joist_exit_to(self, pid, joist_make(self, "shutdown"));
}

const struct joist_export yard_exports[] = {
	JOIST_SERVER(keeper), JOIST_FUN(twice, 1), JOIST_ACTOR(echo),
	JOIST_ACTOR(busy),    JOIST_ACTOR(start),  { 0 },
};

/* ---- what is to be true then ---- */

/* Lets `name` do its work while the request fails; why it ended. */
static joist_term let_fail(struct joist_actor *self, const char *name, joist_term args)
{
	joist_ref monitor;
	joist_term reason;

	joist_spawn_monitor(self, name, args, &monitor);
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Monitor, process, _, Reason}",
				  &monitor, &reason));
	came = heap_fail(0, false) <= 0;
	return reason;
}

/* That the actor of that name answers, now or when it is back. */
static void answers(struct joist_actor *self, const char *name, const char *request)
{
	joist_term reply;

	for (int i = 0; i < 1000; i++) {
		joist_pid pid = joist_whereis(self, name);
		if (!joist_pid_is_none(pid) &&
		    joist_call(self, pid, yard_term(self, request), 1000, &reply) == JOIST_OK)
			return;
		joist_sleep(self, 10);
	}
	test_fail(__FILE__, __LINE__, "request %lld: no answer from %s", (long long)nth, name);
}

static void is_one_of(struct joist_actor *self, joist_term reason, const char *const *wanted)
{
	const char *text = joist_format(self, reason);

	for (; *wanted; wanted++) {
		if (!strcmp(text, *wanted))
			return;
	}
	test_fail(__FILE__, __LINE__, "request %lld: ended with %s", (long long)nth, text);
}

static void be_busy(struct joist_actor *self)
{
	static const char *const reasons[] = { "normal", "system_limit", NULL };
	joist_pid root;
	joist_term reason;

	joist_trap_exit(self, true);
	root = yard_start(self, "supervisor:supervisor", tree);
	is_one_of(self, let_fail(self, "t:busy", joist_nil()), reasons);
	answers(self, "a", "{add, 1}");
	answers(self, "b", "{add, 1}");
	answers(self, "pool", "count_children");
	CHECK(joist_is_alive(self, root));
	joist_exit_to(self, root, joist_make(self, "shutdown"));
	CHECK(joist_receive_match(self, 100000, "{'EXIT', ^Root, Reason}", &root, &reason));
	CHECK_STR(joist_format(self, reason), "shutdown");
}

static void be_started(struct joist_actor *self)
{
	static const char *const reasons[] = { "normal", "system_limit", NULL };

	is_one_of(self, let_fail(self, "t:start", yard_term(self, tree)), reasons);
}

/* Every crash that was logged is one for want of memory, or was wanted. */
static void check_log(int log)
{
	static char text[1 << 20];
	ssize_t size = pread(log, text, sizeof(text) - 1, 0);
	char *rest = text;

	CHECK(size >= 0);
	text[size] = '\0';
	for (char *line; (line = strsep(&rest, "\n"));) {
		const char *reason = strstr(line, "\"reason\":");
		if (strstr(line, "\"event\":\"crash\"") &&
		    (!reason ||
		     (strncmp(reason + 9, "\"system_limit\"", 14) &&
		      strncmp(reason + 9, "\"oops\"", 6) && strncmp(reason + 9, "\"\"", 2))))
			test_fail(__FILE__, __LINE__, "request %lld: %s", (long long)nth, line);
	}
	CHECK_INT(ftruncate(log, 0), 0);
}

/* Lets the request fail until no more memory is in use afterwards than was before. The first runs may
 * make atoms, which stay. */
static void let_it_fail(void (*body)(struct joist_actor *self), int log)
{
	int64_t before = -1, after = heap_in_use();

	for (int runs = 0; after != before; runs++) {
		if (runs == RUNS_MAX)
			test_fail(__FILE__, __LINE__, "request %lld: %lld bytes leaked",
				  (long long)nth, (long long)(after - before));
		yard_run(body, true);
		check_log(log);
		before = after;
		after = heap_in_use();
	}
}

/* Until no request is left to fail. */
static void let_each_fail(void (*body)(struct joist_actor *self))
{
	int log = memfd_create("log", MFD_CLOEXEC);

	CHECK(log >= 0);
	log_to(log, true);
	came = true;
	for (nth = 1; came; nth++)
		let_it_fail(body, log);
	CHECK(nth > 50); /* a tree alone makes about a hundred */
}

TEST(a_busy_node_outlives_want_of_memory, .seconds_max = 300)
{
	let_each_fail(be_busy);
}

TEST(a_tree_starts_or_does_not_without_memory, .seconds_max = 300)
{
	let_each_fail(be_started);
}
