/* The life of a loop: from the first frame of its stack to the last. Runs on that stack, and then the next
 * loop does, if that is who is next. */
#include "vm/sched/loop.h"

#include "vm/actor/reason.h"
#include "vm/sched/death.h"
#include "vm/sched/deliver.h"
#include "vm/sched/detach.h"
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

static void live(struct worker *w, struct joist_actor *a)
{
	thread_begin(w, a);
	if (!deliver(a)) {
		spawn_tell_started(w, a);
		a->proved = true; /* or it would go at each call */
		run_body(a);
	}
	death_run(a);
}

static size_t stack_bytes(const struct joist_actor *a)
{
	if (a->extra && a->extra->stack_bytes)
		return a->extra->stack_bytes;
	return a->export->stack_bytes ? a->export->stack_bytes : STACK_LOOP_BYTES;
}

/* Whether it is a loop that has not begun, and may do so on the worker's own thread. */
static bool begins(const struct joist_actor *a)
{
	return !a->stack && a->export->kind == JOIST_EXPORT_LOOP && a->state_ == ACTOR_NEW &&
	       !a->threaded && !detach_expected(a);
}

struct stack *loop_stack(struct worker *w, const struct joist_actor *a)
{
	return stack_shelf_take(&w->loops, stack_bytes(a), loop_run);
}

struct stack *loop_own_stack(struct worker *w, const struct joist_actor *a)
{
	return begins(a) ? loop_stack(w, a) : NULL;
}

/* Whether the one that is next may begin where another has ended. */
static bool may_follow(const struct joist_actor *a, const struct stack *stack)
{
	return a && begins(a) && stack_does_for(stack, stack_bytes(a));
}

/* Goes on on another stack; on this one, the next loop will, if it is as good as new. */
static struct worker *leave(struct worker *w, struct stack *to)
{
	if (!stack_shelf_keep(&w->loops, w->thread->stack))
		pass_to_for_good(w, to);
	return pass_aside(w, to);
}

void loop_run(void)
{
	struct worker *w = pass_arrive();

	for (;;) {
		struct joist_actor *a = w->thread->pending;

		w->thread->pending = NULL;
		do {
			live(w, a);
			w = thread_worker(); /* it may have waited, and goes on where it was found */
			a = next_actor(w);
		} while (may_follow(a, w->thread->stack));
		w = leave(w, pass_stack_for(w, a));
	}
}
