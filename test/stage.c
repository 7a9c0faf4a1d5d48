/* A node over a plugin that is not there: its code is filled in from the test's list. */
#include "test/stage.h"

#include <semaphore.h>
#include <stdio.h>
#include <string.h>

#include "test/harness.h"
#include "vm/vm.h"

enum { EXPORTS_MAX = 32 };

static struct code code;
static struct export exports[EXPORTS_MAX];
static char called[64], outcome[4096];
static sem_t over;

static struct export *find(void *owner, struct joist_bytes plugin, struct joist_bytes name,
			   int arity)
{
	(void)owner, (void)plugin, (void)arity;
	for (size_t i = 0; i < code.export_count; i++) {
		struct joist_bytes known = joist_atom_name(exports[i].name);
		if (known.size == name.size && !memcmp(known.data, name.data, name.size))
			return &exports[i];
	}
	return NULL;
}

/* Starts what is to be called, so that no moment of its life is missed. */
static void call(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_spawn_monitor(self, called, joist_nil());
	joist_term down = joist_receive(self);
	snprintf(outcome, sizeof(outcome), "%s", joist_format(self, joist_element(down, 4)));
	sem_post(&over);
}

static void add(const char *name, void (*loop)(struct joist_actor *, joist_term))
{
	CHECK(code.export_count < EXPORTS_MAX);
	exports[code.export_count++] = (struct export){
		.code = &code,
		.name = joist_atom_new(name),
		.kind = JOIST_EXPORT_LOOP,
		.body = (void (*)(void))loop,
	};
}

struct joist_vm *stage_start(const struct stage_export *list, unsigned schedulers)
{
	struct vm_options options = { .schedulers = schedulers, .code = { .find = find } };

	/* All memory is the plugin's, so that its patterns go with it. */
	code = (struct code){ .plugin = joist_atom_new("test"),
			      .end = UINTPTR_MAX,
			      .version = "1",
			      .generation = 1,
			      .exports = exports };
	add("stage_call", call);
	for (; list->name; list++)
		add(list->name, list->loop);
	struct joist_vm *vm = vm_create(&options);
	CHECK(vm);
	CHECK_INT(vm_start(vm), 0);
	return vm;
}

void stage_call(struct joist_vm *vm, const char *name)
{
	snprintf(called, sizeof(called), "test:%s", name);
	sem_init(&over, 0, 0);
	vm_spawn(vm, "test:stage_call", joist_nil(), NULL);
	while (sem_wait(&over) < 0)
		;
	if (strcmp(outcome, "normal"))
		test_fail(__FILE__, __LINE__, "%s ended with %s", name, outcome);
}

void stage_stop(struct joist_vm *vm)
{
	vm_stop(vm);
	vm_destroy(vm);
	code_free_owned(&code);
}

void stage_run(const struct stage_export *list, unsigned schedulers, const char *name)
{
	struct joist_vm *vm = stage_start(list, schedulers);

	stage_call(vm, name);
	stage_stop(vm);
}
