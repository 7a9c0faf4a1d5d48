/* Terms to text, and back. */
#include "vm/term/print.h"

#include <string.h>

#include "test/harness.h"
#include "test/unit/term/random-term.h"
#include "vm/base/heap.h"
#include "vm/term/order.h"
#include "vm/term/parse.h"

static void finish(struct arena *a)
{
	bins_drop(a);
	arena_empty(a);
}

TEST_LEAK_FREE(what_is_printed_is_read_back)
{
	struct random r = { .state = 17, .data_only = true };

	for (int i = 0; i < 5000; i++) {
		struct arena a = { 0 };
		struct text text = { 0 };
		struct parse_error error = { 0 };
		joist_term t = random_term(&r, &a, 5);
		CHECK(print_term(&text, t));
		joist_term back =
			parse_term(&a, (struct joist_bytes){ text.data, text.size }, &error);
		if (joist_is_none(back) || !term_equal(t, back))
			test_fail(__FILE__, __LINE__, "%s: %zu: %s", text_end(&text), error.offset,
				  error.message);
		text_finish(&text);
		finish(&a);
	}
}

static void prints(const char *text)
{
	struct arena a = { 0 };
	struct text out = { 0 };

	CHECK(print_term(&out, parse_term(&a, (struct joist_bytes){ text, strlen(text) }, NULL)));
	CHECK_STR(text_end(&out), text);
	text_finish(&out);
	finish(&a);
}

TEST_LEAK_FREE(compound_terms)
{
	prints("{}");
	prints("{{},[],#{}}");
	prints("[a]");
	prints("[[]]");
	prints("[a,[b|c],{d}|e]");
	prints("[[],[]|{}]");
	prints("#{a => #{b => [c]},{d} => \"text\"}");
	prints("[1,\"a\"]");
}

TEST_LEAK_FREE(a_million_levels)
{
	struct arena a = { 0 };
	struct text text = { 0 };
	joist_term t = TERM_NIL;

	for (int i = 0; i < 1000000; i++)
		t = term_cons(&a, t, TERM_NIL);
	CHECK(print_term(&text, t));
	CHECK_INT(text.size, 2000002);
	text_finish(&text);
	finish(&a);
}

TEST_LEAK_FREE(a_long_text_is_cut_between_characters)
{
	struct arena a = { 0 };
	struct text text = { 0 };
	const char *long_text = "{abc,\"\xC3\xA9\xC3\xA9\"}";
	joist_term t = parse_term(&a, (struct joist_bytes){ long_text, strlen(long_text) }, NULL);

	CHECK(print_cut(&text, t, 100));
	CHECK_STR(text_end(&text), long_text);
	text.size = 1;
	CHECK(print_cut(&text, t, 9));
	CHECK_STR(text_end(&text), "{{abc,\"\xC3\xA9...");
	text_finish(&text);
	finish(&a);
}

/* A term of 16^20 leaves. */
TEST_LEAK_FREE(shared_parts_that_would_explode_are_cut)
{
	struct arena a = { 0 };
	struct text text = { 0 };
	joist_term t = TERM_NIL;

	for (int i = 0; i < 20; i++)
		t = term_tuple_of(&a, t, t, t, t, t, t, t, t, t, t, t, t, t, t, t, t);
	CHECK(print_cut(&text, t, 1000));
	CHECK_INT(text.size, 1003);
	text_finish(&text);
	finish(&a);
}

TEST_LEAK_FREE(without_memory_it_says_so)
{
	struct random r = { .state = 8 };
	struct arena a = { 0 };
	joist_term t = TERM_NIL;

	for (int i = 0; i < 100; i++)
		t = term_cons(&a, t, random_term(&r, &a, 4));
	for (int64_t nth = 1;; nth++) {
		struct text text = { 0 };
		heap_fail(nth, true);
		bool done = print_term(&text, t);
		heap_fail(0, false);
		text_finish(&text);
		if (done) {
			CHECK(nth > 3);
			break;
		}
	}
	finish(&a);
}
