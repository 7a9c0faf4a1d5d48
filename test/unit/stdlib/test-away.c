/* Children of nodes that are not there, for there is none but this one; test/cluster/supervision.py has
 * more. Workers tell the test, which is registered as `watcher`, when they start and end. */
#include <joist/server.h>
#include <joist/supervisor.h>

#include "test/unit/stdlib/yard.h"

static void worker_init(struct joist_actor *self, void *state, joist_term args)
{
	joist_trap_exit(self, true);
	joist_get_atom(args, state);
	joist_send_to(self, "watcher", joist_make(self, "{up, Name}", args));
}

static void worker_terminate(struct joist_actor *self, void *state, joist_term reason)
{
	(void)reason;
	joist_send_to(self, "watcher", joist_make(self, "{down, Name}", *(joist_atom *)state));
}

static const struct joist_server worker = { .state_size = sizeof(joist_atom),
					    .init = worker_init,
					    .terminate = worker_terminate };

/* Takes its time to start. */
static void slow_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)state, (void)args;
	joist_sleep(self, 1000);
}

static const struct joist_server slow = { .init = slow_init };

const struct joist_export yard_exports[] = { JOIST_SERVER(worker), JOIST_SERVER(slow), { 0 } };

static joist_pid supervisor(struct joist_actor *self, const char *args)
{
	joist_register(self, "watcher", joist_self(self));
	joist_trap_exit(self, true);
	return yard_start(self, "supervisor:supervisor", args);
}

/* The next thing that a worker tells. */
static void expect(struct joist_actor *self, const char *what, const char *name)
{
	joist_atom said, who;

	joist_test_expect(self, 1000, "{Said, Who}", &said, &who);
	CHECK_STR(joist_atom_name(said).data, what);
	CHECK_STR(joist_atom_name(who).data, name);
}

static void quiet(struct joist_actor *self)
{
	joist_test_refuse(self, 5000, "{_, _}");
}

/* Why a supervisor with that map does not start. */
static const char *refusal(struct joist_actor *self, const char *map)
{
	joist_term reason;
	joist_pid pid = joist_start(self, "supervisor:supervisor", yard_term(self, map), NULL, 1000,
				    &reason);

	return joist_pid_is_none(pid) ? joist_format(self, reason) : "none";
}

#define CHILD(name, more) "#{id => " name ", start => <<\"t:worker\">>, args => " name more "}"
#define FAR ", node => 'far@away'"

YARD_TEST(wrong_nodes_are_refused)
{
	CHECK_STR(refusal(self, "#{children => [" CHILD("a", ", node => far") "]}"),
		  "{start_spec,{invalid_node,far}}");
	CHECK_STR(refusal(self, "#{children => [" CHILD("a", ", nodes => ['f@a', 1]") "]}"),
		  "{start_spec,{invalid_node,1}}");
	CHECK_STR(refusal(self, "#{children => [" CHILD("a", ", nodes => 'f@a'") "]}"),
		  "{start_spec,{invalid_nodes,f@a}}");
	CHECK_STR(refusal(self, "#{children => [" CHILD("a", FAR ", on_node_loss => x") "]}"),
		  "{start_spec,{invalid_on_node_loss,x}}");
	CHECK_STR(refusal(self, "#{children => [" CHILD("a", FAR ", node_wait_ms => -1") "]}"),
		  "{start_spec,{invalid_node_wait,-1}}");
	CHECK_STR(refusal(self, "#{children => [" CHILD("a", ", start_ms => soon") "]}"),
		  "{start_spec,{invalid_start_ms,soon}}");
}

YARD_TEST(a_child_starts_on_the_first_of_its_nodes_that_is_there)
{
	joist_pid pid = supervisor(
		self, "#{children => [" CHILD("a", FAR ", nodes => ['nonode@nohost']") "]}");
	expect(self, "up", "a");
	YARD_CALL(self, pid, "count_children",
		  "[{specs,1},{active,1},{supervisors,0},{workers,1}]");
}

YARD_TEST(a_child_whose_node_is_not_there_is_away)
{
	joist_pid pid = supervisor(self, "#{children => [" CHILD("a", FAR) "," CHILD("b", "") "]}");

	expect(self, "up", "b");
	YARD_CALL(self, pid, "count_children",
		  "[{specs,2},{active,1},{supervisors,0},{workers,2}]");
	YARD_CALL(self, pid, "{restart_child, a}", "{error,restarting}");
	YARD_CALL(self, pid, "{terminate_child, a}", "ok");
	YARD_CALL(self, pid, "{restart_child, a}", "{error,noconnection}");
	YARD_CALL(self, pid, "{delete_child, a}", "ok");
	YARD_CALL(self, pid, "{start_child, " CHILD("c", FAR) "}", "{error,noconnection}");
	YARD_CALL(self, pid, "count_children",
		  "[{specs,1},{active,1},{supervisors,0},{workers,1}]");
}

YARD_TEST(the_later_ones_wait_with_it)
{
	joist_pid pid =
		supervisor(self, "#{strategy => rest_for_one, children => [" CHILD(
					 "a", "") "," CHILD("b", FAR) "," CHILD("c", "") "]}");

	expect(self, "up", "a");
	quiet(self);
	YARD_CALL(self, pid, "count_children",
		  "[{specs,3},{active,1},{supervisors,0},{workers,3}]");
	YARD_CALL(self, pid, "{restart_child, b}", "{error,restarting}");
}

YARD_TEST(all_wait_with_it)
{
	supervisor(self, "#{strategy => one_for_all, children => [" CHILD("a", "") "," CHILD(
				 "b", FAR) "]}");
	expect(self, "up", "a");
	expect(self, "down", "a");
	quiet(self);
}

YARD_TEST(the_wait_for_a_node_has_an_end)
{
	joist_pid pid =
		supervisor(self, "#{children => [" CHILD("a", FAR ", node_wait_ms => 2500") "]}");
	int64_t from_ns = joist_now_ns(self);

	joist_test_expect(self, 100000, "{'EXIT', ^Pid, shutdown}", &pid);
	CHECK_INT((joist_now_ns(self) - from_ns) / 1000000, 2500);
}

YARD_TEST(who_gives_up_does_not_wait)
{
	CHECK_STR(refusal(self, "#{children => [" CHILD("a", FAR ", on_node_loss => give_up") "]}"),
		  "{shutdown,{failed_to_start_child,a,noconnection}}");
}

YARD_TEST(a_start_has_its_time)
{
	CHECK_STR(refusal(self,
			  "#{children => [#{id => a, start => <<\"t:slow\">>, start_ms => 100}]}"),
		  "{shutdown,{failed_to_start_child,a,timeout}}");
}
