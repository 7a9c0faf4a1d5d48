/* Sending. Any thread. A signal is pushed with one locked instruction; the push that finds its receiver
 * waiting makes it run. */
#include "vm/sched/send.h"

#include <sched.h>

#include "vm/base/bug.h"
#include "vm/base/log.h"
#include "vm/sched/jobs.h"
#include "vm/term/atom.h"

/* Who asked another node for an actor has ended before it was there. */
static void untie_spawned(struct joist_vm *vm, struct worker *w, joist_pid to,
			  const struct signal_from *spawned)
{
	int64_t ties = term_is_int(spawned->signal.term) ? int_value(spawned->signal.term) : 0;

	if (ties & SPAWNED_LINK)
		send_exit_link(vm, w, spawned->from, to, 0, ATOM(noproc));
	if (ties & SPAWNED_MONITOR)
		send_tie(vm, w, SIGNAL_DEMONITOR, spawned->from, to, spawned->number,
			 (joist_atom){ 0 });
}

void send_refused(struct joist_vm *vm, struct worker *w, joist_pid to, struct signal *s,
		  joist_term reason)
{
	struct signal_from *from = signal_from_of(s);

	switch (s->kind) {
	case SIGNAL_LINK:
		send_exit_link(vm, w, from->from, to, from->number, reason);
		break;
	case SIGNAL_MONITOR:
	case SIGNAL_CALL:
	case SIGNAL_ASK:
	case SIGNAL_SPAWN:
		send_down(vm, w, from->from, to, from->number, reason);
		break;
	case SIGNAL_SPAWNED:
		untie_spawned(vm, w, to, from);
		break;
	default:
		break;
	}
	signal_free(s);
}

void send_to_dead(struct joist_vm *vm, struct worker *w, struct signal *s)
{
	send_refused(vm, w, (joist_pid){ .id = s->to }, s, ATOM(noproc));
}

static void send_far(struct joist_vm *vm, struct worker *w, joist_pid to, struct signal *signal)
{
	if (vm->send_far)
		vm->send_far(vm, w, to, signal);
	else
		send_refused(vm, w, to, signal, ATOM(noconnection));
}

static void push(struct joist_vm *vm, struct worker *w, struct entry *entry, struct signal *signal)
{
	enum signal_kind kind = (enum signal_kind)signal->kind;
	joist_pid to = { .id = signal->to };

	if (send_to_dozer(vm, w, to, signal) || send_to_idle(vm, w, entry, signal))
		return;
	switch (inbox_push(entry, signal)) {
	case INBOX_PUSHED:
		send_charge(w, to);
		jobs_recall(vm->pool, to, kind);
		break;
	case INBOX_WAKE:
		wake(vm, w, entry->actor);
		break;
	case INBOX_DEAD:
		send_to_dead(vm, w, signal);
		break;
	}
}

void send_signal(struct joist_vm *vm, struct worker *w, joist_pid to, struct signal *signal)
{
	struct entry *entry = send_entry(vm, to);

	if (entry)
		push(vm, w, entry, signal);
	else if (to.node)
		send_far(vm, w, to, signal);
	else
		send_to_dead(vm, w, signal);
}

struct mailbox_gate *send_gate(struct joist_vm *vm, joist_pid to)
{
	struct entry *entry = send_entry(vm, to);

	if (!entry || !entry_is(entry, to))
		return NULL;
	/* acquire: pairs with the release in spawn.c, so that the gate's limits are seen */
	return atomic_load_explicit(&entry->gate, memory_order_acquire);
}

static void report_full(struct joist_vm *vm, joist_pid to, const struct mailbox_gate *gate)
{
	alarm_raise(&vm->alarms.ear, ALARM_MAILBOX_FULL,
		    "the mailbox of <0.%u.%u> is full: %llu messages that it has not taken",
		    pid_slot(to), pid_serial(to), (unsigned long long)gate_messages(gate));
}

static void send_mailbox_full(struct joist_vm *vm, struct worker *w, joist_pid to)
{
	struct signal *end = signal_make(SIGNAL_MAILBOX_FULL, to, 0);

	if (end)
		send_signal(vm, w, to, end);
}

enum gate_answer send_message_later(struct joist_vm *vm, struct worker *w, joist_pid to,
				    struct signal *signal)
{
	struct entry *entry = send_entry(vm, to);
	bool first = false;

	if (!entry || !entry_is(entry, to)) {
		if (to.node)
			send_far(vm, w, to, signal);
		else
			send_to_dead(vm, w, signal);
		return GATE_PASS;
	}
	/* acquire: pairs with the release in spawn.c, so that the gate's limits are seen */
	struct mailbox_gate *gate = atomic_load_explicit(&entry->gate, memory_order_acquire);
	if (gate) {
		enum gate_answer answer = gate_enter(gate, signal_bytes(signal), &first);
		if (first)
			report_full(vm, to, gate);
		if (answer == GATE_WAIT)
			return answer;
		if (answer != GATE_PASS) {
			signal_free(signal);
			if (answer == GATE_END)
				send_mailbox_full(vm, w, to);
			return answer;
		}
		signal->counted = true;
	}
	push(vm, w, entry, signal);
	return GATE_PASS;
}

enum gate_answer send_turned_away(struct joist_vm *vm, struct worker *w, joist_pid to,
				  struct signal *signal)
{
	struct mailbox_gate *gate = send_gate(vm, to);

	signal_free(signal);
	if (gate && gate_refuse(gate))
		report_full(vm, to, gate);
	/* what it took for a moment may have hidden some: */
	if (gate && gate_has_room(gate))
		gate->open(vm, w, gate);
	return GATE_REFUSE;
}

enum gate_answer send_message(struct joist_vm *vm, struct worker *w, joist_pid to,
			      struct signal *signal)
{
	enum gate_answer answer = send_message_or_wait(vm, w, to, signal);

	return answer == GATE_WAIT ? send_turned_away(vm, w, to, signal) : answer;
}

/* News of an end must not be lost for want of memory: it shrinks to a bare reason, and then waits a
 * while for others to free some. */
static struct signal_from *make_surely(enum signal_kind kind, joist_pid to, joist_pid from,
				       uint64_t number, joist_term term)
{
	struct signal_from *s = signal_make_from(kind, to, from, number, term);

	for (int tries = 0; !s && tries < 10000; tries++) {
		s = signal_make_from(kind, to, from, number, term.word ? ATOM(system_limit) : term);
		if (!s)
			sched_yield();
	}
	if (!s)
		JOIST_BUG("no memory is left for the news of an actor's end");
	return s;
}

void send_exit(struct joist_vm *vm, struct worker *w, joist_pid to, joist_pid from,
	       joist_term reason)
{
	send_signal(vm, w, to, &make_surely(SIGNAL_EXIT, to, from, 0, reason)->signal);
}

void send_exit_link(struct joist_vm *vm, struct worker *w, joist_pid to, joist_pid from,
		    uint64_t number, joist_term reason)
{
	send_signal(vm, w, to, &make_surely(SIGNAL_EXIT_LINK, to, from, number, reason)->signal);
}

void send_down(struct joist_vm *vm, struct worker *w, joist_pid to, joist_pid from, uint64_t number,
	       joist_term reason)
{
	send_signal(vm, w, to, &make_surely(SIGNAL_DOWN, to, from, number, reason)->signal);
}

void send_tie(struct joist_vm *vm, struct worker *w, enum signal_kind kind, joist_pid to,
	      joist_pid from, uint64_t number, joist_atom name)
{
	struct signal_from *s = make_surely(kind, to, from, number, TERM_NONE);

	s->name = name;
	send_signal(vm, w, to, &s->signal);
}
