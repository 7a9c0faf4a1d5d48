/* Building terms by patterns. */
#include "vm/term/make.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"
#include "vm/term/map.h"
#include "vm/term/order.h"
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
					    PATTERN_MAKE, error, sizeof(error));

	if (!p)
		test_fail(__FILE__, __LINE__, "%s: %s", text, error);
	return p;
}

/* A pattern whose holes are the values in turn. */
static void makes(const char *pattern, const char *expected, unsigned count,
		  const joist_term *values)
{
	unsigned char types[9] = { 0 };
	void *holes[8];
	struct arena a = { 0 };
	struct text text = { 0 };

	for (unsigned i = 0; i < count; i++) {
		types[i] = JOIST_HOLE_TERM;
		holes[i] = (void *)&values[i];
	}
	struct pattern *p = compile(pattern, types);
	joist_term t = make_run(&a, p, holes);
	pattern_free(p);
	CHECK(print_term(&text, t));
	CHECK_STR(text_end(&text), expected);
	text_finish(&text);
	finish(&a);
}

TEST_LEAK_FREE(forms)
{
	joist_term v[] = { term_small(1), ATOM(ok), TERM_NIL, term_small(2) };

	makes("X", "1", 1, v);
	makes("ok", "ok", 0, v);
	makes("{}", "{}", 0, v);
	makes("{ok, X}", "{ok,1}", 1, v);
	makes("[A, {B} | C]", "[1,{ok}]", 3, v);
	makes("{a, \"str\", <<\"bin\">>, 1.5, 99999999999999999999, [x|y], #{b => 1, a => 2}}",
	      "{a,\"str\",<<\"bin\">>,1.5,99999999999999999999,[x|y],#{a => 2,b => 1}}", 0, v);
	makes("#{b => X, a := Y}", "#{a => ok,b => 1}", 2, v);
}

TEST_LEAK_FREE(maps_are_sorted_by_what_fills_them)
{
	joist_term v[] = { term_small(9), ATOM(ok), term_small(2), ATOM(error) };

	makes("#{X => 1, Y => 2, 5 => 3}", "#{5 => 3,9 => 1,ok => 2}", 2, v);
	makes("{#{X => Y}, #{Z => W}}", "{#{9 => ok},#{2 => error}}", 4, v);
	makes("#{{X} => a, {3} => b, #{Y => 1, 0 => 2} => Z}",
	      "#{{3} => b,{9} => a,#{0 => 2,ok => 1} => 2}", 3, v);
	makes("#{X => a, 9 => b, 1 => c}", "#{1 => c,9 => b}", 1, v);
}

/* Everything that was built is in one piece that copies as any other term does. */
TEST_LEAK_FREE(typed_holes)
{
	static const unsigned char types[] = {
		JOIST_HOLE_INT32, JOIST_HOLE_UINT64, JOIST_HOLE_DOUBLE,
		JOIST_HOLE_BOOL,  JOIST_HOLE_BYTES,  JOIST_HOLE_PID,
		JOIST_HOLE_ATOM,  JOIST_HOLE_REF,    JOIST_HOLE_END,
	};
	struct joist_bytes bytes = { "abc", 3 };
	joist_pid pid = pid_local(3, 1);
	joist_ref ref = { .count = 1, .id = { 8 } };
	void *holes[] = { &(int32_t){ -7 }, &(uint64_t){ UINT64_MAX },
			  &(double){ 0.5 }, &(bool){ true },
			  &bytes,	    &pid,
			  &ATOM_NAME(ok),   &ref };
	struct pattern *p = compile("{A, B, C, D, E, F, G, H}", types);
	struct arena a = { 0 }, b = { 0 };
	struct text text = { 0 };

	joist_term copy = copy_outside(&b, make_run(&a, p, holes));
	finish(&a);
	CHECK(print_term(&text, copy));
	CHECK_STR(text_end(&text),
		  "{-7,18446744073709551615,0.5,true,<<\"abc\">>,<0.3.1>,ok,#Ref<0.8>}");
	text_finish(&text);
	finish(&b);
	pattern_free(p);
}

static const char long_literal[] = "{X, <<\"a text of more than 64 bytes, which is counted and "
				   "shared by all that is built of it\">>}";

TEST_LEAK_FREE(counted_literals_outlive_the_pattern)
{
	static const unsigned char types[] = { JOIST_HOLE_TERM, JOIST_HOLE_END };
	struct pattern *p = compile(long_literal, types);
	struct arena a = { 0 };
	joist_term nil = TERM_NIL;
	struct joist_bytes bytes;

	joist_term t = make_run(&a, p, (void *[]){ &nil });
	make_run(&a, p, (void *[]){ &nil });
	pattern_free(p);
	CHECK(bin_get_bytes(tuple_at(t, 1), &bytes));
	CHECK(!memcmp(bytes.data, long_literal + 7, bytes.size));
	finish(&a);
}

TEST_LEAK_FREE(what_is_no_term_is_told)
{
	static const unsigned char types[] = { JOIST_HOLE_TERM, JOIST_HOLE_DOUBLE, JOIST_HOLE_END };
	struct pattern *p = compile("{X, Y}", types);
	struct arena a = { 0 };
	joist_term x = TERM_NIL;
	double y = 1;
	void *holes[] = { &x, &y };

	CHECK(!make_is_wrong(p, holes) && !joist_is_none(make_run(&a, p, holes)));
	y = 1 / (y - 1);
	CHECK(make_is_wrong(p, holes) && joist_is_none(make_run(&a, p, holes)));
	y = 1;
	x = TERM_NONE;
	CHECK(make_is_wrong(p, holes) && joist_is_none(make_run(&a, p, holes)));
	pattern_free(p);
	finish(&a);
}

TEST_LEAK_FREE(survives_any_failing_allocation)
{
	static const unsigned char types[] = { JOIST_HOLE_BYTES, JOIST_HOLE_INT64, JOIST_HOLE_END };
	struct pattern *p = compile("#{X => Y, 1 => 2, 3 => 4, 5 => 6, 7 => 8, 9 => 10, 11 => 12, "
				    "13 => 14, a => 1, b => 2, c => 3, d => 4, e => 5, f => 6, "
				    "g => 7, h => 8, i => 9, j => 10}",
				    types);
	char text[200] = "";
	struct joist_bytes bytes = { text, sizeof(text) };
	int64_t number = INT64_MAX;

	for (int64_t nth = 1;; nth++) {
		struct arena a = { 0 };
		heap_fail(nth, true);
		joist_term t = make_run(&a, p, (void *[]){ &bytes, &number });
		heap_fail(0, false);
		bool done = !joist_is_none(t);
		CHECK(!done || map_size(t) == 18);
		finish(&a);
		if (done) {
			CHECK(nth > 2);
			break;
		}
	}
	pattern_free(p);
}
