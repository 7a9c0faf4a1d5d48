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

static bool is_named(joist_atom atom, struct joist_bytes name)
{
	struct joist_bytes known = joist_atom_name(atom);

	return known.size == name.size && !memcmp(known.data, name.data, name.size);
}

static struct export *find(void *owner, struct joist_bytes plugin, struct joist_bytes name,
			   int arity)
{
	(void)owner;
	if (!is_named(code.plugin, plugin))
		return NULL;
	for (size_t i = 0; i < code.export_count; i++) {
		bool fun = code_is_called(exports[i].kind);
		if (is_named(exports[i].name, name) && (fun ? (int)exports[i].arity : -1) == arity)
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

static void add(const struct stage_export *from)
{
	struct export to = {
		.code = &code,
		.name = joist_atom_new(from->name),
		.kind = JOIST_EXPORT_LOOP,
		.body = (void (*)(void))from->loop,
	};

	if (from->fun) {
		to.kind = JOIST_EXPORT_FUN;
		to.arity = from->arity;
		to.body = from->fun;
	} else if (from->handler) {
		to.kind = JOIST_EXPORT_HANDLER;
		to.handler = *from->handler;
		if (to.handler.state_size)
			to.state_bytes = to.handler.state_size(NULL);
	}
	CHECK(code.export_count < EXPORTS_MAX);
	exports[code.export_count++] = to;
}

struct joist_vm *stage_start_with(const struct stage_export *list, const struct vm_options *options)
{
	static const struct stage_export call_export = { .name = "stage_call", .loop = call };
	struct vm_options with_code = *options;

	with_code.code = (struct code_port){ .find = find };
	/* All memory is the plugin's, so that its patterns go with it. */
	code = (struct code){ .plugin = joist_atom_new("test"),
			      .end = UINTPTR_MAX,
			      .version = "1",
			      .generation = 1,
			      .exports = exports };
	add(&call_export);
	for (; list->name; list++)
		add(list);
	struct joist_vm *vm = vm_create(&with_code);
	CHECK(vm);
	CHECK_INT(vm_start(vm), 0);
	return vm;
}

struct joist_vm *stage_start(const struct stage_export *list, unsigned schedulers)
{
	return stage_start_with(list, &(struct vm_options){ .schedulers = schedulers });
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

void stage_run_with(const struct stage_export *list, const struct vm_options *options,
		    const char *name)
{
	struct joist_vm *vm = stage_start_with(list, options);

	stage_call(vm, name);
	stage_stop(vm);
}

void stage_run(const struct stage_export *list, unsigned schedulers, const char *name)
{
	stage_run_with(list, &(struct vm_options){ .schedulers = schedulers }, name);
}

const char *stage_down(struct joist_actor *self, joist_ref monitor)
{
	joist_term reason;

	CHECK(joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Monitor, process, _, Reason}",
				  &monitor, &reason));
	return joist_format(self, reason);
}

const char *stage_end_of(struct joist_actor *self, const char *name, joist_term args)
{
	char full[64];
	joist_ref monitor;

	snprintf(full, sizeof(full), "test:%s", name);
	joist_spawn_monitor(self, full, args, &monitor);
	return stage_down(self, monitor);
}

void stage_let_wait(struct joist_actor *self, joist_pid pid)
{
	joist_term info, key = joist_atom_term(joist_atom_new("status"));

	do {
		joist_yield(self);
		info = joist_info(self, pid);
	} while (!joist_is_none(info) && !joist_is_atom(joist_map_get(info, key), "waiting"));
}
