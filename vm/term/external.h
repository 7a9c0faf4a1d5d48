/* The tags of Erlang's external term format, and a walk over it that builds nothing. */
#ifndef JOIST_VM_TERM_EXTERNAL_H
#define JOIST_VM_TERM_EXTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum external_tag {
	EXTERNAL_NEW_FLOAT = 70,
	EXTERNAL_BIT_BINARY = 77,
	EXTERNAL_ATOM_REF = 82, /* to an atom of the frame's header */
	EXTERNAL_NEW_PID = 88,
	EXTERNAL_NEW_PORT = 89,
	EXTERNAL_NEWER_REFERENCE = 90,
	EXTERNAL_SMALL_INTEGER = 97,
	EXTERNAL_INTEGER = 98,
	EXTERNAL_FLOAT = 99, /* as text */
	EXTERNAL_ATOM = 100, /* of Latin-1, as is the small one of 115 */
	EXTERNAL_REFERENCE = 101,
	EXTERNAL_PORT = 102,
	EXTERNAL_PID = 103,
	EXTERNAL_SMALL_TUPLE = 104,
	EXTERNAL_LARGE_TUPLE = 105,
	EXTERNAL_NIL = 106,
	EXTERNAL_STRING = 107, /* a list of bytes */
	EXTERNAL_LIST = 108,
	EXTERNAL_BINARY = 109,
	EXTERNAL_SMALL_BIG = 110,
	EXTERNAL_LARGE_BIG = 111,
	EXTERNAL_NEW_FUN = 112,
	EXTERNAL_EXPORT = 113,
	EXTERNAL_NEW_REFERENCE = 114,
	EXTERNAL_SMALL_ATOM = 115,
	EXTERNAL_MAP = 116,
	EXTERNAL_ATOM_UTF8 = 118,
	EXTERNAL_SMALL_ATOM_UTF8 = 119,
	EXTERNAL_V4_PORT = 120,
	EXTERNAL_VERSION = 131, /* stands before a term that stands alone */
};

/* What stands between the tag of a new fun and its terms: size, arity, unique id, index, how many free
 * variables. */
#define EXTERNAL_FUN_HEAD (4 + 1 + 16 + 4 + 4)

static inline uint16_t external_16(const unsigned char *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t external_32(const unsigned char *at)
{
	return (uint32_t)external_16(at) << 16 | external_16(at + 2);
}

static inline uint64_t external_64(const unsigned char *at)
{
	return (uint64_t)external_32(at) << 32 | external_32(at + 4);
}

static inline void external_put_16(unsigned char *to, uint32_t value)
{
	to[0] = (unsigned char)(value >> 8);
	to[1] = (unsigned char)value;
}

static inline void external_put_32(unsigned char *to, uint32_t value)
{
	external_put_16(to, value >> 16);
	external_put_16(to + 2, value);
}

static inline void external_put_64(unsigned char *to, uint64_t value)
{
	external_put_32(to, (uint32_t)(value >> 32));
	external_put_32(to + 4, (uint32_t)value);
}

/* How many bytes the term at `at` has; 0 if it does not end before `end`, or is none, or refers to atoms
 * that stand elsewhere. */
size_t external_size(const unsigned char *at, const unsigned char *end);

#endif
