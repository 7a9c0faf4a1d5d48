/* Whatever is read as a term from the external format is written, and read back as the same one. */
#include "test/fuzz/fuzz.h"

#include <stdlib.h>

#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/decode.h"
#include "vm/term/encode.h"
#include "vm/term/external.h"
#include "vm/term/order.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void term_check(struct arena *arena, joist_term term)
{
	struct text text = { 0 };

	must(!encode_term(&text, term));
	const unsigned char *at = (const unsigned char *)text.data;
	must(external_size(at, at + text.size) == text.size);
	struct decode again = { .at = at, .end = at + text.size, .arena = arena };
	must(term_equal(term, decode_term(&again)) && again.at == again.end);
	text_finish(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const joist_atom atoms[] = { ATOM_NAME(ok), ATOM_NAME(error) };
	static struct decode_budget budget = { 100000, 10000 };
	struct arena arena = { 0 };
	struct decode d = { .at = data,
			    .end = data + size,
			    .arena = &arena,
			    .atoms = atoms,
			    .atom_count = 2,
			    .budget = &budget };

	joist_term term = decode_term(&d);
	must(joist_is_none(term) == (d.error != 0));
	if (!d.error)
		term_check(&arena, term);
	bins_drop(&arena);
	arena_empty(&arena);
	return 0;
}
