/* A supervisor's specification: told, and exchanged under its children, of whom none may notice. */
#include <joist/supervisor.h>

#include "test/unit/stdlib/yard.h"

/* Ends as it is told. */
static void idler(struct joist_actor *self, joist_term args)
{
	joist_term reason;

	(void)args;
	joist_receive_match(self, JOIST_INFINITY, "{die, Reason}", &reason);
	joist_exit(self, reason);
}

const struct joist_export yard_exports[] = { JOIST_ACTOR(idler), { 0 } };

#define CHILD(id, more) "#{id => " id ", start => <<\"t:idler\">>" more "}"
#define SET(what) "{set_specification, #{" what "}}"

/* With children a, b and c. */
static joist_pid start(struct joist_actor *self)
{
	joist_trap_exit(self, true);
	return yard_start(self, "supervisor:supervisor",
			  "#{strategy => rest_for_one, children => [" CHILD("a", "") "," CHILD(
				  "b", "") "," CHILD("c", "") "]}");
}

/* The child of that id; none if it does not run. */
static joist_pid child(struct joist_actor *self, joist_pid supervisor, const char *id)
{
	joist_term children = joist_which_children(self, supervisor), one, name;
	joist_pid pid;

	while (joist_list_next(&children, &one)) {
		if (joist_match(one, "{Name, Pid, _, _}", &name, &pid) && joist_is_atom(name, id))
			return pid;
	}
	return (joist_pid){ 0 };
}

static void die(struct joist_actor *self, joist_pid pid, const char *reason)
{
	joist_ref monitor = joist_monitor(self, pid);

	joist_send(self, pid, joist_make(self, "{die, Reason}", joist_atom_new(reason)));
	joist_test_expect(self, 1000, "{'DOWN', ^Monitor, _, _, _}", &monitor);
}

YARD_TEST(is_told)
{
	YARD_CALL(self, start(self), "get_specification",
		  "{ok,#{auto_shutdown => never,children => "
		  "[#{id => a,start => <<\"t:idler\">>},#{id => b,start => <<\"t:idler\">>},"
		  "#{id => c,start => <<\"t:idler\">>}],"
		  "intensity => 3,period_s => 5,strategy => rest_for_one}}");
}

YARD_TEST(is_exchanged_and_nobody_notices)
{
	joist_pid pid = start(self), a = child(self, pid, "a"), c = child(self, pid, "c");

	joist_test_match(self, joist_terminate_child(self, pid, joist_make(self, "b")), "ok");
	YARD_CALL(self, pid,
		  SET("intensity => 7, children => [" CHILD("c", "") "," CHILD("d", "") "," CHILD(
			  "a", ", restart => transient") "]"),
		  "ok");
	joist_test_match(
		self, joist_which_children(self, pid),
		"[{a, ^A, worker, [t]}, {d, undefined, worker, [t]}, {c, ^C, worker, [t]}]", &a,
		&c);
	YARD_CALL(self, pid, "{restart_child, b}", "{error,not_found}");
	CHECK(!joist_pid_is_none(joist_restart_child(self, pid, joist_make(self, "d"), NULL)));
	die(self, a, "normal");
	CHECK(joist_pid_is_none(child(self, pid, "a")));
}

YARD_TEST(has_flags_that_hold_from_then_on)
{
	joist_pid pid = start(self);

	die(self, child(self, pid, "a"), "oops");
	YARD_CALL(self, pid,
		  SET("intensity => 0, children => [" CHILD("a", "") "," CHILD("b", "") "," CHILD(
			  "c", "") "]"),
		  "ok");
	joist_pid b = child(self, pid, "b");
	joist_send(self, b, joist_make(self, "{die, oops}"));
	joist_test_expect(self, 1000, "{'EXIT', ^Pid, shutdown}", &pid);
}

YARD_TEST(is_refused_as_a_whole)
{
	joist_pid pid = start(self);

	YARD_CALL(self, pid, "{set_specification, []}",
		  "{error,{supervisor_data,{invalid_type,[]}}}");
	YARD_CALL(self, pid, SET("intensity => -1"),
		  "{error,{supervisor_data,{invalid_intensity,-1}}}");
	YARD_CALL(self, pid, SET("children => x"),
		  "{error,{supervisor_data,{invalid_children,x}}}");
	YARD_CALL(self, pid, SET("children => [" CHILD("d", "") ", x]"),
		  "{error,{start_spec,{invalid_child_spec,x}}}");
	YARD_CALL(self, pid, SET("children => [" CHILD("d", "") "," CHILD("d", "") "]"),
		  "{error,{start_spec,{duplicate_child_name,d}}}");
	YARD_CALL(self, pid, SET("children => [" CHILD("a", "") "," CHILD("c", "") "]"),
		  "{error,{running,b}}");
	YARD_CALL(self, pid,
		  SET("children => [" CHILD("a", "") "," CHILD("b", "") "," CHILD(
			  "c", ", node => 'x@y'") "]"),
		  "{error,{running,c}}");
	YARD_CALL(self, pid,
		  SET("strategy => simple_one_for_one, children => [" CHILD("a", "") "]"),
		  "{error,simple_one_for_one}");
	YARD_CALL(self, pid, "count_children",
		  "[{specs,3},{active,3},{supervisors,0},{workers,3}]");
}

YARD_TEST(of_a_pattern_is_exchanged)
{
	joist_pid pid =
		yard_start(self, "supervisor:supervisor",
			   "#{strategy => simple_one_for_one, children => [" CHILD("w", "") "]}");

	joist_start_child(self, pid, joist_nil(), NULL);
	YARD_CALL(self, pid,
		  SET("strategy => simple_one_for_one, children => [" CHILD(
			  "w", ", restart => transient") "]"),
		  "ok");
	YARD_CALL(self, pid, "{get_childspec, w}",
		  "{ok,#{id => w,restart => transient,start => <<\"t:idler\">>}}");
	YARD_CALL(self, pid, "count_children",
		  "[{specs,1},{active,1},{supervisors,0},{workers,1}]");
}
