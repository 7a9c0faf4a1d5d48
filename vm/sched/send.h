/* The sender's side of signals: finding whom they are for, putting them into the inbox, making the
 * receiver run. `w` is the calling thread's worker, or NULL on a thread that has none. */
#ifndef JOIST_VM_SCHED_SEND_H
#define JOIST_VM_SCHED_SEND_H

#include "vm/sched/mailbox.h"
#include "vm/sched/wake.h"

/* Sends `signal`, which is taken over. To nobody is like to the dead. */
void send_signal(struct joist_vm *vm, struct worker *w, joist_pid to, struct signal *signal);

/* Where signals to `to` go; NULL: nowhere. */
static inline struct entry *send_entry(struct joist_vm *vm, joist_pid to)
{
	return LIKELY(to.node == 0 && to.id) ? table_entry(&vm->table, pid_slot(to)) : NULL;
}

/* Sends to an actor that waited, on which the caller has the right: it gets that at once, so that nobody
 * needs to take it from the inbox. */
ALWAYS_INLINE void send_to_claimed(struct joist_vm *vm, struct worker *w, struct joist_actor *a,
				   struct signal *signal)
{
	/* What another worker has sent before stays before it. */
	if (inbox_has(a->entry) || !mailbox_receive(a, signal))
		inbox_push(a->entry, signal);
	wake(vm, w, a);
}

/* The same for who dozes under `w`; false if nobody of that pid does. */
ALWAYS_INLINE bool send_to_dozer(struct joist_vm *vm, struct worker *w, joist_pid to,
				 struct signal *signal)
{
	struct joist_actor *a = w ? doze_take(w->dozers, to) : NULL;

	if (a)
		send_to_claimed(vm, w, a, signal);
	return a;
}

/* The same for who waits; false if nobody does. */
ALWAYS_INLINE bool send_to_idle(struct joist_vm *vm, struct worker *w, struct entry *entry,
				struct signal *signal)
{
	if (!inbox_is_idle(entry) || !inbox_claim(entry))
		return false;
	send_to_claimed(vm, w, entry->actor, signal);
	return true;
}

/* What it costs to send to one that has not taken yet what came before, in reductions. */
#define SEND_BUSY_REDUCTIONS 100

/* A signal to `to` was pushed behind others: who sends more than is taken gives way sooner, so that it can
 * be taken while it is still in the processor's cache, and mailboxes stay short. */
static inline void send_charge(const struct worker *w, joist_pid to)
{
	if (w && w->thread->current && w->thread->current->id != to.id)
		w->thread->reductions -= SEND_BUSY_REDUCTIONS;
}

/* The rest of the following. */
enum gate_answer send_message_later(struct joist_vm *vm, struct worker *w, joist_pid to,
				    struct signal *signal);

/* The same as send_signal for a user's message, which the receiver's limit may keep out: what its gate
 * says. The signal is taken over, unless that is GATE_WAIT (room.h). */
ALWAYS_INLINE enum gate_answer send_message_or_wait(struct joist_vm *vm, struct worker *w,
						    joist_pid to, struct signal *signal)
{
	if (send_to_dozer(vm, w, to, signal))
		return GATE_PASS;
	struct entry *entry = send_entry(vm, to);
	/* acquire: pairs with the release in spawn.c, so that the gate's limits are seen */
	if (LIKELY(entry && entry_is(entry, to) &&
		   !atomic_load_explicit(&entry->gate, memory_order_acquire))) {
		if (send_to_idle(vm, w, entry, signal))
			return GATE_PASS;
		enum inbox_push pushed = inbox_push(entry, signal);
		if (pushed == INBOX_WAKE)
			wake(vm, w, entry->actor);
		else
			send_charge(w, to);
		if (pushed != INBOX_DEAD)
			return GATE_PASS;
	}
	return send_message_later(vm, w, to, signal);
}

/* What limits the mailbox of `to`; NULL: nothing does, or nobody is there. */
struct mailbox_gate *send_gate(struct joist_vm *vm, joist_pid to);

/* What is to wait is refused instead: GATE_REFUSE. */
enum gate_answer send_turned_away(struct joist_vm *vm, struct worker *w, joist_pid to,
				  struct signal *signal);

/* The same as send_message_or_wait for who cannot wait, who is refused; the signal is taken over. */
enum gate_answer send_message(struct joist_vm *vm, struct worker *w, joist_pid to,
			      struct signal *signal);

/* The signals of ties. `from` is who sends. Reasons are copied; where memory is short the reason is
 * system_limit. */
void send_exit(struct joist_vm *vm, struct worker *w, joist_pid to, joist_pid from,
	       joist_term reason);
void send_exit_link(struct joist_vm *vm, struct worker *w, joist_pid to, joist_pid from,
		    uint64_t number, joist_term reason);
void send_down(struct joist_vm *vm, struct worker *w, joist_pid to, joist_pid from, uint64_t number,
	       joist_term reason);

/* A signal that carries no term: LINK, UNLINK, MONITOR, DEMONITOR, ASK. */
void send_tie(struct joist_vm *vm, struct worker *w, enum signal_kind kind, joist_pid to,
	      joist_pid from, uint64_t number, joist_atom name);

/* A signal to `to`, which cannot be reached for that reason: its sender is told where Erlang would tell it.
 * Takes it over. */
void send_refused(struct joist_vm *vm, struct worker *w, joist_pid to, struct signal *signal,
		  joist_term reason);

/* A signal that is not for the actor that it came to, or to an inbox that is closed: the same with
 * noproc. */
void send_to_dead(struct joist_vm *vm, struct worker *w, struct signal *signal);

#endif
