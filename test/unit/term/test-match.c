/* Taking terms apart by patterns. */
#include "vm/term/match.h"

#include <string.h>

#include "test/harness.h"
#include "test/unit/term/random-term.h"
#include "vm/base/heap.h"
#include "vm/term/parse.h"
#include "vm/term/print.h"

static void finish(struct arena *a)
{
	bins_drop(a);
	arena_empty(a);
}

static struct pattern *compile(const char *text, const unsigned char *types)
{
	char error[200];
	struct pattern *p = pattern_compile((struct joist_bytes){ text, strlen(text) }, types,
					    PATTERN_MATCH, error, sizeof(error));

	if (!p)
		test_fail(__FILE__, __LINE__, "%s: %s", text, error);
	return p;
}

/* A pattern of at most 8 holes of any type against a term in text. */
static bool run(const char *text, const char *term, enum joist_hole type, joist_term *found,
		struct arena *a)
{
	unsigned char types[9] = { 0 };
	void *holes[8];
	struct parse_error error;

	for (int i = 0; i < 8; i++)
		holes[i] = &found[i];
	for (const char *p = text; *p; p++) {
		if (*p >= 'A' && *p <= 'Z' && (p == text || strchr("{[|, ", p[-1])))
			types[strlen((char *)types)] = (unsigned char)type;
	}
	joist_term t = parse_term(a, (struct joist_bytes){ term, strlen(term) }, &error);
	if (joist_is_none(t))
		test_fail(__FILE__, __LINE__, "%s: %s", term, error.message);
	struct pattern *p = compile(text, types);
	bool matched = match_run(p, t, holes);
	pattern_free(p);
	return matched;
}

/* That it matches, and what the holes are: `expected` is a tuple of them. */
static void matches(const char *pattern, const char *term, const char *expected)
{
	struct arena a = { 0 };
	struct text text = { 0 };
	joist_term found[8] = { 0 };
	size_t count = 0;

	if (!run(pattern, term, JOIST_HOLE_TERM, found, &a))
		test_fail(__FILE__, __LINE__, "%s does not match %s", pattern, term);
	while (count < 8 && !joist_is_none(found[count]))
		count++;
	CHECK(print_term(&text, term_tuple(&a, found, count)));
	CHECK_STR(text_end(&text), expected);
	text_finish(&text);
	finish(&a);
}

static void differs(const char *pattern, const char *term)
{
	struct arena a = { 0 };
	joist_term found[8] = { 0 };

	if (run(pattern, term, JOIST_HOLE_TERM, found, &a))
		test_fail(__FILE__, __LINE__, "%s matches %s", pattern, term);
	for (int i = 0; i < 8; i++)
		CHECK(joist_is_none(found[i]));
	finish(&a);
}

TEST_LEAK_FREE(forms)
{
	matches("ok", "ok", "{}");
	matches("X", "{a}", "{{a}}");
	matches("_", "[1]", "{}");
	matches("{_, _Ignored}", "{1,2}", "{}");
	matches("{add, By}", "{add,5}", "{5}");
	matches("{a, {B, [C|D]}, E}", "{a,{b,[c,d,e]},f}", "{b,c,[d,e],f}");
	matches("[a, B]", "[a,b]", "{b}");
	matches("[A|B]", "[a|b]", "{a,b}");
	matches("[A|B]", "[a]", "{a,[]}");
	matches("{}", "{}", "{}");
	matches("[]", "[]", "{}");
	matches("{X, Y}", "{{1,2,3},[{4}]}", "{{1,2,3},[{4}]}");
	matches("{{{A}, B}, C}", "{{{1},2},3}", "{1,2,3}");
}

TEST_LEAK_FREE(literals)
{
	matches("{1, -5, 1.5, \"abc\", <<\"bin\">>, 'A b', 16#FF, $a}",
		"{1,-5,1.5,\"abc\",<<\"bin\">>,'A b',255,97}", "{}");
	matches("123456789012345678901234567890", "123456789012345678901234567890", "{}");
	matches("<<1:3>>", "<<1:3>>", "{}");
	differs("1", "1.0");
	differs("0.0", "-0.0");
	differs("ok", "error");
	differs("<<\"a\">>", "<<\"b\">>");
	differs("\"abc\"", "\"abd\"");
	differs("\"abc\"", "\"ab\"");
	matches("[_|\"bc\"]", "\"abc\"", "{}");
}

TEST_LEAK_FREE(other_forms_do_not_match)
{
	differs("{add, By}", "{add,5,6}");
	differs("{add, By}", "{sub,5}");
	differs("{add, By}", "add");
	differs("{By, add}", "{5,sub}");
	differs("[A|B]", "[]");
	differs("[A]", "[1,2]");
	differs("{A}", "[1]");
	differs("[A]", "{1}");
	differs("#{}", "{}");
	differs("{}", "#{}");
	differs("{A, {B, c}}", "{1,{2,d}}");
	differs("{{A, b}, C}", "{{1,c},2}");
}

TEST_LEAK_FREE(maps_ask_for_their_keys)
{
	matches("#{}", "#{a => 1}", "{}");
	matches("#{b := B, a := A}", "#{a => 1,b => 2,c => 3}", "{2,1}");
	matches("#{a := {A, #{b := B}}, c := [C]}", "#{a => {1,#{b => 2}},c => [3],d => 4}",
		"{1,2,3}");
	matches("{#{1 := A, <<\"k\">> := B, {x} := C}, D}",
		"{#{1 => a,1.0 => b,<<\"k\">> => c,{x} => d},e}", "{a,c,d,e}");
	matches("#{#{} := A}", "#{#{} => 1}", "{1}");
	differs("#{#{} := A}", "#{#{a => 1} => 1}");
	differs("#{a := A, b := B}", "#{a => 1}");
	differs("#{a := 1}", "#{a => 2}");
	differs("#{1 := A}", "#{1.0 => 2}");
}

TEST_LEAK_FREE(types_must_fit)
{
	struct arena a = { 0 };
	joist_term found[8] = { 0 };

	CHECK(!run("{X, Y}", "{1,a}", JOIST_HOLE_INT64, found, &a));
	CHECK(joist_is_none(found[0]));
	CHECK(run("{X, Y}", "{1,-1152921504606846977}", JOIST_HOLE_INT64, found, &a));
	CHECK_INT(found[1].word, -1152921504606846977);
	CHECK(!run("X", "9223372036854775808", JOIST_HOLE_INT64, found, &a));
	CHECK(run("X", "3", JOIST_HOLE_DOUBLE, found, &a));
	CHECK(!run("X", "<<1:1>>", JOIST_HOLE_ATOM, found, &a));
	finish(&a);
}

TEST_LEAK_FREE(pins_are_read)
{
	static const unsigned char types[] = { JOIST_HOLE_REF, JOIST_HOLE_INT64, JOIST_HOLE_TERM,
					       JOIST_HOLE_END };
	struct pattern *p = compile("{^Ref, Value, #{^Key := {}}}", types);
	struct arena a = { 0 };
	joist_ref ref = ref_local(5, pid_local(1, 1)), other = ref_local(6, pid_local(1, 1));
	joist_term key = term_tuple_of(&a, ATOM(ok)), nothing = term_tuple(&a, NULL, 0);
	joist_term map = term_map(&a, (joist_term[]){ key, nothing }, 1);
	int64_t value = 0;
	void *holes[] = { &ref, &value, &key };

	CHECK(match_run(p, term_tuple_of(&a, term_ref(&a, ref), term_small(7), map), holes));
	CHECK_INT(value, 7);
	CHECK_INT(ref.id[0], 5);
	CHECK(!match_run(p, term_tuple_of(&a, term_ref(&a, other), term_small(8), map), holes));
	CHECK_INT(value, 7);
	key = ATOM(ok);
	CHECK(!match_run(p, term_tuple_of(&a, term_ref(&a, ref), term_small(8), map), holes));
	pattern_free(p);
	finish(&a);
}

TEST_LEAK_FREE(no_term_never_matches)
{
	static const unsigned char none[] = { JOIST_HOLE_END };
	struct pattern *p = compile("_", none);

	CHECK(!match_run(p, TERM_NONE, NULL));
	pattern_free(p);
}

/* What is printed of a term, as a pattern, matches it. */
TEST_LEAK_FREE(every_term_matches_itself)
{
	static const unsigned char none[] = { JOIST_HOLE_END };
	struct random r = { .state = 99, .data_only = true };

	for (int i = 0; i < 2000; i++) {
		struct arena a = { 0 };
		struct text text = { 0 };
		char error[200];
		joist_term t = random_term(&r, &a, 4);
		CHECK(print_term(&text, t));
		for (char *p = text.data;
		     (p = memmem(p, (size_t)(text.data + text.size - p), "=>", 2));)
			*p = ':', p[1] = '=';
		struct pattern *p = pattern_compile((struct joist_bytes){ text.data, text.size },
						    none, PATTERN_MATCH, error, sizeof(error));
		if (!p || !match_run(p, t, NULL))
			test_fail(__FILE__, __LINE__, "%s: %s", text_end(&text), error);
		pattern_free(p);
		text_finish(&text);
		finish(&a);
	}
}
