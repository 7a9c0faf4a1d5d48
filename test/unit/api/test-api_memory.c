/* What an actor owns: memory, kept terms, what it has called at its end. */
#include <joist/actor.h>

#include <string.h>

#include "test/harness.h"
#include "test/stage.h"

static bool all_zero(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

static void own_bytes(struct joist_actor *self, joist_term args)
{
	char *first = joist_alloc(self, 100), *last = joist_realloc(self, NULL, 10);

	(void)args;
	CHECK(all_zero(first, 100) && all_zero(last, 10));
	memset(first, 'x', 100);
	first = joist_realloc(self, first, 100000);
	CHECK(first[0] == 'x' && first[99] == 'x');
	CHECK(all_zero(first + 100, 100000 - 100));
	first = joist_realloc(self, first, 1);
	CHECK(first[0] == 'x');
	joist_free(self, first);
	joist_free(self, NULL);
	/* `last` goes with the actor. */
}

static void keep_terms(struct joist_actor *self, joist_term args)
{
	joist_term kept = joist_keep(self, joist_make(self, "{kept, [1, 2], <<\"three\">>}"));

	(void)args;
	for (int i = 0; i < 3; i++) {
		joist_send(self, joist_self(self), joist_make(self, "{turn, 1, 2, 3, 4}"));
		joist_receive(self);
		CHECK(joist_match(kept, "{kept, [1, 2], <<\"three\">>}"));
	}
	joist_drop(self, kept);
	joist_drop(self, joist_keep(self, joist_int(self, 1)));
	joist_drop(self, (joist_term){ 0 });
	CHECK(joist_is_none(joist_keep(self, (joist_term){ 0 })));
	joist_keep(self, joist_make(self, "{goes, with, the, actor}"));
}

static void drop_foreign(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_drop(self, joist_make(self, "{never, kept}"));
}

static void defer_nothing(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_defer(self, NULL, NULL);
}

static void be_wrong(struct joist_actor *self, joist_term args)
{
	CHECK_STR(stage_end_of(self, "drop_foreign", args), "{badarg,<<\"joist_drop\">>}");
	CHECK_STR(stage_end_of(self, "defer_nothing", args), "{badarg,<<\"joist_defer\">>}");
}

static char order[8];

static void note(void *argument)
{
	strncat(order, argument, 1);
}

static void tie(struct joist_actor *self, joist_term args)
{
	static char a[] = "a", b[] = "b", c[] = "c";

	joist_defer(self, note, a);
	joist_defer(self, note, b);
	joist_defer(self, note, c);
	joist_defer(self, note, b);
	CHECK(joist_undefer(self, note, b)); /* the newest */
	CHECK(!joist_undefer(self, note, order));
	if (joist_is_atom(args, "wait"))
		joist_receive(self);
}

static void see_ties(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	CHECK_STR(stage_end_of(self, "tie", args), "normal");
	CHECK_STR(order, "cba");
	order[0] = '\0';
	joist_pid pid = joist_spawn_monitor(self, "test:tie", joist_make(self, "wait"), &monitor);
	stage_let_wait(self, pid);
	CHECK_STR(order, "");
	joist_exit_to(self, pid, joist_make(self, "kill"));
	CHECK_STR(stage_down(self, monitor), "killed");
	CHECK_STR(order, "cba");
}

static void take_much(struct joist_actor *self, joist_term args)
{
	int64_t size;

	CHECK(joist_get_int(args, &size));
	joist_alloc(self, (size_t)size);
}

static void grow(struct joist_actor *self, joist_term args)
{
	char *memory = joist_alloc(self, 1);

	(void)args;
	for (size_t size = 2; size < 1 << 30; size *= 2)
		memory = joist_realloc(self, memory, size);
}

static void keep_on(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 1 << 20; i++)
		joist_keep(self, joist_make(self, "{1, 2, 3, 4, 5, 6, 7, 8}"));
}

static const char *end_of_limited(struct joist_actor *self, const char *name, int64_t size)
{
	struct joist_spawn_options options = { .monitor = true, .memory_bytes_max = 1 << 20 };
	joist_ref monitor;

	joist_spawn_with(self, name, joist_int(self, size), &options, &monitor);
	return stage_down(self, monitor);
}

static void limit(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_STR(end_of_limited(self, "test:take_much", 1 << 18), "normal");
	CHECK_STR(end_of_limited(self, "test:take_much", 1 << 21), "{limit,memory}");
	CHECK_STR(end_of_limited(self, "test:grow", 0), "{limit,memory}");
	CHECK_STR(end_of_limited(self, "test:keep_on", 0), "{limit,memory}");
}

static int64_t memory_of(struct joist_actor *self)
{
	joist_term info = joist_info(self, joist_self(self));
	int64_t bytes;

	CHECK(joist_match(info, "#{memory := Bytes}", &bytes));
	return bytes;
}

/* Tells how much it has while messages of any kind come and go. */
static void come_and_go(struct joist_actor *self, joist_term args)
{
	joist_pid me = joist_self(self), parent;

	joist_get_pid(args, &parent);
	joist_trap_exit(self, true);
	for (int i = 0; i < 30; i++) {
		joist_send(self, me, joist_make(self, "{I, [1, 2, 3]}", i));
		joist_parcel(self);
		joist_move(self, me, joist_make(self, "{moved, I}", i));
		joist_exit_to(self, me, joist_make(self, "{trapped, I}", i));
	}
	joist_send(self, parent, joist_int(self, memory_of(self)));
	joist_receive_match(self, 0, "{7, _}");
	joist_receive_match(self, 0, "{moved, 29}");
	joist_receive_match(self, JOIST_INFINITY, "{'EXIT', _, _}");
	joist_send(self, parent, joist_int(self, memory_of(self)));
	for (int i = 0; i < 87; i++)
		joist_receive(self);
	joist_send(self, parent, joist_int(self, memory_of(self)));
}

/* An actor that has a limit counts its mailbox, one that has none looks at it. */
static void count_mailbox(struct joist_actor *self, joist_term args)
{
	static const struct joist_spawn_options limited = { .memory_bytes_max = 1 << 20 }, plain;
	int64_t bytes[3], same, low = INT64_MAX;

	(void)args;
	joist_spawn_with(self, "test:come_and_go", joist_pid_term(self, joist_self(self)), &plain,
			 NULL);
	for (int i = 0; i < 3; i++) {
		CHECK(joist_get_int(joist_receive(self), &bytes[i]));
		CHECK(bytes[i] < low);
		low = bytes[i];
	}
	joist_spawn_with(self, "test:come_and_go", joist_pid_term(self, joist_self(self)), &limited,
			 NULL);
	for (int i = 0; i < 3; i++) {
		CHECK(joist_get_int(joist_receive(self), &same));
		CHECK_INT(same, bytes[i]);
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(come_and_go),  STAGE_LOOP(count_mailbox),
	STAGE_LOOP(own_bytes),	  STAGE_LOOP(keep_terms),
	STAGE_LOOP(drop_foreign), STAGE_LOOP(defer_nothing),
	STAGE_LOOP(be_wrong),	  STAGE_LOOP(tie),
	STAGE_LOOP(see_ties),	  STAGE_LOOP(take_much),
	STAGE_LOOP(grow),	  STAGE_LOOP(keep_on),
	STAGE_LOOP(limit),	  { 0 },
};

TEST_LEAK_FREE(bytes_are_zeroed_and_go_with_the_actor)
{
	stage_run(exports, 1, "own_bytes");
}

TEST_LEAK_FREE(kept_terms_outlive_the_turn)
{
	stage_run(exports, 1, "keep_terms");
}

TEST_LEAK_FREE(wrong_arguments_end_the_actor)
{
	stage_run(exports, 1, "be_wrong");
}

TEST_LEAK_FREE(ties_are_called_last_first_however_it_ends)
{
	stage_run(exports, 1, "see_ties");
}

TEST_LEAK_FREE(a_limit_has_the_mailbox_counted)
{
	stage_run(exports, 1, "count_mailbox");
}

TEST_LEAK_FREE(a_limit_of_memory_ends_the_actor)
{
	stage_run(exports, 1, "limit");
}
