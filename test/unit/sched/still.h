/* A node that does not run, and actors of it, for tests that do by hand what its scheduler would. */
#ifndef JOIST_TEST_STILL_H
#define JOIST_TEST_STILL_H

#include "test/harness.h"
#include "vm/sched/sched.h"
#include "vm/sched/worker.h"
#include "vm/vm.h"

static struct code still_code = { .version = "1" };
static struct export still_export = { .code = &still_code, .kind = JOIST_EXPORT_LOOP };

static struct export *still_find(void *owner, struct joist_bytes plugin, struct joist_bytes name,
				 int arity)
{
	(void)owner, (void)plugin, (void)name, (void)arity;
	return &still_export;
}

static struct joist_vm *still_node(bool virtual_clock)
{
	struct vm_options options = { .schedulers = 1,
				      .virtual_clock = virtual_clock,
				      .code = { .find = still_find } };
	struct joist_vm *vm = vm_create(&options);

	CHECK(vm);
	return vm;
}

/* One that runs, as its inbox says, under the first worker. */
static struct joist_actor *still_actor(struct joist_vm *vm)
{
	joist_pid pid;

	code_pin(&still_code);
	struct joist_actor *a = actor_create(&still_export);
	CHECK(a && (a->entry = table_take(&vm->table, NULL, a, &pid)));
	a->id = pid.id;
	a->worker = &vm->workers[0];
	return a;
}

static void still_end(struct joist_vm *vm, struct joist_actor *a)
{
	uint32_t name;

	CHECK(!table_close(a->entry, &name));
	table_give(&vm->table, NULL, a->entry, actor_pid(a));
	actor_destroy(a);
}

#endif
