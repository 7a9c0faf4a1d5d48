/* Binaries and text, as the SDK has them. Any thread; what builds, only the actor's own. */
#include <stdio.h>
#include <string.h>

#include "vm/api/built.h"
#include "vm/base/text.h"
#include "vm/term/bin.h"
#include "vm/term/parse.h"
#include "vm/term/print.h"

/* ---- binaries ---- */

struct joist_bytes joist_text(const char *text)
{
	return (struct joist_bytes){ text, strlen(text) };
}

joist_term joist_binary(struct joist_actor *self, struct joist_bytes bytes)
{
	return built(self, term_binary(self_arena(self), bytes.data, bytes.size));
}

joist_term joist_binary_new(struct joist_actor *self, size_t size, void **ret_data)
{
	unsigned char *data;
	joist_term term = term_binary_new(self_arena(self), size, &data);

	if (!joist_is_none(term))
		*ret_data = data;
	return built(self, term);
}

joist_term joist_binary_part(struct joist_actor *self, joist_term binary, size_t offset,
			     size_t size)
{
	struct joist_bytes bytes;

	if (!bin_get_bytes(binary, &bytes) || offset > bytes.size || size > bytes.size - offset)
		self_badarg(self, "joist_binary_part");
	return built(self, term_binary_part(self_arena(self), binary, offset, size));
}

joist_term joist_bitstring(struct joist_actor *self, struct joist_bytes bytes, size_t bits)
{
	if (bits / 8 + (bits % 8 != 0) > bytes.size)
		self_badarg(self, "joist_bitstring");
	return built(self, term_bits(self_arena(self), bytes.data, bits));
}

bool joist_get_bytes(joist_term term, struct joist_bytes *ret_bytes)
{
	return bin_get_bytes(term, ret_bytes);
}

bool joist_get_bits(joist_term term, struct joist_bytes *ret_bytes, size_t *ret_bits)
{
	const unsigned char *bytes;
	size_t bits;

	if (!bin_get_bits(term, &bytes, &bits))
		return false;
	*ret_bytes = (struct joist_bytes){ bytes, bits / 8 + (bits % 8 != 0) };
	*ret_bits = bits;
	return true;
}

/* ---- text ---- */

/* A copy in the arena of the turn, with a zero behind it. */
static char *text_keep(struct joist_actor *self, const char *text, size_t size)
{
	char *copy = (char *)arena_take(self_arena(self), size / 8 + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, size);
	copy[size] = 0;
	return copy;
}

const char *joist_format(struct joist_actor *self, joist_term term)
{
	struct text text = { 0 };
	char *copy = NULL;

	if (print_term(&text, term))
		copy = text_keep(self, text.data, text.size);
	text_finish(&text);
	if (!copy)
		self_short(self);
	return copy;
}

joist_term joist_parse(struct joist_actor *self, const char *text, const char **ret_error)
{
	struct parse_error error;
	joist_term term = parse_term(self_arena(self), joist_text(text), &error);
	char sentence[200];

	if (!joist_is_none(term))
		return term;
	if (!error.message)
		return built(self, term);
	if (ret_error) {
		int size = snprintf(sentence, sizeof(sentence), "column %zu: %s", error.offset + 1,
				    error.message);
		*ret_error = text_keep(self, sentence, (size_t)size);
		if (!*ret_error)
			self_short(self);
	}
	return term;
}
