/* What a supervisor was told about a child, read from a map such as the boot script's. */
#ifndef JOIST_STDLIB_CHILDSPEC_H
#define JOIST_STDLIB_CHILDSPEC_H

#include <joist/joist.h>

enum childspec_restart {
	RESTART_PERMANENT,
	RESTART_TRANSIENT,
	RESTART_TEMPORARY,
};

/* What becomes of a child whose node is lost. */
enum childspec_loss {
	LOSS_WAIT, /* it is started again when that is back */
	LOSS_ELSEWHERE, /* or on another of its nodes */
	LOSS_GIVE_UP, /* the supervisor ends */
};

#define CHILDSPEC_BRUTAL_KILL INT64_C(-2) /* as shutdown_ms */

struct childspec_backoff {
	int64_t min_ms, max_ms; /* max_ms is 0 if there is no back-off */
	double jitter;
};

struct childspec {
	joist_term kept; /* the whole map; `id` and `args` are parts of it */
	joist_term id;
	joist_term args;
	char *start; /* "plugin:export" */
	joist_atom plugin; /* of `start` */
	char *name; /* to register; NULL: none */
	enum childspec_restart restart;
	int64_t shutdown_ms; /* or JOIST_INFINITY or CHILDSPEC_BRUTAL_KILL */
	int64_t start_ms; /* how long its start may take; or JOIST_INFINITY */
	joist_atom
		*nodes; /* where it runs, in the order of preference; none: on its supervisor's */
	size_t node_count;
	int64_t node_wait_ms; /* how long it waits for one of them; or JOIST_INFINITY */
	enum childspec_loss loss;
	bool significant;
	bool supervisor;
	struct childspec_backoff backoff;
	struct joist_spawn_options options;
};

/* The value at the atom `key`; none if there is none. */
joist_term childspec_field(joist_term map, const char *key);

/* A childspec from `map`; NULL with the reason in `*ret_error` if it is wrong. `significant_allowed` is
 * whether the supervisor's auto_shutdown is not never. childspec_free frees it. */
struct childspec *childspec_read(struct joist_actor *self, joist_term map, bool significant_allowed,
				 joist_term *ret_error);

/* NULL is fine. */
void childspec_free(struct joist_actor *self, struct childspec *spec);

/* How long to wait before restart number `attempt` (from 0): min_ms, doubled each time, up to max_ms,
 * and up to `jitter` of that more or less. `random` is any number. */
int64_t childspec_backoff_ms(const struct childspec_backoff *backoff, uint32_t attempt,
			     uint64_t random);

#endif
