/* Functions called by name, and loops that become others. */
#include <joist/actor.h>

#include <stdio.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/term/term.h"
#include "vm/vm.h"

static joist_term none_of(struct joist_actor *self)
{
	return joist_int(self, 0);
}

static joist_term less(struct joist_actor *self, joist_term a, joist_term b)
{
	int64_t x, y;

	CHECK(joist_get_int(a, &x) && joist_get_int(b, &y));
	return joist_int(self, x - y);
}

static joist_term first_and_last(struct joist_actor *self, joist_term a, joist_term b, joist_term c,
				 joist_term d, joist_term e, joist_term f, joist_term g,
				 joist_term h)
{
	(void)b, (void)c, (void)d, (void)e, (void)f, (void)g;
	return joist_make(self, "{First, Last}", a, h);
}

static void apply(struct joist_actor *self, joist_term args)
{
	CHECK(joist_match(joist_apply(self, "test:none_of", args), "0"));
	CHECK(joist_match(joist_apply(self, "test:less", joist_make(self, "[5, 3]")), "2"));
	joist_term eight = joist_make(self, "[1, 2, 3, 4, 5, 6, 7, 8]");
	CHECK(joist_match(joist_apply(self, "test:first_and_last", eight), "{1, 8}"));
}

/* Calls by {Name, Arguments}. */
static void apply_wrongly(struct joist_actor *self, joist_term args)
{
	joist_atom atom;
	char name[32];

	CHECK(joist_get_atom(joist_element(args, 0), &atom));
	struct joist_bytes bytes = joist_atom_name(atom);
	snprintf(name, sizeof(name), "%.*s", (int)bytes.size, (const char *)bytes.data);
	joist_apply(self, name, joist_element(args, 1));
}

static void apply_unknown(struct joist_actor *self, joist_term args)
{
	static const char *const wrong[] = {
		"{'test:nothing', []}",
		"{'test:less', [1]}", /* not of that arity */
		"{'test:less', [1, 2 | 3]}",
		"{'test:less', {1, 2}}",
		"{'test:less', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}",
		"{'test:apply', []}", /* a loop */
		"{less, [1, 2]}",
	};

	(void)args;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		joist_term call = joist_parse(self, wrong[i], NULL);
		CHECK_STR(stage_end_of(self, "apply_wrongly", call), "undef");
	}
}

static void second(struct joist_actor *self, joist_term args)
{
	joist_term kept, before;
	joist_pid parent, pid;

	CHECK(joist_match(args, "{Parent, Pid, Kept}", &parent, &pid, &kept));
	CHECK(joist_equal(joist_pid_term(self, pid), joist_pid_term(self, joist_self(self))));
	CHECK(joist_equal(joist_pid_term(self, parent), joist_pid_term(self, joist_parent(self))));
	CHECK(joist_match(kept, "{a, term}"));
	before = joist_receive(self); /* of the mailbox that it had */
	CHECK(joist_match(before, "before"));
	joist_exit(self, joist_make(self, "second"));
}

static void first(struct joist_actor *self, joist_term args)
{
	joist_pid parent = joist_parent(self), pid = joist_self(self);

	(void)args;
	joist_send(self, pid, joist_make(self, "before"));
	joist_become(self, "test:second",
		     joist_make(self, "{Parent, Pid, {a, term}}", parent, pid));
}

static void count_down(struct joist_actor *self, joist_term args)
{
	int64_t left;

	CHECK(joist_get_int(args, &left));
	if (left > 0)
		joist_become(self, "test:count_down", joist_int(self, left - 1));
}

static void become_unknown(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_become(self, "test:nothing", joist_nil());
}

static void become_function(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_become(self, "test:none_of", joist_nil());
}

static void become(struct joist_actor *self, joist_term args)
{
	CHECK_STR(stage_end_of(self, "first", args), "second");
	CHECK_STR(stage_end_of(self, "count_down", joist_int(self, 100)), "normal");
	CHECK_STR(stage_end_of(self, "become_unknown", args), "undef");
	CHECK_STR(stage_end_of(self, "become_function", args), "undef");
}

static const struct stage_export exports[] = {
	STAGE_FUN(none_of, 0),
	STAGE_FUN(less, 2),
	STAGE_FUN(first_and_last, 8),
	STAGE_LOOP(apply),
	STAGE_LOOP(apply_wrongly),
	STAGE_LOOP(apply_unknown),
	STAGE_LOOP(second),
	STAGE_LOOP(first),
	STAGE_LOOP(count_down),
	STAGE_LOOP(become_unknown),
	STAGE_LOOP(become_function),
	STAGE_LOOP(become),
	{ 0 },
};

TEST_LEAK_FREE(functions_are_called_by_name)
{
	stage_run(exports, 1, "apply");
}

TEST_LEAK_FREE(what_is_no_function_of_that_arity_is_undef)
{
	stage_run(exports, 1, "apply_unknown");
}

TEST_LEAK_FREE(a_loop_becomes_another_of_the_same_pid)
{
	stage_run(exports, 1, "become");
}

/* ---- two plugins ---- */

static struct code asking = { .version = "1", .generation = 1 };
static struct code asked = { .version = "1", .generation = 1 };
static bool applied;

static joist_term asked_fun(struct joist_actor *self, joist_term number)
{
	return joist_make(self, "{got, Number}", number);
}

static void asking_loop(struct joist_actor *self, joist_term args)
{
	joist_term list = joist_list(self, &args, 1);

	applied = joist_tuple_size(joist_apply(self, "asked:fun", list)) == 2;
}

static struct export asking_export = { .code = &asking,
				       .kind = JOIST_EXPORT_LOOP,
				       .body = (void (*)(void))asking_loop };
static struct export asked_export = {
	.code = &asked, .kind = JOIST_EXPORT_FUN, .arity = 1, .body = (void (*)(void))asked_fun
};

static struct export *find_of_two(void *owner, struct joist_bytes plugin, struct joist_bytes name,
				  int arity)
{
	(void)owner, (void)plugin, (void)name;
	return arity == 1 ? &asked_export : &asking_export;
}

/* As if this program were the other plugin's file. */
static struct code *at(void *owner, const void *address)
{
	(void)address;
	return owner;
}

TEST_LEAK_FREE(what_a_function_compiled_is_its_plugins)
{
	struct vm_options options = { .schedulers = 1,
				      .code = { .find = find_of_two, .at = at, .owner = &asked } };
	struct joist_vm *vm = vm_create(&options);
	struct arena arena = { 0 };

	asking.plugin = asking_export.name = joist_atom_new("asking");
	asked.plugin = asked_export.name = joist_atom_new("asked");
	CHECK(vm && vm_start(vm) == 0);
	vm_wait(vm, vm_spawn(vm, "asking:loop", term_small(1), NULL), &arena);
	arena_empty(&arena);
	vm_stop(vm);
	vm_destroy(vm);
	CHECK(applied);
	CHECK(!asking.owned && asked.owned);
	code_free_owned(&asked);
}
