/* Supervisors: what OTP's supervisor does in the same places, and back-off, which it does not have.
 *
 * Workers tell the test, which is registered as `watcher`, when they start and end: {up, Name, Pid} and
 * {down, Name, Reason}. */
#include <joist/server.h>
#include <joist/supervisor.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stdlib/children.h"
#include "test/unit/stdlib/yard.h"
#include "vm/base/log.h"

/* Ends as it is told, and when it is asked to. */
static void worker(struct joist_actor *self, joist_term args)
{
	joist_term reason;

	joist_trap_exit(self, true);
	joist_send_to(self, "watcher",
		      joist_make(self, "{up, Name, Self}", args, joist_self(self)));
	for (;;) {
		joist_term message = joist_receive(self);

		if (joist_match(message, "{die, Reason}", &reason))
			joist_exit(self, reason);
		if (!joist_match(message, "{'EXIT', _, Reason}", &reason))
			continue;
		joist_send_to(self, "watcher",
			      joist_make(self, "{down, Name, Reason}", args, reason));
		joist_exit(self, reason);
	}
}

/* Does not end when it is asked to. */
static void stubborn(struct joist_actor *self, joist_term args)
{
	joist_trap_exit(self, true);
	joist_send_to(self, "watcher",
		      joist_make(self, "{up, Name, Self}", args, joist_self(self)));
	for (;;)
		joist_receive(self);
}

/* Starts only while nobody is called `closed`; ignores its start while somebody is called `unwanted`. */
static void picky_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	if (!joist_pid_is_none(joist_whereis(self, "closed")))
		joist_exit(self, joist_make(self, "closed"));
	if (!joist_pid_is_none(joist_whereis(self, "unwanted")))
		joist_exit(self, joist_make(self, "normal"));
	joist_send_to(self, "watcher",
		      joist_make(self, "{up, Name, Self}", args, joist_self(self)));
}

static void picky_info(struct joist_actor *self, void *state, joist_term message)
{
	joist_term reason;

	(void)state;
	if (joist_match(message, "{die, Reason}", &reason))
		joist_exit(self, reason);
}

static const struct joist_server picky = { .init = picky_init, .info = picky_info };

const struct joist_export yard_exports[] = {
	JOIST_ACTOR(worker), JOIST_ACTOR(stubborn), JOIST_SERVER(picky), { 0 }
};

/* ---- words of the tests ---- */

/* A supervisor of the test actor, which traps exits and is the watcher. */
static joist_pid supervisor(struct joist_actor *self, const char *args)
{
	joist_register(self, "watcher", joist_self(self));
	joist_trap_exit(self, true);
	return yard_start(self, "supervisor:supervisor", args);
}

static joist_atom name(const char *text)
{
	return joist_atom_new(text);
}

/* The next worker that starts; it must be that one. */
static joist_pid up(struct joist_actor *self, const char *which)
{
	joist_pid pid;
	joist_atom who;

	joist_test_expect(self, 1000, "{up, Who, Pid}", &who, &pid);
	CHECK_STR(joist_atom_name(who).data, which);
	return pid;
}

static void down(struct joist_actor *self, const char *which)
{
	joist_atom who;

	joist_test_expect(self, 100000, "{down, Who, shutdown}", &who);
	CHECK_STR(joist_atom_name(who).data, which);
}

static void die(struct joist_actor *self, joist_pid pid, const char *reason)
{
	joist_send(self, pid, joist_make(self, "{die, Reason}", name(reason)));
}

static void quiet(struct joist_actor *self)
{
	joist_test_refuse(self, 50, "{up, _, _}");
	joist_test_refuse(self, 0, "{down, _, _}");
}

static void gone(struct joist_actor *self, joist_pid pid, const char *reason)
{
	joist_term why;

	joist_test_expect(self, 100000, "{'EXIT', ^Pid, Why}", &pid, &why);
	CHECK_STR(joist_format(self, why), reason);
}

/* Three workers a, b and c with the strategy. */
static joist_pid three(struct joist_actor *self, const char *strategy, joist_pid *pids)
{
	char args[512];
	joist_pid pid;

	snprintf(args, sizeof(args),
		 "#{strategy => %s, children => [#{id => a, start => <<\"t:worker\">>, args => a},"
		 "#{id => b, start => <<\"t:worker\">>, args => b},"
		 "#{id => c, start => <<\"t:worker\">>, args => c}]}",
		 strategy);
	pid = supervisor(self, args);
	pids[0] = up(self, "a");
	pids[1] = up(self, "b");
	pids[2] = up(self, "c");
	return pid;
}

/* ---- strategies ---- */

YARD_TEST(children_start_in_order_and_end_in_reverse)
{
	joist_pid pids[3], pid = three(self, "one_for_one", pids);

	YARD_CALL(self, pid, "count_children",
		  "[{specs,3},{active,3},{supervisors,0},{workers,3}]");
	joist_exit_to(self, pid, joist_make(self, "shutdown"));
	down(self, "c");
	down(self, "b");
	down(self, "a");
	gone(self, pid, "shutdown");
}

YARD_TEST(which_children_shows_the_last_started_first)
{
	joist_pid pids[3], pid = three(self, "one_for_one", pids), a, b, c;
	joist_term list = joist_which_children(self, pid);

	joist_test_match(self, list,
			 "[{c, C, worker, [t]}, {b, B, worker, [t]}, {a, A, worker, [t]}]", &c, &b,
			 &a);
	CHECK(joist_pid_equal(a, pids[0]) && joist_pid_equal(b, pids[1]) &&
	      joist_pid_equal(c, pids[2]));
}

YARD_TEST(one_for_one_restarts_the_one)
{
	joist_pid pids[3], pid = three(self, "one_for_one", pids);

	die(self, pids[1], "oops");
	CHECK(!joist_pid_equal(up(self, "b"), pids[1]));
	quiet(self);
	CHECK(joist_is_alive(self, pid));
}

YARD_TEST(one_for_all_restarts_all)
{
	joist_pid pids[3];

	three(self, "one_for_all", pids);
	die(self, pids[1], "oops");
	down(self, "c");
	down(self, "a");
	up(self, "a");
	up(self, "b");
	up(self, "c");
	quiet(self);
}

YARD_TEST(rest_for_one_restarts_the_later_ones)
{
	joist_pid pids[3];

	three(self, "rest_for_one", pids);
	die(self, pids[1], "oops");
	down(self, "c");
	up(self, "b");
	up(self, "c");
	quiet(self);
}

YARD_TEST(temporary_ones_go_with_their_group_and_stay_away)
{
	joist_pid pid =
		supervisor(self,
			   "#{strategy => one_for_all, children => ["
			   "#{id => a, start => <<\"t:worker\">>, args => a, restart => temporary},"
			   "#{id => b, start => <<\"t:worker\">>, args => b}]}");

	up(self, "a");
	die(self, up(self, "b"), "oops");
	down(self, "a");
	up(self, "b");
	quiet(self);
	YARD_CALL(self, pid, "count_children",
		  "[{specs,1},{active,1},{supervisors,0},{workers,1}]");
}

/* ---- kinds of children ---- */

YARD_TEST(transient_is_restarted_only_after_an_error)
{
	joist_pid pid = supervisor(self, "#{children => [#{id => a, start => <<\"t:worker\">>, "
					 "args => a, restart => transient}]}");

	die(self, up(self, "a"), "oops");
	die(self, up(self, "a"), "shutdown");
	quiet(self);
	YARD_CALL(self, pid, "which_children", "[{a,undefined,worker,[t]}]");
	YARD_CALL(self, pid, "{delete_child, a}", "ok");
	YARD_CALL(self, pid, "which_children", "[]");
}

YARD_TEST(temporary_is_never_restarted)
{
	joist_pid pid = supervisor(self, "#{children => [#{id => a, start => <<\"t:worker\">>, "
					 "args => a, restart => temporary}]}");

	die(self, up(self, "a"), "oops");
	quiet(self);
	YARD_CALL(self, pid, "which_children", "[]");
}

YARD_TEST(permanent_is_restarted_even_after_a_normal_end)
{
	supervisor(self, "#{children => [#{id => a, start => <<\"t:worker\">>, args => a}]}");
	die(self, up(self, "a"), "normal");
	up(self, "a");
}

YARD_TEST(names_and_limits_are_given_to_the_child)
{
	joist_pid a;

	supervisor(self, "#{children => [#{id => a, start => <<\"t:worker\">>, args => a, "
			 "register => <<\"albert\">>, priority => high}]}");
	a = up(self, "a");
	CHECK(joist_pid_equal(joist_whereis(self, "albert"), a));
	joist_test_match(self, joist_info(self, a), "#{priority := high, label := a}");
	die(self, a, "oops");
	a = up(self, "a");
	CHECK(joist_pid_equal(joist_whereis(self, "albert"), a));
}

YARD_TEST(the_children_of_one_that_was_killed_have_given_up_their_names)
{
	supervisor(self,
		   "#{intensity => 20, children => [#{id => inner, register => <<\"inner\">>, "
		   "start => <<\"supervisor:supervisor\">>, args => #{children => ["
		   "#{id => a, start => <<\"t:picky\">>, args => a, "
		   "register => <<\"albert\">>}]}}]}");
	for (int i = 0; i < 20; i++) {
		joist_pid a = up(self, "a");
		CHECK(joist_pid_equal(joist_whereis(self, "albert"), a));
		joist_exit_to(self, joist_whereis(self, "inner"), joist_make(self, "kill"));
	}
	up(self, "a"); /* each kill was one restart, and none was in vain */
}

/* ---- intensity ---- */

YARD_TEST(too_many_restarts_end_the_supervisor)
{
	joist_pid pid = supervisor(self, "#{intensity => 2, period_s => 10, children => ["
					 "#{id => a, start => <<\"t:worker\">>, args => a},"
					 "#{id => b, start => <<\"t:worker\">>, args => b}]}");
	joist_pid a = up(self, "a");

	up(self, "b");
	die(self, a, "oops");
	die(self, up(self, "a"), "oops");
	die(self, up(self, "a"), "oops");
	down(self, "b");
	gone(self, pid, "shutdown");
}

YARD_TEST(restarts_of_long_ago_do_not_count)
{
	joist_pid pid = supervisor(self, "#{intensity => 1, period_s => 1, children => ["
					 "#{id => a, start => <<\"t:worker\">>, args => a}]}");

	for (int i = 0; i < 5; i++) {
		die(self, up(self, "a"), "oops");
		joist_sleep(self, 1100);
	}
	die(self, up(self, "a"), "oops");
	die(self, up(self, "a"), "oops");
	gone(self, pid, "shutdown");
}

YARD_TEST(a_restart_that_fails_is_tried_again)
{
	joist_pid pid = supervisor(self, "#{intensity => 4, children => ["
					 "#{id => a, start => <<\"t:picky\">>, args => a}]}");
	joist_pid a = up(self, "a");

	joist_unregister(self, "watcher");
	joist_register(self, "closed", joist_self(self));
	die(self, a, "oops");
	gone(self, pid, "shutdown");
}

YARD_TEST(restarts_cost_no_memory)
{
	joist_pid pid = supervisor(self, "#{intensity => 10000, children => ["
					 "#{id => a, start => <<\"t:worker\">>, args => a}]}");
	joist_pid a = up(self, "a");
	int64_t before = 0, after = 0;

	for (int i = 0; i < 500; i++) {
		die(self, a, "oops");
		a = up(self, "a");
		if (i == 10)
			joist_test_match(self, joist_info(self, pid), "#{memory := Bytes}",
					 &before);
	}
	joist_test_match(self, joist_info(self, pid), "#{memory := Bytes}", &after);
	CHECK(after <= before);
}

/* ---- starts that fail ---- */

YARD_TEST(a_start_that_fails_undoes_the_earlier_ones)
{
	struct joist_spawn_options options = { .link = true };
	joist_pid door = joist_spawn_link(self, "t:stubborn", joist_atom_term(name("door")));
	joist_term reason;

	joist_trap_exit(self, true);
	joist_register(self, "watcher", joist_self(self));
	joist_register(self, "closed", door);
	joist_start(self, "supervisor:supervisor",
		    yard_term(self,
			      "#{children => [#{id => a, start => <<\"t:worker\">>, args => a},"
			      "#{id => b, start => <<\"t:picky\">>},"
			      "#{id => c, start => <<\"t:worker\">>, args => c}]}"),
		    &options, 1000, &reason);
	joist_test_match(self, reason, "{shutdown, {failed_to_start_child, b, closed}}");
	joist_test_expect(self, 0, "{up, a, _}");
	down(self, "a");
	joist_test_refuse(self, 0, "{up, c, _}");
}

/* Why a supervisor with that map does not start. */
static const char *refusal(struct joist_actor *self, const char *map)
{
	joist_term reason;
	joist_pid pid = joist_start(self, "supervisor:supervisor", yard_term(self, map), NULL, 1000,
				    &reason);

	return joist_pid_is_none(pid) ? joist_format(self, reason) : "none";
}

YARD_TEST(wrong_maps_are_refused)
{
	CHECK_STR(refusal(self, "[]"), "{supervisor_data,{invalid_type,[]}}");
	CHECK_STR(refusal(self, "#{strategy => x}"), "{supervisor_data,{invalid_strategy,x}}");
	CHECK_STR(refusal(self, "#{intensity => -1}"), "{supervisor_data,{invalid_intensity,-1}}");
	CHECK_STR(refusal(self, "#{period_s => 0}"), "{supervisor_data,{invalid_period,0}}");
	CHECK_STR(refusal(self, "#{children => [#{start => <<\"t:worker\">>}]}"),
		  "{start_spec,{missing_key,id}}");
	CHECK_STR(refusal(self, "#{children => [#{id => a}]}"), "{start_spec,{missing_key,start}}");
	CHECK_STR(refusal(self, "#{children => [#{id => a, start => <<\"t\">>}]}"),
		  "{start_spec,{invalid_mfa,<<\"t\">>}}");
	CHECK_STR(refusal(self, "#{children => [#{id => a, start => <<\"t:w\">>, restart => x}]}"),
		  "{start_spec,{invalid_restart_type,x}}");
	CHECK_STR(refusal(self,
			  "#{children => [#{id => a, start => <<\"t:w\">>, shutdown_ms => -1}]}"),
		  "{start_spec,{invalid_shutdown,-1}}");
	CHECK_STR(refusal(self,
			  "#{children => [#{id => a, start => <<\"t:w\">>, restart => transient,"
			  "significant => true}]}"),
		  "{start_spec,{bad_combination,[{auto_shutdown,never},{significant,true}]}}");
	CHECK_STR(refusal(self, "#{strategy => simple_one_for_one}"),
		  "{supervisor_data,{bad_start_spec,[]}}");
}

YARD_TEST(wrong_limits_are_refused)
{
	CHECK_STR(refusal(self,
			  "#{children => [#{id => a, start => <<\"t:worker\">>, thread => x}]}"),
		  "{start_spec,{invalid_thread,x}}");
	CHECK_STR(refusal(self, "#{children => [#{id => a, start => <<\"t:worker\">>,"
				"limits => #{stack_bytes => 1000000000}}]}"),
		  "{start_spec,{invalid_limits,#{stack_bytes => 1000000000}}}");
}

YARD_TEST(two_children_of_one_id_are_refused)
{
	CHECK_STR(refusal(self, "#{children => [#{id => a, start => <<\"t:worker\">>},"
				"#{id => a, start => <<\"t:worker\">>}]}"),
		  "{start_spec,{duplicate_child_name,a}}");
}

/* ---- ends ---- */

YARD_TEST(a_stubborn_child_is_killed_after_its_time)
{
	joist_pid pid = supervisor(self, "#{children => [#{id => a, start => <<\"t:stubborn\">>, "
					 "args => a, shutdown_ms => 700}]}");
	joist_pid a = up(self, "a");
	int64_t before;
	joist_ref ref = joist_monitor(self, a);

	before = joist_now_ns(self);
	joist_exit_to(self, pid, joist_make(self, "shutdown"));
	joist_test_expect(self, 100000, "{'DOWN', ^Ref, process, _, killed}", &ref);
	CHECK_INT((joist_now_ns(self) - before) / 1000000, 700);
	gone(self, pid, "shutdown");
}

YARD_TEST(brutal_kill_does_not_ask)
{
	joist_pid pid = supervisor(self, "#{children => [#{id => a, start => <<\"t:worker\">>, "
					 "args => a, shutdown_ms => brutal_kill}]}");
	joist_ref ref = joist_monitor(self, up(self, "a"));

	joist_exit_to(self, pid, joist_make(self, "shutdown"));
	joist_test_expect(self, 100000, "{'DOWN', ^Ref, process, _, killed}", &ref);
	joist_test_refuse(self, 0, "{down, _, _}");
}

YARD_TEST(a_supervisor_below_a_supervisor)
{
	joist_pid pid = supervisor(self, "#{strategy => one_for_all, intensity => 1, children => ["
					 "#{id => sub, supervisor => #{intensity => 0, children => "
					 "[#{id => a, start => <<\"t:worker\">>, args => a}]}},"
					 "#{id => b, start => <<\"t:worker\">>, args => b}]}");
	joist_pid a = up(self, "a");

	up(self, "b");
	YARD_CALL(self, pid, "count_children",
		  "[{specs,2},{active,2},{supervisors,1},{workers,1}]");
	die(self, a, "oops");
	down(self, "b");
	up(self, "a");
	up(self, "b");
	joist_exit_to(self, pid, joist_make(self, "shutdown"));
	down(self, "b");
	down(self, "a");
	gone(self, pid, "shutdown");
}

/* ---- significant children ---- */

YARD_TEST(any_significant_end_ends_the_supervisor)
{
	joist_pid pid =
		supervisor(self,
			   "#{auto_shutdown => any_significant, children => ["
			   "#{id => a, start => <<\"t:worker\">>, args => a},"
			   "#{id => b, start => <<\"t:worker\">>, args => b, restart => transient,"
			   "significant => true}]}");
	joist_pid b;

	up(self, "a");
	b = up(self, "b");
	die(self, b, "oops");
	b = up(self, "b");
	die(self, b, "normal");
	down(self, "a");
	gone(self, pid, "shutdown");
}

YARD_TEST(all_significant_ends_end_the_supervisor)
{
	joist_pid pid =
		supervisor(self,
			   "#{auto_shutdown => all_significant, children => ["
			   "#{id => a, start => <<\"t:worker\">>, args => a, restart => temporary,"
			   "significant => true},"
			   "#{id => b, start => <<\"t:worker\">>, args => b, restart => transient,"
			   "significant => true}]}");
	joist_pid a = up(self, "a"), b = up(self, "b");

	die(self, a, "oops");
	quiet(self);
	CHECK(joist_is_alive(self, pid));
	die(self, b, "normal");
	gone(self, pid, "shutdown");
}

/* ---- back-off ---- */

static int64_t wait_for(struct joist_actor *self, joist_pid *pid)
{
	int64_t before = joist_now_ns(self);

	die(self, *pid, "oops");
	joist_test_expect(self, 100000, "{up, a, Pid}", pid);
	return (joist_now_ns(self) - before) / 1000000;
}

YARD_TEST(back_off_doubles_up_to_its_end)
{
	joist_pid pid = supervisor(
		self, "#{intensity => 0, children => [#{id => a, start => <<\"t:worker\">>,"
		      "args => a, backoff => #{min_ms => 100, max_ms => 350, jitter => 0.0}}]}");
	joist_pid a = up(self, "a");

	die(self, a, "oops");
	joist_sleep(self, 50);
	YARD_CALL(self, pid, "which_children", "[{a,restarting,worker,[t]}]");
	YARD_CALL(self, pid, "{restart_child, a}", "{error,restarting}");
	a = up(self, "a");
	CHECK_INT(wait_for(self, &a), 200);
	CHECK_INT(wait_for(self, &a), 350);
	CHECK_INT(wait_for(self, &a), 350);
	joist_sleep(self, 400);
	CHECK_INT(wait_for(self, &a), 100);
}

YARD_TEST(back_off_has_jitter)
{
	joist_pid a;
	int different = 0;

	supervisor(self, "#{children => [#{id => a, start => <<\"t:worker\">>, args => a,"
			 "backoff => #{min_ms => 1000, max_ms => 1000, jitter => 0.5}}]}");
	a = up(self, "a");
	for (int i = 0; i < 10; i++) {
		int64_t ms = wait_for(self, &a);

		CHECK(ms >= 500 && ms <= 1500);
		different += ms != 1000;
	}
	CHECK(different > 5);
}

YARD_TEST(a_child_in_back_off_can_be_stopped)
{
	joist_pid pid =
		supervisor(self, "#{children => [#{id => a, start => <<\"t:worker\">>, args => a,"
				 "backoff => #{min_ms => 100, max_ms => 100}}]}");

	die(self, up(self, "a"), "oops");
	joist_sleep(self, 10);
	YARD_CALL(self, pid, "{terminate_child, a}", "ok");
	joist_test_refuse(self, 1000, "{up, _, _}");
	YARD_CALL(self, pid, "which_children", "[{a,undefined,worker,[t]}]");
}

/* ---- crash reports ---- */

/* The `restart` of each crash report in the log so far, in JSON, or `-`, each behind a space. */
static const char *restarts_logged(int file)
{
	static char text[1 << 16], list[1000];
	ssize_t size = pread(file, text, sizeof(text) - 1, 0);
	size_t used = 0;
	char *rest = text;

	CHECK(size >= 0);
	text[size] = '\0';
	list[0] = '\0';
	for (char *line; (line = strsep(&rest, "\n"));) {
		char *word = strstr(line, "\"restart\":");
		if (!strstr(line, "\"event\":\"crash\""))
			continue;
		word = word ? word + strlen("\"restart\":") : (char[]){ "-}" };
		used += (size_t)snprintf(list + used, sizeof(list) - used, " %.*s",
					 (int)strcspn(word, "}"), word);
	}
	return list;
}

static int log_into_memory(void)
{
	int file = memfd_create("log", MFD_CLOEXEC);

	CHECK(file >= 0);
	log_to(file, true);
	return file;
}

YARD_TEST(crash_reports_say_what_becomes_of_the_child)
{
	int log = log_into_memory();
	joist_pid pid =
		supervisor(self,
			   "#{intensity => 1, children => ["
			   "#{id => a, start => <<\"t:worker\">>, args => a},"
			   "#{id => b, start => <<\"t:worker\">>, args => b, restart => temporary},"
			   "#{id => c, start => <<\"t:worker\">>, args => c,"
			   "  backoff => #{min_ms => 100, max_ms => 100, jitter => 0.0}}]}");
	joist_pid a = up(self, "a"), b = up(self, "b"), c = up(self, "c");

	die(self, a, "oops");
	a = up(self, "a");
	CHECK_STR(restarts_logged(log), " \"started\"");
	die(self, b, "oops");
	die(self, c, "oops");
	up(self, "c");
	CHECK_STR(restarts_logged(log), " \"started\" - \"backoff 100 ms\"");
	die(self, a, "oops");
	gone(self, pid, "shutdown");
	CHECK_STR(restarts_logged(log), " \"started\" - \"backoff 100 ms\" \"gave_up\"");
}

YARD_TEST(crash_reports_tell_of_starts_that_failed)
{
	int log = log_into_memory();
	joist_pid pid = supervisor(
		self,
		"#{intensity => 1, children => [#{id => a, start => <<\"t:picky\">>, args => a}]}");
	joist_pid a = up(self, "a");

	joist_register(self, "closed", joist_spawn(self, "t:stubborn", joist_nil()));
	YARD_CALL(self, pid, "{start_child, #{id => b, start => <<\"t:picky\">>}}",
		  "{error,closed}");
	CHECK_STR(restarts_logged(log), " -");
	die(self, a, "oops");
	gone(self, pid, "shutdown");
	CHECK_STR(restarts_logged(log), " - \"started\" \"backoff 0 ms\"");
	joist_start(self, "supervisor:supervisor",
		    yard_term(self, "#{children => [#{id => a, start => <<\"t:picky\">>}]}"), NULL,
		    JOIST_INFINITY, NULL);
	CHECK_STR(restarts_logged(log), " - \"started\" \"backoff 0 ms\" \"gave_up\"");
}

/* ---- requests ---- */

YARD_TEST(children_are_added_stopped_restarted_and_deleted)
{
	joist_pid pid = supervisor(self, "#{}"), a, b;
	joist_term spec = yard_term(self, "#{id => a, start => {t, worker, a}}"), reason;

	a = joist_start_child(self, pid, spec, &reason);
	CHECK(joist_pid_equal(a, up(self, "a")));
	b = joist_start_child(self, pid, spec, &reason);
	CHECK(joist_pid_is_none(b));
	joist_test_match(self, reason, "{already_started, ^Pid}", &a);
	YARD_CALL(self, pid, "{restart_child, a}", "{error,running}");
	YARD_CALL(self, pid, "{delete_child, a}", "{error,running}");
	YARD_CALL(self, pid, "{terminate_child, a}", "ok");
	down(self, "a");
	joist_start_child(self, pid, spec, &reason);
	joist_test_match(self, reason, "already_present");
	CHECK(!joist_pid_is_none(joist_restart_child(self, pid, joist_atom_term(name("a")), NULL)));
	up(self, "a");
	YARD_CALL(self, pid, "{get_childspec, a}", "{ok,#{id => a,start => {t,worker,a}}}");
	YARD_CALL(self, pid, "{terminate_child, a}", "ok");
	YARD_CALL(self, pid, "{delete_child, a}", "ok");
	YARD_CALL(self, pid, "{delete_child, a}", "{error,not_found}");
	YARD_CALL(self, pid, "{terminate_child, a}", "{error,not_found}");
	YARD_CALL(self, pid, "{restart_child, a}", "{error,not_found}");
	YARD_CALL(self, pid, "{get_childspec, a}", "{error,not_found}");
}

YARD_TEST(a_child_that_does_not_start_is_not_kept)
{
	joist_pid pid = supervisor(self, "#{}");
	joist_term reason, spec = yard_term(self, "#{id => a, start => <<\"t:picky\">>}");

	joist_unregister(self, "watcher");
	joist_register(self, "closed", joist_self(self));
	CHECK(joist_pid_is_none(joist_start_child(self, pid, spec, &reason)));
	joist_test_match(self, reason, "closed");
	YARD_CALL(self, pid, "which_children", "[]");
	joist_unregister(self, "closed");
	joist_register(self, "unwanted", joist_self(self));
	joist_start_child(self, pid, spec, &reason);
	joist_test_match(self, reason, "undefined");
	YARD_CALL(self, pid, "which_children", "[{a,undefined,worker,[t]}]");
}

YARD_TEST(unknown_requests_are_answered)
{
	joist_pid pid = supervisor(self, "#{}");

	YARD_CALL(self, pid, "hello", "{error,{unknown_request,hello}}");
	joist_send(self, pid, joist_make(self, "nonsense"));
	joist_send(self, pid, joist_make(self, "{'EXIT', Self, x}", joist_ref_new(self)));
	YARD_CALL(self, pid, "which_children", "[]");
}

/* ---- simple_one_for_one ---- */

_Static_assert(sizeof(struct child) <= 48, "a supervisor may have millions of them");

YARD_TEST(children_of_a_pattern)
{
	joist_pid pid = supervisor(self, "#{strategy => simple_one_for_one, intensity => 10,"
					 "children => [#{id => w, start => <<\"t:worker\">>}]}");
	joist_pid a = joist_start_child(self, pid, joist_atom_term(name("a")), NULL);
	joist_pid b = joist_start_child(self, pid, joist_atom_term(name("b")), NULL);

	CHECK(joist_pid_equal(up(self, "a"), a));
	CHECK(joist_pid_equal(up(self, "b"), b));
	die(self, a, "oops");
	a = up(self, "a");
	joist_test_match(self, joist_terminate_child(self, pid, joist_pid_term(self, b)), "ok");
	down(self, "b");
	joist_test_match(self, joist_which_children(self, pid), "[{undefined, ^Pid, worker, [t]}]",
			 &a);
	YARD_CALL(self, pid, "{terminate_child, w}", "{error,simple_one_for_one}");
	YARD_CALL(self, pid, "{restart_child, w}", "{error,simple_one_for_one}");
	YARD_CALL(self, pid, "{delete_child, w}", "{error,simple_one_for_one}");
	joist_exit_to(self, pid, joist_make(self, "shutdown"));
	down(self, "a");
	gone(self, pid, "shutdown");
}

YARD_TEST(args_of_a_pattern_come_first)
{
	joist_pid pid = supervisor(self, "#{strategy => simple_one_for_one, children => ["
					 "#{id => w, start => <<\"t:worker\">>, args => [x]}]}");

	joist_start_child(self, pid, yard_term(self, "[y, z]"), NULL);
	joist_test_expect(self, 1000, "{up, [x, y, z], _}");
}

YARD_TEST(many_children_of_a_pattern, .seconds_max = 60)
{
	enum { MANY = 3000 };
	joist_pid pid =
		supervisor(self, "#{strategy => simple_one_for_one, children => ["
				 "#{id => w, start => <<\"t:worker\">>, restart => temporary}]}");
	joist_pid pids[MANY];

	for (int i = 0; i < MANY; i++)
		pids[i] = joist_start_child(self, pid, joist_int(self, i), NULL);
	for (int i = 0; i < MANY; i += 2)
		die(self, pids[i], "normal");
	joist_sleep(self, 1);
	YARD_CALL(self, pid, "count_children",
		  "[{specs,1},{active,1500},{supervisors,0},{workers,1500}]");
	joist_exit_to(self, pid, joist_make(self, "shutdown"));
	gone(self, pid, "shutdown");
	for (int i = 1; i < MANY; i += 2)
		CHECK(!joist_is_alive(self, pids[i]));
}

YARD_TEST(stubborn_children_of_a_pattern_are_killed_together)
{
	joist_pid pid =
		supervisor(self, "#{strategy => simple_one_for_one, children => ["
				 "#{id => w, start => <<\"t:stubborn\">>, shutdown_ms => 200}]}");
	int64_t before;

	for (int i = 0; i < 5; i++)
		joist_start_child(self, pid, joist_int(self, i), NULL);
	before = joist_now_ns(self);
	joist_exit_to(self, pid, joist_make(self, "shutdown"));
	gone(self, pid, "shutdown");
	CHECK_INT((joist_now_ns(self) - before) / 1000000, 200);
}
