/* An actor's side of an upgrade. Runs on the actor's stack, by its worker, between two turns; but for
 * change_refuse, which the SDK calls in a conversion.
 *
 * What a conversion may harm is the actor's own memory; of that there is a keepsake, until all is
 * decided. */
#include "vm/sched/change.h"

#include <stdio.h>
#include <string.h>

#include <joist/plugin.h>

#include "vm/actor/keepsake.h"
#include "vm/actor/reason.h"
#include "vm/base/heap.h"
#include "vm/sched/sched.h"
#include "vm/sched/thread.h"
#include "vm/sched/trampoline.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/print.h"

/* Of one actor, from its beginning until it is decided what comes of it. */
struct conversion {
	struct keepsake *keepsake;
	struct export *from, *to;
	void *old_state;
	void *state; /* in the making, or made */
	struct ballot *ballot;
	bool old_moved;
	uint8_t old_yield_off;
	uint32_t word; /* of the change, when it began */
	bool is_carried, accepted;
};

static uint32_t word_of(const struct change *change)
{
	/* acquire: pairs with the release in set_phase: who sees it committed sees the new code */
	return atomic_load_explicit(&change->word, memory_order_acquire);
}

/* Whether the upgrade in which an actor has seen `word` is still undecided. */
static bool is_open(const struct change *change, uint32_t word)
{
	/* seq_cst: pairs with the fence in set_phase: either this sees that it is over, or who is about to
	 * end it sees that the actor is ready, and waits for it */
	uint32_t now = atomic_load_explicit(&change->word, memory_order_seq_cst);

	return now >> 3 == word >> 3 && CHANGE_PHASE(now) <= CHANGE_DECIDES;
}

static struct change_way *way_of(struct change *change, const struct joist_actor *a)
{
	return &change->ways[a->export - a->export->code->exports];
}

static struct conversion *conversion_of(const struct joist_actor *a)
{
	return a->extra ? a->extra->conversion : NULL;
}

/* ---- counting ---- */

static void add(atomic_int_least64_t *count, int64_t change)
{
	/* relaxed: see upgrade.h */
	atomic_fetch_add_explicit(count, change, memory_order_relaxed);
}

static void set_unready(struct change *change, struct joist_actor *a)
{
	if (a->ready)
		add(&change->ballot->ready, -1);
	a->ready = false;
}

/* False if it is too late for that. */
static bool set_ready(struct change *change, struct joist_actor *a, uint32_t word)
{
	a->ready = true;
	/* seq_cst: see is_open */
	atomic_fetch_add_explicit(&change->ballot->ready, 1, memory_order_seq_cst);
	if (is_open(change, word))
		return true;
	set_unready(change, a);
	return false;
}

/* The actor has come, if it was asked to. */
static void come(struct change *change, struct joist_actor *a)
{
	if (!a->asked)
		return;
	a->asked = false;
	/* relaxed: see upgrade.h */
	if (atomic_fetch_sub_explicit(&change->ballot->asked, 1, memory_order_relaxed) == 1)
		sem_post(&change->ballot->changed);
}

/* Whether the actor is one of those that go over, or becomes one of the few that do. */
static bool is_meant(struct change *change, struct joist_actor *a)
{
	atomic_int_least64_t *tickets = &change->ballot->tickets;

	if (!change->few || a->chosen)
		return true;
	/* relaxed, all: see upgrade.h */
	int64_t left = atomic_load_explicit(tickets, memory_order_relaxed);
	while (left > 0 &&
	       !atomic_compare_exchange_weak_explicit(tickets, &left, left - 1,
						      memory_order_relaxed, memory_order_relaxed))
		;
	if (left <= 0)
		return false;
	a->chosen = true;
	return true;
}

static void set_free(struct change *change, struct joist_actor *a)
{
	set_unready(change, a);
	if (a->chosen)
		add(&change->ballot->tickets, 1);
	a->chosen = false;
}

/* ---- converting ---- */

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

static struct conversion *conversion_make(struct joist_actor *a, struct export *to, uint32_t word)
{
	struct actor_extra *extra = actor_extra(a);
	struct conversion *c = extra ? heap_take(sizeof(*c)) : NULL;

	if (!c)
		return NULL;
	*c = (struct conversion){ .word = word,
				  .from = a->export,
				  .to = to,
				  .old_state = actor_state(a),
				  .old_moved = a->moved,
				  .old_yield_off = a->yield_off,
				  .state = actor_make_state(to->state_bytes) };
	c->keepsake = c->state ? keepsake_take(a) : NULL;
	if (c->keepsake) {
		extra->conversion = c;
		return c;
	}
	if (c->state)
		actor_free_state(c->state, to->state_bytes);
	heap_give(c, sizeof(*c));
	return NULL;
}

/* The actor is as one of the new export, with the state that is being made: for code that asks. */
static void dress(struct joist_actor *a, struct conversion *c)
{
	a->export = c->to;
	a->extra->state = c->state;
	a->moved = true;
	a->converts = true;
	add(&c->ballot->converting, 1);
	a->heeds = true;
	a->yield_off = 1; /* it is one turn of one thread */
}

static void undress(struct joist_actor *a, struct conversion *c)
{
	a->export = c->from;
	a->extra->state = c->old_moved ? c->old_state : NULL;
	a->moved = c->old_moved;
	a->converts = false;
	add(&c->ballot->converting, -1);
	a->heeds = a->end != NULL;
	a->yield_off = c->old_yield_off;
}

/* Puts back what the actor had. */
static void put_back(struct joist_actor *a)
{
	struct conversion *c = conversion_of(a);

	if (!c)
		return;
	keepsake_restore(a, c->keepsake);
	actor_free_state(c->state, c->to->state_bytes);
	a->extra->conversion = NULL;
	heap_give(c, sizeof(*c));
}

static void fail(struct change *change, struct joist_actor *a, joist_term reason,
		 const struct fault *fault)
{
	struct text text = { 0 };
	struct ballot_failure failure = { .pid = actor_pid(a),
					  .export = a->export,
					  .to = way_of(change, a)->to };

	if (fault && fault->kind == FAULT_NONE)
		snprintf(failure.reason, sizeof(failure.reason), "no end of it by the deadline");
	else if (fault)
		snprintf(failure.reason, sizeof(failure.reason), "%s", fault_name(fault->kind));
	else if (print_cut(&text, reason, BALLOT_REASON_MAX - 8))
		snprintf(failure.reason, sizeof(failure.reason), "%.*s", (int)text.size, text.data);
	text_finish(&text);
	if (fault)
		failure.fault = *fault;
	ballot_fail(change->ballot, &failure);
}

/* A value is too large for the new field. */
static void fail_by_field(struct change *change, struct joist_actor *a, const char *field)
{
	uint64_t words[64];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));
	joist_term name = term_binary(&arena, field, strnlen(field, 255));

	fail(change, a, term_tuple_of(&arena, ATOM(wrong_size), name), NULL);
}

/* What has ended the conversion's frames, if that was not the actor's own end; it goes on then. */
static void fail_by_end(struct change *change, struct joist_actor *a)
{
	struct fault *fault = a->stack->fault;

	a->stack->fault = NULL;
	if (a->end_kind != END_SIGNAL) {
		if (is_open(change, conversion_of(a)->word))
			fail(change, a, a->end->term, fault);
		signal_free(a->end);
		a->end = NULL;
		a->end_kind = END_NONE;
		a->heeds = false;
	}
	heap_give(fault, sizeof(*fault));
}

/* The conversion has come to an end: in its frames, or without them. */
static void judge(struct change *change, struct joist_actor *a, bool left)
{
	struct conversion *c = conversion_of(a);

	undress(a, c);
	actor_end_turn(a);
	if (left)
		fail_by_end(change, a);
	else if (!c->accepted)
		fail(change, a, ATOM(refused), NULL);
	else if (!actor_state_is_whole(c->state, c->to->state_bytes))
		fail(change, a, ATOM(wrong_size), NULL);
	else if (set_ready(change, a, c->word) && !change->dry)
		return;
	put_back(a);
}

static bool has_failed(const struct change *change)
{
	/* relaxed: a hint */
	return atomic_load_explicit(&change->ballot->failed, memory_order_relaxed);
}

static void convert(struct change *change, struct joist_actor *a, uint32_t word)
{
	const struct change_way *way = way_of(change, a);
	struct conversion *c;

	if (has_failed(change))
		return; /* all is going to be put back */
	if (way->how == CHANGE_KEEPS) {
		set_ready(change, a, word);
	} else if (way->how == CHANGE_CANNOT) {
		fail(change, a, ATOM(undef), NULL);
	} else if (!(c = conversion_make(a, way->to, word))) {
		fail(change, a, ATOM(system_limit), NULL);
	} else {
		const char *wrong = layout_carry(&way->path, c->old_state, c->state);
		c->is_carried = way->path.count;
		c->ballot = change->ballot;
		if (wrong) {
			fail_by_field(change, a, wrong);
			put_back(a);
			return;
		}
		dress(a, c);
		thread_count_turn(a->stack->thread);
		bool left = trampoline_enter(a, call_change, c, 0);
		judge(change, a, left);
	}
}

void change_fell(struct joist_actor *a)
{
	struct conversion *c = conversion_of(a);
	/* acquire: pairs with the release of who begins it */
	struct change *change = atomic_load_explicit(&c->from->code->change, memory_order_acquire);

	judge(change, a, true);
}

void change_refuse(struct joist_actor *a, const char *function)
{
	uint64_t words[16];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));
	joist_term name = term_binary(&arena, function, strlen(function));
	joist_term reason = term_tuple_of(&arena, ATOM(not_allowed), name);
	struct signal *s = signal_make_copy(SIGNAL_EXIT, actor_pid(a), reason);

	trampoline_exit(a, s ? s : &reason_system_limit);
}

/* ---- what comes of it ---- */

/* One that has not begun has no state yet. */
static bool start_anew(struct joist_actor *a, struct export *to)
{
	void *state = NULL;

	if (to->state_bytes > a->export->state_bytes &&
	    !(state = actor_make_state(to->state_bytes)))
		return false;
	if (actor_move(a, to, state))
		return true;
	if (state)
		actor_free_state(state, to->state_bytes);
	return false;
}

/* The actor goes over: false if memory is too short even for that. */
static bool go_over(struct change *change, struct joist_actor *a)
{
	struct conversion *c = conversion_of(a);
	struct export *to = way_of(change, a)->to;

	if (!c)
		return a->started ? actor_move(a, to, NULL) : start_anew(a, to);
	if (!actor_move(a, to, c->state))
		return false;
	a->extra->conversion = NULL;
	keepsake_drop(a, c->keepsake);
	heap_give(c, sizeof(*c));
	return true;
}

/* It goes over, or goes on as what it was, if it does not belong to those who go. */
static bool adopt(struct change *change, struct joist_actor *a)
{
	struct ballot *ballot = change->ballot;
	bool ready = a->ready;

	if (!ready && (a->started || change->few))
		return false;
	if (!go_over(change, a)) {
		put_back(a);
		actor_end_by(a, END_EXIT, &reason_system_limit);
	}
	a->chosen = false;
	a->ready = false;
	if (ready)
		add(&ballot->ready, -1);
	return !a->end;
}

/* Whether it holds, in that phase. */
static bool take_part(struct change *change, struct joist_actor *a, uint32_t word)
{
	if (way_of(change, a)->how == CHANGE_STAYS || !is_meant(change, a))
		return false;
	if (a->started) {
		if (!a->ready)
			convert(change, a, word);
		return !change->dry || !a->ready;
	}
	return CHANGE_PHASE(word) == CHANGE_DECIDES && (a->ready || set_ready(change, a, word));
}

bool change_hold(struct joist_actor *a)
{
	bool holds = false, again = true;

	while (again && !a->end) {
		struct change *change = change_of(a);
		uint32_t word = change ? word_of(change) : CHANGE_NONE;
		enum change_phase phase = CHANGE_PHASE(word);

		again = false;
		if (phase == CHANGE_CONVERTS || phase == CHANGE_DECIDES) {
			holds = take_part(change, a, word);
		} else if (phase == CHANGE_COMMITTED) {
			again = adopt(change, a);
		} else if (phase == CHANGE_ABORTED) {
			put_back(a);
			set_free(change, a);
		}
		if (change)
			come(change, a);
	}
	return holds;
}

void change_forget(struct joist_actor *a)
{
	struct change *change;

	if (UNLIKELY(a->converts)) /* it was given up, and has come back */
		undress(a, conversion_of(a));
	change = change_of(a);
	if (LIKELY(!change))
		return;
	if (a->ready && CHANGE_PHASE(word_of(change)) == CHANGE_COMMITTED)
		adopt(change, a);
	put_back(a);
	set_free(change, a);
	come(change, a);
}
