/* What a conversion may harm is the actor's own memory: of that there is a keepsake until all is decided.
 * Its code runs as any of a plugin's, with the actor dressed as one of the new generation; a fault of it,
 * and an exit, are its own end and not the actor's. */
#include "vm/sched/conversion.h"

#include <stdio.h>
#include <string.h>

#include <joist/plugin.h>

#include "vm/actor/keepsake.h"
#include "vm/actor/reason.h"
#include "vm/base/fence.h"
#include "vm/base/heap.h"
#include "vm/sched/thread.h"
#include "vm/sched/trampoline.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/print.h"

/* ---- beginning and end ---- */

static void finish(struct joist_actor *a, struct conversion *c)
{
	if (a->extra->conversion == c)
		a->extra->conversion = NULL;
	code_unpin(c->to->code);
	heap_give(c, sizeof(*c));
}

static struct conversion *make(struct joist_actor *a, struct ballot *ballot, const struct way *way)
{
	struct actor_extra *extra = actor_extra(a);
	struct conversion *c = extra ? heap_take(sizeof(*c)) : NULL;

	if (!c)
		return NULL;
	*c = (struct conversion){ .ballot = ballot,
				  .number = ballot->number,
				  .from = a->export,
				  .to = way->to,
				  .old_state = actor_state(a),
				  .old_moved = a->moved,
				  .old_yield_off = a->yield_off,
				  .state = actor_make_state(way->to->state_bytes) };
	code_pin(c->to->code);
	c->keepsake = c->state ? keepsake_take(a) : NULL;
	if (c->keepsake) {
		extra->conversion = c;
		return c;
	}
	if (c->state)
		actor_free_state(c->state, c->to->state_bytes);
	finish(a, c);
	return NULL;
}

void conversion_put_back(struct joist_actor *a)
{
	struct conversion *c = conversion_of(a);

	if (!c)
		return;
	keepsake_restore(a, c->keepsake);
	actor_free_state(c->state, c->to->state_bytes);
	finish(a, c);
}

bool conversion_adopt(struct joist_actor *a, struct conversion *c)
{
	if (!actor_move(a, c->to, c->state))
		return false;
	keepsake_drop(a, c->keepsake);
	finish(a, c);
	return true;
}

/* ---- what goes wrong ---- */

static void fail(struct joist_actor *a, struct ballot *ballot, uint32_t number, joist_term reason,
		 const struct fault *fault)
{
	struct text text = { 0 };
	struct ballot_failure failure = { .number = number,
					  .pid = actor_pid(a),
					  .export = a->export };

	if (fault && fault->kind == FAULT_NONE)
		snprintf(failure.reason, sizeof(failure.reason), "no end of it by the deadline");
	else if (fault)
		snprintf(failure.reason, sizeof(failure.reason), "%s", fault_name(fault->kind));
	else if (print_cut(&text, reason, BALLOT_REASON_MAX - 8))
		snprintf(failure.reason, sizeof(failure.reason), "%.*s", (int)text.size, text.data);
	text_finish(&text);
	if (fault)
		failure.fault = *fault;
	ballot_fail(ballot, &failure);
}

void conversion_fail(struct joist_actor *a, struct ballot *ballot, uint32_t number,
		     joist_term reason)
{
	fail(a, ballot, number, reason, NULL);
}

static void fail_with(struct joist_actor *a, const struct conversion *c, joist_term reason,
		      const struct fault *fault)
{
	fail(a, c->ballot, c->number, reason, fault);
}

/* A value is too large for the new field. */
static void fail_by_field(struct joist_actor *a, const struct conversion *c, const char *field)
{
	uint64_t words[64];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));
	joist_term name = term_binary(&arena, field, strnlen(field, 255));

	fail_with(a, c, term_tuple_of(&arena, ATOM(wrong_size), name), NULL);
}

/* What has ended the conversion's frames, if that was not the actor's own end; it goes on then. */
static void fail_by_end(struct joist_actor *a, const struct conversion *c)
{
	struct fault *fault = a->stack->fault;

	a->stack->fault = NULL;
	if (a->end_kind != END_SIGNAL) {
		fail_with(a, c, a->end->term, fault);
		signal_free(a->end);
		a->end = NULL;
		a->end_kind = END_NONE;
		a->heeds = false;
	}
	heap_give(fault, sizeof(*fault));
}

void conversion_refuse(struct joist_actor *a, const char *function)
{
	uint64_t words[16];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));
	joist_term name = term_binary(&arena, function, strlen(function));
	joist_term reason = term_tuple_of(&arena, ATOM(not_allowed), name);
	struct signal *s = signal_make_copy(SIGNAL_EXIT, actor_pid(a), reason);

	trampoline_exit(a, s ? s : &reason_system_limit);
}

/* ---- converting ---- */

struct conversion *conversion_begin(struct joist_actor *a, struct ballot *ballot,
				    const struct way *way)
{
	struct conversion *c = make(a, ballot, way);

	if (!c) {
		fail(a, ballot, ballot->number, ATOM(system_limit), NULL);
		return NULL;
	}
	const char *wrong = layout_carry(&way->path, c->old_state, c->state);
	c->is_carried = way->path.count;
	if (!wrong)
		return c;
	fail_by_field(a, c, wrong);
	conversion_put_back(a);
	return NULL;
}

static void call_change(void *actor, void *conversion, uint64_t unused)
{
	struct joist_actor *a = actor;
	struct conversion *c = conversion;
	const struct joist_change change = {
		.size = sizeof(change),
		.version = c->to->state_version,
		.old_version = c->from->state_version,
		.old_data = c->from->data,
		.old_state = c->old_state,
		.old_size = c->from->state_bytes,
		.carried = c->is_carried,
	};

	(void)unused;
	c->accepted = a->export->handler.change ? a->export->handler.change(a, &change, c->state)
						: c->is_carried;
}

/* The actor is as one of the new export, with the state that is being made: for code that asks. */
static void dress(struct joist_actor *a, struct conversion *c)
{
	a->export = c->to;
	a->extra->state = c->state;
	a->moved = true;
	a->converts = true;
	ballot_add(&c->ballot->converting, 1);
	a->heeds = true;
	a->yield_off = 1; /* it is one turn of one thread */
}

static void undress(struct joist_actor *a, struct conversion *c)
{
	a->export = c->from;
	a->extra->state = c->old_moved ? c->old_state : NULL;
	a->moved = c->old_moved;
	a->converts = false;
	ballot_add(&c->ballot->converting, -1);
	a->heeds = a->end != NULL;
	a->yield_off = c->old_yield_off;
}

/* Whether it has written only to what is the actor's, as far as that can be seen. */
static bool is_whole(const struct joist_actor *a, const struct conversion *c)
{
	return fence_stands(c->state, c->to->state_bytes) && estate_is_whole(&a->estate);
}

bool conversion_run(struct joist_actor *a, struct conversion *c)
{
	dress(a, c);
	thread_count_turn(a->stack->thread);
	bool left = trampoline_enter(a, call_change, c, 0);
	undress(a, c);
	actor_end_turn(a);
	if (left)
		fail_by_end(a, c);
	else if (!c->accepted)
		fail_with(a, c, ATOM(refused), NULL);
	else if (!is_whole(a, c))
		fail_with(a, c, ATOM(wrong_size), NULL);
	else
		return true;
	conversion_put_back(a);
	return false;
}

void conversion_fell(struct joist_actor *a)
{
	struct conversion *c = conversion_of(a);

	undress(a, c);
	actor_end_turn(a);
	fail_by_end(a, c);
	conversion_put_back(a);
}

void conversion_forsake(struct joist_actor *a)
{
	undress(a, conversion_of(a));
}
