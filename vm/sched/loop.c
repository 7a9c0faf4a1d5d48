/* The life of a loop: from the first frame of its stack to the last. Runs on that stack. */
#include "vm/sched/loop.h"

#include "vm/actor/reason.h"
#include "vm/sched/death.h"
#include "vm/sched/deliver.h"
#include "vm/sched/pass.h"
#include "vm/sched/spawn.h"
#include "vm/sched/thread.h"
#include "vm/sched/trampoline.h"

static void call_body(void *actor, void *args, uint64_t unused)
{
	struct joist_actor *a = actor;
	void (*body)(struct joist_actor *, joist_term);

	(void)unused;
	body = (void (*)(struct joist_actor *, joist_term))a->export->body;
	body(a, (joist_term){ (uint64_t)(uintptr_t)args });
}

/* Goes on as what joist_become has named; false if nothing was. */
static bool becomes(struct joist_actor *a)
{
	struct export *next = a->extra ? a->extra->become : NULL;

	if (!next || a->end)
		return false;
	a->extra->become = NULL;
	actor_end_turn(a);
	bool moved = actor_move(a, next, NULL);
	code_unpin(next->code); /* joist_become has pinned it */
	if (!moved) {
		actor_end_by(a, END_EXIT, &reason_system_limit);
		return false;
	}
	for (struct signal *old = a->start->next, *older; old; old = older) {
		older = old->next;
		signal_free(old);
	}
	a->start->next = NULL;
	return true;
}

static void run_body(struct joist_actor *a)
{
	bool left;

	do {
		joist_term args = a->start->term;
		left = trampoline_enter(a, call_body, (void *)(uintptr_t)args.word, 0);
	} while (left && becomes(a));
	if (!left)
		actor_end_by(a, END_RETURN, &reason_normal);
}

void loop_run(void)
{
	struct worker *w = pass_arrive();
	struct joist_actor *a = w->thread->pending;

	w->thread->pending = NULL;
	thread_begin(w, a);
	if (!deliver(a)) {
		spawn_tell_started(w, a);
		a->proved = true; /* or it would go at each call */
		run_body(a);
	}
	death_run(a);
	pass_on_for_good(thread_worker());
}
