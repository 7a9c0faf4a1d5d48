/* Bytes as terms: those that were written here, and those that nobody should believe. */
#include "vm/term/decode.h"

#include <errno.h>
#include <string.h>

#include "test/harness.h"
#include "test/unit/term/random-term.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/encode.h"
#include "vm/term/order.h"

static struct decode over(struct arena *arena, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;

	return (struct decode){ .at = at, .end = at + size, .arena = arena };
}

static void drop(struct arena *arena)
{
	bins_drop(arena);
	arena_empty(arena);
}

TEST_LEAK_FREE(what_was_written_is_read, .seconds_max = 60)
{
	struct random r = { .state = 7 };

	for (int i = 0; i < 3000; i++) {
		struct arena arena = { 0 };
		struct text text = { 0 };
		joist_term term = random_term(&r, &arena, 5);
		CHECK_INT(encode_term(&text, term), 0);
		struct decode d = over(&arena, text.data, text.size);
		joist_term back = decode_term(&d);
		CHECK(!joist_is_none(back) && term_equal(term, back) && d.at == d.end);
		for (size_t cut = 0; cut < text.size && cut < 200; cut++) {
			d = over(&arena, text.data, cut);
			CHECK(joist_is_none(decode_term(&d)) && d.error == -EBADMSG);
		}
		text_finish(&text);
		drop(&arena);
	}
}

static int error_of(const char *bytes, size_t size)
{
	struct arena arena = { 0 };
	struct decode_budget budget = { 10, 10 };
	struct decode d = over(&arena, bytes, size);

	d.budget = &budget;
	joist_term term = decode_term(&d);
	CHECK(joist_is_none(term) == (d.error != 0));
	drop(&arena);
	return d.error;
}

#define ERROR_OF(bytes) error_of(bytes, sizeof(bytes) - 1)

TEST_LEAK_FREE(what_is_no_term_is_refused)
{
	CHECK_INT(ERROR_OF(""), -EBADMSG);
	CHECK_INT(ERROR_OF("\0"), -EBADMSG);
	CHECK_INT(ERROR_OF("P\0\0\0\1"), -EBADMSG); /* compressed */
	CHECK_INT(ERROR_OF("t\0\0\0\2a\1a\1a\1a\2"), -EBADMSG); /* a key twice */
	CHECK_INT(ERROR_OF("F\x7F\xF0\0\0\0\0\0\0"), -EBADMSG); /* infinite */
	CHECK_INT(ERROR_OF("F\x7F\xF8\0\0\0\0\0\1"), -EBADMSG);
	CHECK_INT(ERROR_OF("M\0\0\0\1\x9z"), -EBADMSG);
	CHECK_INT(ERROR_OF("M\0\0\0\1\0z"), -EBADMSG);
	CHECK_INT(ERROR_OF("w\1\xFF"), -EBADMSG); /* no UTF-8 */
	CHECK_INT(ERROR_OF("R\0"), -EBADMSG); /* no such atom */
	CHECK_INT(ERROR_OF("Z\0\6w\3a@b\0\0\0\1------------------------"), -EBADMSG);
	CHECK_INT(ERROR_OF("Z\0\0w\3a@b\0\0\0\1"), -EBADMSG);
	CHECK_INT(ERROR_OF("Xa\1------------"), -EBADMSG); /* the node is no atom */
	CHECK_INT(ERROR_OF("p\0\0\0\x3D\1UUUUUUUUUUUUUUUU\0\0\0\7\0\0\0\1w\3fooa\0"), -EBADMSG);
	CHECK_INT(ERROR_OF("h\2a\1"), -EBADMSG);
}

TEST_LEAK_FREE(other_forms_are_read_too)
{
	CHECK_INT(ERROR_OF("b\0\0\0\1"), 0);
	CHECK_INT(ERROR_OF("n\0\0"), 0);
	CHECK_INT(ERROR_OF("n\x9\1\1\0\0\0\0\0\0\0\0"), 0);
	CHECK_INT(ERROR_OF("o\0\0\0\1\0\1"), 0);
	CHECK_INT(ERROR_OF("k\0\0"), 0);
	CHECK_INT(ERROR_OF("l\0\0\0\0j"), 0);
	CHECK_INT(ERROR_OF("i\0\0\0\0"), 0);
	CHECK_INT(ERROR_OF("t\0\0\0\0"), 0);
	CHECK_INT(ERROR_OF("d\0\1\xE9"), 0);
	CHECK_INT(ERROR_OF("s\1\xE9"), 0);
	CHECK_INT(ERROR_OF("c1.50000000000000000000e+00\0\0\0\0\0"), 0);
	CHECK_INT(ERROR_OF("gw\3a@b\0\0\0\1\0\0\0\1\1"), 0);
	CHECK_INT(ERROR_OF("fw\3a@b\0\0\0\1\1"), 0);
	CHECK_INT(ERROR_OF("ew\3a@b\0\0\0\1\1"), 0);
	CHECK_INT(ERROR_OF("r\0\1w\3a@b\1\0\0\0\1"), 0);
	CHECK_INT(ERROR_OF("M\0\0\0\1\x8z"), 0);
}

TEST_LEAK_FREE(counts_take_no_memory_that_bytes_do_not_pay_for)
{
	static char nested[1 << 20];
	size_t count = 0;

	/* Each says that all the rest are its elements. */
	for (size_t at = 0; at + 5 < sizeof(nested); at += 5, count++) {
		uint32_t left = (uint32_t)(sizeof(nested) - at - 5);
		nested[at] = 'i';
		for (int i = 0; i < 4; i++)
			nested[at + 1 + (size_t)i] = (char)(left >> (24 - 8 * i));
	}
	struct arena arena = { 0 };
	struct decode d = over(&arena, nested, sizeof(nested));
	CHECK(joist_is_none(decode_term(&d)) && d.error == -EBADMSG);
	CHECK(arena.bytes <= 9 * sizeof(nested));
	drop(&arena);
	CHECK_INT(ERROR_OF("i\xFF\xFF\xFF\xFF"), -EBADMSG);
	CHECK_INT(ERROR_OF("l\xFF\xFF\xFF\xFF"), -EBADMSG);
	CHECK_INT(ERROR_OF("t\xFF\xFF\xFF\xFF"), -EBADMSG);
	CHECK_INT(ERROR_OF("m\xFF\xFF\xFF\xFF"), -EBADMSG);
	CHECK_INT(ERROR_OF("o\xFF\xFF\xFF\xFF\0"), -E2BIG);
}

TEST_LEAK_FREE(depth_is_read_up_to_a_limit)
{
	size_t size = 2 * (DECODE_DEPTH_MAX + 10);
	char *bytes = heap_take(size);
	struct arena arena = { 0 };

	for (size_t i = 0; i < size; i += 2)
		memcpy(bytes + i, "h\2",
		       2); /* its second element comes after all that is in the first */
	struct decode d = over(&arena, bytes, size);
	CHECK(joist_is_none(decode_term(&d)) && d.error != 0);
	drop(&arena);
	for (size_t i = 0; i < 1000000; i += 2)
		memcpy(bytes + i, "h\1", 2);
	bytes[1000000] = 'j';
	d = over(&arena, bytes, 1000001);
	CHECK(!joist_is_none(decode_term(&d)));
	drop(&arena);
	heap_give(bytes, size);
}

TEST_LEAK_FREE(atoms_and_nodes_have_a_budget)
{
	struct decode_budget budget = { 1, 1 };
	struct arena arena = { 0 };
	struct decode d = over(&arena, "h\2w\3ok1w\3ok2", 12);

	d.budget = &budget;
	CHECK(joist_is_none(decode_term(&d)) && d.error == -E2BIG);
	d = over(&arena, "h\2w\3ok1w\3ok1", 12);
	d.budget = &budget;
	CHECK(!joist_is_none(decode_term(&d)));
	d = over(&arena, "ew\2ok\0\0\0\1\1", 10);
	d.budget = &budget;
	CHECK(!joist_is_none(decode_term(&d)) && budget.nodes == 0);
	d = over(&arena, "ew\2ok\0\0\0\1\2", 10);
	d.budget = &budget;
	CHECK(joist_is_none(decode_term(&d)) && d.error == -E2BIG);
	drop(&arena);
}

TEST_LEAK_FREE(a_header_may_hold_the_atoms)
{
	const joist_atom atoms[] = { ATOM_NAME(ok), ATOM_NAME(error) };
	struct arena arena = { 0 };
	struct decode d = over(&arena, "h\2R\1R\0", 6);

	d.atoms = atoms;
	d.atom_count = 2;
	joist_term pair = decode_term(&d);
	CHECK(term_is_tuple(pair, 2) && tuple_at(pair, 0).word == ATOM(error).word &&
	      tuple_at(pair, 1).word == ATOM(ok).word);
	drop(&arena);
}

TEST_LEAK_FREE(want_of_memory_is_said)
{
	static const char bytes[] = "h\3l\0\0\0\1m\0\0\0\x50"
				    "12345678901234567890123456789012345678901234567890"
				    "123456789012345678901234567890jt\0\0\0\1a\1a\2k\0\3abc";
	int error;

	for (int64_t nth = 1;; nth++) {
		struct arena arena = { 0 };
		struct decode d = over(&arena, bytes, sizeof(bytes) - 1);
		heap_fail(nth, false);
		joist_term term = decode_term(&d);
		drop(&arena);
		error = d.error;
		CHECK(joist_is_none(term) == (error != 0));
		if (heap_fail(0, false) > 0)
			break;
		CHECK_INT(error, -ENOMEM);
	}
	CHECK_INT(error, 0);
}
