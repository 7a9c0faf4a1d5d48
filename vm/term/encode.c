/* Writing terms. The walk keeps, for each part that is not at its end, where it goes on: a range of words,
 * a list's next cell, or a place among a map's pairs. Any thread; owns nothing. */
#include "vm/term/encode.h"

#include <errno.h>
#include <string.h>

#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/external.h"
#include "vm/term/get.h"
#include "vm/term/map.h"
#include "vm/term/nodes.h"
#include "vm/term/number.h"
#include "vm/term/walk.h"

#define STRING_MAX 65535

/* What is open: how many terms it still has, and where. Three words on the walk's stack. */
enum open_kind { OPEN_RANGE, OPEN_CELLS, OPEN_PAIRS };

static bool open_push(struct walk *walk, enum open_kind kind, const void *at, size_t left)
{
	if (!left)
		return true;
	if (!walk_room(walk, 3))
		return false;
	walk_push(walk, (uint64_t)(uintptr_t)at);
	walk_push(walk, left);
	walk_push(walk, kind);
	return true;
}

/* The next term of what was opened last; false when nothing is open. */
static bool open_next(struct walk *walk, joist_term *ret_term)
{
	if (!walk->count)
		return false;
	uint64_t *top = walk->words + walk->count - 3;
	const uint64_t *at = (const uint64_t *)(uintptr_t)top[0];
	size_t left = --top[1];

	switch ((enum open_kind)top[2]) {
	case OPEN_RANGE:
		*ret_term = term_at(at);
		top[0] += sizeof(*at);
		break;
	case OPEN_CELLS: { /* `left` counts the tail too, and what stands at `at` is a cell */
		joist_term cells = { (uint64_t)(uintptr_t)at };
		*ret_term = left ? term_head(cells) : cells;
		top[0] = left ? term_tail(cells).word : 0;
		break;
	}
	case OPEN_PAIRS: { /* keys and values in turn */
		size_t size = box_extra(*at), pair = size - 1 - left / 2;
		*ret_term = term_at(at + 1 + (left % 2 ? pair : size + pair));
		break;
	}
	}
	if (!left)
		walk->count -= 3;
	return true;
}

static unsigned char *reserve(struct text *to, size_t bytes)
{
	unsigned char *at = (unsigned char *)text_reserve(to, bytes);

	if (at)
		to->size += bytes;
	return at;
}

static bool put_head_32(struct text *to, enum external_tag tag, size_t count)
{
	unsigned char *at = reserve(to, 5);

	if (!at)
		return false;
	at[0] = (unsigned char)tag;
	external_put_32(at + 1, (uint32_t)count);
	return true;
}

static bool put_head_8(struct text *to, enum external_tag tag, size_t count)
{
	unsigned char *at = reserve(to, 2);

	if (!at)
		return false;
	at[0] = (unsigned char)tag;
	at[1] = (unsigned char)count;
	return true;
}

static bool put_atom(struct text *to, joist_atom atom)
{
	struct joist_bytes name = atom_name(atom);

	if (name.size <= 255)
		return put_head_8(to, EXTERNAL_SMALL_ATOM_UTF8, name.size) &&
		       text_add(to, name.data, name.size);
	unsigned char *at = reserve(to, 3);
	if (!at)
		return false;
	at[0] = EXTERNAL_ATOM_UTF8;
	external_put_16(at + 1, (uint32_t)name.size);
	return text_add(to, name.data, name.size);
}

static int put_big(struct text *to, joist_term term)
{
	uint64_t space;
	struct integer n = integer_of(term, &space);
	size_t bytes = n.count * 8;

	while (bytes && !(n.limbs[(bytes - 1) / 8] >> (bytes - 1) % 8 * 8 & 255))
		bytes--;
	if (bytes > UINT32_MAX)
		return -EOVERFLOW;
	if (!(bytes <= 255 ? put_head_8(to, EXTERNAL_SMALL_BIG, bytes)
			   : put_head_32(to, EXTERNAL_LARGE_BIG, bytes)) ||
	    !text_add_char(to, n.negative))
		return -ENOMEM;
	unsigned char *at = reserve(to, bytes);
	if (!at)
		return -ENOMEM;
	for (size_t i = 0; i < bytes; i++)
		at[i] = (unsigned char)(n.limbs[i / 8] >> i % 8 * 8);
	return 0;
}

static int put_integer(struct text *to, joist_term term)
{
	if (!term_is_int(term) || int_value(term) < INT32_MIN || int_value(term) > INT32_MAX)
		return put_big(to, term);
	int64_t value = int_value(term);
	bool fine = value >= 0 && value <= 255
			    ? put_head_8(to, EXTERNAL_SMALL_INTEGER, (size_t)value)
			    : put_head_32(to, EXTERNAL_INTEGER, (uint32_t)value);
	return fine ? 0 : -ENOMEM;
}

static bool put_float(struct text *to, joist_term term)
{
	unsigned char *at = reserve(to, 9);

	if (!at)
		return false;
	at[0] = EXTERNAL_NEW_FLOAT;
	external_put_64(at + 1, term_box(term)[1]);
	return true;
}

static int put_bits(struct text *to, joist_term term)
{
	const unsigned char *bytes;
	size_t bits;

	bin_get_bits(term, &bytes, &bits);
	size_t size = bits / 8 + (bits % 8 != 0);
	if (size > UINT32_MAX)
		return -EOVERFLOW;
	bool fine = bits % 8 ? put_head_32(to, EXTERNAL_BIT_BINARY, size) &&
				       text_add_char(to, (char)(bits % 8))
			     : put_head_32(to, EXTERNAL_BINARY, size);
	return fine && text_add(to, bytes, size) ? 0 : -ENOMEM;
}

static bool put_pid(struct text *to, joist_pid pid)
{
	uint32_t number = pid.node ? (uint32_t)pid.id : pid_slot(pid);
	uint32_t serial = pid.node ? (uint32_t)(pid.id >> 32) : pid_serial(pid);

	if (!text_add_char(to, EXTERNAL_NEW_PID) || !put_atom(to, nodes_name(pid.node)))
		return false;
	unsigned char *at = reserve(to, 12);
	if (!at)
		return false;
	external_put_32(at, number);
	external_put_32(at + 4, serial);
	external_put_32(at + 8, nodes_creation(pid.node));
	return true;
}

static bool put_port(struct text *to, const uint64_t *box)
{
	uint32_t node = (uint32_t)box_extra(*box);

	if (!text_add_char(to, EXTERNAL_V4_PORT) || !put_atom(to, nodes_name(node)))
		return false;
	unsigned char *at = reserve(to, 12);
	if (!at)
		return false;
	external_put_64(at, box[1]);
	external_put_32(at + 8, nodes_creation(node));
	return true;
}

static bool put_ref(struct text *to, joist_term term)
{
	unsigned char *at = reserve(to, 3);
	joist_ref ref;

	get_ref(term, &ref);
	if (!at)
		return false;
	at[0] = EXTERNAL_NEWER_REFERENCE;
	external_put_16(at + 1, ref.count);
	if (!put_atom(to, nodes_name(ref.node)))
		return false;
	at = reserve(to, 4 + 4 * (size_t)ref.count);
	if (!at)
		return false;
	external_put_32(at, nodes_creation(ref.node));
	for (uint32_t i = 0; i < ref.count; i++)
		external_put_32(at + 4 + 4 * i, ref.id[i]);
	return true;
}

/* Whether the list is one that may be written as bytes, and its length without the tail. */
static bool list_is_string(joist_term list, size_t *ret_length)
{
	bool bytes = true;
	size_t length = 0;

	for (; term_tag(list) == TAG_CONS; list = term_tail(list), length++) {
		joist_term head = term_head(list);
		bytes = bytes && term_is_int(head) && (uint64_t)int_value(head) <= 255;
	}
	*ret_length = length;
	return bytes && list.word == TERM_NIL.word && length <= STRING_MAX;
}

static bool put_string(struct text *to, joist_term list, size_t length)
{
	unsigned char *at = reserve(to, 3 + length);

	if (!at)
		return false;
	*at++ = EXTERNAL_STRING;
	external_put_16(at, (uint32_t)length);
	for (at += 2; term_tag(list) == TAG_CONS; list = term_tail(list))
		*at++ = (unsigned char)int_value(term_head(list));
	return true;
}

static int put_list(struct text *to, struct walk *walk, joist_term list)
{
	size_t length;

	if (list_is_string(list, &length))
		return put_string(to, list, length) ? 0 : -ENOMEM;
	if (length > UINT32_MAX)
		return -EOVERFLOW;
	const void *first = (const void *)(uintptr_t)list.word;
	return put_head_32(to, EXTERNAL_LIST, length) &&
			       open_push(walk, OPEN_CELLS, first, length + 1)
		       ? 0
		       : -ENOMEM;
}

static int put_tuple(struct text *to, struct walk *walk, const uint64_t *box)
{
	size_t arity = box_extra(*box);

	if (arity > UINT32_MAX)
		return -EOVERFLOW;
	return (arity <= 255 ? put_head_8(to, EXTERNAL_SMALL_TUPLE, arity)
			     : put_head_32(to, EXTERNAL_LARGE_TUPLE, arity)) &&
			       open_push(walk, OPEN_RANGE, box + 1, arity)
		       ? 0
		       : -ENOMEM;
}

static int put_map(struct text *to, struct walk *walk, const uint64_t *box)
{
	size_t pairs = box_extra(*box);

	if (pairs > UINT32_MAX)
		return -EOVERFLOW;
	return put_head_32(to, EXTERNAL_MAP, pairs) && open_push(walk, OPEN_PAIRS, box, 2 * pairs)
		       ? 0
		       : -ENOMEM;
}

static int put_box(struct text *to, struct walk *walk, joist_term term)
{
	const uint64_t *box = term_box(term);
	bool fine = false;
	joist_pid pid;

	switch (box_kind(*box)) {
	case BOX_TUPLE:
		return put_tuple(to, walk, box);
	case BOX_MAP:
		return put_map(to, walk, box);
	case BOX_BIG:
		return put_big(to, term);
	case BOX_BIN:
	case BOX_BINREF:
		return put_bits(to, term);
	case BOX_FLOAT:
		fine = put_float(to, term);
		break;
	case BOX_REF:
	case BOX_TOKEN:
		fine = put_ref(to, term);
		break;
	case BOX_PID:
		fine = get_pid(term, &pid) && put_pid(to, pid);
		break;
	case BOX_PORT:
		fine = put_port(to, box);
		break;
	case BOX_FUN:
		fine = text_add(to, box + 1, box_extra(*box));
		break;
	}
	return fine ? 0 : -ENOMEM;
}

static int put_term(struct text *to, struct walk *walk, joist_term term)
{
	joist_pid pid;
	bool fine;

	switch (term_tag(term)) {
	case TAG_INT:
		return put_integer(to, term);
	case TAG_CONS:
		return put_list(to, walk, term);
	case TAG_BOX:
		return put_box(to, walk, term);
	case TAG_ATOM:
		fine = put_atom(to, atom_of(term));
		break;
	case TAG_PID:
		fine = get_pid(term, &pid) && put_pid(to, pid);
		break;
	default:
		fine = text_add_char(to, EXTERNAL_NIL);
		break;
	}
	return fine ? 0 : -ENOMEM;
}

int encode_term(struct text *to, joist_term term)
{
	struct walk walk;
	int error;

	walk_init(&walk);
	do
		error = put_term(to, &walk, term);
	while (!error && open_next(&walk, &term));
	walk_finish(&walk);
	return error;
}
