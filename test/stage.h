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
#include <joist/plugin.h>

struct vm_options;

/* One of the three. */
struct stage_export {
	const char *name; /* NULL ends a list */
	void (*loop)(struct joist_actor *self, joist_term args);
	const struct joist_handler *handler;
	void (*fun)(void);
	uint32_t arity; /* of `fun` */
};

#define STAGE_LOOP(function)                                                                       \
	{                                                                                          \
		.name = #function, .loop = function                                                \
	}
#define STAGE_HANDLER(table)                                                                       \
	{                                                                                          \
		.name = #table, .handler = &table                                                  \
	}
#define STAGE_FUN(function, arity_)                                                                \
	{                                                                                          \
		.name = #function, .fun = (void (*)(void))function, .arity = arity_                \
	}

/* A node that runs, with so many schedulers. One at a time. */
struct joist_vm *stage_start(const struct stage_export *exports, unsigned schedulers);

/* The same, with options, but for the code. */
struct joist_vm *stage_start_with(const struct stage_export *exports,
				  const struct vm_options *options);

/* Runs "test:name" with the argument [] until it ends, which must be with the reason `normal`. */
void stage_call(struct joist_vm *vm, const char *name);

/* Stops and frees it. */
void stage_stop(struct joist_vm *vm);

/* All three. */
void stage_run(const struct stage_export *exports, unsigned schedulers, const char *name);
void stage_run_with(const struct stage_export *exports, const struct vm_options *options,
		    const char *name);

/* For actors: waits for the DOWN of that monitor; its reason as text, which lives until the turn ends. */
const char *stage_down(struct joist_actor *self, joist_ref monitor);

/* For actors: starts "test:name", waits for its end; its reason likewise. */
const char *stage_end_of(struct joist_actor *self, const char *name, joist_term args);

/* For actors: lets the others run until `pid` waits, and has nothing left to do. */
void stage_let_wait(struct joist_actor *self, joist_pid pid);

#endif
