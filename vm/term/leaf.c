/* Leaves as text: numbers, atoms, bits, strings, identities. Any thread. */
#include "vm/term/leaf.h"

#include <string.h>

#include "vm/base/utf8.h"
#include "vm/term/atom.h"
#include "vm/term/big.h"
#include "vm/term/bin.h"
#include "vm/term/double.h"
#include "vm/term/fun.h"
#include "vm/term/letter.h"

/* ---- characters ---- */

/* What stands behind the backslash for a control character that has a name; 0 if it has none. */
static char escape_of(uint32_t c)
{
	static const char names[] = {
		[8] = 'b', [9] = 't', [10] = 'n', [11] = 'v', [12] = 'f', [13] = 'r', [27] = 'e'
	};

	return c < sizeof(names) ? names[c] : 0;
}

/* As Erlang's io_lib:printable_unicode_list has it. */
static bool is_printable(uint32_t c)
{
	return (c >= 0x20 && c <= 0x7E) ||
	       (c >= 0xA0 && utf8_valid(c) && c != 0xFFFE && c != 0xFFFF) || escape_of(c);
}

static bool add_char(struct text *text, uint32_t c, char quote)
{
	unsigned char bytes[UTF8_BYTES_MAX];

	if (escape_of(c))
		return text_addf(text, "\\%c", escape_of(c));
	if (c == (unsigned char)quote || c == '\\')
		return text_addf(text, "\\%c", (char)c);
	if (c == 0x7F)
		return text_add(text, "\\d", 2);
	if (c < 0x20 || (c > 0x7F && c < 0xA0))
		return text_addf(text, "\\%03o", c);
	return text_add(text, bytes, utf8_put(bytes, c));
}

/* ---- atoms ---- */

static bool is_reserved(struct joist_bytes name)
{
	static const char words[] =
		" after and andalso band begin bnot bor bsl bsr bxor case catch "
		"cond div else end fun if let maybe not of or orelse receive rem "
		"try when xor ";
	const char *at = memmem(words, sizeof(words), name.data, name.size);

	for (; at;
	     at = memmem(at + 1, sizeof(words) - (size_t)(at + 1 - words), name.data, name.size)) {
		if (at[-1] == ' ' && at[name.size] == ' ')
			return true;
	}
	return false;
}

static bool needs_quotes(struct joist_bytes name)
{
	const unsigned char *at = name.data, *end = at + name.size;

	if (at == end || !letter_is_lower(utf8_next(&at, end)))
		return true;
	while (at < end) {
		if (!letter_is_name(utf8_next(&at, end)))
			return true;
	}
	return is_reserved(name);
}

static bool print_atom(struct text *text, joist_atom atom)
{
	struct joist_bytes name = atom_name(atom);
	const unsigned char *at = name.data, *end = at + name.size;

	if (!needs_quotes(name))
		return text_add(text, name.data, name.size);
	text_add_char(text, '\'');
	while (at < end)
		add_char(text, utf8_next(&at, end), '\'');
	return text_add_char(text, '\'');
}

/* ---- strings and bits ---- */

bool leaf_is_string(joist_term list)
{
	for (; term_tag(list) == TAG_CONS; list = term_tail(list)) {
		joist_term c = term_head(list);
		if (!term_is_int(c) || int_value(c) < 0 || int_value(c) > 0x10FFFF ||
		    !is_printable((uint32_t)int_value(c)))
			return false;
	}
	return list.word == TERM_NIL.word;
}

bool leaf_string(struct text *text, joist_term list, size_t size_max)
{
	text_add_char(text, '"');
	for (; term_tag(list) == TAG_CONS && text->size <= size_max; list = term_tail(list))
		add_char(text, (uint32_t)int_value(term_head(list)), '"');
	return text_add_char(text, '"');
}

/* Whether it is text, and whether that has more than ASCII. */
static bool is_text(const unsigned char *at, const unsigned char *end, bool *ret_wide)
{
	*ret_wide = false;
	while (at < end) {
		uint32_t c = utf8_next(&at, end);
		if (!is_printable(c))
			return false;
		*ret_wide |= c >= 0x80;
	}
	return true;
}

static bool print_text(struct text *text, const unsigned char *at, const unsigned char *end,
		       bool wide, size_t size_max)
{
	text_add(text, "<<\"", 3);
	while (at < end && text->size <= size_max)
		add_char(text, utf8_next(&at, end), '"');
	return text_add(text, wide ? "\"/utf8>>" : "\">>", wide ? 8 : 3);
}

static void add_byte(struct text *text, unsigned byte, bool first)
{
	char digits[] = { ',', (char)('0' + byte / 100), (char)('0' + byte / 10 % 10),
			  (char)('0' + byte % 10) };
	unsigned size = byte >= 100 ? 3 : byte >= 10 ? 2 : 1;

	digits[3 - size] = ',';
	text_add(text, digits + 3 - size + first, size + 1 - first);
}

static bool print_bits(struct text *text, joist_term t, size_t size_max)
{
	const unsigned char *bytes;
	size_t bits;
	bool wide;

	bin_get_bits(t, &bytes, &bits);
	if (bits && bits % 8 == 0 && is_text(bytes, bytes + bits / 8, &wide))
		return print_text(text, bytes, bytes + bits / 8, wide, size_max);
	text_add(text, "<<", 2);
	for (size_t i = 0; i < bits / 8 && text->size <= size_max; i++)
		add_byte(text, bytes[i], i == 0);
	if (bits % 8)
		text_addf(text, bits > 8 ? ",%u:%u" : "%u:%u", bytes[bits / 8] >> (8 - bits % 8),
			  (unsigned)(bits % 8));
	return text_add(text, ">>", 2);
}

/* ---- identities ---- */

static bool print_ref(struct text *text, const uint64_t *box)
{
	text_addf(text, "#Ref<%u", (unsigned)box_extra(*box));
	for (uint64_t i = box_extra(*box) >> 32; i-- > 0;)
		text_addf(text, ".%u", (unsigned)(box[1 + i / 2] >> i % 2 * 32));
	return text_add_char(text, '>');
}

static bool print_box(struct text *text, joist_term t, size_t size_max)
{
	const uint64_t *box = term_box(t);

	switch (box_kind(*box)) {
	case BOX_BIG:
		return big_print(text, t);
	case BOX_FLOAT:
		return double_print(text, float_value(t));
	case BOX_BIN:
	case BOX_BINREF:
		return print_bits(text, t, size_max);
	case BOX_REF:
	case BOX_TOKEN:
		return print_ref(text, box_ref(box));
	case BOX_PID:
		return text_addf(text, "<%u.%u.%u>", (unsigned)box_extra(*box), (unsigned)box[1],
				 (unsigned)(box[1] >> 32));
	case BOX_PORT:
		return text_addf(text, "#Port<%u.%llu>", (unsigned)box_extra(*box),
				 (unsigned long long)box[1]);
	case BOX_FUN:
		return fun_print(text, box + 1, box_extra(*box));
	case BOX_TUPLE:
	case BOX_MAP:
		break;
	}
	return false;
}

bool leaf_print(struct text *text, joist_term t, size_t size_max)
{
	joist_pid pid = { .id = t.word >> 3 };

	switch (term_tag(t)) {
	case TAG_INT:
		return text_addf(text, "%lld", (long long)int_value(t));
	case TAG_ATOM:
		return print_atom(text, atom_of(t));
	case TAG_NIL:
		return text_add(text, "[]", 2);
	case TAG_PID:
		return text_addf(text, "<0.%u.%u>", pid_slot(pid), pid_serial(pid));
	case TAG_BOX:
		if (t.word)
			return print_box(text, t, size_max);
		break;
	case TAG_CONS:
	case TAG_HEADER:
		break;
	}
	return text_add(text, "#none", 5);
}
