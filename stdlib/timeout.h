/* Time-outs of one actor that come back to it as {'$timeout', Serial}. One that was cancelled or set anew
 * is never seen again, even if its message is already in the mailbox: its serial is unknown. */
#ifndef JOIST_STDLIB_TIMEOUT_H
#define JOIST_STDLIB_TIMEOUT_H

#include <joist/joist.h>

enum timeout_kind {
	TIMEOUT_EVENT, /* ends with the next event */
	TIMEOUT_STATE, /* ends with the state of a state machine */
	TIMEOUT_NAMED, /* ends when its owner says so */
};

struct timeout {
	struct timeout *next;
	enum timeout_kind kind;
	uint64_t serial;
	joist_ref timer;
	joist_term name; /* of a named one; kept */
	joist_term content; /* kept */
};

/* Zero-initialised: none is set. */
struct timeouts {
	struct timeout *first;
	uint64_t serial; /* of the newest */
};

/* Sets the timeout of that kind and name, in place of one that is set; JOIST_INFINITY only ends that. */
void timeout_set(struct joist_actor *self, struct timeouts *timeouts, enum timeout_kind kind,
		 joist_term name, int64_t ms, joist_term content);

/* Ends all of that kind whose serial is not above `last`. */
void timeout_clear(struct joist_actor *self, struct timeouts *timeouts, enum timeout_kind kind,
		   uint64_t last);

/* The timeout that `serial` is of, out of the list; NULL if there is none. timeout_free ends it. */
struct timeout *timeout_take(struct timeouts *timeouts, uint64_t serial);

void timeout_free(struct joist_actor *self, struct timeout *timeout);

#endif
