/* Segments of bits. */
#include "vm/term/parsebits.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/term/bin.h"

static joist_term parse(struct arena *a, const char *text, const char **message)
{
	struct lex lex;

	*message = NULL;
	lex_init(&lex, (struct joist_bytes){ text, strlen(text) });
	CHECK(lex_next(&lex) == TOKEN_BITS);
	joist_term t = parsebits(a, &lex, message);
	CHECK(joist_is_none(t) || lex.token == TOKEN_BITS_END);
	return t;
}

TEST_LEAK_FREE(segments_of_any_width)
{
	struct arena a = { 0 };
	const unsigned char *bytes;
	const char *message;
	size_t bits;

	CHECK(bin_get_bits(parse(&a, "<<1:1,2:3,-1:5,0:0,16#ABCDE:20>>", &message), &bytes, &bits));
	CHECK_INT(bits, 29);
	CHECK(!memcmp(bytes, "\xAF\xD5\xE6\xF0", 4));
	arena_empty(&a);
}

TEST_LEAK_FREE(without_memory_there_is_none)
{
	struct arena a = { 0 };
	const char *message;

	heap_fail(1, true);
	CHECK(joist_is_none(parse(&a, "<<\"text\">>", &message)));
	CHECK(!message);
	heap_fail(0, false);
	arena_empty(&a);
}
