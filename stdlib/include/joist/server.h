/* Servers: a table of callbacks over a C struct, Erlang's gen_server. A server at rest owns no stack.
 *
 *   struct count { int64_t n; };
 *
 *   static joist_term call(struct joist_actor *self, void *state, joist_term request)
 *   {
 *           struct count *count = state;
 *           int64_t by;
 *
 *           if (joist_match(request, "{add, By}", &by))
 *                   return joist_int(self, count->n += by);
 *           joist_exit(self, request);
 *   }
 *
 *   static const struct joist_server counter = { .state_size = sizeof(struct count), .call = call };
 *   JOIST_PLUGIN("counter", "1.0", JOIST_SERVER(counter));
 *
 * A server takes what gen_server:call, gen_server:cast and sys send, and anything else as info. If it
 * traps exits and its parent ends, it ends with the same reason. A callback is a turn: terms from it
 * are gone when it returns, except those that joist_keep keeps. */
#ifndef JOIST_SERVER_H
#define JOIST_SERVER_H

#include <joist/joist.h>

JOIST_BEGIN

/* What a server does; every callback may be NULL. */
struct joist_server {
	/* The size of the state: zeroed memory that dies with the server and does not move. */
	size_t state_size;

	/* The first turn. Whoever started the server by joist_start waits for its end; to fail, it calls
	 * joist_exit or joist_stop (with the reason normal if the server just does not want to run). */
	void (*init)(struct joist_actor *self, void *state, joist_term args);

	/* A call: returns the reply, or joist_noreply, or joist_stop(reason). NULL: any call ends the
	 * server with {bad_call, Request}, which is what the caller sees. */
	joist_term (*call)(struct joist_actor *self, void *state, joist_term request);

	/* A cast, or any other message. NULL: it is logged. */
	void (*cast)(struct joist_actor *self, void *state, joist_term message);
	void (*info)(struct joist_actor *self, void *state, joist_term message);

	/* What joist_idle_timeout asked for. */
	void (*timeout)(struct joist_actor *self, void *state);

	/* What joist_continue asked for. */
	void (*handle_continue)(struct joist_actor *self, void *state, joist_term what);

	/* The last turn, unless init did not succeed. It is also called after joist_exit, and after an
	 * SDK call that ended the server; not after a fault or an exit signal that was not trapped:
	 * what must happen in any case is for joist_defer. */
	void (*terminate)(struct joist_actor *self, void *state, joist_term reason);

	/* Makes `state` of the state of an older version of the plugin, in an upgrade; false refuses, and
	 * puts all back. What both versions name in JOIST_STATE is in its place, the rest is zero. Of the
	 * SDK it may call what builds terms, memory, joist_defer and the log: all else refuses. May be NULL
	 * where JOIST_STATE says all. */
	bool (*code_change)(struct joist_actor *self, uint32_t old_version, const void *old_state,
			    size_t old_size, void *state);
};

/* What `call` returns when the reply comes later, by joist_reply, or never. */
__attribute__((unused)) static const joist_term joist_noreply = { 7 };

/* Ends the server with `reason` when the running callback has returned; returns joist_noreply.
 * [actor] exits {badarg, <<"joist_stop">>} outside a callback of a server */
JOIST_PUBLIC joist_term joist_stop(joist_term reason);

/* The From of the call that is being handled, for joist_reply; none if it is no call. For a reply in a
 * later turn, keep it: joist_keep(self, joist_from(self)).
 * [actor] exits {badarg, <<"joist_from">>} outside a callback of a server */
JOIST_PUBLIC joist_term joist_from(struct joist_actor *self);

/* Has `timeout` called when no message comes for `ms` milliseconds; JOIST_INFINITY takes it back. The
 * next message of any kind (but sys's) ends the wait.
 * [actor] exits {badarg, <<"joist_idle_timeout">>} outside a callback of a server */
JOIST_PUBLIC void joist_idle_timeout(struct joist_actor *self, int64_t ms);

/* Has `handle_continue` called with `what` when the running callback has returned, before any other
 * message is looked at. If a callback asks twice, the last one counts.
 * [actor] exits {badarg, <<"joist_continue">>} outside a callback of a server */
JOIST_PUBLIC void joist_continue(struct joist_actor *self, joist_term what);

/* Puts the message that is being handled aside until joist_unstash. What `call` returns after it is
 * not sent.
 * [actor] exits {badarg, <<"joist_stash">>} outside a callback of a server */
JOIST_PUBLIC void joist_stash(struct joist_actor *self);

/* Has all messages that were put aside handled again, oldest first, before any other message.
 * [actor] exits {badarg, <<"joist_unstash">>} outside a callback of a server */
JOIST_PUBLIC void joist_unstash(struct joist_actor *self);

/* Sends {'$gen_cast', `message`} to `dest`; to a name that nobody has, nothing.
 * [actor, yields when its reductions are spent] exits {badarg, <<"joist_cast">>} if `dest` is no
 * destination */
JOIST_PUBLIC void joist_cast_term(struct joist_actor *self, joist_term dest, joist_term message);
#define joist_cast(self, dest, message)                                                            \
	joist_cast_term((self), JOIST_DEST((self), (dest)), (message))

/* What JOIST_SERVER names. */
JOIST_PUBLIC extern const struct joist_handler joist_server_handler;

JOIST_END

/* A `const struct joist_server`. */
#define JOIST_SERVER(table)                                                                        \
	{                                                                                          \
#table, JOIST_EXPORT_HANDLER, 0, NULL, &joist_server_handler,                      \
			JOIST_TABLE(struct joist_server, table), 0,                                \
		{                                                                                  \
			NULL, NULL                                                                 \
		}                                                                                  \
	}

#ifndef __cplusplus
/* The address of a table of that type; of any other, a compile error. */
#define JOIST_TABLE(type, table) _Generic(&table, const type * : &table, type * : &table)
/* A callback of another type in a table is an error, as it is in C++. */
#pragma GCC diagnostic error "-Wincompatible-pointer-types"
#else
#define JOIST_TABLE(type, table) (static_cast<const type *>(&table))
#endif

#endif
