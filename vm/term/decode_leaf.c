/* Terms without parts, out of bytes that come from anywhere. Any thread; owns nothing. */
#include "vm/term/decode_leaf.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/utf8.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/external.h"
#include "vm/term/nodes.h"

const unsigned char *decode_bytes(struct decode *d, size_t bytes)
{
	const unsigned char *at = d->at;

	if (decode_left(d) < bytes) {
		decode_fail(d, -EBADMSG);
		return NULL;
	}
	d->at += bytes;
	return at;
}

/* What could not be built. */
static joist_term built(struct decode *d, joist_term term)
{
	return joist_is_none(term) ? decode_fail(d, -ENOMEM) : term;
}

static uint32_t take_8(struct decode *d)
{
	const unsigned char *at = decode_bytes(d, 1);

	return at ? *at : 0;
}

static uint32_t take_16(struct decode *d)
{
	const unsigned char *at = decode_bytes(d, 2);

	return at ? external_16(at) : 0;
}

static uint32_t take_32(struct decode *d)
{
	const unsigned char *at = decode_bytes(d, 4);

	return at ? external_32(at) : 0;
}

static uint64_t take_64(struct decode *d)
{
	const unsigned char *at = decode_bytes(d, 8);

	return at ? external_64(at) : 0;
}

/* ---- atoms ---- */

static joist_term atom_new(struct decode *d, const char *name, size_t size)
{
	joist_atom atom = atom_find(name, size);

	if (atom.word)
		return atom_term(atom);
	if (!atom_is_valid(name, size))
		return decode_fail(d, -EBADMSG);
	if (d->budget && !d->budget->atoms)
		return decode_fail(d, -E2BIG);
	atom = atom_make(name, size);
	if (!atom.word)
		return decode_fail(d, -ENOMEM);
	if (d->budget)
		d->budget->atoms--;
	return atom_term(atom);
}

static joist_term atom_latin1(struct decode *d, const unsigned char *name, size_t size)
{
	unsigned char utf8[2 * ATOM_CHARS_MAX];
	size_t to = 0;

	if (size > ATOM_CHARS_MAX)
		return decode_fail(d, -EBADMSG);
	for (size_t i = 0; i < size; i++)
		to += utf8_put(utf8 + to, name[i]);
	return atom_new(d, (const char *)utf8, to);
}

static joist_term atom_referred(struct decode *d)
{
	const unsigned char *index = decode_bytes(d, 1);

	if (!index || *index >= d->atom_count || !d->atoms[*index].word)
		return decode_fail(d, -EBADMSG);
	return atom_term(d->atoms[*index]);
}

static joist_term take_atom(struct decode *d, unsigned char tag)
{
	bool latin1 = tag == EXTERNAL_ATOM || tag == EXTERNAL_SMALL_ATOM;
	size_t size;

	switch (tag) {
	case EXTERNAL_ATOM_REF:
		return atom_referred(d);
	case EXTERNAL_SMALL_ATOM:
	case EXTERNAL_SMALL_ATOM_UTF8:
		size = take_8(d);
		break;
	case EXTERNAL_ATOM:
	case EXTERNAL_ATOM_UTF8:
		size = take_16(d);
		break;
	default:
		return TERM_NONE;
	}
	const unsigned char *name = d->error ? NULL : decode_bytes(d, size);
	if (!name)
		return TERM_NONE;
	return latin1 ? atom_latin1(d, name, size) : atom_new(d, (const char *)name, size);
}

/* ---- identities ---- */

static joist_atom take_node_name(struct decode *d)
{
	const unsigned char *tag = decode_bytes(d, 1);
	joist_term name = tag ? take_atom(d, *tag) : TERM_NONE;

	if (joist_is_none(name))
		decode_fail(d, -EBADMSG);
	return (joist_atom){ name.word };
}

/* Above 0 also for this node, where `mine` says that no such thing of its can exist. */
static uint32_t node_of(struct decode *d, joist_atom name, uint32_t creation, bool mine)
{
	if (mine && atom_equal(name, nodes_name(0)) && creation == nodes_creation(0))
		return 0;
	uint32_t node = nodes_find(name, creation);
	if (node || d->error)
		return node;
	if (d->budget && !d->budget->nodes) {
		decode_fail(d, -E2BIG);
		return 0;
	}
	node = nodes_make(name, creation);
	if (!node)
		decode_fail(d, -E2BIG);
	else if (d->budget)
		d->budget->nodes--;
	return node;
}

static joist_term take_pid(struct decode *d, bool new)
{
	joist_atom name = take_node_name(d);
	uint32_t number = take_32(d), serial = take_32(d);
	uint32_t creation = new ? take_32(d) : take_8(d);
	uint32_t node = node_of(d, name, creation, serial && number >> PID_SLOT_BITS == 0);

	if (d->error)
		return TERM_NONE;
	joist_pid pid = { .id = (uint64_t)serial << 32 | number, .node = node };
	return built(d, term_pid(d->arena, node ? pid : pid_local(number, serial)));
}

static joist_term take_port(struct decode *d, unsigned char tag)
{
	joist_atom name = take_node_name(d);
	uint64_t id = tag == EXTERNAL_V4_PORT ? take_64(d) : take_32(d);
	uint32_t creation = tag == EXTERNAL_PORT ? take_8(d) : take_32(d);
	uint32_t node = node_of(d, name, creation, true);

	return d->error ? TERM_NONE : built(d, term_port(d->arena, node, id));
}

static joist_term take_ref(struct decode *d, unsigned char tag)
{
	joist_ref ref = { .count = tag == EXTERNAL_REFERENCE ? 1 : take_16(d) };
	joist_atom name = take_node_name(d);
	uint32_t creation = 0;

	if (ref.count < 1 || ref.count > 5)
		return decode_fail(d, -EBADMSG);
	if (tag == EXTERNAL_REFERENCE) {
		ref.id[0] = take_32(d);
		creation = take_8(d);
	} else {
		creation = tag == EXTERNAL_NEWER_REFERENCE ? take_32(d) : take_8(d);
		for (uint32_t i = 0; i < ref.count; i++)
			ref.id[i] = take_32(d);
	}
	ref.node = node_of(d, name, creation, true);
	return d->error ? TERM_NONE : built(d, term_ref(d->arena, ref));
}

/* ---- numbers and bytes ---- */

static joist_term take_float(struct decode *d)
{
	uint64_t word = take_64(d);
	double value;

	memcpy(&value, &word, sizeof(value));
	if (d->error || !isfinite(value))
		return decode_fail(d, -EBADMSG);
	return built(d, term_float(d->arena, value));
}

static joist_term take_text_float(struct decode *d)
{
	const unsigned char *bytes = decode_bytes(d, 31);
	char text[32] = { 0 }, *rest;

	if (!bytes)
		return TERM_NONE;
	memcpy(text, bytes, 31);
	double value = strtod(text, &rest);
	if (rest == text || *rest || !isfinite(value) || !strchr("+-0123456789", *text))
		return decode_fail(d, -EBADMSG);
	return built(d, term_float(d->arena, value));
}

static joist_term take_big(struct decode *d, size_t bytes)
{
	bool negative = take_8(d);
	size_t limbs = (bytes + 7) / 8;

	if (bytes > DECODE_BIG_BYTES_MAX)
		return decode_fail(d, -E2BIG);
	const unsigned char *from = d->error ? NULL : decode_bytes(d, bytes);
	if (!from)
		return TERM_NONE;
	uint64_t *space = limbs ? arena_take(d->arena, limbs) : NULL;
	if (!space && limbs)
		return decode_fail(d, -ENOMEM);
	for (size_t i = 0; i < limbs; i++) {
		space[i] = 0;
		for (size_t j = 8 * i; j < bytes && j < 8 * i + 8; j++)
			space[i] |= (uint64_t)from[j] << j % 8 * 8;
	}
	return built(d, term_big(d->arena, negative, space, limbs));
}

static joist_term take_binary(struct decode *d, bool bits)
{
	size_t size = take_32(d), used = bits ? take_8(d) : 8;
	const unsigned char *bytes = d->error ? NULL : decode_bytes(d, size);

	if (!bytes)
		return TERM_NONE;
	if (used > 8 || (size && !used))
		return decode_fail(d, -EBADMSG);
	return built(d, term_bits(d->arena, bytes, size ? size * 8 - 8 + used : 0));
}

static joist_term take_string(struct decode *d)
{
	size_t count = take_16(d);
	const unsigned char *bytes = d->error ? NULL : decode_bytes(d, count);

	if (!bytes || !count)
		return bytes ? TERM_NIL : TERM_NONE;
	uint64_t *cells = arena_take(d->arena, 2 * count);
	if (!cells)
		return decode_fail(d, -ENOMEM);
	for (size_t i = 0; i < count; i++) {
		cells[2 * i] = term_small(bytes[i]).word;
		cells[2 * i + 1] =
			i + 1 < count ? term_from_cell(&cells[2 * i + 2]).word : TERM_NIL.word;
	}
	return term_from_cell(cells);
}

/* A fun is kept as it is, so nothing in it may be said elsewhere. The tag has been read. */
static joist_term take_fun(struct decode *d, unsigned char tag)
{
	const unsigned char *from = d->at - 1;
	size_t size = external_size(from, d->end);

	if (!size || (tag == EXTERNAL_NEW_FUN && size != 1 + (size_t)external_32(from + 1)))
		return decode_fail(d, -EBADMSG);
	d->at = from + size;
	return built(d, term_fun(d->arena, from, size));
}

joist_term decode_leaf(struct decode *d, unsigned char tag)
{
	switch (tag) {
	case EXTERNAL_SMALL_INTEGER:
		return term_small(take_8(d));
	case EXTERNAL_INTEGER:
		return term_small((int32_t)take_32(d));
	case EXTERNAL_NIL:
		return TERM_NIL;
	case EXTERNAL_NEW_FLOAT:
		return take_float(d);
	case EXTERNAL_FLOAT:
		return take_text_float(d);
	case EXTERNAL_SMALL_BIG:
		return take_big(d, take_8(d));
	case EXTERNAL_LARGE_BIG:
		return take_big(d, take_32(d));
	case EXTERNAL_BINARY:
	case EXTERNAL_BIT_BINARY:
		return take_binary(d, tag == EXTERNAL_BIT_BINARY);
	case EXTERNAL_STRING:
		return take_string(d);
	case EXTERNAL_NEW_PID:
	case EXTERNAL_PID:
		return take_pid(d, tag == EXTERNAL_NEW_PID);
	case EXTERNAL_V4_PORT:
	case EXTERNAL_NEW_PORT:
	case EXTERNAL_PORT:
		return take_port(d, tag);
	case EXTERNAL_NEWER_REFERENCE:
	case EXTERNAL_NEW_REFERENCE:
	case EXTERNAL_REFERENCE:
		return take_ref(d, tag);
	case EXTERNAL_NEW_FUN:
	case EXTERNAL_EXPORT:
		return take_fun(d, tag);
	default:
		return take_atom(d, tag);
	}
}
