/* A node for unit tests of what actors call: its exports are functions of the test.
 *
 *   static void waits(struct joist_actor *self, joist_term args) { ... }
 *   static const struct stage_export exports[] = { STAGE_LOOP(waits), { 0 } };
 *
 *   TEST(an_actor_waits)
 *   {
 *           stage_run(exports, 1, "waits");
 *   }
 *
 * Such a function runs as "test:waits"; the macros of the harness work in it. */
#ifndef JOIST_TEST_STAGE_H
#define JOIST_TEST_STAGE_H

#include <joist/actor.h>

struct stage_export {
	const char *name; /* NULL ends a list */
	void (*loop)(struct joist_actor *self, joist_term args);
};

#define STAGE_LOOP(function)                                                                       \
	{                                                                                          \
#function, function                                                                \
	}

/* A node that runs, with so many schedulers. One at a time. */
struct joist_vm *stage_start(const struct stage_export *exports, unsigned schedulers);

/* Runs "test:name" with the argument [] until it ends, which must be with the reason `normal`. */
void stage_call(struct joist_vm *vm, const char *name);

/* Stops and frees it. */
void stage_stop(struct joist_vm *vm);

/* All three. */
void stage_run(const struct stage_export *exports, unsigned schedulers, const char *name);

#endif
