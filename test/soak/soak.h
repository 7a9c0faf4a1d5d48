/* A node in which thousands of actors do whatever harm they can, and a few witnesses that nothing of it
 * may reach. What its parts share:
 *
 *   rogue.c, deeds.c   those who do harm, to themselves and to each other
 *   sponge.c           those whom they need for it
 *   toil.c, harm.c     C code that takes long, and C code that crashes
 *   sequence.c, bank.c, ticker.c, coroner.c  the witnesses
 *   soak.c             alternates noise and calm, and in the calm looks at all of it
 *   soak.py            runs the node and passes the verdict */
#ifndef JOIST_TEST_SOAK_H
#define JOIST_TEST_SOAK_H

#include <joist/joist.h>
#include <joist/server.h>

#include <stdatomic.h>

#include "test/random/random.h"

/* All counts are for people: relaxed. */
struct soak {
	uint64_t seed;
	int64_t pause_ms; /* of each rogue, from one deed to the next, on average */
	atomic_bool noise; /* else those who act, wait */
	atomic_uint_least64_t messages, faults, hand_overs, starts;
	atomic_int_least64_t late_ns; /* of the ticks: the longest wait for one */
	atomic_int mourned; /* deaths that the coroners wait for */
};

extern struct soak soak;

/* A die for an actor: no two are alike. */
uint64_t soak_dice(int64_t number);

/* Says that a rule was broken; the run has failed. */
void soak_finding(struct joist_actor *self, const char *what);

static inline bool soak_is_noisy(void)
{
	return atomic_load_explicit(&soak.noise, memory_order_relaxed);
}

static inline void soak_count(atomic_uint_least64_t *count)
{
	atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
}

/* ---- what takes long ---- */

/* Computes or blocks in C, mostly for a millisecond or two. */
void toil(uint64_t *dice);

/* ---- what crashes ---- */

/* A way to crash, of test/faults/stranger.h, that the node is to survive. */
const struct wrong *harm_any(uint64_t *dice);

/* Does that, at once or when the actor ends. */
void harm_do(const struct wrong *wrong);
void harm_defer(struct joist_actor *self, const struct wrong *wrong);

/* ---- those who are met by chance ---- */

/* Gives the caller the place `slot` among those who are met. */
void victims_enlist(struct joist_actor *self, int64_t slot);

/* One of them, which may have ended. */
joist_pid victims_any(uint64_t *dice);

/* ---- looking at all actors ---- */

/* NULL, or what is wrong with the ties between actors: which can be for a moment. */
const char *audit_ties(struct joist_actor *self);

/* NULL, or what is wrong with the accounts. */
const char *bank_audit(struct joist_actor *self);

/* NULL, or what is wrong with the ticks. */
const char *ticks_audit(struct joist_actor *self);

/* ---- actors ---- */

extern const struct joist_server rogue, brute, sponge, broker, account, ticker, sink, mortal_server;

void director(struct joist_actor *self, joist_term args);
void rogue_loop(struct joist_actor *self, joist_term args);
void brute_loop(struct joist_actor *self, joist_term args);
void ticker_loop(struct joist_actor *self, joist_term args);
void source(struct joist_actor *self, joist_term to);
void coroner(struct joist_actor *self, joist_term args);
void mortal(struct joist_actor *self, joist_term args);

#endif
