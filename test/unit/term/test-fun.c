/* Funs as text. */
#include "vm/term/fun.h"

#include <string.h>

#include "test/harness.h"

static void print_check(const void *external, size_t bytes, const char *expected)
{
	struct text text = { 0 };

	CHECK(fun_print(&text, external, bytes));
	CHECK_STR(text_end(&text), expected);
	text_finish(&text);
}

static const char export[] = "\x71w\5listss\3mapa\2";
static const char closure[] = "\x70\0\0\0\x40\1UUUUUUUUUUUUUUUU\0\0\0\7\0\0\0\0w\3foob\0\1\0\2a\5";

TEST_LEAK_FREE(names_are_told)
{
	print_check(export, sizeof(export) - 1, "fun lists:map/2");
	print_check(closure, sizeof(closure) - 1, "#Fun<foo.7.5>");
}

TEST_LEAK_FREE(what_is_cut_short_is_not_read)
{
	for (size_t size = 0; size < sizeof(export) - 1; size++)
		print_check(memcpy((char[64]){ 0 }, export, size), size, "#Fun<>");
	for (size_t size = 0; size < sizeof(closure) - 1; size++)
		print_check(memcpy((char[64]){ 0 }, closure, size), size, "#Fun<>");
	print_check("\x83", 1, "#Fun<>");
}
