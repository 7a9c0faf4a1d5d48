/* Limits of mailboxes. Any thread; all is relaxed, since a message more or less than the limit says does
 * not matter, and neither do those of a sender who is late and meets the gate of another actor. */
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

static int64_t load(const atomic_int_least64_t *number)
{
	/* relaxed: see the top */
	return atomic_load_explicit(number, memory_order_relaxed);
}

static void store(atomic_int_least64_t *number, int64_t value)
{
	/* relaxed: see the top */
	atomic_store_explicit(number, value, memory_order_relaxed);
}

static int64_t at_most(uint64_t max)
{
	return max < INT64_MAX / 2 ? (int64_t)max : INT64_MAX / 2;
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
	store(&gate->messages, 0);
	store(&gate->bytes, 0);
	store(&gate->messages_max, at_most(messages_max));
	store(&gate->bytes_max, at_most(bytes_max));
	/* relaxed, both: see the top */
	atomic_store_explicit(&gate->policy, (uint8_t)policy, memory_order_relaxed);
	atomic_store_explicit(&gate->full, false, memory_order_relaxed);
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

static bool is_above(int64_t count, int64_t max, int64_t times)
{
	return max && count > max * times;
}

static bool above(const struct mailbox_gate *gate, int64_t times)
{
	return is_above(load(&gate->messages), load(&gate->messages_max), times) ||
	       is_above(load(&gate->bytes), load(&gate->bytes_max), times);
}

static void uncount(struct mailbox_gate *gate, uint64_t bytes)
{
	/* relaxed, both: see the top */
	atomic_fetch_sub_explicit(&gate->messages, 1, memory_order_relaxed);
	atomic_fetch_sub_explicit(&gate->bytes, (int64_t)bytes, memory_order_relaxed);
}

static bool half_free(const struct mailbox_gate *gate)
{
	return !is_above(load(&gate->messages) * 2, load(&gate->messages_max), 1) &&
	       !is_above(load(&gate->bytes) * 2, load(&gate->bytes_max), 1);
}

static enum gate_policy policy_of(const struct mailbox_gate *gate)
{
	/* relaxed: see the top */
	return (enum gate_policy)atomic_load_explicit(&gate->policy, memory_order_relaxed);
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
	atomic_fetch_add_explicit(&gate->bytes, (int64_t)bytes, memory_order_relaxed);
	*ret_first = false;
	enum gate_policy policy = policy_of(gate);
	if (!above(gate, policy == GATE_DROP_OLD ? 2 : 1))
		return GATE_PASS;
	uncount(gate, bytes);
	*ret_first = !atomic_exchange_explicit(&gate->full, true, memory_order_relaxed);
	return answers[policy];
}

bool gate_leave(struct mailbox_gate *gate, uint64_t bytes)
{
	uncount(gate, bytes);
	/* relaxed, both: see the top */
	return atomic_load_explicit(&gate->full, memory_order_relaxed) && half_free(gate) &&
	       atomic_exchange_explicit(&gate->full, false, memory_order_relaxed);
}

bool gate_over(const struct mailbox_gate *gate)
{
	return policy_of(gate) == GATE_DROP_OLD && above(gate, 1);
}
