/* Limits of mailboxes. Any thread; what is counted is relaxed, since a message more or less than the limit
 * says does not matter, and neither do those of a sender who is late and meets the gate of another actor.
 * Only who waits, and who makes room, must not miss each other: see gate_has_room. */
#include "vm/actor/gate.h"

#include <string.h>

#include "vm/actor/signal.h"
#include "vm/base/heap.h"

static struct spin spare_lock;
static struct mailbox_gate *spare;

static const char *const policy_names[] = {
	[GATE_ERROR_TO_SENDER] = "error_to_sender",
	[GATE_DROP_NEW] = "drop_new",
	[GATE_DROP_OLD] = "drop_old",
	[GATE_EXIT] = "exit",
	[GATE_BLOCK] = "block",
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

static void reset(struct gate_tally *tally)
{
	store(&tally->messages, 0);
	store(&tally->bytes, 0);
}

static int64_t at_most(uint64_t max)
{
	return max < INT64_MAX / 2 ? (int64_t)max : INT64_MAX / 2;
}

static struct mailbox_gate *make(void)
{
	struct mailbox_gate *gate = heap_take_zero(sizeof(*gate));

	if (gate)
		gate->last =
			&gate->first; /* once: who waits at the wrong gate is about to leave it */
	return gate;
}

struct mailbox_gate *gate_take(uint64_t messages_max, uint64_t bytes_max, enum gate_policy policy)
{
	spin_take(&spare_lock);
	struct mailbox_gate *gate = spare;
	if (gate)
		spare = gate->next;
	spin_give(&spare_lock);
	if (!gate)
		gate = make();
	if (!gate)
		return NULL;
	reset(&gate->entered);
	reset(&gate->left);
	reset(&gate->left_seen);
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

int64_t gate_messages(const struct mailbox_gate *gate)
{
	return load(&gate->entered.messages) - load(&gate->left.messages);
}

static int64_t bytes_in(const struct mailbox_gate *gate)
{
	return load(&gate->entered.bytes) - load(&gate->left.bytes);
}

static bool above(const struct mailbox_gate *gate, int64_t times)
{
	return is_above(gate_messages(gate), load(&gate->messages_max), times) ||
	       is_above(bytes_in(gate), load(&gate->bytes_max), times);
}

/* The same for a sender, who fetches the receiver's line of cache only if it is above by what was there
 * before. */
static bool above_now(struct mailbox_gate *gate, int64_t times)
{
	if (!is_above(load(&gate->entered.messages) - load(&gate->left_seen.messages),
		      load(&gate->messages_max), times) &&
	    !is_above(load(&gate->entered.bytes) - load(&gate->left_seen.bytes),
		      load(&gate->bytes_max), times))
		return false;
	store(&gate->left_seen.messages, load(&gate->left.messages));
	store(&gate->left_seen.bytes, load(&gate->left.bytes));
	return above(gate, times);
}

static void count(struct mailbox_gate *gate, uint64_t bytes)
{
	/* relaxed, both: see the top */
	atomic_fetch_add_explicit(&gate->entered.messages, 1, memory_order_relaxed);
	if (load(&gate->bytes_max))
		atomic_fetch_add_explicit(&gate->entered.bytes, (int64_t)bytes,
					  memory_order_relaxed);
}

/* Whose message did not get in after all. */
static void uncount(struct mailbox_gate *gate, uint64_t bytes)
{
	/* seq_cst, both: gate_has_room says for what */
	if (load(&gate->bytes_max))
		atomic_fetch_sub_explicit(&gate->entered.bytes, (int64_t)bytes,
					  memory_order_seq_cst);
	atomic_fetch_sub_explicit(&gate->entered.messages, 1, memory_order_seq_cst);
}

static bool half_free(const struct mailbox_gate *gate)
{
	return !is_above(gate_messages(gate) * 2, load(&gate->messages_max), 1) &&
	       !is_above(bytes_in(gate) * 2, load(&gate->bytes_max), 1);
}

static enum gate_policy policy_of(const struct mailbox_gate *gate)
{
	/* relaxed: see the top */
	return (enum gate_policy)atomic_load_explicit(&gate->policy, memory_order_relaxed);
}

bool gate_refuse(struct mailbox_gate *gate)
{
	/* relaxed: see the top */
	return !atomic_exchange_explicit(&gate->full, true, memory_order_relaxed);
}

enum gate_answer gate_enter(struct mailbox_gate *gate, uint64_t bytes, bool *ret_first)
{
	static const enum gate_answer answers[] = {
		[GATE_ERROR_TO_SENDER] = GATE_REFUSE,
		[GATE_DROP_NEW] = GATE_DROP,
		[GATE_DROP_OLD] = GATE_DROP,
		[GATE_EXIT] = GATE_END,
		[GATE_BLOCK] = GATE_WAIT,
	};
	enum gate_policy policy = policy_of(gate);

	*ret_first = false;
	/* relaxed: who comes in between is before those that wait, or behind */
	if (UNLIKELY(atomic_load_explicit(&gate->waiting, memory_order_relaxed)))
		return GATE_WAIT;
	count(gate, bytes);
	if (!above_now(gate, policy == GATE_DROP_OLD ? 2 : 1))
		return GATE_PASS;
	uncount(gate, bytes);
	*ret_first = policy != GATE_BLOCK && gate_refuse(gate);
	return answers[policy];
}

bool gate_leave(struct mailbox_gate *gate, uint64_t bytes)
{
	/* seq_cst, both: gate_has_room says for what */
	if (load(&gate->bytes_max))
		atomic_fetch_add_explicit(&gate->left.bytes, (int64_t)bytes, memory_order_seq_cst);
	atomic_fetch_add_explicit(&gate->left.messages, 1, memory_order_seq_cst);
	/* relaxed, both: see the top */
	return atomic_load_explicit(&gate->full, memory_order_relaxed) && half_free(gate) &&
	       atomic_exchange_explicit(&gate->full, false, memory_order_relaxed);
}

bool gate_over(const struct mailbox_gate *gate)
{
	return policy_of(gate) == GATE_DROP_OLD && above(gate, 1);
}

/* ---- who waits ---- */

void gate_queue(struct mailbox_gate *gate, struct gate_wait *wait)
{
	wait->gate = gate;
	wait->next = NULL;
	spin_take(&gate->lock);
	wait->link = gate->last;
	*gate->last = wait;
	gate->last = &wait->next;
	/* relaxed: the fence orders it before the caller's look at the counts, see gate_has_room */
	atomic_fetch_add_explicit(&gate->waiting, 1, memory_order_relaxed);
	spin_give(&gate->lock);
	atomic_thread_fence(memory_order_seq_cst);
}

/* Under the lock. */
static void unlink_wait(struct mailbox_gate *gate, struct gate_wait *wait)
{
	*wait->link = wait->next;
	if (wait->next)
		wait->next->link = wait->link;
	else
		gate->last = wait->link;
	wait->link = NULL;
	/* relaxed: less is no news to anybody */
	atomic_fetch_sub_explicit(&gate->waiting, 1, memory_order_relaxed);
}

bool gate_unqueue(struct gate_wait *wait)
{
	struct mailbox_gate *gate = wait->gate;

	spin_take(&gate->lock);
	bool there = wait->link;
	if (there)
		unlink_wait(gate, wait);
	spin_give(&gate->lock);
	return there;
}

/* Who queues counts itself, then looks at the counts of messages; who takes a message counts it, then looks
 * whether somebody waits. With the fence of the one between the two, and seq_cst at both of the other's,
 * one of them sees the other. */
bool gate_has_room(struct mailbox_gate *gate)
{
	/* seq_cst: pairs with the fence in gate_queue */
	return UNLIKELY(atomic_load_explicit(&gate->waiting, memory_order_seq_cst)) &&
	       half_free(gate);
}

/* Half of the mailbox is free; or, when it was and others were let in, there is still room for this one. A
 * message that is larger than the limit passes so, too. */
static bool fits(struct mailbox_gate *gate, uint64_t bytes)
{
	if (half_free(gate))
		return true;
	return !is_above(gate_messages(gate) + 1, load(&gate->messages_max), 1) &&
	       !is_above(bytes_in(gate) + (int64_t)bytes, load(&gate->bytes_max), 1);
}

struct gate_wait *gate_let_in(struct mailbox_gate *gate, bool closed)
{
	spin_take(&gate->lock);
	struct gate_wait *wait = gate->first;
	uint64_t bytes = wait ? signal_bytes(wait->message) : 0;
	if (wait && !closed && !fits(gate, bytes))
		wait = NULL;
	if (wait) {
		unlink_wait(gate, wait);
		wait->message->counted = true;
		count(gate, bytes);
	}
	spin_give(&gate->lock);
	return wait;
}
