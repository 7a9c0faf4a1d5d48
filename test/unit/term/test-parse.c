/* Text to terms. That what is printed is read back, test-print.c tells. */
#include "vm/term/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/order.h"
#include "vm/term/print.h"

static void finish(struct arena *a)
{
	bins_drop(a);
	arena_empty(a);
}

/* That `text` is read as a term that is printed as `expected`. */
static void reads(const char *text, const char *expected)
{
	struct arena a = { 0 };
	struct parse_error error = { 0 };
	struct text out = { 0 };
	joist_term t = parse_term(&a, (struct joist_bytes){ text, strlen(text) }, &error);

	if (joist_is_none(t))
		test_fail(__FILE__, __LINE__, "%s: %zu: %s", text, error.offset, error.message);
	CHECK(print_term(&out, t));
	CHECK_STR(text_end(&out), expected);
	text_finish(&out);
	finish(&a);
}

static void refuses(const char *text, size_t offset, const char *message)
{
	struct arena a = { 0 };
	struct parse_error error = { 0 };
	joist_term t = parse_term(&a, (struct joist_bytes){ text, strlen(text) }, &error);

	if (!joist_is_none(t))
		test_fail(__FILE__, __LINE__, "%s is read", text);
	CHECK_STR(error.message, message);
	CHECK_INT(error.offset, offset);
	finish(&a);
}

TEST_LEAK_FREE(terms_of_every_kind)
{
	reads("ok", "ok");
	reads(" ok . % the end", "ok");
	reads("{}", "{}");
	reads("{ a , {b,1} , [] }", "{a,{b,1},[]}");
	reads("[a,b|c]", "[a,b|c]");
	reads("[a|[b]]", "[a,b]");
	reads("#{}", "#{}");
	reads("#{b => 1, a => #{}, 1 => 2, 1.0 => 3, b => 4}",
	      "#{1 => 2,1.0 => 3,a => #{},b => 4}");
	reads("'with space'", "'with space'");
	reads("'it\\'s'", "'it\\'s'");
	reads("'ok'", "ok");
	reads("end", "'end'");
	reads("''", "''");
}

TEST_LEAK_FREE(numbers)
{
	reads("-5", "-5");
	reads("- 5", "-5");
	reads("+5", "5");
	reads("16#FF", "255");
	reads("-36#z", "-35");
	reads("1_000_000", "1000000");
	reads("123456789012345678901234567890", "123456789012345678901234567890");
	reads("-1152921504606846977", "-1152921504606846977");
	reads("1.5e3", "1.5e3");
	reads("-0.25", "-0.25");
	reads("[$a,$\\n,$ ,-$a]", "[97,10,32,-97]");
}

TEST_LEAK_FREE(strings_and_bits)
{
	reads("\"abc\"", "\"abc\"");
	reads("\"a\\nb\\\"\"", "\"a\\nb\\\"\"");
	reads("\"\"", "[]");
	reads("\"\xE2\x82\xAC\"", "\"\xE2\x82\xAC\"");
	reads("<<>>", "<<>>");
	reads("<<\"abc\">>", "<<\"abc\">>");
	reads("<<\"a\",98,$c>>", "<<\"abc\">>");
	reads("<<1,2,3:4>>", "<<1,2,3:4>>");
	reads("<<3:4,1:12>>", "<<48,1>>");
	reads("<<-1,256,1:1>>", "<<255,0,1:1>>");
	reads("<<-2:64>>", "<<255,255,255,255,255,255,255,254>>");
	reads("<<\"\xC3\xA9\">>", "<<233>>");
	reads("<<\"\xE2\x82\xAC\"/utf8>>", "<<\"\xE2\x82\xAC\"/utf8>>");
}

TEST_LEAK_FREE(what_is_wrong_is_told)
{
	refuses("", 0, "the end of the text where a term should stand");
	refuses("{a,", 3, "the end of the text where a term should stand");
	refuses("{a,}", 3, "a sign where a term should stand");
	refuses("{a b}", 3, "a comma or a closing bracket missing");
	refuses("{a]", 2, "a comma or a closing bracket missing");
	refuses("[a", 2, "a bracket that nothing closes");
	refuses("[|a]", 1, "a sign where a term should stand");
	refuses("[a|b,c]", 4, "a comma or a closing bracket missing");
	refuses("#{a}", 3, "a key without a value, or a comma missing");
	refuses("#{a := 1}", 4, "a key without a value, or a comma missing");
	refuses("#{a => 1 b}", 9, "a key without a value, or a comma missing");
	refuses("X", 0, "a variable outside a pattern");
	refuses("_", 0, "a variable outside a pattern");
	refuses("^X", 0, "a ^ outside a pattern");
	refuses("a b", 2, "more text behind the term");
	refuses("a. b", 3, "more text behind the term");
	refuses("-a", 1, "a sign without a number");
	refuses("1.0e999", 0, "a float that is too large or too long");
	refuses("'abc", 0, "a quote that nothing ends");
	refuses("{\xFF}", 1, "bytes that are not UTF-8");
	refuses("<<a>>", 2, "neither text nor an integer in <<>>");
	refuses("<<1", 3, "a comma or >> missing");
	refuses("<<1:65>>", 4, "a segment of more than 64 bits");
	refuses("<<\"a\"/x>>", 6, "a type that is not utf8");
	refuses("<<99999999999999999999>>", 2, "an integer of more than 64 bits in <<>>");
	refuses("<<\"\xE2\x82\xAC\">>", 7,
		"a character above 255 in bytes; put /utf8 behind the text");
}

static joist_term parse_bytes(struct arena *a, const char *text, size_t size,
			      struct parse_error *error)
{
	return parse_term(a, (struct joist_bytes){ text, size }, error);
}

TEST_LEAK_FREE(brackets_nest_to_a_limit)
{
	static char text[2 * PARSE_DEPTH_MAX + 2];
	struct arena a = { 0 };
	struct parse_error error;

	memset(text, '[', PARSE_DEPTH_MAX);
	memset(text + PARSE_DEPTH_MAX, ']', PARSE_DEPTH_MAX);
	CHECK(!joist_is_none(parse_bytes(&a, text, 2 * PARSE_DEPTH_MAX, &error)));
	memset(text, '{', PARSE_DEPTH_MAX + 1);
	CHECK(joist_is_none(parse_bytes(&a, text, 2 * PARSE_DEPTH_MAX + 2, &error)));
	CHECK_STR(error.message, "brackets nested too deep");
	finish(&a);
}

TEST_LEAK_FREE(lengths_have_limits)
{
	static char text[PARSE_DIGITS_MAX + 1];
	struct arena a = { 0 };
	struct parse_error error;

	memset(text, '9', sizeof(text));
	CHECK(!joist_is_none(parse_bytes(&a, text, PARSE_DIGITS_MAX, &error)));
	CHECK(joist_is_none(parse_bytes(&a, text, PARSE_DIGITS_MAX + 1, &error)));
	memset(text, 'a', sizeof(text));
	CHECK(!joist_is_none(parse_bytes(&a, text, 255, &error)));
	CHECK(joist_is_none(parse_bytes(&a, text, 256, &error)));
	CHECK_STR(error.message, "an atom of more than 255 characters");
	finish(&a);
}

TEST_LEAK_FREE(no_atom_beyond_the_limit)
{
	struct arena a = { 0 };
	struct parse_error error;

	atom_limit(atom_count(), NULL);
	CHECK(joist_is_none(parse_bytes(&a, "{ok,never_seen}", 15, &error)));
	CHECK_STR(error.message, "an atom beyond the limit of the table");
	CHECK_INT(error.offset, 4);
	CHECK(!joist_is_none(parse_bytes(&a, "{ok,error}", 10, &error)));
	finish(&a);
}

static const char sample[] = "{ok,#{a => [1,2|3],\"k\" => <<\"a long binary, so that it is counted "
			     "0123456789012345678901234567890123456789\">>,c => 1.5,d => "
			     "123456789012345678901234567890}}";

TEST_LEAK_FREE(survives_any_failing_allocation)
{
	struct arena whole = { 0 };
	struct parse_error error;
	joist_term expected = parse_bytes(&whole, sample, sizeof(sample) - 1, &error);

	for (int64_t nth = 1;; nth++) {
		struct arena a = { 0 };
		heap_fail(nth, true);
		joist_term t = parse_bytes(&a, sample, sizeof(sample) - 1, &error);
		heap_fail(0, false);
		bool done = !joist_is_none(t);
		CHECK(done ? term_equal(t, expected) : !error.message);
		finish(&a);
		if (done)
			break;
	}
	finish(&whole);
}

/* Cut, and with bytes changed: whatever is read must print and compare. */
TEST_LEAK_FREE(survives_broken_text)
{
	char text[sizeof(sample)];
	struct parse_error error;
	uint32_t random = 1;

	for (int i = 0; i < 20000; i++) {
		struct arena a = { 0 };
		struct text out = { 0 };
		memcpy(text, sample, sizeof(text));
		for (int changes = 0; changes < 3; changes++) {
			random = random * 1664525 + 1013904223;
			text[random >> 8 & 127] = (char)(random >> 24);
		}
		joist_term t = parse_bytes(&a, text, random >> 3 & 127, &error);
		CHECK(joist_is_none(t) || print_term(&out, t));
		text_finish(&out);
		finish(&a);
	}
}
