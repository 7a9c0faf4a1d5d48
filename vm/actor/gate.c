/* Limits of mailboxes. Any thread; the counts are relaxed atomics, since a message more or less than the
 * limit says does not matter. */
#include "vm/actor/gate.h"

#include <string.h>

#include "vm/base/heap.h"
#include "vm/base/spin.h"

static struct spin spare_lock;
static struct mailbox_gate *spare;

static const char *const policy_names[] = {
	[GATE_ERROR_TO_SENDER] = "error_to_sender",
	[GATE_DROP_NEW] = "drop_new",
	[GATE_DROP_OLD] = "drop_old",
	[GATE_EXIT] = "exit",
};

bool gate_policy_of(const char *name, enum gate_policy *ret_policy)
{
	for (unsigned i = 0; name && i < sizeof(policy_names) / sizeof(*policy_names); i++) {
		if (strcmp(name, policy_names[i]) == 0) {
			*ret_policy = (enum gate_policy)i;
			return true;
		}
	}
	if (!name)
		*ret_policy = GATE_ERROR_TO_SENDER;
	return !name;
}

struct mailbox_gate *gate_take(uint64_t messages_max, uint64_t bytes_max, enum gate_policy policy)
{
	spin_take(&spare_lock);
	struct mailbox_gate *gate = spare;
	if (gate)
		spare = gate->next;
	spin_give(&spare_lock);
	if (!gate)
		gate = heap_take_zero(sizeof(*gate));
	if (!gate)
		return NULL;
	/* relaxed, all three: a sender with a stale pid may look, and must only find numbers */
	atomic_store_explicit(&gate->messages, 0, memory_order_relaxed);
	atomic_store_explicit(&gate->bytes, 0, memory_order_relaxed);
	atomic_store_explicit(&gate->full, false, memory_order_relaxed);
	gate->messages_max = messages_max;
	gate->bytes_max = bytes_max;
	gate->policy = policy;
	return gate;
}

void gate_give(struct mailbox_gate *gate)
{
	if (!gate)
		return;
	spin_take(&spare_lock);
	gate->next = spare;
	spare = gate;
	spin_give(&spare_lock);
}

static bool above(const struct mailbox_gate *gate, uint64_t times)
{
	/* relaxed: see the top */
	return (gate->messages_max && atomic_load_explicit(&gate->messages, memory_order_relaxed) >
					      gate->messages_max * times) ||
	       (gate->bytes_max &&
		atomic_load_explicit(&gate->bytes, memory_order_relaxed) > gate->bytes_max * times);
}

static void uncount(struct mailbox_gate *gate, uint64_t bytes)
{
	/* relaxed, both: see the top */
	atomic_fetch_sub_explicit(&gate->messages, 1, memory_order_relaxed);
	atomic_fetch_sub_explicit(&gate->bytes, bytes, memory_order_relaxed);
}

static bool half_free(const struct mailbox_gate *gate)
{
	/* relaxed, both: see the top */
	uint64_t messages = atomic_load_explicit(&gate->messages, memory_order_relaxed);
	uint64_t bytes = atomic_load_explicit(&gate->bytes, memory_order_relaxed);

	return (!gate->messages_max || messages <= gate->messages_max / 2) &&
	       (!gate->bytes_max || bytes <= gate->bytes_max / 2);
}

enum gate_answer gate_enter(struct mailbox_gate *gate, uint64_t bytes, bool *ret_first)
{
	static const enum gate_answer answers[] = {
		[GATE_ERROR_TO_SENDER] = GATE_REFUSE,
		[GATE_DROP_NEW] = GATE_DROP,
		[GATE_DROP_OLD] = GATE_DROP,
		[GATE_EXIT] = GATE_END,
	};

	/* relaxed, all: see the top */
	atomic_fetch_add_explicit(&gate->messages, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&gate->bytes, bytes, memory_order_relaxed);
	*ret_first = false;
	if (!above(gate, gate->policy == GATE_DROP_OLD ? 2 : 1))
		return GATE_PASS;
	uncount(gate, bytes);
	*ret_first = !atomic_exchange_explicit(&gate->full, true, memory_order_relaxed);
	return answers[gate->policy];
}

void gate_leave(struct mailbox_gate *gate, uint64_t bytes)
{
	uncount(gate, bytes);
	/* relaxed, both: see the top */
	if (atomic_load_explicit(&gate->full, memory_order_relaxed) && half_free(gate))
		atomic_store_explicit(&gate->full, false, memory_order_relaxed);
}

bool gate_over(const struct mailbox_gate *gate)
{
	return gate->policy == GATE_DROP_OLD && above(gate, 1);
}
