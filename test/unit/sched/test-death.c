/* What an actor still does when it ends, and who hears of it. */
#include "vm/sched/death.h"

#include <joist/timer.h>
#include <stdio.h>
#include <string.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/vm.h"

/* What happened, as one letter each. */
static char story[64];
static struct joist_actor *teller;

static void tell(char letter)
{
	size_t n = strlen(story);

	CHECK(n + 1 < sizeof(story));
	story[n] = letter;
}

static void tell_deferred(void *letter)
{
	tell(*(const char *)letter);
}

static void start_story(void)
{
	memset(story, 0, sizeof(story));
}

/* ---- deferred calls ---- */

static void defer_three(struct joist_actor *self, joist_term args)
{
	joist_defer(self, tell_deferred, "a");
	joist_defer(self, tell_deferred, "b");
	joist_defer(self, tell_deferred, "c");
	if (joist_is_atom(args, "wait"))
		joist_receive(self);
	if (joist_is_atom(args, "exit"))
		joist_exit(self, joist_make(self, "bad"));
	if (joist_is_atom(args, "badarg"))
		joist_label(self, (joist_term){ 0 });
}

static void defers_run_backwards(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	start_story();
	CHECK_STR(stage_end_of(self, "defer_three", joist_nil()), "normal");
	CHECK_STR(stage_end_of(self, "defer_three", joist_make(self, "exit")), "bad");
	CHECK_STR(stage_end_of(self, "defer_three", joist_make(self, "badarg")),
		  "{badarg,<<\"joist_label\">>}");
	CHECK_STR(story, "cbacbacba");
	start_story();
	joist_pid other =
		joist_spawn_monitor(self, "test:defer_three", joist_make(self, "wait"), &monitor);
	stage_let_wait(self, other);
	joist_exit_to(self, other, joist_make(self, "kill"));
	CHECK_STR(stage_down(self, monitor), "killed");
	CHECK_STR(story, "cba");
}

static void wait_then_tell(void *letter)
{
	if (!joist_receive_match(teller, JOIST_INFINITY, "go_on"))
		tell('?');
	tell_deferred(letter);
}

static void defer_waits(struct joist_actor *self, joist_term args)
{
	(void)args;
	teller = self;
	joist_defer(self, tell_deferred, "a");
	joist_defer(self, wait_then_tell, "b");
	joist_defer(self, tell_deferred, "c");
	joist_trap_exit(self, true);
	if (joist_is_atom(args, "exit"))
		joist_exit(self, joist_make(self, "bad"));
}

static void defers_may_wait(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	start_story();
	joist_pid other =
		joist_spawn_monitor(self, "test:defer_waits", joist_make(self, "exit"), &monitor);
	stage_let_wait(self, other);
	joist_exit_to(self, other, joist_make(self, "too_late")); /* it ends already */
	joist_exit_to(self, other, joist_make(self, "killed")); /* and this is no kill */
	stage_let_wait(self, other);
	CHECK_STR(story, "c");
	joist_send(self, other, joist_make(self, "go_on"));
	CHECK_STR(stage_down(self, monitor), "bad");
	CHECK_STR(story, "cba");
}

static void a_kill_cuts_them_short(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	start_story();
	joist_pid other = joist_spawn_monitor(self, "test:defer_waits", joist_nil(), &monitor);
	stage_let_wait(self, other);
	joist_exit_to(self, other, joist_make(self, "kill"));
	CHECK_STR(stage_down(self, monitor), "normal"); /* as it was before */
	CHECK_STR(story, "ca");
}

static void defer_more(void *letter)
{
	tell_deferred(letter);
	if (*(const char *)letter == 'b')
		joist_defer(teller, defer_more, "d");
	if (*(const char *)letter == 'd')
		joist_exit(teller, joist_make(teller, "other_reason")); /* ends this call alone */
}

static void defer_grows(struct joist_actor *self, joist_term args)
{
	(void)args;
	teller = self;
	joist_defer(self, defer_more, "a");
	joist_defer(self, defer_more, "b");
}

static void defers_may_defer(struct joist_actor *self, joist_term args)
{
	(void)args;
	start_story();
	CHECK_STR(stage_end_of(self, "defer_grows", joist_nil()), "normal");
	CHECK_STR(story, "bda");
}

/* ---- the last turn of a handler ---- */

static void handler_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	joist_defer(self, tell_deferred, "d");
	if (joist_is_atom(args, "fail"))
		joist_exit(self, joist_make(self, "bad"));
}

static void handler_message(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	if (joist_is_atom(message, "exit"))
		joist_exit(self, joist_make(self, "bad"));
	if (joist_is_atom(message, "badarg"))
		joist_send(self, (joist_pid){ 0 }, message);
}

static void handler_stop(struct joist_actor *self, void *state, joist_term reason)
{
	(void)state;
	tell('s');
	tell(joist_format(self, reason)[0]);
}

static const struct joist_handler handler = {
	.size = sizeof(struct joist_handler),
	.start = handler_start,
	.message = handler_message,
	.stop = handler_stop,
};

static const char *end_handler(struct joist_actor *self, const char *message, const char *exit)
{
	joist_ref monitor;

	start_story();
	joist_pid other = joist_spawn_monitor(self, "test:handler", joist_nil(), &monitor);
	if (exit)
		joist_exit_to(self, other, joist_parse(self, exit, NULL));
	else
		joist_send(self, other, joist_parse(self, message, NULL));
	return stage_down(self, monitor);
}

static void stops_when_it_ends_itself(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_STR(end_handler(self, "exit", NULL), "bad");
	CHECK_STR(story, "sbd");
	CHECK_STR(end_handler(self, "badarg", NULL), "{badarg,<<\"joist_send\">>}");
	CHECK_STR(story, "s{d");
	CHECK_STR(end_handler(self, NULL, "bad"), "bad");
	CHECK(!strchr(story, 's')); /* and perhaps not even a start */
	start_story();
	CHECK_STR(stage_end_of(self, "handler", joist_make(self, "fail")), "bad");
	CHECK_STR(story, "d"); /* it has never started */
}

/* ---- who hears ---- */

static void end_named(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK(joist_register(self, "short_lived", joist_self(self)));
}

/* When its DOWN is here, its name is free, its pid dead. */
static void names_are_free_then(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 200; i++) {
		joist_ref monitor;
		joist_pid pid = joist_spawn_monitor(self, "test:end_named", joist_nil(), &monitor);
		CHECK_STR(stage_down(self, monitor), "normal");
		CHECK(joist_pid_is_none(joist_whereis(self, "short_lived")));
		CHECK(!joist_is_alive(self, pid));
		CHECK(!joist_register(self, "short_lived", pid));
	}
}

static void trap_and_report(struct joist_actor *self, joist_term args)
{
	joist_pid to, peer;

	joist_trap_exit(self, true);
	CHECK(joist_match(args, "{To, Peer}", &to, &peer));
	joist_link(self, peer);
	joist_monitor(self, peer);
	joist_send(self, to, joist_make(self, "ready"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'EXIT', ^Peer, {big, _}}", &peer));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'DOWN', _, process, ^Peer, {big, _}}",
				  &peer));
	joist_send(self, to, joist_make(self, "heard"));
}

static void end_when_told(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_exit(self, joist_receive(self));
}

enum { MANY = 300 };

/* All that are tied to it hear of it, each with a reason of its own. */
static void all_ties_hear(struct joist_actor *self, joist_term args)
{
	char bytes[500] = { 0 };
	struct joist_bytes big = { bytes, sizeof(bytes) };

	(void)args;
	joist_pid peer = joist_spawn(self, "test:end_when_told", joist_nil());
	for (int i = 0; i < MANY; i++)
		joist_spawn(self, "test:trap_and_report",
			    joist_make(self, "{Self, Peer}", joist_self(self), peer));
	for (int i = 0; i < MANY; i++)
		CHECK(joist_receive_match(self, JOIST_INFINITY, "ready"));
	joist_send(self, peer, joist_make(self, "{big, Bytes}", big));
	for (int i = 0; i < MANY; i++)
		CHECK(joist_receive_match(self, JOIST_INFINITY, "heard"));
}

static const struct stage_export exports[] = {
	STAGE_LOOP(defer_three),
	STAGE_LOOP(defers_run_backwards),
	STAGE_LOOP(defer_waits),
	STAGE_LOOP(defers_may_wait),
	STAGE_LOOP(a_kill_cuts_them_short),
	STAGE_LOOP(defer_grows),
	STAGE_LOOP(defers_may_defer),
	STAGE_HANDLER(handler),
	STAGE_LOOP(stops_when_it_ends_itself),
	STAGE_LOOP(end_named),
	STAGE_LOOP(names_are_free_then),
	STAGE_LOOP(trap_and_report),
	STAGE_LOOP(end_when_told),
	STAGE_LOOP(all_ties_hear),
	{ 0 },
};

TEST_LEAK_FREE(the_last_deferred_call_is_the_first)
{
	stage_run(exports, 1, "defers_run_backwards");
}

TEST_LEAK_FREE(deferred_calls_may_wait)
{
	stage_run(exports, 1, "defers_may_wait");
	stage_run(exports, 1, "a_kill_cuts_them_short");
}

TEST_LEAK_FREE(deferred_calls_may_defer_and_exit)
{
	stage_run(exports, 1, "defers_may_defer");
}

TEST_LEAK_FREE(a_handler_has_a_last_turn_if_it_ends_itself)
{
	stage_run(exports, 1, "stops_when_it_ends_itself");
}

TEST_LEAK_FREE(the_name_is_free_before_anybody_hears)
{
	stage_run(exports, 2, "names_are_free_then");
}

TEST_LEAK_FREE(all_links_and_monitors_hear)
{
	stage_run(exports, 2, "all_ties_hear");
}
