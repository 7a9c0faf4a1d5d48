/* Limits of mailboxes. */
#include "vm/actor/gate.h"

#include <pthread.h>

#include "test/harness.h"
#include "vm/actor/signal.h"

static const enum gate_policy policies[] = { GATE_ERROR_TO_SENDER, GATE_DROP_NEW, GATE_DROP_OLD,
					     GATE_EXIT };

static enum gate_answer enter(struct mailbox_gate *gate, uint64_t bytes, bool first_expected)
{
	bool first;
	enum gate_answer answer = gate_enter(gate, bytes, &first);

	CHECK_INT(first, first_expected);
	return answer;
}

TEST(policies_have_names)
{
	enum gate_policy policy = GATE_EXIT;

	CHECK(gate_policy_of(NULL, &policy) && policy == GATE_ERROR_TO_SENDER);
	CHECK(gate_policy_of("drop_new", &policy) && policy == GATE_DROP_NEW);
	CHECK(gate_policy_of("drop_old", &policy) && policy == GATE_DROP_OLD);
	CHECK(gate_policy_of("exit", &policy) && policy == GATE_EXIT);
	CHECK(gate_policy_of("block", &policy) && policy == GATE_BLOCK);
	CHECK(gate_policy_of("error_to_sender", &policy) && policy == GATE_ERROR_TO_SENDER);
	CHECK(!gate_policy_of("", &policy) && !gate_policy_of("drop", &policy));
	CHECK_INT(policy, GATE_ERROR_TO_SENDER);
}

TEST(messages_are_counted)
{
	static const enum gate_answer refused[] = { GATE_REFUSE, GATE_DROP, GATE_DROP, GATE_END };

	for (int p = 0; p < 4; p++) {
		struct mailbox_gate *gate = gate_take(3, 0, policies[p]);
		int room = policies[p] == GATE_DROP_OLD ? 6 : 3; /* it has yet to drop them */
		CHECK(!gate_over(gate));
		for (int i = 0; i < room; i++)
			CHECK_INT(enter(gate, 1000000, false), GATE_PASS);
		CHECK_INT(gate_over(gate), policies[p] == GATE_DROP_OLD);
		CHECK_INT(enter(gate, 1, true), refused[p]);
		CHECK_INT(enter(gate, 1, false), refused[p]);
		gate_leave(gate, 1000000);
		CHECK_INT(enter(gate, 1, false), GATE_PASS);
		CHECK_INT(enter(gate, 1, false), refused[p]); /* full is full, for the log */
		for (int i = 0; i < room; i++)
			gate_leave(gate, i ? 1000000 : 1);
		for (int i = 0; i < room; i++)
			CHECK_INT(enter(gate, 1, false), GATE_PASS);
		CHECK_INT(enter(gate, 1, true), refused[p]);
		gate_give(gate);
	}
}

TEST(bytes_are_counted)
{
	struct mailbox_gate *gate = gate_take(0, 100, GATE_DROP_NEW);

	CHECK_INT(enter(gate, 60, false), GATE_PASS);
	CHECK_INT(enter(gate, 60, true), GATE_DROP);
	CHECK_INT(enter(gate, 40, false), GATE_PASS);
	gate_leave(gate, 60);
	CHECK_INT(enter(gate, 61, true), GATE_DROP); /* half of it was free in between */
	CHECK_INT(enter(gate, 60, false), GATE_PASS);
	gate_leave(gate, 60);
	gate_leave(gate, 40);
	CHECK_INT(enter(gate, 101, true), GATE_DROP); /* what is above the limit never passes */
	gate_give(gate);
}

TEST(a_used_gate_starts_empty)
{
	struct mailbox_gate *gate = gate_take(1, 0, GATE_EXIT);

	CHECK_INT(enter(gate, 5, false), GATE_PASS);
	CHECK_INT(enter(gate, 5, true), GATE_END);
	gate_give(gate);
	CHECK(gate_take(2, 0, GATE_DROP_NEW) == gate);
	CHECK_INT(enter(gate, 5, false), GATE_PASS);
	CHECK_INT(enter(gate, 5, false), GATE_PASS);
	CHECK_INT(enter(gate, 5, true), GATE_DROP);
	gate_give(gate);
	gate_give(NULL);
}

static void make_wait(struct gate_wait *wait, struct signal *message, uint32_t bytes)
{
	*message = (struct signal){ .bytes = bytes };
	*wait = (struct gate_wait){ .message = message };
}

TEST(a_queue_moves_when_half_is_free)
{
	struct mailbox_gate *gate = gate_take(4, 0, GATE_BLOCK);
	struct signal messages[3];
	struct gate_wait waits[3];

	for (int i = 0; i < 4; i++)
		CHECK_INT(enter(gate, 1, false), GATE_PASS);
	CHECK_INT(enter(gate, 1, false), GATE_WAIT);
	for (int i = 0; i < 3; i++) {
		make_wait(&waits[i], &messages[i], 1);
		gate_queue(gate, &waits[i]);
	}
	CHECK(!gate_leave(gate, 1)); /* which is no news, for nobody was refused */
	CHECK(!gate_has_room(gate));
	CHECK_INT(enter(gate, 1, false), GATE_WAIT); /* behind the others */
	gate_leave(gate, 1);
	CHECK(gate_has_room(gate));
	CHECK(gate_unqueue(&waits[1]) && !gate_unqueue(&waits[1]));
	CHECK(gate_let_in(gate, false) == &waits[0] && messages[0].counted);
	CHECK(!gate_unqueue(&waits[0]));
	CHECK(gate_let_in(gate, false) == &waits[2]);
	CHECK(!gate_let_in(gate, false) && !gate_has_room(gate));
	CHECK_INT(enter(gate, 1, false), GATE_WAIT); /* 2 that were there, 2 that were let in */
	gate_give(gate);
}

TEST(a_queue_is_limited_by_bytes_too)
{
	struct mailbox_gate *gate = gate_take(0, 100, GATE_BLOCK);
	struct signal messages[2];
	struct gate_wait waits[2];

	CHECK_INT(enter(gate, 60, false), GATE_PASS);
	for (int i = 0; i < 2; i++) {
		make_wait(&waits[i], &messages[i], 150);
		gate_queue(gate, &waits[i]);
	}
	CHECK(!gate_has_room(gate));
	gate_leave(gate, 60);
	CHECK(gate_let_in(gate, false) == &waits[0]); /* though it is above the limit by itself */
	CHECK(!gate_let_in(gate, false));
	CHECK(gate_let_in(gate, true) == &waits[1]); /* nobody is there any more */
	CHECK(!gate_let_in(gate, true));
	gate_give(gate);
}

enum { THREADS = 4, ROUNDS = 50000, LIMIT = 5 };

static struct mailbox_gate *shared;

static void *come_and_go(void *unused)
{
	bool first;

	for (int i = 0; i < ROUNDS; i++) {
		if (gate_enter(shared, 8, &first) == GATE_PASS)
			gate_leave(shared, 8);
	}
	return unused;
}

TEST(nothing_is_counted_that_has_left)
{
	pthread_t threads[THREADS];

	shared = gate_take(LIMIT, LIMIT * 8, GATE_DROP_NEW);
	for (int i = 0; i < THREADS; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, come_and_go, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < LIMIT; i++)
		CHECK_INT(enter(shared, 8, false), GATE_PASS);
	CHECK_INT(enter(shared, 8, true), GATE_DROP);
	gate_give(shared);
}
