/* Waiting for room. The message waits at the gate, its sender in mid-turn; who makes room, most often the
 * receiver, sends the message on and wakes the sender. So messages are let in as they came to the gate, and
 * nobody has to try again. Any thread. */
#include "vm/sched/room.h"

#include <sched.h>

#include "vm/sched/send.h"

/* Sends on what has left the queue, to the dead perhaps. */
static void pass(struct joist_vm *vm, struct worker *w, struct gate_wait *wait)
{
	struct signal *message = wait->message, *wake = wait->wake;

	send_signal(vm, w, (joist_pid){ .id = message->to }, message);
	/* release: pairs with the acquire in room_forget, after which the sender may send what follows */
	atomic_store_explicit(&wait->done, true, memory_order_release);
	if (wake)
		send_signal(vm, w, (joist_pid){ .id = wake->to }, wake);
}

void room_queue(struct joist_vm *vm, struct worker *w, struct gate_wait *wait)
{
	joist_pid to = { .id = wait->message->to };
	struct mailbox_gate *gate = send_gate(vm, to);

	if (!gate) {
		pass(vm, w, wait);
		return;
	}
	gate_queue(gate, wait);
	/* Who ends closes first its entry and then the gate: one of the two sees the other. */
	if (send_gate(vm, to) == gate)
		room_open(vm, w, gate);
	else if (gate_unqueue(wait))
		pass(vm, w, wait);
}

void room_forget(void *given)
{
	struct gate_wait *wait = given;

	if (wait->gate && gate_unqueue(wait)) {
		signal_free(wait->message);
		if (wait->wake)
			signal_free(wait->wake);
		return;
	}
	/* acquire: pairs with the release in pass */
	while (!atomic_load_explicit(&wait->done, memory_order_acquire))
		sched_yield();
}

void room_open(struct joist_vm *vm, struct worker *w, struct mailbox_gate *gate)
{
	struct gate_wait *wait;

	if (!gate_has_room(gate))
		return;
	while ((wait = gate_let_in(gate, false)))
		pass(vm, w, wait);
}

void room_close(struct joist_vm *vm, struct worker *w, struct mailbox_gate *gate)
{
	struct gate_wait *wait;

	while (gate && (wait = gate_let_in(gate, true)))
		pass(vm, w, wait);
}
