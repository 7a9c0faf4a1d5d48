/* State machines: an actor whose handling of an event depends on a named state, Erlang's gen_statem.
 *
 *   enum { LOCKED, OPEN };
 *
 *   static void locked(struct joist_actor *self, void *data, const struct joist_event *event)
 *   {
 *           if (event->kind == JOIST_EVENT_CAST && joist_is_atom(event->content, "coin"))
 *                   joist_next_state(self, OPEN);
 *           else
 *                   joist_postpone(self);
 *   }
 *
 *   static const struct joist_statem_state states[] = { [LOCKED] = { "locked", locked, false },
 *                                                       [OPEN] = { "open", open, true } };
 *   static const struct joist_statem gate = { .data_size = sizeof(struct gate),
 *                                             .states = states, .state_count = 2 };
 *   JOIST_PLUGIN("gate", "1.0", JOIST_STATEM(gate));
 *
 * It takes what a server takes; joist_stop, joist_from and joist_reply (joist/server.h) work in it as
 * they do there. */
#ifndef JOIST_STATEM_H
#define JOIST_STATEM_H

#include <joist/server.h>

JOIST_BEGIN

enum joist_event_kind {
	JOIST_EVENT_ENTER, /* the machine came into this state; `content` is the name of the last one */
	JOIST_EVENT_CALL, /* answer by joist_reply(self, event->from, ...) */
	JOIST_EVENT_CAST,
	JOIST_EVENT_INFO, /* any other message */
	JOIST_EVENT_INTERNAL, /* what joist_next_event gave */
	JOIST_EVENT_TIMEOUT, /* of joist_event_timeout */
	JOIST_EVENT_STATE_TIMEOUT, /* of joist_state_timeout */
	JOIST_EVENT_NAMED_TIMEOUT, /* of joist_named_timeout */
};

struct joist_event {
	enum joist_event_kind kind;
	joist_term content; /* the request, message or what the time-out was given */
	joist_term from; /* of a call */
	joist_term name; /* of a named time-out */
};

struct joist_statem_state {
	const char *name;
	void (*handle)(struct joist_actor *self, void *data, const struct joist_event *event);
	bool enter; /* whether it wants JOIST_EVENT_ENTER */
};

struct joist_statem {
	/* The size of the data: zeroed memory that dies with the machine and does not move. */
	size_t data_size;

	/* Where the machine begins is the first state, or the one that init names by joist_next_state.
	 * May be NULL. */
	void (*init)(struct joist_actor *self, void *data, joist_term args);

	const struct joist_statem_state *states;
	size_t state_count;

	/* As of a server. May be NULL. */
	void (*terminate)(struct joist_actor *self, void *data, joist_term reason);
};

/* Has the machine go into states[state] when the running callback has returned. If that is another
 * state, its state time-out ends, what was postponed is handled again, and `enter` happens.
 * [actor] exits {badarg, <<"joist_next_state">>} if there is no such state, or outside a callback */
JOIST_PUBLIC void joist_next_state(struct joist_actor *self, unsigned state);

/* Puts the event that is being handled aside until the state has changed. Not for time-outs.
 * [actor] exits {badarg, <<"joist_postpone">>} outside a callback of a machine */
JOIST_PUBLIC void joist_postpone(struct joist_actor *self);

/* Has `content` handled as an internal event before any other; of two, the last one counts.
 * [actor] exits {badarg, <<"joist_next_event">>} outside a callback of a machine */
JOIST_PUBLIC void joist_next_event(struct joist_actor *self, joist_term content);

/* Sets the event time-out, which the next event (but an internal one) ends; the state time-out, which a
 * change of state ends; or the time-out of that name. One that is set is replaced; JOIST_INFINITY ends
 * it.
 * [actor] exits {badarg, <<"joist_event_timeout">>} and so on outside a callback of a machine */
JOIST_PUBLIC void joist_event_timeout(struct joist_actor *self, int64_t ms, joist_term content);
JOIST_PUBLIC void joist_state_timeout(struct joist_actor *self, int64_t ms, joist_term content);
JOIST_PUBLIC void joist_named_timeout(struct joist_actor *self, joist_term name, int64_t ms,
				      joist_term content);

/* What JOIST_STATEM names. */
JOIST_PUBLIC extern const struct joist_handler joist_statem_handler;

JOIST_END

/* A `const struct joist_statem`. */
#define JOIST_STATEM(table)                                                                        \
	{                                                                                          \
#table, JOIST_EXPORT_HANDLER, 0, NULL, &joist_statem_handler,                      \
			JOIST_TABLE(struct joist_statem, table), 0,                                \
		{                                                                                  \
			NULL, NULL                                                                 \
		}                                                                                  \
	}

#endif
