/* How long a term is, by its external form alone: each tag says how many bytes follow it, and how many
 * terms. Bytes come from anywhere, so each step is checked. Any thread; owns nothing. */
#include "vm/term/external.h"

/* What follows a tag: `bytes` bytes, then `terms` terms. False if too few are left to say. */
struct follows {
	uint64_t bytes, terms;
};

static bool atom_follows(const unsigned char *at, size_t left, struct follows *ret)
{
	switch (*at) {
	case EXTERNAL_SMALL_ATOM:
	case EXTERNAL_SMALL_ATOM_UTF8:
		ret->bytes = left > 1 ? 1 + (uint64_t)at[1] : left;
		return true;
	case EXTERNAL_ATOM:
	case EXTERNAL_ATOM_UTF8:
		ret->bytes = left > 2 ? 2 + (uint64_t)external_16(at + 1) : left;
		return true;
	default:
		return false;
	}
}

/* Numbers and bits. */
static bool bytes_follow(const unsigned char *at, size_t left, struct follows *ret)
{
	bool has_32 = left > 4;

	switch (*at) {
	case EXTERNAL_NIL:
		return true;
	case EXTERNAL_SMALL_INTEGER:
		ret->bytes = 1;
		return true;
	case EXTERNAL_INTEGER:
		ret->bytes = 4;
		return true;
	case EXTERNAL_NEW_FLOAT:
		ret->bytes = 8;
		return true;
	case EXTERNAL_FLOAT:
		ret->bytes = 31;
		return true;
	case EXTERNAL_SMALL_BIG:
		ret->bytes = left > 1 ? 2 + (uint64_t)at[1] : left;
		return true;
	case EXTERNAL_STRING:
		ret->bytes = left > 2 ? 2 + (uint64_t)external_16(at + 1) : left;
		return true;
	case EXTERNAL_BINARY:
		ret->bytes = has_32 ? 4 + (uint64_t)external_32(at + 1) : left;
		return true;
	case EXTERNAL_LARGE_BIG:
	case EXTERNAL_BIT_BINARY:
		ret->bytes = has_32 ? 5 + (uint64_t)external_32(at + 1) : left;
		return true;
	default:
		return false;
	}
}

static bool terms_follow(const unsigned char *at, size_t left, struct follows *ret)
{
	bool has_32 = left > 4;

	switch (*at) {
	case EXTERNAL_SMALL_TUPLE:
		*ret = (struct follows){ 1, left > 1 ? at[1] : 0 };
		return true;
	case EXTERNAL_LARGE_TUPLE:
		*ret = (struct follows){ 4, has_32 ? external_32(at + 1) : 0 };
		return true;
	case EXTERNAL_LIST:
		*ret = (struct follows){ 4, has_32 ? external_32(at + 1) + UINT64_C(1) : 0 };
		return true;
	case EXTERNAL_MAP:
		*ret = (struct follows){ 4, has_32 ? external_32(at + 1) * UINT64_C(2) : 0 };
		return true;
	case EXTERNAL_EXPORT:
		ret->terms = 3;
		return true;
	case EXTERNAL_NEW_FUN:
		*ret = (struct follows){ EXTERNAL_FUN_HEAD,
					 left > EXTERNAL_FUN_HEAD
						 ? 4 + (uint64_t)external_32(at +
									     EXTERNAL_FUN_HEAD - 3)
						 : 0 };
		return true;
	default:
		return false;
	}
}

/* What stands behind the name of the node in an identity; 0 if the tag is of none. */
static size_t behind_node(const unsigned char *at)
{
	switch (*at) {
	case EXTERNAL_NEW_PID:
	case EXTERNAL_V4_PORT:
		return 12;
	case EXTERNAL_PID:
		return 9;
	case EXTERNAL_NEW_PORT:
		return 8;
	case EXTERNAL_PORT:
	case EXTERNAL_REFERENCE:
		return 5;
	default:
		return 0;
	}
}

/* A node's name is an atom, and what identifies stands behind it, so it is one piece. */
static bool identity_follows(const unsigned char *at, size_t left, struct follows *ret)
{
	struct follows node = { 0 };
	size_t behind = behind_node(at), head = 1;

	if (*at == EXTERNAL_NEWER_REFERENCE || *at == EXTERNAL_NEW_REFERENCE) {
		if (left < 4)
			return false;
		head = 3;
		behind = 4 * (size_t)external_16(at + 1) + (*at == EXTERNAL_NEW_REFERENCE ? 1 : 4);
	}
	if (!behind || left <= head || !atom_follows(at + head, left - head, &node))
		return false;
	ret->bytes = head - 1 + 1 + node.bytes + behind;
	return true;
}

size_t external_size(const unsigned char *at, const unsigned char *end)
{
	const unsigned char *from = at;

	for (uint64_t terms = 1; terms; terms--) {
		struct follows next = { 0 };
		size_t left = (size_t)(end - at);

		if (!left || !(bytes_follow(at, left, &next) || atom_follows(at, left, &next) ||
			       terms_follow(at, left, &next) || identity_follows(at, left, &next)))
			return 0;
		if (next.bytes >= left || next.terms >= left || terms > left)
			return 0;
		at += 1 + next.bytes;
		terms += next.terms;
	}
	return (size_t)(at - from);
}
