/* Signals take effect here, on the worker that runs their receiver. What makes a message of a signal
 * builds it in the words that the sender left free for it (signal_spare), so nothing here can lack
 * memory but the growth of a set of ties. */
#include "vm/sched/deliver.h"

#include "vm/sched/info.h"
#include "vm/sched/mailbox.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"

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
	mailbox_put(a, s);
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

static void deliver_started(struct joist_actor *a, struct signal *s)
{
	if (signal_from_of(s)->number == a->stack->waits_for)
		mailbox_answer(a, s);
	else
		signal_free(s);
}

/* An actor that another node has started for us: what that has tied us to. */
static bool tie_spawned(struct joist_actor *a, const struct signal_from *s)
{
	joist_pid pid = s->from;
	int64_t ties = int_value(s->signal.term);
	bool linked = ties & SPAWNED_LINK, monitored = ties & SPAWNED_MONITOR;
	struct tie *link = linked ? ties_add(&a->links, pid.id, pid.node) : NULL;
	struct tie *monitor = monitored ? ties_add(&a->monitors, s->number, pid.node) : NULL;

	if (link)
		link->note |= LINK_BY_OTHER;
	if (monitor)
		monitor->other = pid.id;
	return (link || !linked) && (monitor || !monitored);
}

/* Nobody knows of an actor that comes after who asked for it has given up: it is to end. */
static void deliver_spawned(struct joist_actor *a, struct signal *s)
{
	struct signal_from *spawned = signal_from_of(s);
	bool awaited = spawned->number == a->stack->waits_for, there = term_is_int(s->term);

	if (there && !awaited)
		send_exit(a->worker->vm, a->worker, spawned->from, actor_pid(a), ATOM(kill));
	if (there && awaited && !tie_spawned(a, spawned))
		end_by(a, s, ATOM(system_limit));
	else if (awaited && !(there && int_value(s->term) & SPAWNED_STARTS))
		mailbox_answer(a, s);
	else
		signal_free(s);
}

static void deliver_mailbox_full(struct joist_actor *a, struct signal *s)
{
	struct arena arena = signal_spare(s);

	end_by(a, s, term_tuple_of(&arena, ATOM(limit), ATOM(mailbox)));
}

static void deliver_leader(struct joist_actor *a, struct signal *s)
{
	struct actor_extra *extra = actor_extra(a);

	if (!extra) {
		end_by(a, s, ATOM(system_limit));
		return;
	}
	joist_get_pid(s->term, &extra->leader);
	signal_free(s);
}

static void deliver_wake(struct joist_actor *a, struct signal *s)
{
	actor_set_woken(a, true);
	a->was_waiting = false;
	signal_free(s);
}

static void deliver_look(struct joist_actor *a, struct signal *s)
{
	(void)a;
	signal_free(s);
}

static void (*const actions[])(struct joist_actor *, struct signal *) = {
	[SIGNAL_MESSAGE] = mailbox_message,
	[SIGNAL_CALL] = mailbox_call,
	[SIGNAL_ALIAS] = mailbox_alias,
	[SIGNAL_EXIT] = deliver_exit,
	[SIGNAL_EXIT_LINK] = deliver_exit_link,
	[SIGNAL_LINK] = deliver_link,
	[SIGNAL_UNLINK] = deliver_unlink,
	[SIGNAL_MONITOR] = deliver_monitor,
	[SIGNAL_DEMONITOR] = deliver_demonitor,
	[SIGNAL_DOWN] = mailbox_down,
	[SIGNAL_ASK] = info_answer,
	[SIGNAL_LEADER] = deliver_leader,
	[SIGNAL_LOOK] = deliver_look,
	[SIGNAL_WAKE] = deliver_wake,
	[SIGNAL_MAILBOX_FULL] = deliver_mailbox_full,
	[SIGNAL_STARTED] = deliver_started,
	[SIGNAL_SPAWNED] = deliver_spawned,
};

/* What has come at once. */
struct batch {
	struct signal *oldest, *newest;
	uint32_t count;
	bool plain; /* messages only, for who lives here */
};

static struct batch batch_take(struct joist_actor *a)
{
	struct signal *s = inbox_take(a->entry);
	struct batch batch = { .newest = s, .plain = true };

	for (struct signal *next; s; s = next) {
		next = s->next;
		/* most of its term; another processor's cache has it, perhaps */
		__builtin_prefetch((const char *)s + 64);
		s->next = batch.oldest;
		batch.oldest = s;
		batch.count++;
		batch.plain &= s->kind == SIGNAL_MESSAGE && s->to == a->id;
	}
	return batch;
}

/* Drops the oldest messages that came in under the limit of a mailbox whose policy is drop_old. */
static void trim(struct joist_actor *a, struct mailbox_gate *gate)
{
	for (struct signal **link = &a->first; *link && gate_over(gate);) {
		if ((*link)->counted)
			signal_free(mailbox_unlink(a, link));
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

static void deliver_each(struct joist_actor *a, struct signal *s)
{
	for (struct signal *next; s; s = next) {
		next = s->next;
		if (s->to != a->id)
			send_to_dead(a->worker->vm, a->worker, s);
		else if (is_too_late(a, s))
			put_off(a, s);
		else
			actions[s->kind](a, s);
	}
}

bool deliver_inbox(struct joist_actor *a)
{
	struct batch batch = batch_take(a);

	if (batch.count && batch.plain && !mailbox_waits_for(a) && !actor_memory_max(a))
		mailbox_put_all(a, batch.oldest, batch.newest, batch.count);
	else
		deliver_each(a, batch.oldest);
	struct mailbox_gate *gate = mailbox_gate_of(a);
	if (gate)
		trim(a, gate);
	return deliver_must_end(a);
}
