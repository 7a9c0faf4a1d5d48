/* Signals take effect here, on the worker that runs their receiver. What makes a message of a signal
 * builds it in the words that the sender left free for it (signal_spare), so nothing here can lack
 * memory but the growth of a set of ties. */
#include "vm/sched/deliver.h"

#include "vm/sched/info.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"

static struct mailbox_gate *gate_of(const struct joist_actor *a)
{
	/* relaxed: written before the actor first ran */
	return atomic_load_explicit(&a->entry->gate, memory_order_relaxed);
}

static void append(struct joist_actor *a, struct signal *s)
{
	a->was_waiting = false;
	s->next = NULL;
	*a->last = s;
	a->last = &s->next;
	actor_count(a, s, 1);
}

/* What leaves the mailbox, or does not get there, makes room for others. */
static inline void uncount(const struct joist_actor *a, const struct signal *s)
{
	struct mailbox_gate *gate = s->counted ? gate_of(a) : NULL;

	if (gate)
		gate_leave(gate, signal_bytes(s));
}

static inline struct signal *unlink_at(struct joist_actor *a, struct signal **link)
{
	struct signal *s = *link;

	*link = s->next;
	if (a->last == &s->next)
		a->last = link;
	if (a->stack->fresh == &s->next)
		a->stack->fresh = link;
	actor_count(a, s, -1);
	uncount(a, s);
	return s;
}

static inline struct signal *take_at(struct joist_actor *a, struct signal **link)
{
	struct signal *s = unlink_at(a, link);

	s->next = a->stack->taken;
	a->stack->taken = s;
	return s;
}

struct signal *deliver_take_at(struct joist_actor *a, struct signal **link)
{
	return take_at(a, link);
}

struct signal *deliver_take(struct joist_actor *a)
{
	return a->first ? take_at(a, &a->first) : NULL;
}

void deliver_mark(struct joist_actor *a, uint64_t number)
{
	a->stack->fresh = a->last;
	a->stack->fresh_number = number;
}

static void answer(struct joist_actor *a, struct signal *s)
{
	if (a->stack->answer) {
		signal_free(s);
		return;
	}
	a->stack->answer = s;
	a->woken = true;
	a->was_waiting = false;
}

static bool is_ref(joist_term t, uint64_t number)
{
	return term_tag(t) == TAG_BOX && t.word &&
	       *term_box(t) == box_header(BOX_REF, UINT64_C(4) << 32) && term_box(t)[1] == number;
}

/* The number of what it waits for; 0: none, as while it rests. */
static inline uint64_t waits_for(const struct joist_actor *a)
{
	return a->stack ? a->stack->waits_for : 0;
}

/* Whether a message is {Tag, Reply} for the call that the actor waits in: what answers a call without
 * knowing of aliases sends this to its pid. */
static inline bool is_plain_reply(const struct joist_actor *a, joist_term message)
{
	if (LIKELY(!waits_for(a)) || !term_is_tuple(message, 2))
		return false;
	joist_term tag = tuple_at(message, 0);
	return is_ref(term_tag(tag) == TAG_CONS ? term_tail(tag) : tag, waits_for(a));
}

static void deliver_message(struct joist_actor *a, struct signal *s)
{
	if (is_plain_reply(a, s->term)) {
		uncount(a, s);
		answer(a, s);
	} else {
		append(a, s);
	}
}

static void deliver_call(struct joist_actor *a, struct signal *s)
{
	struct signal_from *call = signal_from_of(s);
	struct tie *tie = ties_add(&a->monitored_by, call->number, call->from.node);

	/* Without memory for the tie the caller is not told of our end: its time-out remains. */
	if (tie) {
		tie->other = call->from.id;
		tie->note = TIE_CALL;
	}
	append(a, s);
}

static void deliver_alias(struct joist_actor *a, struct signal *s)
{
	uint64_t number = signal_from_of(s)->number;

	if (number && number == waits_for(a))
		answer(a, s);
	else if (a->extra && ties_find(&a->extra->aliases, number, 0))
		append(a, s);
	else
		signal_free(s);
}

/* Ends the actor by a signal. */
static void end_by(struct joist_actor *a, struct signal *s, joist_term reason)
{
	s->term = reason;
	actor_end_by(a, END_SIGNAL, s);
}

/* {'EXIT', From, Reason} */
static void exit_message(struct joist_actor *a, struct signal *s, joist_pid from)
{
	struct arena arena = signal_spare(s);
	joist_term pid = term_pid(&arena, from);

	s->term = term_tuple_of(&arena, ATOM(EXIT), pid, s->term);
	append(a, s);
}

static void deliver_exit(struct joist_actor *a, struct signal *s)
{
	joist_pid from = signal_from_of(s)->from;
	bool linked = s->kind == SIGNAL_EXIT_LINK;

	if (!linked && s->term.word == ATOM(kill).word) {
		a->killed = a->ending;
		end_by(a, s, ATOM(killed));
	} else if (a->trap_exit && !a->ending) {
		exit_message(a, s, from);
	} else if (s->term.word == ATOM(normal).word && (linked || from.id != a->id)) {
		signal_free(s);
	} else {
		end_by(a, s, s->term);
	}
}

/* A link's number is the one that the receiver of the exit gave it, so that the exit of an earlier link
 * between the same two, undone since, is told from that of this one. */
#define LINK_BY_OTHER (UINT32_C(1) << 31)

static void deliver_exit_link(struct joist_actor *a, struct signal *s)
{
	struct signal_from *exit = signal_from_of(s);
	struct tie *link = ties_find(&a->links, exit->from.id, exit->from.node);

	if (!link ||
	    !((link->note & LINK_BY_OTHER) || (link->note & ~LINK_BY_OTHER) == exit->number)) {
		signal_free(s);
		return;
	}
	ties_remove(&a->links, link);
	deliver_exit(a, s);
}

static void deliver_link(struct joist_actor *a, struct signal *s)
{
	struct signal_from *from = signal_from_of(s);
	struct tie *link = ties_add(&a->links, from->from.id, from->from.node);

	if (link) {
		link->note |= LINK_BY_OTHER;
		link->other = from->number;
		signal_free(s);
	} else {
		end_by(a, s, ATOM(system_limit));
	}
}

static void deliver_unlink(struct joist_actor *a, struct signal *s)
{
	struct signal_from *from = signal_from_of(s);
	struct tie *link = ties_find(&a->links, from->from.id, from->from.node);

	if (link)
		ties_remove(&a->links, link);
	signal_free(s);
}

static void deliver_monitor(struct joist_actor *a, struct signal *s)
{
	struct signal_from *m = signal_from_of(s);
	struct tie *tie = ties_add(&a->monitored_by, m->number, m->from.node);

	if (tie) {
		tie->other = m->from.id;
		tie->note = (uint32_t)(m->name.word >> 3);
	}
	signal_free(s);
}

static void deliver_demonitor(struct joist_actor *a, struct signal *s)
{
	struct signal_from *m = signal_from_of(s);
	struct tie *tie = ties_find(&a->monitored_by, m->number, m->from.node);

	if (tie)
		ties_remove(&a->monitored_by, tie);
	signal_free(s);
}

/* {'DOWN', Ref, process, Object, Reason} */
static void down_message(struct joist_actor *a, struct signal *s, const struct tie *tie)
{
	struct arena arena = signal_spare(s);
	joist_term object = info_object(a, &arena, tie);
	joist_term ref = term_ref(&arena, ref_local(tie->id, actor_pid(a)));
	s->term = term_tuple_of(&arena, ATOM(DOWN), ref, ATOM(process), object, s->term);
	append(a, s);
}

static void deliver_down(struct joist_actor *a, struct signal *s)
{
	struct signal_from *down = signal_from_of(s);
	struct tie *tie;

	if (down->number == a->stack->waits_for) {
		answer(a, s);
		return;
	}
	tie = ties_find(&a->monitors, down->number, down->from.node);
	if (tie) {
		down_message(a, s, tie);
		ties_remove(&a->monitors, tie);
	} else {
		signal_free(s);
	}
}

static void deliver_mailbox_full(struct joist_actor *a, struct signal *s)
{
	struct arena arena = signal_spare(s);

	end_by(a, s, term_tuple_of(&arena, ATOM(limit), ATOM(mailbox)));
}

static void deliver_wake(struct joist_actor *a, struct signal *s)
{
	a->woken = true;
	a->was_waiting = false;
	signal_free(s);
}

static void (*const actions[])(struct joist_actor *, struct signal *) = {
	[SIGNAL_MESSAGE] = deliver_message,
	[SIGNAL_CALL] = deliver_call,
	[SIGNAL_ALIAS] = deliver_alias,
	[SIGNAL_EXIT] = deliver_exit,
	[SIGNAL_EXIT_LINK] = deliver_exit_link,
	[SIGNAL_LINK] = deliver_link,
	[SIGNAL_UNLINK] = deliver_unlink,
	[SIGNAL_MONITOR] = deliver_monitor,
	[SIGNAL_DEMONITOR] = deliver_demonitor,
	[SIGNAL_DOWN] = deliver_down,
	[SIGNAL_ASK] = info_answer,
	[SIGNAL_WAKE] = deliver_wake,
	[SIGNAL_MAILBOX_FULL] = deliver_mailbox_full,
};

static struct signal *reversed(struct signal *list)
{
	struct signal *oldest = NULL;

	for (struct signal *next; list; list = next) {
		next = list->next;
		list->next = oldest;
		oldest = list;
	}
	return oldest;
}

/* Drops the oldest messages that came in under the limit of a mailbox whose policy is drop_old. */
static void trim(struct joist_actor *a, struct mailbox_gate *gate)
{
	for (struct signal **link = &a->first; *link && gate_over(gate);) {
		if ((*link)->counted)
			signal_free(unlink_at(a, link));
		else
			link = &(*link)->next;
	}
}

/* What its sender sent after the signal that ended the actor finds nobody, though it is still here. */
static bool is_too_late(const struct joist_actor *a, const struct signal *s)
{
	if (!a->end || a->end_kind != END_SIGNAL)
		return false;
	return s->kind == SIGNAL_LINK || s->kind == SIGNAL_MONITOR || s->kind == SIGNAL_CALL ||
	       s->kind == SIGNAL_ASK;
}

/* It is answered when the actor is gone, so that a DOWN means that its last callbacks have run. */
static void put_off(struct joist_actor *a, struct signal *s)
{
	struct signal **end = &a->stack->late;

	while (*end)
		end = &(*end)->next;
	s->next = NULL;
	*end = s;
}

bool deliver_inbox(struct joist_actor *a)
{
	struct signal *s = reversed(inbox_take(a->entry));

	for (struct signal *next; s; s = next) {
		next = s->next;
		if (s->to != a->id)
			send_to_dead(a->worker->vm, a->worker, s);
		else if (is_too_late(a, s))
			put_off(a, s);
		else
			actions[s->kind](a, s);
	}
	struct mailbox_gate *gate = gate_of(a);
	if (gate)
		trim(a, gate);
	return deliver_must_end(a);
}

bool deliver_directly(struct joist_actor *a, struct signal *s)
{
	if (UNLIKELY(s->to != a->id || a->end || s->counted))
		return false;
	switch (s->kind) {
	case SIGNAL_MESSAGE:
		deliver_message(a, s);
		return true;
	case SIGNAL_CALL:
		deliver_call(a, s);
		return true;
	case SIGNAL_ALIAS:
		deliver_alias(a, s);
		return true;
	default:
		return false;
	}
}
