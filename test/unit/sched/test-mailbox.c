/* The mailbox of an actor that does not run: who sends to it puts messages there. */
#include "vm/sched/mailbox.h"

#include "test/harness.h"

static struct code code = { .version = "" };
static struct export export = { .code = &code, .kind = JOIST_EXPORT_HANDLER };

static struct joist_actor *make_actor(struct entry *entry)
{
	code_pin(&code);
	struct joist_actor *a = actor_create(&export);

	a->entry = entry;
	a->id = pid_local(1, 1).id;
	return a;
}

static bool receives(struct joist_actor *a, enum signal_kind kind, uint64_t number, int64_t n)
{
	joist_pid to = actor_pid(a), from = pid_local(2, 1);
	struct signal *s =
		kind == SIGNAL_MESSAGE
			? signal_make_message(to, term_small(n))
			: &signal_make_from(kind, to, from, number, term_small(n))->signal;

	bool taken = mailbox_receive(a, s);
	if (!taken)
		signal_free(s);
	return taken;
}

TEST_LEAK_FREE(what_rests_gets_messages_in_order)
{
	struct entry entry = { .inbox = NULL };
	struct stack stack = { 0 };
	struct joist_actor *a = make_actor(&entry);

	CHECK(receives(a, SIGNAL_CALL, 7, 0));
	CHECK(receives(a, SIGNAL_MESSAGE, 0, 1));
	CHECK(receives(a, SIGNAL_ALIAS, 8, 2)); /* it has no such alias: dropped */
	CHECK_INT(a->message_count, 2);
	CHECK_INT(ties_count(&a->monitored_by), 1);
	actor_begin_turn(a, &stack);
	CHECK_INT(int_value(mailbox_take(a)->term), 0);
	CHECK_INT(int_value(mailbox_take(a)->term), 1);
	CHECK(!mailbox_take(a));
	actor_end_turn(a);
	actor_destroy(a);
}

TEST_LEAK_FREE(an_answer_goes_to_who_waits_for_it)
{
	struct entry entry = { .inbox = NULL };
	struct stack stack = { .waits_for = 9 };
	struct joist_actor *a = make_actor(&entry);

	actor_begin_turn(a, &stack);
	CHECK(receives(a, SIGNAL_ALIAS, 9, 1));
	CHECK(actor_is_woken(a) && stack.answer && int_value(stack.answer->term) == 1);
	CHECK(receives(a, SIGNAL_ALIAS, 9, 2)); /* the first one counts */
	CHECK_INT(int_value(stack.answer->term), 1);
	CHECK_INT(a->message_count, 0);
	signal_free(stack.answer);
	actor_destroy(a);
}

TEST_LEAK_FREE(the_rest_is_left_to_the_actor)
{
	struct entry entry = { .inbox = NULL };
	struct joist_actor *a = make_actor(&entry);

	CHECK(!receives(a, SIGNAL_EXIT, 0, 1));
	CHECK(!receives(a, SIGNAL_MONITOR, 5, 1));
	a->id++; /* the signal was for who was here before */
	struct signal *s = signal_make_copy(SIGNAL_MESSAGE, pid_local(1, 1), term_small(1));
	CHECK(!mailbox_receive(a, s));
	signal_free(s);
	actor_destroy(a);
}
