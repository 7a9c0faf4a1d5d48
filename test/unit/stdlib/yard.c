/* The node: exports are looked up in the plugins' own tables, as the loader would make them of files. */
#include "test/unit/stdlib/yard.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stdlib/builtin.h"
#include "vm/term/atom.h"
#include "vm/term/print.h"
#include "vm/vm.h"

/* Real waits are limited by the case, virtual ones cost nothing. */
#define HOUR_MS 3600000
#define EXPORTS_MAX 128

static struct {
	struct code codes[32];
	struct export exports[EXPORTS_MAX];
	size_t code_count, count;
	void (*body)(struct joist_actor *self);
	atomic_bool done; /* the body has returned */
} yard;

static void run(struct joist_actor *self, joist_term args)
{
	(void)args;
	yard.body(self);
	atomic_store(&yard.done, true);
}

static void yard_add(struct code *code, const struct joist_export *from)
{
	struct export *to = &yard.exports[yard.count++];

	CHECK(yard.count <= EXPORTS_MAX);
	*to = (struct export){ .code = code,
			       .name = joist_atom_new(from->name),
			       .kind = (enum joist_export_kind)from->kind,
			       .arity = from->arity,
			       .body = from->code,
			       .data = from->data,
			       .stack_bytes = from->stack_bytes };
	if (from->kind != JOIST_EXPORT_HANDLER)
		return;
	to->handler = *from->handler;
	to->state_bytes = from->handler->state_size ? from->handler->state_size(from->data) : 0;
}

static struct code *yard_code(const char *plugin)
{
	struct code *code = &yard.codes[yard.code_count++];

	/* All memory is its own, so that its patterns go with it. */
	*code = (struct code){ .plugin = joist_atom_new(plugin),
			       .end = UINTPTR_MAX,
			       .version = "1",
			       .generation = 1 };
	return code;
}

/* Of the shipped plugin that the test is linked with, if it is. */
extern const struct joist_plugin joist_plugin __attribute__((weak));

static void yard_add_plugin(const struct joist_plugin *plugin)
{
	struct code *code = yard_code(plugin->name);

	for (size_t i = 0; i < plugin->export_count; i++)
		yard_add(code, &plugin->exports[i]);
}

static void yard_fill(void)
{
	static const struct joist_export own = JOIST_ACTOR(run);
	struct code *code = yard_code("t");

	yard_add(code, &own);
	for (const struct joist_export *e = yard_exports; e->name; e++)
		yard_add(code, e);
	for (const struct joist_plugin *const *p = joist_std_plugins; *p; p++)
		yard_add_plugin(*p);
	if (&joist_plugin)
		yard_add_plugin(&joist_plugin);
}

static void yard_empty(void)
{
	while (yard.code_count)
		code_free_owned(&yard.codes[--yard.code_count]);
	yard.count = 0;
	atomic_store(&yard.done, false);
}

static bool yard_is(joist_atom atom, struct joist_bytes text)
{
	struct joist_bytes name = joist_atom_name(atom);

	return name.size == text.size && !memcmp(name.data, text.data, text.size);
}

static struct export *yard_find(void *owner, struct joist_bytes plugin, struct joist_bytes name,
				int arity)
{
	(void)owner;
	for (size_t i = 0; i < yard.count; i++) {
		struct export *e = &yard.exports[i];
		int its = code_is_called(e->kind) ? (int)e->arity : -1;

		if (its == arity && yard_is(e->name, name) && yard_is(e->code->plugin, plugin))
			return e;
	}
	return NULL;
}

void yard_run(void (*body)(struct joist_actor *self), bool virtual_clock)
{
	struct vm_options options = { .schedulers = 2, .virtual_clock = virtual_clock };
	struct text text = { 0 };
	struct arena arena = { 0 };
	struct joist_vm *vm;
	joist_term reason;
	joist_pid pid;

	yard.body = body;
	yard_fill();
	options.code.find = yard_find;
	vm = vm_create(&options);
	CHECK(vm);
	CHECK_INT(vm_start(vm), 0);
	pid = vm_spawn(vm, "t:run", joist_nil(), NULL);
	reason = vm_wait(vm, pid, &arena);
	/* It may have ended before anybody waited: then the reason is noproc. */
	if (!atomic_load(&yard.done)) {
		print_term(&text, reason);
		test_fail(__FILE__, __LINE__, "ended with %.*s", (int)text.size, text.data);
	}
	arena_empty(&arena);
	vm_stop(vm);
	CHECK_INT(vm_actor_count(vm), 0);
	vm_destroy(vm);
	yard_empty();
}

joist_term yard_term(struct joist_actor *self, const char *text)
{
	const char *error;
	joist_term term = joist_parse(self, text, &error);

	if (joist_is_none(term))
		test_fail(__FILE__, __LINE__, "%s: %s", text, error);
	return term;
}

joist_pid yard_start(struct joist_actor *self, const char *name, const char *args)
{
	struct joist_spawn_options options = { .link = true };
	joist_term reason;
	joist_pid pid = joist_start(self, name, yard_term(self, args), &options, HOUR_MS, &reason);

	if (joist_pid_is_none(pid))
		test_fail(__FILE__, __LINE__, "%s: %s", name, joist_format(self, reason));
	return pid;
}

const char *yard_call(struct joist_actor *self, joist_pid to, const char *request)
{
	joist_term reply;

	if (joist_call(self, to, yard_term(self, request), HOUR_MS, &reply) != JOIST_OK)
		return "no answer";
	return joist_format(self, reply);
}
