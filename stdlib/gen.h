/* What servers and state machines have alike. Behind the author's state stands a struct gen, so that
 * joist_state gives the former; the size of the state is the first member of whatever table the export
 * has. */
#ifndef JOIST_STDLIB_GEN_H
#define JOIST_STDLIB_GEN_H

#include "stash.h"
#include "timeout.h"

enum gen_kind {
	GEN_CALL,
	GEN_CAST,
	GEN_INFO,
	GEN_TIMEOUT,
	GEN_CONTINUE,
};

struct gen_event {
	enum gen_kind kind;
	joist_term content;
	joist_term from; /* of a call */
	const struct timeout *timeout; /* of a time-out */
};

/* What the actor does; `ops` of a kind, not of an actor. */
struct gen_ops {
	void (*init)(struct joist_actor *self, void *state, joist_term args);
	void (*handle)(struct joist_actor *self, void *state, const struct gen_event *event);
	void (*terminate)(struct joist_actor *self, void *state, joist_term reason);
	joist_term (*look)(struct joist_actor *self, void *state); /* for sys:get_state */
};

/* What lasts as long as a callback; on its stack. */
struct gen_turn {
	joist_term message;
	joist_term from;
	joist_term stop; /* none: the actor goes on */
	joist_term next; /* what joist_continue asked for, or none */
	bool stashed;
};

/* What few actors need. */
struct gen_extra {
	struct stash stashed; /* put aside by the author */
	struct stash ready; /* to be handled before the mailbox; fills while suspended */
	struct timeouts timeouts;
	joist_term next; /* what init asked joist_continue for, kept, or none */
	bool suspended;
};

struct gen {
	struct gen_turn *turn; /* NULL between turns */
	struct gen_extra *extra; /* NULL until it is needed */
	bool initialised;
};

/* The memory that an actor of this table needs before what its kind adds, which starts with the gen. */
size_t gen_offset(const void *table);

/* The gen of the running actor; ends it with {badarg, <<"function">>} outside a turn of its kind. */
struct gen *gen_turn_of(struct joist_actor *self, const char *function);

/* The gen of the running actor, in a turn or not. */
struct gen *gen_of(struct joist_actor *self);

/* As gen_of(self)->extra, made if there is none. */
struct gen_extra *gen_extra_of(struct joist_actor *self);

/* Ends the conversion that runs if what is behind its new state is no longer `was`: it was written past its
 * end. */
void gen_check(struct joist_actor *self, const struct gen *was);

/* Ends the actor with {badarg, <<"function">>}. */
JOIST_NORETURN void gen_badarg(struct joist_actor *self, const char *function);

#endif
