/* Terms as bytes. */
#include "vm/term/encode.h"

#include <errno.h>
#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/term/nodes.h"
#include "vm/term/parse.h"

static void bytes_check(const char *term, const char *expected, size_t size)
{
	struct arena arena = { 0 };
	struct text text = { 0 };

	CHECK_INT(encode_term(&text, parse_term(&arena, joist_text(term), NULL)), 0);
	CHECK_INT(text.size, size);
	CHECK(!memcmp(text.data, expected, size));
	text_finish(&text);
	arena_empty(&arena);
}

#define CHECK_BYTES(term, bytes) bytes_check((term), bytes, sizeof(bytes) - 1)

TEST_LEAK_FREE(each_kind_has_its_shortest_form)
{
	CHECK_BYTES("0", "a\0");
	CHECK_BYTES("255", "a\xFF");
	CHECK_BYTES("256", "b\0\0\1\0");
	CHECK_BYTES("-1", "b\xFF\xFF\xFF\xFF");
	CHECK_BYTES("-2147483648", "b\x80\0\0\0");
	CHECK_BYTES("2147483648", "n\4\0\0\0\0\x80");
	CHECK_BYTES("-2147483649", "n\4\1\1\0\0\x80");
	CHECK_BYTES("18446744073709551616", "n\x9\0\0\0\0\0\0\0\0\0\1");
	CHECK_BYTES("1.5", "F\x3F\xF8\0\0\0\0\0\0");
	CHECK_BYTES("ok", "w\2ok");
	CHECK_BYTES("'\xC3\xA9'", "w\2\xC3\xA9");
	CHECK_BYTES("{}", "h\0");
	CHECK_BYTES("{a,{b}}", "h\2w\1ah\1w\1b");
	CHECK_BYTES("[]", "j");
	CHECK_BYTES("[1,255]", "k\0\2\1\xFF");
	CHECK_BYTES("[1,256]", "l\0\0\0\2a\1b\0\0\1\0j");
	CHECK_BYTES("[1|2]", "l\0\0\0\1a\1a\2");
	CHECK_BYTES("[[a]|b]", "l\0\0\0\1l\0\0\0\1w\1ajw\1b");
	CHECK_BYTES("<<1,2>>", "m\0\0\0\2\1\2");
	CHECK_BYTES("<<5:3>>", "M\0\0\0\1\3\xA0");
	CHECK_BYTES("#{b => 2, a => {1}}", "t\0\0\0\2w\1ah\1a\1w\1ba\2");
}

TEST(identities_say_their_node)
{
	struct arena arena = { 0 };
	struct text text = { 0 };

	nodes_set_self(atom_make("a@b", 3), 5);
	CHECK_INT(encode_term(&text, term_pid_local(pid_local(3, 7))), 0);
	CHECK(text.size == 18 && !memcmp(text.data, "Xw\3a@b\0\0\0\3\0\0\0\7\0\0\0\5", 18));
	text.size = 0;
	CHECK_INT(encode_term(&text, term_ref(&arena, ref_local(9, pid_local(3, 0)))), 0);
	CHECK(text.size == 28 && !memcmp(text.data, "Z\0\4w\3a@b\0\0\0\5\0\0\0\x9", 16));
	text.size = 0;
	uint32_t other = nodes_make(atom_make("c@d", 3), 1);
	joist_pid pid = { .id = UINT64_C(0xFFFFFFFF00000002), .node = other };
	CHECK_INT(encode_term(&text, term_pid(&arena, pid)), 0);
	CHECK(!memcmp(text.data, "Xw\3c@d\0\0\0\2\xFF\xFF\xFF\xFF\0\0\0\1", 18));
	text_finish(&text);
	arena_empty(&arena);
}

TEST(long_ones_have_long_counts)
{
	struct arena arena = { 0 };
	struct text text = { 0 };
	joist_term list = TERM_NIL, elements[300];

	for (int i = 0; i < 70000; i++)
		list = term_cons(&arena, term_small(1), list);
	CHECK_INT(encode_term(&text, list), 0);
	CHECK(text.size == 5 + 2 * 70000 + 1 && !memcmp(text.data, "l\0\1\x11\x70", 5));
	for (int i = 0; i < 300; i++)
		elements[i] = TERM_NIL;
	text.size = 0;
	CHECK_INT(encode_term(&text, term_tuple(&arena, elements, 300)), 0);
	CHECK(text.size == 5 + 300 && !memcmp(text.data, "i\0\0\1\x2C", 5));
	text_finish(&text);
	arena_empty(&arena);
}

TEST_LEAK_FREE(want_of_memory_is_said)
{
	struct arena arena = { 0 };
	joist_term deep = term_small(1);
	int error;

	for (int i = 0; i < 1000; i++)
		deep = term_tuple_of(&arena, deep, term_small(1));
	for (int64_t nth = 1;; nth++) {
		struct text text = { 0 };
		heap_fail(nth, false);
		error = encode_term(&text, deep);
		text_finish(&text);
		if (heap_fail(0, false) > 0)
			break;
		CHECK_INT(error, -ENOMEM);
	}
	CHECK_INT(error, 0);
	arena_empty(&arena);
}
