/* Dials that cannot even begin: who waits for the connection hears of it. */
#include "vm/dist/dial.h"

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/dist/distribution.h"
#include "vm/term/atom.h"
#include "vm/vm.h"

static struct joist_vm *node(void)
{
	static const struct distribution_options options = { .name = "a@127.0.0.1",
							     .cookie = { "c", 1 } };

	log_level_set(LOG_LEVEL_ERROR);
	struct joist_vm *vm = vm_create(&(const struct vm_options){
		.name = options.name, .schedulers = 1, .distribution = &options });
	CHECK(vm);
	return vm;
}

/* A peer of that name, with a signal that waits. */
static struct peer *peer(struct joist_vm *vm, const char *name)
{
	struct peer *p = peer_named(vm->dist, joist_atom_new(name));
	const joist_pid to = { .id = 5, .node = 1 };
	struct signal *s = signal_make(SIGNAL_MESSAGE, to, 0);

	CHECK(p && s && peer_wait(p, (joist_pid){ 0 }, to, s));
	p->state = PEER_PENDING;
	return p;
}

static void check_refused(struct joist_vm *vm, const struct peer *p)
{
	CHECK_INT(p->state, PEER_DOWN);
	CHECK(!p->attempt && !p->pending);
	vm_destroy(vm);
}

TEST(want_of_memory_is_a_refusal)
{
	struct joist_vm *vm = node();
	struct peer *p = peer(vm, "b@127.0.0.1");

	heap_fail(1, true);
	dial_begin(p);
	heap_fail(0, false);
	check_refused(vm, p);
}

TEST(what_is_no_nodes_name_is_refused)
{
	struct joist_vm *vm = node();
	struct peer *p = peer(vm, "nobody");

	dial_begin(p);
	check_refused(vm, p);
}
