/* What single terms are read as. */
#include "vm/term/decode_leaf.h"

#include "test/harness.h"
#include "vm/base/text.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/nodes.h"
#include "vm/term/print.h"

static void text_check(const char *bytes, size_t size, const char *expected)
{
	const unsigned char *at = (const unsigned char *)bytes;
	struct arena arena = { 0 };
	struct decode d = { .at = at + 1, .end = at + size, .arena = &arena };
	struct text text = { 0 };

	joist_term term = decode_leaf(&d, *at);
	CHECK(!joist_is_none(term) && !d.error && d.at == d.end);
	CHECK(print_term(&text, term));
	CHECK_STR(text_end(&text), expected);
	text_finish(&text);
	bins_drop(&arena);
	arena_empty(&arena);
}

#define CHECK_TEXT(bytes, expected) text_check(bytes, sizeof(bytes) - 1, (expected))

TEST_LEAK_FREE(numbers)
{
	CHECK_TEXT("a\xFF", "255");
	CHECK_TEXT("b\xFF\xFF\xFF\xFF", "-1");
	CHECK_TEXT("n\x9\1\0\0\0\0\0\0\0\0\1", "-18446744073709551616");
	CHECK_TEXT("n\1\0\5", "5");
	CHECK_TEXT("F\x80\0\0\0\0\0\0\0", "-0.0");
	CHECK_TEXT("c1.50000000000000000000e+00\0\0\0\0\0", "1.5");
}

TEST_LEAK_FREE(bytes_and_atoms)
{
	CHECK_TEXT("m\0\0\0\2hi", "<<\"hi\">>");
	CHECK_TEXT("M\0\0\0\1\3\xFF", "<<7:3>>");
	CHECK_TEXT("M\0\0\0\0\0", "<<>>");
	CHECK_TEXT("k\0\2hi", "\"hi\"");
	CHECK_TEXT("s\1\xE9", "\xC3\xA9");
	CHECK_TEXT("qw\5listsw\3mapa\2", "fun lists:map/2");
}

/* The same number and serial of another creation is another one. */
TEST(identities_of_this_node_need_no_node)
{
	struct arena arena = { 0 };
	joist_pid pid;
	static const unsigned char bytes[] = "Xw\3a@b\0\0\0\3\0\0\0\7\0\0\0\5";
	static const unsigned char older[] = "Xw\3a@b\0\0\0\3\0\0\0\7\0\0\0\4";
	static const unsigned char wide[] = "Xw\3a@b\x10\0\0\3\0\0\0\7\0\0\0\5";

	nodes_set_self(atom_make("a@b", 3), 5);
	struct decode d = { .at = bytes + 1, .end = bytes + 18, .arena = &arena };
	CHECK(joist_get_pid(decode_leaf(&d, *bytes), &pid) && pid.node == 0);
	CHECK(pid_slot(pid) == 3 && pid_serial(pid) == 7);
	d = (struct decode){ .at = older + 1, .end = older + 18, .arena = &arena };
	CHECK(joist_get_pid(decode_leaf(&d, *older), &pid) && pid.node != 0);
	CHECK_INT(pid.id, UINT64_C(7) << 32 | 3);
	d = (struct decode){ .at = wide + 1, .end = wide + 18, .arena = &arena };
	CHECK(joist_get_pid(decode_leaf(&d, *wide), &pid) && pid.node != 0);
	arena_empty(&arena);
}
