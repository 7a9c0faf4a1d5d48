/* Counted reductions: the calls that the compiler puts into a plugin's branches, made by hand. */
#include <joist/actor.h>
#include <stdatomic.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/vm.h"

void __sanitizer_cov_trace_pc(void);

static atomic_bool other_ran;

static void other(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	atomic_store(&other_ran, true);
}

static void spin(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_spawn(self, "test:other", joist_nil());
	while (!atomic_load(&other_ran))
		__sanitizer_cov_trace_pc();
}

static void spin_alone(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_spawn(self, "test:other", joist_nil());
	joist_yield_off(self);
	joist_yield_off(self);
	joist_yield_on(self);
	for (int i = 0; i < 20000; i++)
		__sanitizer_cov_trace_pc();
	CHECK(!atomic_load(&other_ran));
	joist_yield_on(self);
	while (!atomic_load(&other_ran))
		__sanitizer_cov_trace_pc();
}

static void spin_for_good(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	for (;;)
		__sanitizer_cov_trace_pc();
}

static void kill_spinner(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;
	joist_pid pid = joist_spawn_monitor(self, "test:spin_for_good", joist_nil(), &monitor);

	(void)args;
	joist_yield(self);
	joist_exit_to(self, pid, joist_make(self, "kill"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Ref, process, _, killed}",
				  &monitor));
}

static const struct stage_export exports[] = { STAGE_LOOP(other),	 STAGE_LOOP(spin),
					       STAGE_LOOP(spin_alone),	 STAGE_LOOP(spin_for_good),
					       STAGE_LOOP(kill_spinner), { 0 } };

TEST(a_loop_that_counts_gives_way)
{
	stage_run(exports, 1, "spin");
}

TEST(a_loop_may_keep_the_processor_for_a_while)
{
	/* With a virtual clock nobody takes the worker from it. */
	stage_run_with(exports, &(struct vm_options){ .schedulers = 1, .virtual_clock = true },
		       "spin_alone");
}

TEST(a_loop_that_counts_can_be_killed)
{
	stage_run(exports, 1, "kill_spinner");
}

TEST(code_outside_actors_is_not_charged)
{
	for (int i = 0; i < 10000; i++)
		__sanitizer_cov_trace_pc();
}
