/* Supervisors: actors that start, watch, restart and stop others, Erlang's supervisor.
 *
 * One is started as "supervisor:supervisor" with a map, or stands in the boot script, whose keys are the
 * same; all but `children` may be left out:
 *
 *   #{strategy => one_for_one,      one_for_one | one_for_all | rest_for_one | simple_one_for_one
 *     intensity => 3, period_s => 5,      so many restarts in so many seconds, not one more
 *     auto_shutdown => never,             never | any_significant | all_significant
 *     children => [#{id => <<"c1">>, start => <<"counter:counter">>, args => [],
 *                    register => <<"counter">>,
 *                    restart => permanent,          permanent | transient | temporary
 *                    shutdown_ms => 5000,           or brutal_kill | infinity
 *                    start_ms => infinity,          for its start; 5000 on another node
 *                    node => 'b@host', nodes => [], where it runs; else on this node
 *                    on_node_loss => wait,          wait | elsewhere | give_up
 *                    node_wait_ms => infinity,
 *                    significant => false,
 *                    backoff => #{min_ms => 100, max_ms => 10000, jitter => 0.2},
 *                    priority => normal,            normal | low | high | max
 *                    limits => #{memory_bytes => 0, mailbox_messages => 0, mailbox_bytes => 0,
 *                                mailbox_policy => error_to_sender}},
 *                  #{id => <<"sub">>, supervisor => #{...}}]}
 *
 * A child with `backoff` waits before it is started again: min_ms at first, twice as long each time, at
 * most max_ms, more or less by a part `jitter` of that. Its restarts do not count towards `intensity`.
 * One that has run for longer than max_ms starts from min_ms again.
 *
 * A child with `node` runs on that node, or, with `nodes`, on the first of all of them that is there.
 * When the connection with it is lost, it waits for its node, which is the default without `nodes`, or
 * is started elsewhere, which is the default with them; after node_wait_ms without a node, or at once
 * with give_up, the supervisor ends. Such restarts do not count towards `intensity` either.
 *
 * With simple_one_for_one there is one specification, and any number of children of it. What
 * joist_start_child is given are their args; if the specification's are a list with something in it,
 * they are put behind that.
 *
 * A supervisor answers Erlang's supervisor module: start_child, terminate_child, restart_child,
 * delete_child, which_children, count_children, get_childspec. And two calls more: get_specification is
 * answered by {ok, Map}, the map that would make it what it is now; {set_specification, Map} has it be what
 * another map says, ok or {error, Reason}. That starts and stops nobody: who is new stands stopped, who is
 * gone, and whose nodes change, must have been stopped before.
 * The functions below exit with the supervisor's reason if it ends before it has answered, and wait for as
 * long as it takes. */
#ifndef JOIST_SUPERVISOR_H
#define JOIST_SUPERVISOR_H

#include <joist/joist.h>

JOIST_BEGIN

/* Starts a child of the supervisor `dest` by a specification, or, with simple_one_for_one, by its args.
 * Its pid; nobody, with the reason in `*ret_reason` (which may be NULL), if it did not start: undefined
 * if it did not want to run, {already_started, Pid}, already_present, or why it ended.
 * [actor, yields] exits {badarg, <<"joist_start_child">>} if `dest` is no destination */
JOIST_PUBLIC joist_pid joist_start_child_term(struct joist_actor *self, joist_term dest,
					      joist_term spec_or_args, joist_term *ret_reason);
#define joist_start_child(self, dest, spec_or_args, ret_reason)                                    \
	joist_start_child_term((self), JOIST_DEST((self), (dest)), (spec_or_args), (ret_reason))

/* Starts a child that was stopped, as joist_start_child does; else the reason is running, restarting,
 * not_found or simple_one_for_one.
 * [actor, yields] exits {badarg, <<"joist_restart_child">>} if `dest` is no destination */
JOIST_PUBLIC joist_pid joist_restart_child_term(struct joist_actor *self, joist_term dest,
						joist_term id, joist_term *ret_reason);
#define joist_restart_child(self, dest, id, ret_reason)                                            \
	joist_restart_child_term((self), JOIST_DEST((self), (dest)), (id), (ret_reason))

/* Stops a child, by its id, or by its pid with simple_one_for_one; or takes the specification of a
 * stopped one away. ok or {error, Reason}.
 * [actor, yields] exits {badarg, <<"joist_terminate_child">>} or {badarg, <<"joist_delete_child">>} if
 * `dest` is no destination */
JOIST_PUBLIC joist_term joist_terminate_child_term(struct joist_actor *self, joist_term dest,
						   joist_term id);
JOIST_PUBLIC joist_term joist_delete_child_term(struct joist_actor *self, joist_term dest,
						joist_term id);
#define joist_terminate_child(self, dest, id)                                                      \
	joist_terminate_child_term((self), JOIST_DEST((self), (dest)), (id))
#define joist_delete_child(self, dest, id)                                                         \
	joist_delete_child_term((self), JOIST_DEST((self), (dest)), (id))

/* The children, last started first: [{Id, Pid | undefined | restarting, worker | supervisor, [Plugin]}].
 * [actor, yields] exits {badarg, <<"joist_which_children">>} if `dest` is no destination */
JOIST_PUBLIC joist_term joist_which_children_term(struct joist_actor *self, joist_term dest);
#define joist_which_children(self, dest)                                                           \
	joist_which_children_term((self), JOIST_DEST((self), (dest)))

/* [{specs, N}, {active, N}, {supervisors, N}, {workers, N}].
 * [actor, yields] exits {badarg, <<"joist_count_children">>} if `dest` is no destination */
JOIST_PUBLIC joist_term joist_count_children_term(struct joist_actor *self, joist_term dest);
#define joist_count_children(self, dest)                                                           \
	joist_count_children_term((self), JOIST_DEST((self), (dest)))

JOIST_END

#endif
