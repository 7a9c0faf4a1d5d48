/* Waiting without a word to others: who finds those that do, and what becomes of them. */
#include "vm/sched/doze.h"

#include <joist/timer.h>

#include "test/harness.h"
#include "test/stage.h"
#include "test/unit/sched/still.h"
#include "vm/base/heap.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/thread.h"
#include "vm/vm.h"

TEST_LEAK_FREE(is_found_by_its_pid_and_once)
{
	struct joist_vm *vm = still_node(false);
	struct doze *d = vm->workers[0].dozers;
	struct joist_actor *a = still_actor(vm), *b = still_actor(vm);
	joist_pid later = { .id = a->id + (UINT64_C(1) << PID_SLOT_BITS) };
	joist_pid far = { .id = a->id, .node = 1 };

	CHECK(doze_begin(d, a));
	CHECK(!doze_take(d, actor_pid(b)));
	CHECK(!doze_take(d, later));
	CHECK(!doze_take(d, far));
	CHECK(doze_take(d, actor_pid(a)) == a);
	CHECK(!doze_take(d, actor_pid(a)));
	CHECK(!doze_take(d, (joist_pid){ 0 }));
	still_end(vm, a);
	still_end(vm, b);
	vm_destroy(vm);
}

TEST_LEAK_FREE(who_cannot_does_not)
{
	static struct joist_actor *actors[DOZE_PLACES + 1];
	struct joist_vm *vm = still_node(false);
	struct worker *w = &vm->workers[0];

	for (int i = 0; i <= DOZE_PLACES; i++)
		actors[i] = still_actor(vm);
	CHECK(doze_begin(w->dozers, actors[0]));
	CHECK(!doze_begin(w->dozers, actors[DOZE_PLACES])); /* it has that place */
	CHECK(doze_take(w->dozers, actor_pid(actors[0])));
	CHECK(doze_begin(w->dozers, actors[DOZE_PLACES]));
	vm_send(vm, actor_pid(actors[1]), term_small(1));
	CHECK(!doze_begin(w->dozers, actors[1])); /* something has come */
	signal_free(inbox_take(actors[1]->entry));
	CHECK(doze_take(w->dozers, actor_pid(actors[DOZE_PLACES])));
	for (int i = 0; i <= DOZE_PLACES; i++)
		still_end(vm, actors[i]);
	vm_destroy(vm);
}

TEST_LEAK_FREE(in_the_end_they_wait_or_run)
{
	struct joist_vm *vm = still_node(false);
	struct worker *w = &vm->workers[0];
	struct joist_actor *a = still_actor(vm), *b = still_actor(vm);

	CHECK(doze_begin(w->dozers, a));
	CHECK(doze_begin(w->dozers, b));
	CHECK(!doze_is_disturbed(w->dozers));
	vm_send(vm, actor_pid(b), term_small(1)); /* from no worker: it seems to run */
	CHECK(doze_is_disturbed(w->dozers));
	CHECK(runq_is_empty(&w->queue));
	doze_end(w);
	CHECK(inbox_claim(a->entry)); /* it waits */
	CHECK(runq_pop(&w->queue) == b);
	CHECK(runq_is_empty(&w->queue));
	CHECK(!doze_take(w->dozers, actor_pid(a)));
	CHECK(!doze_is_disturbed(w->dozers));
	signal_free(inbox_take(b->entry));
	still_end(vm, a);
	still_end(vm, b);
	vm_destroy(vm);
}

TEST_LEAK_FREE(what_came_from_elsewhere_stays_before)
{
	struct joist_vm *vm = still_node(false);
	struct worker *w = &vm->workers[0];
	struct joist_actor *a = still_actor(vm);

	CHECK(doze_begin(w->dozers, a));
	vm_send(vm, actor_pid(a), term_small(1));
	send_signal(vm, w, actor_pid(a),
		    signal_make_copy(SIGNAL_MESSAGE, actor_pid(a), term_small(2)));
	CHECK(!a->first);
	struct signal *newest = inbox_take(a->entry);
	CHECK_INT(int_value(newest->term), 2);
	CHECK_INT(int_value(newest->next->term), 1);
	CHECK(runq_pop(&w->queue) == a);
	signal_free(newest->next);
	signal_free(newest);
	still_end(vm, a);
	vm_destroy(vm);
}

TEST_LEAK_FREE(gets_what_its_worker_sends_at_once)
{
	struct joist_vm *vm = still_node(false);
	struct worker *w = &vm->workers[0];
	struct joist_actor *a = still_actor(vm);

	CHECK(doze_begin(w->dozers, a));
	send_signal(vm, w, actor_pid(a),
		    signal_make_copy(SIGNAL_MESSAGE, actor_pid(a), term_small(1)));
	CHECK(!inbox_has(a->entry));
	CHECK_INT(int_value(a->first->term), 1);
	CHECK(runq_pop(&w->queue) == a);
	still_end(vm, a);
	vm_destroy(vm);
}

/* ---- in a node that runs ---- */

/* Sends on what comes, for good; `stop` ends it. */
static void toss(struct joist_actor *self, joist_term other)
{
	joist_pid to;

	joist_get_pid(other, &to);
	while (!joist_is_atom(joist_receive(self), "stop"))
		joist_send(self, to, joist_make(self, "ball"));
}

static void toss_back(struct joist_actor *self, joist_term args)
{
	joist_pid to;

	(void)args;
	joist_match(joist_receive(self), "{other, To}", &to);
	toss(self, joist_pid_term(self, to));
}

/* Two that never look at the queue but when their slice is over, and somebody on another worker. */
static void interrupt(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options here = { .monitor = true, .scheduler = 2 };

	(void)args;
	for (int i = 0; i < 20; i++) {
		joist_ref one_ends, other_ends;
		joist_pid one =
			joist_spawn_with(self, "test:toss_back", joist_nil(), &here, &one_ends);
		joist_pid other = joist_spawn_with(self, "test:toss", joist_pid_term(self, one),
						   &here, &other_ends);

		joist_send(self, one, joist_make(self, "{other, Other}", other));
		joist_send(self, one, joist_make(self, "ball"));
		joist_sleep(self, 1);
		CHECK(joist_is_alive(self, one));
		joist_send(self, one, joist_make(self, "stop"));
		CHECK_STR(stage_down(self, one_ends), "normal");
		joist_exit_to(self, other, joist_make(self, "enough"));
		CHECK_STR(stage_down(self, other_ends), "enough");
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(toss),
	STAGE_LOOP(toss_back),
	STAGE_LOOP(interrupt),
	{ 0 },
};

TEST_LEAK_FREE(others_are_heard_when_the_slice_is_over)
{
	stage_run(exports, 1, "interrupt");
	stage_run(exports, 2, "interrupt");
}
