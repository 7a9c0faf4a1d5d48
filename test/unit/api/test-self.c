/* What an actor asks of itself, and how it gives way. */
#include <joist/actor.h>

#include <stddef.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/vm.h"

static bool same_pid(struct joist_actor *self, joist_pid a, joist_pid b)
{
	return joist_equal(joist_pid_term(self, a), joist_pid_term(self, b));
}

static void know_parent(struct joist_actor *self, joist_term args)
{
	joist_pid parent;

	CHECK(joist_get_pid(args, &parent));
	CHECK(same_pid(self, joist_parent(self), parent));
	CHECK(!same_pid(self, joist_self(self), parent));
}

static void know_itself(struct joist_actor *self, joist_term args)
{
	joist_term own = joist_pid_term(self, joist_self(self));

	(void)args;
	CHECK(joist_current() == self);
	joist_yield(self);
	CHECK(joist_current() == self);
	CHECK(joist_is_atom(joist_atom_term(joist_node(self)), "nonode@nohost"));
	CHECK_STR(stage_end_of(self, "know_parent", own), "normal");
}

static void know_node(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK(joist_is_atom(joist_atom_term(joist_node(self)), "a@here"));
}

/* A tuple of so many small integers: a word each, and one more. */
static joist_term tuple_of(struct joist_actor *self, size_t size)
{
	static joist_term items[1000];

	CHECK(size <= 1000);
	for (size_t i = 0; i < size; i++)
		items[i] = joist_int(self, 1);
	return joist_tuple(self, items, size);
}

static void label_with(struct joist_actor *self, joist_term args)
{
	int64_t size;

	CHECK(joist_get_int(args, &size));
	joist_label(self, size ? tuple_of(self, (size_t)size) : (joist_term){ 0 });
}

static joist_term label_of(struct joist_actor *self)
{
	joist_term key = joist_atom_term(joist_atom_new("label"));

	return joist_map_get(joist_info(self, joist_self(self)), key);
}

static void label(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK(joist_match(label_of(self), "undefined"));
	joist_label(self, joist_make(self, "{worker, 1}"));
	CHECK(joist_match(label_of(self), "{worker, 1}"));
	joist_label(self, joist_make(self, "worker"));
	CHECK(joist_match(label_of(self), "worker"));
	CHECK_STR(stage_end_of(self, "label_with", joist_int(self, 511)), "normal");
	CHECK_STR(stage_end_of(self, "label_with", joist_int(self, 512)),
		  "{badarg,<<\"joist_label\">>}");
}

static void set_wrong_priority(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_priority(self, (enum joist_priority)(JOIST_PRIORITY_MAX + 1));
}

static void tell_what_was(struct joist_actor *self, joist_term args)
{
	CHECK(!joist_trap_exit(self, true));
	CHECK(joist_trap_exit(self, true));
	CHECK(joist_trap_exit(self, false));
	CHECK(!joist_trap_exit(self, false));
	CHECK_INT(joist_priority(self, JOIST_PRIORITY_LOW), JOIST_PRIORITY_NORMAL);
	CHECK_INT(joist_priority(self, JOIST_PRIORITY_HIGH), JOIST_PRIORITY_LOW);
	CHECK_INT(joist_priority(self, JOIST_PRIORITY_NORMAL), JOIST_PRIORITY_HIGH);
	CHECK_STR(stage_end_of(self, "set_wrong_priority", args),
		  "{badarg,<<\"joist_priority\">>}");
}

static bool other_ran;

static void other(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	other_ran = true;
}

static void yield(struct joist_actor *self, joist_term args)
{
	joist_spawn(self, "test:other", args);
	CHECK(!other_ran);
	joist_yield(self);
	CHECK(other_ran);
	joist_yield(self); /* and so if nobody is there */
	other_ran = false;
	joist_spawn(self, "test:other", args);
	joist_yield(self);
	CHECK(other_ran);
}

static void bump(struct joist_actor *self, joist_term args)
{
	joist_yield(self); /* a slice from its start */
	joist_spawn(self, "test:other", args);
	joist_bump(self, 10);
	CHECK(!other_ran);
	joist_yield_off(self);
	joist_bump(self, UINT32_MAX);
	CHECK(!other_ran);
	joist_yield_on(self);
	while (!other_ran)
		joist_bump(self, 4000);
}

static const struct stage_export exports[] = {
	STAGE_LOOP(know_parent),
	STAGE_LOOP(know_itself),
	STAGE_LOOP(know_node),
	STAGE_LOOP(label_with),
	STAGE_LOOP(label),
	STAGE_LOOP(set_wrong_priority),
	STAGE_LOOP(tell_what_was),
	STAGE_LOOP(other),
	STAGE_LOOP(yield),
	STAGE_LOOP(bump),
	{ 0 },
};

TEST_LEAK_FREE(an_actor_knows_itself_and_its_parent)
{
	CHECK(!joist_current());
	stage_run(exports, 1, "know_itself");
	CHECK(!joist_current());
}

TEST_LEAK_FREE(a_node_has_the_name_that_it_was_given)
{
	stage_run_with(exports, &(struct vm_options){ .name = "a@here", .schedulers = 1 },
		       "know_node");
}

TEST_LEAK_FREE(labels_are_seen_and_limited)
{
	stage_run(exports, 1, "label");
}

TEST_LEAK_FREE(what_was_set_before_is_told)
{
	stage_run(exports, 1, "tell_what_was");
}

TEST_LEAK_FREE(a_yield_lets_another_run)
{
	stage_run(exports, 1, "yield");
}

TEST_LEAK_FREE(a_slice_that_is_charged_for_lets_another_run)
{
	stage_run(exports, 1, "bump");
}
