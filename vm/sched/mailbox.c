/* Messages come in and are taken. A sender enters for an actor that waits, so that what it sends need not
 * go through the inbox. */
#include "vm/sched/mailbox.h"

#include "vm/base/alarm.h"
#include "vm/base/bug.h"
#include "vm/sched/sched.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/nodes.h"

static __attribute__((noinline)) void report_free(const struct joist_actor *a,
						  const struct mailbox_gate *gate)
{
	joist_pid pid = actor_pid(a);

	alarm_clear(gate->ear, ALARM_MAILBOX_FULL, "half of the mailbox of <0.%u.%u> is free",
		    pid_slot(pid), pid_serial(pid));
}

void mailbox_uncount(const struct joist_actor *a, const struct signal *s)
{
	struct mailbox_gate *gate = mailbox_gate_of(a);

	if (!gate)
		return;
	if (UNLIKELY(gate_leave(gate, signal_bytes(s))))
		report_free(a, gate);
	if (gate_has_room(gate))
		gate->open(a->worker->vm, a->worker, gate);
}

void mailbox_mark(struct joist_actor *a, uint64_t number)
{
	a->stack->fresh = a->last;
	a->stack->fresh_number = number;
}

void mailbox_answer(struct joist_actor *a, struct signal *s)
{
	if (a->stack->answer) {
		signal_free(s);
		return;
	}
	a->stack->answer = s;
	actor_set_woken(a, true);
	a->was_waiting = false;
}

static bool is_ref(joist_term t, uint64_t number)
{
	return term_is_local_ref(t) && local_ref_number(t) == number;
}

/* Whether a message is {Tag, Reply} for the call that the actor waits in: what answers a call without
 * knowing of aliases sends this to its pid. */
static bool is_plain_reply(const struct joist_actor *a, joist_term message)
{
	if (!term_is_tuple(message, 2))
		return false;
	joist_term tag = tuple_at(message, 0);
	return is_ref(term_tag(tag) == TAG_CONS ? term_tail(tag) : tag, mailbox_waits_for(a));
}

void mailbox_message_in_wait(struct joist_actor *a, struct signal *s)
{
	if (is_plain_reply(a, s->term)) {
		if (s->counted)
			mailbox_uncount(a, s);
		mailbox_answer(a, s);
	} else {
		mailbox_put(a, s);
	}
}

void mailbox_call(struct joist_actor *a, struct signal *s)
{
	struct signal_from *call = signal_from_of(s);
	struct tie *tie = ties_add(&a->monitored_by, call->number, call->from.node);

	/* Without memory for the tie the caller is not told of our end: its time-out remains. */
	if (tie) {
		tie->other = call->from.id;
		tie->note = TIE_CALL;
	}
	mailbox_put(a, s);
}

void mailbox_alias(struct joist_actor *a, struct signal *s)
{
	uint64_t number = signal_from_of(s)->number;

	if (number && number == mailbox_waits_for(a))
		mailbox_answer(a, s);
	else if (a->extra && ties_find(&a->extra->aliases, number, 0))
		mailbox_put(a, s);
	else
		signal_free(s);
}

joist_term mailbox_object(const struct joist_actor *a, struct arena *arena, const struct tie *tie)
{
	joist_term name = { (uint64_t)tie->note << 3 | TAG_ATOM };
	joist_atom node = tie->node ? nodes_name(tie->node) : a->worker->vm->name;

	if (tie->note)
		return term_tuple_of(arena, name, atom_term(node));
	return term_pid(arena, (joist_pid){ .id = tie->other, .node = tie->node });
}

/* {'DOWN', Ref, process, Object, Reason}, in the words that the sender left free for it. */
static void put_down(struct joist_actor *a, struct signal *s, const struct tie *tie)
{
	struct arena arena = signal_spare(s);
	joist_term object = mailbox_object(a, &arena, tie);
	joist_term ref = term_ref(&arena, ref_local(tie->id, actor_pid(a)));

	s->term = term_tuple_of(&arena, ATOM(DOWN), ref, ATOM(process), object, s->term);
	mailbox_put(a, s);
}

void mailbox_down(struct joist_actor *a, struct signal *s)
{
	uint64_t number = signal_from_of(s)->number;
	struct tie *tie;

	/* The end of one that another node has started may come right behind the answer that it has. */
	if (number == mailbox_waits_for(a) && !a->stack->answer) {
		mailbox_answer(a, s);
		return;
	}
	tie = ties_find(&a->monitors, number, TIES_ANY_NODE);
	if (tie) {
		put_down(a, s, tie);
		ties_remove(&a->monitors, tie);
	} else {
		signal_free(s);
	}
}

bool mailbox_receive_other(struct joist_actor *a, struct signal *s)
{
	if (s->kind == SIGNAL_CALL)
		mailbox_call(a, s);
	else if (s->kind == SIGNAL_ALIAS)
		mailbox_alias(a, s);
	else if (s->kind == SIGNAL_DOWN)
		mailbox_down(a, s);
	else
		return false;
	return true;
}
