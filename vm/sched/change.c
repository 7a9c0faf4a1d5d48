/* An actor's side of an upgrade: whether it takes part, and what it does in which phase. Runs on the
 * actor's stack, by its worker, between two turns. What becomes of its state is in conversion.c. */
#include "vm/sched/change.h"

#include "vm/actor/reason.h"
#include "vm/sched/ballot.h"
#include "vm/sched/conversion.h"
#include "vm/sched/sched.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"

static uint32_t word_of(const struct change *change)
{
	/* acquire: pairs with the release in set_phase: who sees it committed sees the new code */
	return atomic_load_explicit(&change->word, memory_order_acquire);
}

static struct way *way_of(struct change *change, const struct joist_actor *a)
{
	return &change->ways[a->export - a->export->code->exports];
}

/* ---- counting ---- */

/* Has who conducts the upgrade wait for this actor, which looks at what is to be done. False if the
 * upgrade has gone on since `word` was seen. */
static bool go_inside(struct change *change, uint32_t word)
{
	/* seq_cst: see change_is_open */
	atomic_fetch_add_explicit(&change->ballot->inside, 1, memory_order_seq_cst);
	return change_is_open(change, word);
}

static void go_outside(struct change *change)
{
	/* release: pairs with the acquire in wait_until_outside */
	atomic_fetch_sub_explicit(&change->ballot->inside, 1, memory_order_release);
}

static void set_unready(struct change *change, struct joist_actor *a)
{
	if (a->ready)
		ballot_add(&change->ballot->ready, -1);
	a->ready = false;
}

/* False if it is too late for that. */
static bool set_ready(struct change *change, struct joist_actor *a, uint32_t word)
{
	a->ready = true;
	/* seq_cst: see change_is_open */
	atomic_fetch_add_explicit(&change->ballot->ready, 1, memory_order_seq_cst);
	if (change_is_open(change, word))
		return true;
	set_unready(change, a);
	a->chosen = false;
	return false;
}

/* The actor has come, if it was asked to. */
static void come(struct change *change, struct joist_actor *a)
{
	if (!a->asked)
		return;
	a->asked = false;
	/* relaxed: see ballot.h */
	if (atomic_fetch_sub_explicit(&change->ballot->asked, 1, memory_order_relaxed) == 1)
		sem_post(&change->ballot->changed);
}

/* Whether the actor is one of those that go over, or becomes one of the few that do. */
static bool is_meant(struct change *change, struct joist_actor *a)
{
	atomic_int_least64_t *tickets = &change->ballot->tickets;

	if (!change->few || a->chosen)
		return true;
	int64_t left = ballot_count(tickets);
	/* relaxed, both: see ballot.h */
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
		ballot_add(&change->ballot->tickets, 1);
	a->chosen = false;
}

/* ---- until it is decided ---- */

static bool has_failed(const struct change *change)
{
	/* relaxed: a hint */
	return atomic_load_explicit(&change->ballot->failed, memory_order_relaxed);
}

/* Inside: it is ready, or has failed; or there is a conversion that it has to go through. */
static struct conversion *begin(struct change *change, struct joist_actor *a, uint32_t word)
{
	const struct way *way = way_of(change, a);

	if (has_failed(change))
		return NULL; /* all is going to be put back */
	if (a->started && way->how == WAY_CONVERTS_STATE)
		return conversion_begin(a, change->ballot, way);
	if (a->started ? way->how == WAY_KEEPS : way->to != NULL)
		set_ready(change, a, word);
	else
		conversion_fail(a, change->ballot, word >> 3, ATOM(undef));
	return NULL;
}

/* Whether it holds, and may do so already. */
static bool take_part(struct change *change, struct joist_actor *a, uint32_t word)
{
	struct conversion *c = NULL;
	bool holds = false, dry = false;

	if (go_inside(change, word)) {
		holds = (a->started || CHANGE_PHASE(word) == CHANGE_DECIDES) && is_meant(change, a);
		if (holds && !a->ready)
			c = begin(change, a, word);
		dry = change->dry;
	}
	go_outside(change);
	if (c && conversion_run(a, c) && (!set_ready(change, a, word) || dry))
		conversion_put_back(a);
	return holds && !dry;
}

/* ---- what comes of it ---- */

/* Has an actor that has not begun, and so has no state yet, begin as that: false if memory is too short. */
static bool start_as(struct joist_actor *a, struct export *to)
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

static bool go_over(struct change *change, struct joist_actor *a)
{
	struct conversion *c = conversion_of(a);
	struct export *to = way_of(change, a)->to;

	if (c)
		return conversion_adopt(a, c);
	return a->started ? actor_move(a, to, NULL) : start_as(a, to);
}

/* One that is ready goes over. */
static void adopt(struct change *change, struct joist_actor *a)
{
	if (!go_over(change, a)) {
		conversion_put_back(a);
		actor_end_by(a, END_EXIT, &reason_system_limit);
	}
	a->chosen = false;
	a->ready = false;
	ballot_add(&change->ballot->ready, -1);
}

/* An actor that was started just before the upgrade begins as what its name finds now. */
static void begin_anew(struct joist_actor *a)
{
	const struct code_port *port = &a->worker->vm->code;
	const struct export *from = a->export;
	struct export *to = port->find(port->owner, joist_atom_name(from->code->plugin),
				       joist_atom_name(from->name), -1);

	if (!to)
		return;
	if (to != from && to->kind == from->kind && !start_as(a, to))
		actor_end_by(a, END_EXIT, &reason_system_limit);
	code_unpin(to->code);
}

bool change_hold(struct joist_actor *a)
{
	bool holds = false, again = true;

	while (again && !a->end) {
		struct change *change = change_of(a);
		uint32_t word = change ? word_of(change) : CHANGE_NONE;
		enum change_phase phase = CHANGE_PHASE(word);
		const struct export *was = a->export;

		if (change_is_undecided(phase)) {
			holds = take_part(change, a, word);
		} else if (phase == CHANGE_COMMITTED && a->ready) {
			adopt(change, a);
		} else if (phase == CHANGE_COMMITTED && !a->started) {
			begin_anew(a);
		} else if (phase == CHANGE_ABORTED) {
			conversion_put_back(a);
			set_free(change, a);
		}
		/* What it is now may change as well; or that phase was over before it looked. */
		again = a->export != was ||
			(change_is_undecided(phase) && !change_is_open(change, word));
		holds &= !again;
		if (change)
			come(change, a);
	}
	return holds;
}

void change_forget(struct joist_actor *a)
{
	struct change *change;

	if (UNLIKELY(a->converts)) /* it was given up, and has come back */
		conversion_forsake(a);
	change = change_of(a);
	if (LIKELY(!change))
		return;
	if (a->ready && CHANGE_PHASE(word_of(change)) == CHANGE_COMMITTED)
		adopt(change, a);
	conversion_put_back(a);
	set_free(change, a);
	come(change, a);
}
