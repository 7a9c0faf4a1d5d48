/* Whatever is compiled as a pattern matches and makes without harm. The input: how many holes and which
 * use, a byte for each hole's type, and the text. */
#include "test/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "vm/base/text.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/make.h"
#include "vm/term/match.h"
#include "vm/term/parse.h"
#include "vm/term/print.h"

/* Values of all types that are terms. */
static union hole_value value_of(enum joist_hole type, joist_term term)
{
	static const union hole_value values[] = {
		[JOIST_HOLE_INT32] = { .int32 = -5 },
		[JOIST_HOLE_INT64] = { .int64 = INT64_MIN },
		[JOIST_HOLE_UINT32] = { .uint32 = 5 },
		[JOIST_HOLE_UINT64] = { .uint64 = UINT64_MAX },
		[JOIST_HOLE_DOUBLE] = { .real = 1.5 },
		[JOIST_HOLE_BOOL] = { .boolean = true },
		[JOIST_HOLE_PID] = { .pid = { .id = 7 } },
		[JOIST_HOLE_REF] = { .ref = { .count = 1, .id = { 1 } } },
		[JOIST_HOLE_ATOM] = { .atom = ATOM_NAME(ok) },
		[JOIST_HOLE_BYTES] = { .bytes = { "bytes", 5 } },
		[JOIST_HOLE_TERM] = { .term = TERM_NIL },
	};

	return type == JOIST_HOLE_TERM ? (union hole_value){ .term = term } : values[type];
}

static void run(const struct pattern *pattern, enum pattern_use use, struct arena *arena,
		joist_term term, void *const *holes)
{
	struct text text = { 0 };

	if (use == PATTERN_MATCH) {
		match_run(pattern, term, holes);
		return;
	}
	joist_term made = make_run(arena, pattern, holes);
	if (joist_is_none(made) || !print_term(&text, made))
		abort();
	text_finish(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = size ? data[0] % (JOIST_HOLES_MAX + 1) : 0;
	enum pattern_use use = size && data[0] & 128 ? PATTERN_MAKE : PATTERN_MATCH;
	unsigned char types[JOIST_HOLES_MAX + 1] = { 0 };
	union hole_value values[JOIST_HOLES_MAX];
	void *holes[JOIST_HOLES_MAX];
	struct arena arena = { 0 };
	char error[200];

	if (size < 1 + count)
		return 0;
	struct joist_bytes text = { data + 1 + count, size - 1 - count };
	joist_term term = parse_term(&arena, text, NULL);
	if (joist_is_none(term))
		term = term_tuple_of(&arena, ATOM(ok), term_small(1));
	for (size_t i = 0; i < count; i++) {
		types[i] = (unsigned char)(1 + data[1 + i] % JOIST_HOLE_TERM);
		values[i] = value_of(types[i], term);
		holes[i] = &values[i];
	}
	struct pattern *pattern = pattern_compile(text, types, use, error, sizeof(error));
	if (pattern)
		run(pattern, use, &arena, term, holes);
	else if (!strlen(error))
		abort();
	pattern_free(pattern);
	bins_drop(&arena);
	arena_empty(&arena);
	return 0;
}
