/* Loops: from their first frame to the last, and on as another. */
#include "vm/sched/loop.h"

#include <string.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/heap.h"
#include "vm/vm.h"

static int deferred;

static void count_deferred(void *unused)
{
	(void)unused;
	deferred++;
}

/* The third of three: checks that all that an actor has came with it. */
static void become_last(struct joist_actor *self, joist_term args)
{
	int64_t *memory;
	joist_term kept;
	joist_pid starter;
	int64_t address, word;

	CHECK(joist_match(args, "{Starter, Memory, Kept, _}", &starter, &address, &word));
	memory = (int64_t *)(uintptr_t)address;
	kept = (joist_term){ (uint64_t)word };
	CHECK_INT(memory[0], 77);
	CHECK(joist_match(kept, "{kept, <<\"text\">>}"));
	CHECK(joist_pid_equal(joist_whereis(self, "changing"), joist_self(self)));
	CHECK(joist_match(joist_receive(self), "second"));
	CHECK(joist_match(args, "{_, _, _, [1, 2, 3]}")); /* these are its own now */
	CHECK_INT(deferred, 0);
	joist_send(self, starter, joist_make(self, "done"));
	joist_receive(self);
}

static void become_next(struct joist_actor *self, joist_term args)
{
	CHECK(joist_match(joist_receive(self), "first"));
	/* Arguments that are part of those it has now. */
	joist_become(self, "test:become_last", args);
}

static void become_more(struct joist_actor *self, joist_term args)
{
	int64_t *memory = joist_alloc(self, sizeof(*memory));
	joist_pid starter;

	memory[0] = 77;
	CHECK(joist_get_pid(args, &starter));
	joist_defer(self, count_deferred, NULL);
	joist_register(self, "changing", joist_self(self));
	joist_term kept = joist_keep(self, joist_make(self, "{kept, <<\"text\">>}"));
	joist_term next = joist_make(self, "{S, M, K, [1, 2, 3]}", starter,
				     (int64_t)(uintptr_t)memory, (int64_t)kept.word);
	joist_become(self, "test:become_next", next);
}

static void change(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	deferred = 0;
	joist_pid pid = joist_spawn_monitor(self, "test:become_more",
					    joist_pid_term(self, joist_self(self)), &monitor);
	joist_send(self, pid, joist_make(self, "first"));
	joist_send(self, pid, joist_make(self, "second"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "done"));
	CHECK(joist_match(joist_info(self, pid), "#{current_function := {test, become_last, 1}}"));
	joist_exit_to(self, pid, joist_make(self, "bye"));
	CHECK_STR(stage_down(self, monitor), "bye");
	CHECK_INT(deferred, 1);
}

static void become_itself(struct joist_actor *self, joist_term args)
{
	int64_t left;

	CHECK(joist_get_int(args, &left));
	if (left > 0)
		joist_become(self, "test:become_itself", joist_int(self, left - 1));
}

static void become_unknown(struct joist_actor *self, joist_term args)
{
	joist_become(self, "test:nothing", args);
}

static void become_handler(struct joist_actor *self, joist_term args)
{
	joist_become(self, "test:handler", args);
}

static void no_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)state;
	joist_become(self, "test:become_itself", args);
}

static const struct joist_handler handler = {
	.size = sizeof(struct joist_handler),
	.start = no_start,
};

static void become_in_defer(void *self)
{
	joist_become(self, "test:become_itself", joist_nil());
}

static void become_late(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_defer(self, count_deferred, NULL);
	joist_defer(self, become_in_defer, self);
}

static joist_term becoming(struct joist_actor *self, joist_term args)
{
	joist_become(self, "test:become_itself", args);
}

static void become_by_function(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_apply(self, "test:becoming", joist_make(self, "[3]"));
}

static void become_without_memory(struct joist_actor *self, joist_term args)
{
	int64_t nth;

	CHECK(joist_get_int(args, &nth));
	heap_fail(nth, false);
	joist_become(self, "test:become_itself", joist_int(self, 0));
}

static bool is_undef(const char *reason)
{
	return strncmp(reason, "undef", 5) == 0 || strncmp(reason, "{undef", 6) == 0;
}

static void change_wrongly(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_STR(stage_end_of(self, "become_itself", joist_int(self, 10000)), "normal");
	CHECK_STR(stage_end_of(self, "become_by_function", joist_nil()), "normal");
	CHECK(is_undef(stage_end_of(self, "become_unknown", joist_nil())));
	CHECK(is_undef(stage_end_of(self, "become_handler", joist_nil())));
	CHECK(is_undef(stage_end_of(self, "handler", joist_nil())));
	deferred = 0;
	CHECK_STR(stage_end_of(self, "become_late", joist_nil()), "normal");
	CHECK_INT(deferred, 1);
	CHECK_STR(stage_end_of(self, "become_without_memory", joist_int(self, 1)), "system_limit");
	CHECK_STR(stage_end_of(self, "become_without_memory", joist_int(self, 2)), "system_limit");
	heap_fail(0, false);
}

static const struct stage_export exports[] = {
	STAGE_LOOP(become_last),	STAGE_LOOP(become_next),
	STAGE_LOOP(become_more),	STAGE_LOOP(change),
	STAGE_LOOP(become_itself),	STAGE_LOOP(become_unknown),
	STAGE_LOOP(become_handler),	STAGE_HANDLER(handler),
	STAGE_LOOP(become_late),	STAGE_FUN(becoming, 1),
	STAGE_LOOP(become_by_function), STAGE_LOOP(become_without_memory),
	STAGE_LOOP(change_wrongly),	{ 0 },
};

TEST_LEAK_FREE(a_loop_goes_on_as_another)
{
	stage_run(exports, 1, "change");
	stage_run(exports, 2, "change");
}

TEST_LEAK_FREE(what_cannot_be_become_ends_it)
{
	stage_run(exports, 1, "change_wrongly");
}
