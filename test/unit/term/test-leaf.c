/* The text of leaves. */
#include "vm/term/leaf.h"

#include <string.h>

#include "test/harness.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/nodes.h"

static void prints(joist_term t, const char *expected)
{
	struct text text = { 0 };

	CHECK(leaf_print(&text, t, 1000000));
	CHECK_STR(text_end(&text), expected);
	text_finish(&text);
}

static joist_term atom(const char *name)
{
	return atom_term(atom_make(name, strlen(name)));
}

TEST_LEAK_FREE(atoms_are_quoted_when_need_be)
{
	prints(ATOM(ok), "ok");
	prints(ATOM(DOWN), "'DOWN'");
	prints(ATOM(gen_call), "'$gen_call'");
	prints(ATOM(nonode_at_nohost), "nonode@nohost");
	prints(ATOM(empty), "''");
	prints(atom("aB_1@"), "aB_1@");
	prints(atom("a.b"), "'a.b'");
	prints(atom("_a"), "'_a'");
	prints(atom("receive"), "'receive'");
	prints(atom("receiver"), "receiver");
	prints(atom("eceive"), "eceive");
	prints(atom("\xC3\xA9t\xC3\xA9"), "\xC3\xA9t\xC3\xA9");
	prints(atom("\xE2\x82\xAC"), "'\xE2\x82\xAC'");
	prints(atom("a'\\\n\x01\x7F"), "'a\\'\\\\\\n\\001\\d'");
}

TEST_LEAK_FREE(identities)
{
	struct arena a = { 0 };

	prints(term_pid_local(pid_local(12, 3)), "<0.12.3>");
	prints(term_pid(&a, (joist_pid){ .id = (7ull << 32) + 5, .node = 2 }), "<2.5.7>");
	prints(term_ref(&a, (joist_ref){ .node = 1, .count = 3, .id = { 1, 2, 3 } }),
	       "#Ref<1.3.2.1>");
	prints(term_port(&a, 0, 9), "#Port<0.9>");
	prints(term_fun(&a, "x", 1), "#Fun<>");
	prints(TERM_NONE, "#none");
	arena_empty(&a);
}

TEST_LEAK_FREE(bits)
{
	struct arena a = { 0 };

	prints(term_binary(&a, "abc\"\n", 5), "<<\"abc\\\"\\n\">>");
	prints(term_binary(&a, "a\0", 2), "<<97,0>>");
	prints(term_binary(&a, "\xC3\xA9", 2), "<<\"\xC3\xA9\"/utf8>>");
	prints(term_binary(&a, "\xC3", 1), "<<195>>");
	prints(term_bits(&a, "\xA0", 3), "<<5:3>>");
	prints(term_bits(&a, "a\xFF", 12), "<<97,15:4>>");
	prints(term_binary(&a, "\7\77\377", 3), "<<7,63,255>>");
	arena_empty(&a);
}

TEST_LEAK_FREE(strings_are_lists_of_printable_characters)
{
	struct arena a = { 0 };
	joist_term list = TERM_NIL;

	list = term_cons(&a, term_small(0x1F600), list);
	CHECK(leaf_is_string(list));
	CHECK(!leaf_is_string(term_cons(&a, term_small(0), list)));
	CHECK(!leaf_is_string(term_cons(&a, term_small(-1), list)));
	CHECK(!leaf_is_string(term_cons(&a, term_small(0xD800), list)));
	CHECK(!leaf_is_string(term_cons(&a, ATOM(ok), list)));
	CHECK(!leaf_is_string(term_cons(&a, term_small('a'), term_small('b'))));
	arena_empty(&a);
}
