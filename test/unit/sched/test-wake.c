/* Who is woken for work that anybody may do. That actors run is in the tests of nodes. */
#include "vm/sched/wake.h"

#include "test/harness.h"
#include "vm/sched/worker.h"
#include "vm/vm.h"

static struct export *find(void *owner, struct joist_bytes plugin, struct joist_bytes name,
			   int arity)
{
	(void)owner, (void)plugin, (void)name, (void)arity;
	return NULL;
}

/* A node that does not run. */
static struct joist_vm *node(unsigned schedulers)
{
	struct vm_options options = { .schedulers = schedulers, .code = { .find = find } };
	struct joist_vm *vm = vm_create(&options);

	CHECK(vm);
	CHECK_INT(vm->worker_count, schedulers);
	return vm;
}

static bool is_woken(struct worker *w)
{
	/* relaxed: on one thread */
	return atomic_load_explicit(&w->watch.state, memory_order_relaxed) == WATCH_WOKEN;
}

TEST_LEAK_FREE(any_one_that_sleeps_is_woken)
{
	static const uint32_t indices[] = { 0, 63, 64, 70, 127, 128, 199 };
	struct joist_vm *vm = node(200);

	wake_idle(vm);
	for (uint32_t i = 0; i < vm->worker_count; i++)
		CHECK(!is_woken(&vm->workers[i]));
	for (unsigned i = 0; i < sizeof(indices) / sizeof(*indices); i++) {
		struct worker *w = &vm->workers[indices[i]];
		wake_wanted(w, true);
		wake_idle(vm);
		CHECK(is_woken(w));
		CHECK_INT(watch_poll(&w->watch, -1, NULL, NULL), 0); /* returns at once */
		wake_wanted(w, false);
		wake_idle(vm);
		CHECK(!is_woken(w));
	}
	vm_destroy(vm);
}

TEST_LEAK_FREE(one_of_many_is_woken)
{
	struct joist_vm *vm = node(100);
	int woken = 0;

	for (uint32_t i = 0; i < vm->worker_count; i++)
		wake_wanted(&vm->workers[i], true);
	wake_idle(vm);
	for (uint32_t i = 0; i < vm->worker_count; i++)
		woken += is_woken(&vm->workers[i]);
	CHECK_INT(woken, 1);
	vm_destroy(vm);
}
