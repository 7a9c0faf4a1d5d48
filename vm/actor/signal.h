/* Signals: all that one actor can send to another. Each is one block of memory that carries its own
 * terms; who receives it reads them where they are, and frees the block when its turn ends. */
#ifndef JOIST_VM_ACTOR_SIGNAL_H
#define JOIST_VM_ACTOR_SIGNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "vm/base/bug.h"
#include "vm/base/heap.h"
#include "vm/term/copy.h"
#include "vm/term/term.h"

enum signal_kind {
	SIGNAL_MESSAGE, /* term: the message */
	SIGNAL_CALL, /* a message that asks for an answer: number is the call's, from the caller */
	SIGNAL_ALIAS, /* a message to the alias `number`, or the answer to the call of that number */
	SIGNAL_EXIT, /* term: the reason; from: who sent it */
	SIGNAL_EXIT_LINK, /* the same, because a link broke; number: as LINK, of the receiver's side */
	SIGNAL_LINK, /* number: tells this link from an earlier one of the same two */
	SIGNAL_UNLINK,
	SIGNAL_MONITOR, /* number: the monitor's; name: by which the receiver was found, or zero */
	SIGNAL_DEMONITOR, /* number */
	SIGNAL_DOWN, /* number; term: the reason */
	SIGNAL_ASK, /* number: of the question what the receiver is; answered by SIGNAL_ALIAS */
	SIGNAL_LEADER, /* term: the receiver's group leader from now on */
	SIGNAL_LOOK, /* nothing: the receiver's code changes (change.h) */
	SIGNAL_WAKE, /* nothing: somebody has changed what the receiver waits for */
	SIGNAL_MAILBOX_FULL, /* the receiver's limit says that it ends */
	SIGNAL_STARTED, /* number: of a start; from: whose first turn is over */
	SIGNAL_SPAWNED, /* number: of a SIGNAL_SPAWN; from: who was started; term: SPAWNED_..., added; or
			   the atom that says why nobody was */
	/* These only go to other nodes. */
	SIGNAL_SPAWN, /* starts an actor; term: {Plugin, Export, Args, Options, Leader} */
	SIGNAL_NAMED, /* a message to who has the name `name` there */
	SIGNAL_KINDS, /* so many */
};

/* What a request for an actor has come to, besides the actor. */
#define SPAWNED_LINK 1
#define SPAWNED_MONITOR 2
/* When its first turn is over, or it has ended before, that is told as well. */
#define SPAWNED_STARTS 4

/* In front of its words. */
struct signal {
	struct signal *next;
	uint64_t to; /* pid id: a slot may have a new actor by the time this arrives */
	joist_term term;
	uint64_t *bins; /* counted binaries in its words, as in an arena */
	struct arena_chunk *chunks; /* of a moved message */
	uint32_t bytes; /* of the block */
	uint8_t kind;
	bool embedded; /* part of something else, which frees it */
	bool counted; /* by the gate of the mailbox that it is for */
};

/* A signal that says who sent it. */
struct signal_from {
	struct signal signal;
	joist_pid from;
	uint64_t number;
	joist_atom name;
};

#define SIGNAL_WORDS_FEW 64

/* A signal of `kind` to `to` with room for `words` words; NULL when memory is short. */
struct signal *signal_make(enum signal_kind kind, joist_pid to, size_t words);

/* The same with a copy of `term` (none: nothing). */
struct signal *signal_make_copy(enum signal_kind kind, joist_pid to, joist_term term);

/* The same for a message, which most often is a small tuple with nothing in it to follow, or no more than
 * a word. */
static inline struct signal *signal_make_message(joist_pid to, joist_term term)
{
	bool pointer = term_is_pointer(term);
	size_t words = pointer ? copy_tuple_words(term) : 0,
	       bytes = sizeof(struct signal) + words * sizeof(uint64_t);

	if (UNLIKELY(pointer && words - 1 >= SIGNAL_WORDS_FEW))
		return signal_make_copy(SIGNAL_MESSAGE, to, term);
	struct signal *s = heap_take(bytes);
	if (UNLIKELY(!s))
		return NULL;
	uint64_t *copy = (uint64_t *)(void *)(s + 1);
	if (UNLIKELY(!copy_flat(copy, term, words))) {
		heap_give(s, bytes);
		return signal_make_copy(SIGNAL_MESSAGE, to, term);
	}
	*s = (struct signal){ .to = to.id,
			      .term = pointer ? term_from_box(copy) : term,
			      .bytes = (uint32_t)bytes,
			      .kind = SIGNAL_MESSAGE };
	return s;
}

/* The same, as a signal_from. */
struct signal_from *signal_make_from(enum signal_kind kind, joist_pid to, joist_pid from,
				     uint64_t number, joist_term term);

/* The words of a signal, as an arena to build its term in; signal_built takes what it says of binaries. */
struct arena signal_arena(struct signal *signal);
static inline void signal_built(struct signal *signal, const struct arena *arena, joist_term term)
{
	signal->bins = arena->bins;
	signal->term = term;
}

/* A few words that the sender left free, in which the receiver makes a message of what was no message:
 * {'EXIT', From, Reason} and its like. */
struct arena signal_spare(struct signal *signal);

/* The rest of the following. */
void signal_free_other(struct signal *signal);

/* Frees it, unless it is embedded. */
static inline void signal_free(struct signal *signal)
{
	if (LIKELY(!signal->embedded && !signal->bins && !signal->chunks))
		heap_give(signal, signal->bytes);
	else
		signal_free_other(signal);
}

/* Whether the kinds that carry a struct signal_from include this one's. */
static inline bool signal_has_from(const struct signal *signal)
{
	return signal->kind != SIGNAL_MESSAGE && signal->kind != SIGNAL_WAKE &&
	       signal->kind != SIGNAL_LOOK && signal->kind != SIGNAL_MAILBOX_FULL;
}

static inline struct signal_from *signal_from_of(struct signal *signal)
{
	return (struct signal_from *)(void *)signal;
}

/* What a signal takes of its receiver's memory. */
size_t signal_bytes(const struct signal *signal);

#endif
