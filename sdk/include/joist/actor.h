/* Actors: what one may do with itself and with others. The words are Erlang's.
 *
 * A turn is one callback of a server or handler. A loop's turn ends when joist_receive takes the next
 * message. Terms of the last turn die then; the loop's `args` and what joist_keep returned stay.
 * joist_receive_match, joist_call, sleeps and waits for I/O do not end a turn. */
#ifndef JOIST_ACTOR_H
#define JOIST_ACTOR_H

#include <joist/match.h>

JOIST_BEGIN

/* ---- where a message can go ---- */

/* A destination: a pid, an alias, a registered name of this node, or {Name, Node}, as a term. The
 * macros below take a joist_term, a joist_pid, a joist_ref, a joist_atom or a C string in its place.
 * [actor] borrows dest; exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_dest_term(struct joist_actor *self, joist_term dest);
JOIST_PUBLIC joist_term joist_dest_pid(struct joist_actor *self, joist_pid dest);
JOIST_PUBLIC joist_term joist_dest_ref(struct joist_actor *self, joist_ref dest);
JOIST_PUBLIC joist_term joist_dest_atom(struct joist_actor *self, joist_atom dest);
JOIST_PUBLIC joist_term joist_dest_name(struct joist_actor *self, const char *dest);

/* ---- who am I ---- */

/* The actor's own pid.
 * [actor] */
JOIST_PUBLIC joist_pid joist_self(struct joist_actor *self);

/* The actor that called the code that runs now; NULL outside an actor.
 * [any] */
JOIST_PUBLIC struct joist_actor *joist_current(void);

/* The pid of the actor that started this one; nobody if the node did.
 * [actor] */
JOIST_PUBLIC joist_pid joist_parent(struct joist_actor *self);

/* To whom the output of one that was started from another node goes, and of all that it starts: Erlang's
 * group leader. Nobody for others, whose output is the node's.
 * [actor] */
JOIST_PUBLIC joist_pid joist_group_leader(struct joist_actor *self);

/* Makes `leader` the group leader of `pid`, and of all that it starts from then on: an actor that writes
 * what it is asked to by Erlang's I/O protocol.
 * [actor] exits {badarg, <<"joist_set_group_leader">>} if one of them is nobody */
JOIST_PUBLIC void joist_set_group_leader(struct joist_actor *self, joist_pid leader, joist_pid pid);

/* The state of a handler or server, NULL for a loop. It has the size that the export asks for, starts
 * as zeros and does not move.
 * [actor] owned by the actor */
JOIST_PUBLIC void *joist_state(struct joist_actor *self);

/* The `data` of the actor's export (joist/plugin.h).
 * [actor] */
JOIST_PUBLIC const void *joist_export_data(struct joist_actor *self);

/* The name of this node; nonode@nohost if it has none.
 * [actor] */
JOIST_PUBLIC joist_atom joist_node(struct joist_actor *self);

/* This node, for joist_post.
 * [actor] the handle lives as long as the node */
JOIST_PUBLIC struct joist_vm *joist_vm_of(struct joist_actor *self);

/* The "config" of the actor's plugin in the boot script, a map with binaries as keys; #{} if it has none.
 * [actor] the term lives as long as the node */
JOIST_PUBLIC joist_term joist_config(struct joist_actor *self);

/* Gives the actor a label that lists of actors show beside its pid.
 * [actor] borrows label; exits {badarg, <<"joist_label">>} above 4096 bytes */
JOIST_PUBLIC void joist_label(struct joist_actor *self, joist_term label);

/* ---- sending ---- */

/* Sends a copy of `message` to `to`. Sending to the dead is not an error.
 * [actor, yields when its reductions are spent, or for room] exits {badarg, <<"joist_send">>} if `to` is
 * nobody or `message` no term, {limit, mailbox} if the other's mailbox is full and its policy says so */
JOIST_PUBLIC void joist_send(struct joist_actor *self, joist_pid to, joist_term message);

/* As joist_send, but where a limit of the other's mailbox would hold or end the caller, says false.
 * [actor] exits {badarg, <<"joist_try_send">>} as joist_send */
JOIST_PUBLIC bool joist_try_send(struct joist_actor *self, joist_pid to, joist_term message);

/* Sends a copy of `message` to `dest`.
 * [actor, yields when its reductions are spent] exits {badarg, <<"joist_send_to">>} if `dest` is no
 * destination or a name that nobody has */
JOIST_PUBLIC void joist_send_to_term(struct joist_actor *self, joist_term dest, joist_term message);
#define joist_send_to(self, dest, message)                                                         \
	joist_send_to_term((self), JOIST_DEST((self), (dest)), (message))

/* Starts a parcel: until joist_move, what the actor builds goes into memory of its own, and terms from
 * outside that are put into it are copied there, or, with joist_adopt, taken over.
 * [actor] exits {badarg, <<"joist_parcel">>} if one is open */
JOIST_PUBLIC void joist_parcel(struct joist_actor *self);

/* Takes the memory of the message `message`, which the actor received in this turn, over into the open
 * parcel, so that parts of it can be sent on without a copy.
 * [actor] exits {badarg, <<"joist_adopt">>} if no parcel is open or `message` is no such message */
JOIST_PUBLIC void joist_adopt(struct joist_actor *self, joist_term message);

/* Sends `message` with the open parcel, without a copy, and closes it. The actor may not look at what
 * was in the parcel any more.
 * [actor, yields when its reductions are spent] exits {badarg, <<"joist_move">>} if no parcel is open
 * or `to` is nobody */
JOIST_PUBLIC void joist_move(struct joist_actor *self, joist_pid to, joist_term message);

/* ---- receiving ---- */

/* Waits for the next message and takes it. Ends the turn: terms of the last one are gone.
 * [actor, yields] exits {badarg, <<"joist_receive">>} in a handler, whose messages come by themselves */
JOIST_PUBLIC joist_term joist_receive(struct joist_actor *self);

/* As joist_receive; none when `timeout_ms` have passed first.
 * [actor, yields] */
JOIST_PUBLIC joist_term joist_receive_timeout(struct joist_actor *self, int64_t timeout_ms);

enum joist_result {
	JOIST_OK,
	JOIST_TIMEOUT, /* no answer in time; a late one will be dropped */
	JOIST_DOWN, /* the other is not there or ended first: `*ret_reply` is the reason */
};

/* Sends {'$gen_call', From, `request`} to `dest` and waits for the answer. Does not end the turn.
 * A call to itself is answered at once, by JOIST_DOWN and calling_self.
 * [actor, yields] `ret_reply` may be NULL; exits {badarg, <<"joist_call">>} if `dest` is no destination */
JOIST_PUBLIC enum joist_result joist_call_term(struct joist_actor *self, joist_term dest,
					       joist_term request, int64_t timeout_ms,
					       joist_term *ret_reply);
#define joist_call(self, dest, request, timeout_ms, ret_reply)                                     \
	joist_call_term((self), JOIST_DEST((self), (dest)), (request), (timeout_ms), (ret_reply))

/* Answers a call: `from` is the From of its {'$gen_call', From, Request}.
 * [actor] exits {badarg, <<"joist_reply">>} if `from` is no From */
JOIST_PUBLIC void joist_reply(struct joist_actor *self, joist_term from, joist_term reply);

/* ---- starting others ---- */

enum joist_priority {
	JOIST_PRIORITY_NORMAL,
	JOIST_PRIORITY_LOW,
	JOIST_PRIORITY_HIGH,
	JOIST_PRIORITY_MAX,
};

/* How to start an actor; a zero-initialised one is the default in everything. */
struct joist_spawn_options {
	bool link; /* links the new actor to its starter, before it runs */
	bool monitor; /* monitors it, before it runs */
	bool thread; /* gives it a thread of its own, on which all of it runs */
	uint16_t priority; /* enum joist_priority */
	uint16_t scheduler; /* which runs it, from 1 on, round and round; 0: any */
	uint32_t stack_bytes; /* a loop's stack; 0: what its export says, else 64 KiB */
	uint32_t descriptors_max; /* that it may open; 0: what the boot script says */
	size_t memory_bytes_max; /* more ends it with {limit, memory}; 0: what the boot script says */
	uint64_t mailbox_messages_max; /* 0: what the boot script says */
	uint64_t mailbox_bytes_max; /* 0: what the boot script says */
	const char *mailbox_policy; /* as in the boot script; NULL: what it says */
	const char *name; /* registered before it runs, unless taken: then it exits with badarg */
	/* zero: this node. With another one the call yields until the actor is there; of the rest an
	 * Erlang node heeds only `link` and `monitor`. */
	joist_atom node;
	joist_term label; /* none: no label */
};

/* Starts an actor by the export "plugin:export" with a copy of `args`. One that does not exist ends at
 * once with reason undef, and one that finds no memory with system_limit, so that links and monitors
 * tell of both.
 * [actor] borrows name; exits {badarg, <<"joist_spawn">>} if `name` has no colon */
JOIST_PUBLIC joist_pid joist_spawn(struct joist_actor *self, const char *name, joist_term args);

/* As joist_spawn, and links the new actor to the caller.
 * [actor] as joist_spawn */
JOIST_PUBLIC joist_pid joist_spawn_link(struct joist_actor *self, const char *name,
					joist_term args);

/* As joist_spawn, and monitors the new actor. With a fourth argument, a joist_ref *, tells the monitor.
 * [actor] as joist_spawn */
#define joist_spawn_monitor(self, name, ...)                                                       \
	JOIST_SPAWN_MONITOR((self), (name), __VA_ARGS__, NULL, _)
#define JOIST_SPAWN_MONITOR(self, name, args, ret_ref, ...)                                        \
	joist_spawn_monitor_ref(self, name, args, ret_ref)
JOIST_PUBLIC joist_pid joist_spawn_monitor_ref(struct joist_actor *self, const char *name,
					       joist_term args, joist_ref *ret_ref);

/* As joist_spawn with `options`; `ret_ref`, if not NULL, is the monitor that they ask for.
 * [actor] borrows options; exits {badarg, <<"joist_spawn_with">>} for a wrong option */
JOIST_PUBLIC joist_pid joist_spawn_with(struct joist_actor *self, const char *name, joist_term args,
					const struct joist_spawn_options *options,
					joist_ref *ret_ref);

/* As joist_spawn_with, and waits until the new actor has started: a handler when its first turn is
 * over; a loop, or a process of an Erlang node, at once. Nobody if it ended before (with reason `normal`,
 * if it did not want to run) or `timeout_ms` passed, in which case it is killed; `*ret_reason` is why
 * (timeout), and may be NULL.
 * [actor, yields] borrows options, which may be NULL; exits {badarg, <<"joist_start">>} as
 * joist_spawn_with */
JOIST_PUBLIC joist_pid joist_start(struct joist_actor *self, const char *name, joist_term args,
				   const struct joist_spawn_options *options, int64_t timeout_ms,
				   joist_term *ret_reason);

/* ---- ties ---- */

/* Links the caller with `pid`, or undoes it: when one of them ends, the other gets an exit signal.
 * [actor] exits {badarg, <<"joist_link">>} or {badarg, <<"joist_unlink">>} if `pid` is nobody */
JOIST_PUBLIC void joist_link(struct joist_actor *self, joist_pid pid);
JOIST_PUBLIC void joist_unlink(struct joist_actor *self, joist_pid pid);

/* Asks for a message {'DOWN', Ref, process, Object, Reason} when `dest` (not an alias) ends; at once,
 * with noproc, if it is not there.
 * [actor] exits {badarg, <<"joist_monitor">>} if `dest` is no destination */
JOIST_PUBLIC joist_ref joist_monitor_term(struct joist_actor *self, joist_term dest);
#define joist_monitor(self, dest) joist_monitor_term((self), JOIST_DEST((self), (dest)))

/* Ends a monitor. A DOWN that is already in the mailbox stays there; the second form takes it out.
 * Whether there was such a monitor.
 * [actor] */
JOIST_PUBLIC bool joist_demonitor(struct joist_actor *self, joist_ref monitor);
JOIST_PUBLIC bool joist_demonitor_flush(struct joist_actor *self, joist_ref monitor);

/* A reference by which others can send to the caller until joist_unalias. What comes later is dropped.
 * [actor] */
JOIST_PUBLIC joist_ref joist_alias(struct joist_actor *self);
JOIST_PUBLIC bool joist_unalias(struct joist_actor *self, joist_ref alias);

/* ---- ending ---- */

/* Ends the caller with `reason`.
 * [actor] never returns */
JOIST_PUBLIC JOIST_NORETURN void joist_exit(struct joist_actor *self, joist_term reason);

/* Sends `pid` an exit signal with `reason`; kill cannot be trapped.
 * [actor] exits {badarg, <<"joist_exit_to">>} if `pid` is nobody */
JOIST_PUBLIC void joist_exit_to(struct joist_actor *self, joist_pid pid, joist_term reason);

/* Whether exit signals become messages {'EXIT', Pid, Reason}; what it was before.
 * [actor] */
JOIST_PUBLIC bool joist_trap_exit(struct joist_actor *self, bool on);

/* ---- names ---- */

/* Registers `pid`, an actor of this node, under `name`. False if either has a name, or it has ended.
 * [actor] borrows name; exits {badarg, <<"joist_register">>} for a wrong name (also undefined), and
 * for a pid of another node */
JOIST_PUBLIC bool joist_register(struct joist_actor *self, const char *name, joist_pid pid);

/* Frees `name`; whether it was registered.
 * [actor] borrows name */
JOIST_PUBLIC bool joist_unregister(struct joist_actor *self, const char *name);

/* The actor registered under `name`, or nobody.
 * [actor] borrows name */
JOIST_PUBLIC joist_pid joist_whereis(struct joist_actor *self, const char *name);

/* ---- looking at others ---- */

/* Whether `pid`, an actor of this node, has not ended.
 * [actor, yields] exits {badarg, <<"joist_is_alive">>} for one of another node, which a monitor asks */
JOIST_PUBLIC bool joist_is_alive(struct joist_actor *self, joist_pid pid);

/* What Erlang's process_info tells of an actor of this node, as a map with atoms as keys: status,
 * current_function, message_queue_len, reductions, memory, links, monitors, monitored_by,
 * registered_name, trap_exit, priority, group_leader, label, and generation, of all code that it may run:
 * [{Plugin, Number}], its own first; none if it has ended.
 * [actor, yields] exits {badarg, <<"joist_info">>} for an actor of another node */
JOIST_PUBLIC joist_term joist_info(struct joist_actor *self, joist_pid pid);

/* The pids of all actors of this node, as a list.
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_actors(struct joist_actor *self);

/* Whether alarms of the node become messages {alarm, Name, Description} to the caller, and what is over
 * {alarm_cleared, Name, Description}; what it was before. Name is an atom such as memory_high,
 * Description a binary; docs/limits.md lists them.
 * [actor] exits system_limit if 64 actors hear of them already */
JOIST_PUBLIC bool joist_alarms(struct joist_actor *self, bool on);

/* Sets the caller's priority; what it was before.
 * [actor] exits {badarg, <<"joist_priority">>} for a wrong one */
JOIST_PUBLIC enum joist_priority joist_priority(struct joist_actor *self,
						enum joist_priority priority);

/* ---- time on the processor ---- */

/* Lets others run, of those that are ready on the caller's scheduler and have its priority or a higher
 * one: all that are in mid-turn, as the caller is, and at least one of those that are new or at rest.
 * [actor, yields] */
JOIST_PUBLIC void joist_yield(struct joist_actor *self);

/* Charges `reductions` (4000 are a slice) for work that the node cannot see.
 * [actor, yields when its reductions are spent] */
JOIST_PUBLIC void joist_bump(struct joist_actor *self, uint32_t reductions);

/* In a plugin built with counted reductions: loops between off and on do not yield. They nest.
 * [actor] */
JOIST_PUBLIC void joist_yield_off(struct joist_actor *self);
JOIST_PUBLIC void joist_yield_on(struct joist_actor *self);

/* ---- memory ---- */

/* A copy of `term` that lives until joist_drop or the end of the actor.
 * [actor] exits {limit, memory} or system_limit when memory is short */
JOIST_PUBLIC joist_term joist_keep(struct joist_actor *self, joist_term term);

/* Frees what joist_keep returned. None, and terms that need no memory, are fine.
 * [actor] exits {badarg, <<"joist_drop">>} if `kept` is not of joist_keep */
JOIST_PUBLIC void joist_drop(struct joist_actor *self, joist_term kept);

/* `size` zeroed bytes, which die with the actor however it ends.
 * [actor] returns owned, never NULL; exits {limit, memory} or system_limit when memory is short */
JOIST_PUBLIC void *joist_alloc(struct joist_actor *self, size_t size);

/* `memory` (or NULL) made `size` bytes large; what is added is zero. `memory` is gone.
 * [actor] as joist_alloc */
JOIST_PUBLIC void *joist_realloc(struct joist_actor *self, void *memory, size_t size);

/* Frees what joist_alloc or joist_realloc returned; NULL is fine.
 * [actor] */
JOIST_PUBLIC void joist_free(struct joist_actor *self, void *memory);

/* Has `run(argument)` called when the actor ends, however it ends: last tied, first called.
 * [actor] exits {limit, memory} or system_limit when memory is short */
JOIST_PUBLIC void joist_defer(struct joist_actor *self, void (*run)(void *argument),
			      void *argument);

/* Takes the newest such tie back without calling it; whether there was one.
 * [actor] */
JOIST_PUBLIC bool joist_undefer(struct joist_actor *self, void (*run)(void *argument),
				void *argument);

/* ---- functions and code ---- */

/* Calls the exported function "plugin:function" with the terms of the list `args`, in the caller.
 * [actor, yields if the function does] exits undef if there is none of that name and arity */
JOIST_PUBLIC joist_term joist_apply(struct joist_actor *self, const char *name, joist_term args);

/* Whether the function "plugin:function" of that arity is exported; with arity -1, whether "plugin:export"
 * can be started.
 * [actor] borrows name */
JOIST_PUBLIC bool joist_exported(struct joist_actor *self, const char *name, int arity);

/* Ends the running loop and goes on as the export "plugin:export" with `args`, on a fresh stack: same
 * pid, mailbox, links, names, kept terms and memory. Names the newest loaded version of the plugin.
 * [actor] never returns; exits undef if there is no such loop */
JOIST_PUBLIC JOIST_NORETURN void joist_become(struct joist_actor *self, const char *name,
					      joist_term args);

JOIST_END

#ifndef __cplusplus
#define JOIST_DEST(self, dest)                                                                     \
	_Generic((dest), joist_term: joist_dest_term, joist_pid: joist_dest_pid,                   \
		 joist_ref: joist_dest_ref, joist_atom: joist_dest_atom, char *: joist_dest_name,  \
		 const char *: joist_dest_name)((self), (dest))
#else
namespace joist
{
/* One line each. */
/* clang-format off */
inline joist_term dest(joist_actor *self, joist_term to) { return joist_dest_term(self, to); }
inline joist_term dest(joist_actor *self, joist_pid to) { return joist_dest_pid(self, to); }
inline joist_term dest(joist_actor *self, joist_ref to) { return joist_dest_ref(self, to); }
inline joist_term dest(joist_actor *self, joist_atom to) { return joist_dest_atom(self, to); }
inline joist_term dest(joist_actor *self, const char *to) { return joist_dest_name(self, to); }
/* clang-format on */
} /* namespace joist */
#define JOIST_DEST(self, to) joist::dest((self), (to))
#endif

#endif
