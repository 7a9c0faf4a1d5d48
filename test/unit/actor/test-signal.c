/* Signals as blocks of memory. */
#include "vm/actor/signal.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"

static const joist_pid to = { .id = 77 }, from = { .id = 88 };

TEST_LEAK_FREE(every_kind_carries_a_copy)
{
	struct arena arena = { 0 };
	char bytes[1000];

	memset(bytes, 'x', sizeof(bytes));
	joist_term term = term_tuple_of(&arena, ATOM(ok), term_binary(&arena, bytes, 1000),
					term_cons(&arena, term_small(1), TERM_NIL));
	for (int kind = SIGNAL_MESSAGE; kind <= SIGNAL_MAILBOX_FULL; kind++) {
		struct signal *s = signal_make_copy((enum signal_kind)kind, to, term);
		CHECK(s && s->kind == kind && s->to == to.id);
		CHECK(joist_equal(s->term, term) && s->term.word != term.word);
		CHECK(signal_bytes(s) >= sizeof(*s) + 8 * 8);
		signal_free(s);
	}
	bins_drop(&arena);
	arena_empty(&arena);
}

TEST_LEAK_FREE(says_who_sent_it)
{
	for (int kind = SIGNAL_MESSAGE; kind <= SIGNAL_MAILBOX_FULL; kind++) {
		struct signal probe = { .kind = (uint8_t)kind };
		if (!signal_has_from(&probe))
			continue;
		struct signal_from *s =
			signal_make_from((enum signal_kind)kind, to, from, 9, ATOM(ok));
		CHECK(signal_from_of(&s->signal) == s);
		CHECK(s->from.id == from.id && s->number == 9 && s->name.word == 0);
		CHECK(s->signal.term.word == ATOM(ok).word);
		signal_free(&s->signal);
		s = signal_make_from((enum signal_kind)kind, to, from, 9, TERM_NONE);
		CHECK(joist_is_none(s->signal.term));
		signal_free(&s->signal);
	}
}

/* The words for the receiver's message are there even when the sender filled its own to the last. */
TEST_LEAK_FREE(leaves_the_receiver_room_for_its_message)
{
	static const joist_pid far = { .id = 5, .node = 3 };
	struct arena arena = { 0 };
	joist_term reason = term_tuple_of(&arena, ATOM(error), ATOM(badarg));

	struct signal_from *exit = signal_make_from(SIGNAL_EXIT, to, far, 0, reason);
	struct arena spare = signal_spare(&exit->signal);
	joist_term message =
		term_tuple_of(&spare, ATOM(EXIT), term_pid(&spare, far), exit->signal.term);
	CHECK(!joist_is_none(message) && joist_equal(tuple_at(message, 2), reason));
	signal_free(&exit->signal);

	struct signal_from *down = signal_make_from(SIGNAL_DOWN, to, far, 6, reason);
	spare = signal_spare(&down->signal);
	message = term_tuple_of(&spare, ATOM(DOWN), term_ref(&spare, ref_local(6, to)),
				ATOM(process), term_pid(&spare, far), down->signal.term);
	CHECK(!joist_is_none(message) && joist_equal(tuple_at(message, 4), reason));
	joist_term object = term_tuple_of(&spare, ATOM(ok), ATOM(nonode_at_nohost));
	CHECK(!joist_is_none(object)); /* or, in the place of the pid, this */
	signal_free(&down->signal);

	struct signal *full = signal_make(SIGNAL_MAILBOX_FULL, to, 0);
	spare = signal_spare(full);
	CHECK(!joist_is_none(term_tuple_of(&spare, ATOM(limit), ATOM(mailbox))));
	signal_free(full);
	arena_empty(&arena);
}

TEST_LEAK_FREE(terms_are_built_right_in_it)
{
	struct signal *s = signal_make(SIGNAL_DOWN, to, 3);
	struct arena arena = signal_arena(s);

	signal_built(s, &arena, term_tuple_of(&arena, ATOM(ok), ATOM(ok)));
	CHECK(term_is_tuple(s->term, 2));
	CHECK(joist_is_none(term_tuple_of(&arena, ATOM(ok)))); /* as much as was asked for */
	signal_free(s);
}

TEST_LEAK_FREE(counts_and_frees_the_memory_that_was_moved_into_it)
{
	struct arena arena = { 0 };
	struct signal *s = signal_make(SIGNAL_MESSAGE, to, 0);
	size_t small = signal_bytes(s);

	joist_term list = TERM_NIL;
	for (int i = 0; i < 10000; i++)
		list = term_cons(&arena, term_small(i), list);
	s->term = list;
	s->chunks = arena.chunks;
	s->bins = arena.bins;
	CHECK(signal_bytes(s) >= small + 160000);
	signal_free(s);
}

TEST_LEAK_FREE(what_is_part_of_something_else_is_not_freed)
{
	struct signal s = { .embedded = true, .term = ATOM(ok) };

	signal_free(&s);
	CHECK(s.term.word == ATOM(ok).word);
}

TEST_LEAK_FREE(what_is_too_large_is_not_made)
{
	CHECK(!signal_make(SIGNAL_MESSAGE, to, SIZE_MAX));
	CHECK(!signal_make(SIGNAL_DOWN, to, SIZE_MAX - 8));
	CHECK(!signal_make(SIGNAL_DOWN, to, SIZE_MAX / 8));
	CHECK(!signal_make(SIGNAL_MESSAGE, to, (size_t)1 << 30));
	heap_fail(1, false);
	CHECK(!signal_make_copy(SIGNAL_MESSAGE, to, ATOM(ok)));
	heap_fail(1, false);
	CHECK(!signal_make_from(SIGNAL_EXIT, to, from, 0, ATOM(ok)));
	heap_fail(0, false);
}
