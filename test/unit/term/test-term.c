/* The makers of terms. */
#include "vm/term/term.h"

#include "test/harness.h"
#include "vm/term/number.h"

static uint64_t memory[256];

static struct arena space(void)
{
	return arena_over(memory, 256);
}

TEST(small_integers_need_no_memory)
{
	struct arena none = arena_over(memory, 0);

	CHECK_INT(int_value(term_int(&none, TERM_INT_MAX)), TERM_INT_MAX);
	CHECK_INT(int_value(term_int(&none, TERM_INT_MIN)), TERM_INT_MIN);
	CHECK_INT(int_value(term_uint(&none, 7)), 7);
}

TEST(large_integers_are_limbs)
{
	struct arena a = space();
	uint64_t word;

	struct integer least = integer_of(term_int(&a, INT64_MIN), &word);
	CHECK(least.negative && least.count == 1 && least.limbs[0] == UINT64_C(1) << 63);
	struct integer most = integer_of(term_uint(&a, UINT64_MAX), &word);
	CHECK(!most.negative && most.count == 1 && most.limbs[0] == UINT64_MAX);
}

TEST(leading_zeros_are_cut)
{
	struct arena a = space();
	uint64_t limbs[] = { 5, 0, 0 };

	CHECK_INT(int_value(term_big(&a, true, limbs, 3)), -5);
	CHECK_INT(int_value(term_big(&a, true, limbs + 1, 2)), 0);
	limbs[1] = 1;
	CHECK_INT(box_words(term_box(term_big(&a, false, limbs, 3))), 3);
}

TEST(the_least_small_integer_is_small_as_limbs_too)
{
	struct arena a = space();
	uint64_t limb = UINT64_C(1) << 60;

	CHECK_INT(int_value(term_big(&a, true, &limb, 1)), TERM_INT_MIN);
	CHECK(term_is_box(term_big(&a, false, &limb, 1), BOX_BIG));
}

TEST(references_of_any_length)
{
	struct arena a = space();
	joist_ref ref = { .node = 3, .count = 5, .id = { 1, 2, 3, 4, 5 } };
	const uint64_t *box = term_box(term_ref(&a, ref));

	CHECK_INT(box_words(box), 4);
	CHECK_INT(box[3], 5);
	CHECK_INT((uint32_t)box_extra(*box), 3);
}

TEST(pids_of_this_node_are_words)
{
	struct arena a = space();
	joist_pid pid = pid_local(5, UINT32_MAX);

	CHECK(term_tag(term_pid(&a, pid)) == TAG_PID);
	CHECK_INT(pid_serial(pid), UINT32_MAX);
	CHECK_INT(pid_slot(pid), 5);
	CHECK(term_is_box(term_pid(&a, (joist_pid){ .id = 1, .node = 1 }), BOX_PID));
}

TEST(tuples_and_lists)
{
	struct arena a = space();
	joist_term pair = term_tuple_of(&a, term_small(1), TERM_NIL);

	CHECK(term_is_tuple(pair, 2) && !term_is_tuple(pair, 3));
	CHECK_INT(int_value(tuple_at(pair, 0)), 1);
	joist_term cell = term_cons(&a, pair, TERM_NIL);
	CHECK(term_head(cell).word == pair.word && term_tail(cell).word == TERM_NIL.word);
}

TEST(a_full_arena_gives_none)
{
	uint64_t one;
	struct arena a = arena_over(&one, 1);

	CHECK(joist_is_none(term_float(&a, 1.5)));
	CHECK(joist_is_none(term_cons(&a, TERM_NIL, TERM_NIL)));
	CHECK(joist_is_none(term_tuple_of(&a, TERM_NIL)));
	CHECK(joist_is_none(term_int(&a, INT64_MAX)));
	CHECK(joist_is_none(term_ref(&a, ref_local(1, pid_local(1, 1)))));
	CHECK(joist_is_none(term_fun(&a, "12345678", 8)));
	CHECK(!joist_is_none(term_tuple(&a, NULL, 0)));
}
