/* Whatever is read as a term is printed, and read back as the same one; and copied, compared, hashed. */
#include "test/fuzz/fuzz.h"

#include <stdlib.h>

#include "vm/base/text.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"
#include "vm/term/order.h"
#include "vm/term/parse.h"
#include "vm/term/print.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void term_check(struct arena *arena, joist_term term)
{
	struct text text = { 0 };

	must(print_term(&text, term));
	joist_term back = parse_term(arena, (struct joist_bytes){ text.data, text.size }, NULL);
	must(!joist_is_none(back) && term_equal(term, back) && term_hash(term) == term_hash(back));
	must(!term_compare(term, back));
	size_t size = text.size;
	must(print_cut(&text, term, size / 2) && text.size <= size + size / 2 + 3);
	text_finish(&text);
	struct arena other = { 0 };
	must(term_equal(term, copy_outside(&other, term)));
	bins_drop(&other);
	arena_empty(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct parse_error error;

	joist_term term = parse_term(&arena, (struct joist_bytes){ data, size }, &error);
	if (joist_is_none(term))
		must(error.message && error.offset <= size);
	else
		term_check(&arena, term);
	bins_drop(&arena);
	arena_empty(&arena);
	return 0;
}
