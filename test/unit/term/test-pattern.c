/* The compiler of patterns: what it refuses. What it compiles, test-match.c and test-make.c run. */
#include "vm/term/pattern.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"

static const unsigned char none[] = { JOIST_HOLE_END };
static const unsigned char two[] = { JOIST_HOLE_INT64, JOIST_HOLE_REF, JOIST_HOLE_END };

static struct joist_bytes bytes(const char *text)
{
	return (struct joist_bytes){ text, strlen(text) };
}

static void refuses(enum pattern_use use, const char *text, const unsigned char *types,
		    const char *expected)
{
	char error[200];

	CHECK(!pattern_compile(bytes(text), types, use, error, sizeof(error)));
	CHECK_STR(error, expected);
}

TEST_LEAK_FREE(wrong_patterns)
{
	refuses(PATTERN_MATCH, "{X, Y}", none, "column 2: a hole without an argument");
	refuses(PATTERN_MATCH, "{X}", two, "1 holes and 2 arguments");
	refuses(PATTERN_MATCH, "{X, X}", two, "column 5: a name that stands for two holes");
	refuses(PATTERN_MATCH, "{X, ^X}", two, "column 6: a name that stands for two holes");
	refuses(PATTERN_MATCH, "#{k => X}", two,
		"column 5: => in a match, where keys are asked for with :=");
	refuses(PATTERN_MATCH, "#{X := Y}", two,
		"column 9: a key that is neither a literal nor a ^Name");
	refuses(PATTERN_MATCH, "#{{^X} := Y}", two,
		"column 12: a key that is neither a literal nor a ^Name");
	refuses(PATTERN_MATCH, "^_", none, "column 2: a ^ before a name that is ignored");
	refuses(PATTERN_MATCH, "{ok", none, "column 4: a bracket that nothing closes");
	refuses(PATTERN_MATCH, "<<X>>", two, "column 3: neither text nor an integer in <<>>");
	refuses(PATTERN_MAKE, "{_, X}", two, "column 2: a _ in what is built");
	refuses(PATTERN_MAKE, "{^X}", two, "column 3: a ^ in what is built");
	refuses(PATTERN_MATCH, "", none, "column 1: the end of the text where a term should stand");
}

TEST_LEAK_FREE(limits)
{
	unsigned char types[18];
	char text[200] = "{A,B,C,D,E,F,G,H,I,J,K,L,M,N,O,P,Q}", error[100];

	memset(types, JOIST_HOLE_TERM, 17);
	types[17] = JOIST_HOLE_END;
	refuses(PATTERN_MATCH, text, types, "column 34: more than 16 holes");
	memset(text, '[', PATTERN_DEPTH_MAX + 1);
	memset(text + PATTERN_DEPTH_MAX + 1, ']', PATTERN_DEPTH_MAX + 1);
	text[2 * PATTERN_DEPTH_MAX + 2] = 0;
	refuses(PATTERN_MATCH, text, none, "column 33: brackets nested too deep");
	text[2 * PATTERN_DEPTH_MAX + 1] = 0;
	struct pattern *p =
		pattern_compile(bytes(text + 1), none, PATTERN_MATCH, error, sizeof(error));
	CHECK(p);
	pattern_free(p);
	char maps[200] = "";
	for (int i = 0; i < 17; i++)
		strcat(maps, "#{");
	strcat(maps, "X => 1");
	for (int i = 0; i < 16; i++)
		strcat(maps, "} => 1");
	strcat(maps, "}");
	refuses(PATTERN_MAKE, maps, (unsigned char[]){ JOIST_HOLE_TERM, JOIST_HOLE_END },
		"column 137: more than 16 maps with holes in their keys");
}

static int pinned(const char *text, const unsigned char *types)
{
	char error[100];
	struct pattern *p =
		pattern_compile(bytes(text), types, PATTERN_MATCH, error, sizeof(error));

	if (!p)
		test_fail(__FILE__, __LINE__, "%s", error);
	int index = pattern_pinned_ref(p);
	pattern_free(p);
	return index;
}

TEST_LEAK_FREE(a_pinned_reference_is_known)
{
	CHECK_INT(pinned("{X, ^Ref}", two), 1);
	CHECK_INT(pinned("{X, Ref}", two), -1);
	CHECK_INT(pinned("{^X, Ref}", two), -1);
	CHECK_INT(pinned("[X, #{a := {^Ref}}]", two), 1);
}

TEST_LEAK_FREE(survives_any_failing_allocation)
{
	const char *text =
		"{X, #{a => 1, b => <<\"a long text that is counted as it is above 64 "
		"bytes, which this one is\">>}, 123456789012345678901234567890123456789, "
		"\"abc\", Y}";
	char error[100];

	for (int64_t nth = 1;; nth++) {
		heap_fail(nth, true);
		struct pattern *p =
			pattern_compile(bytes(text), two, PATTERN_MAKE, error, sizeof(error));
		heap_fail(0, false);
		CHECK_STR(error, "");
		pattern_free(p);
		if (p)
			break;
	}
}
