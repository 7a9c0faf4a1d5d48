/* The letters that names are written with: ASCII's and Latin-1's, as in Erlang. */
#ifndef JOIST_VM_TERM_LETTER_H
#define JOIST_VM_TERM_LETTER_H

#include <stdbool.h>
#include <stdint.h>

static inline bool letter_is_lower(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7);
}

static inline bool letter_is_upper(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7);
}

static inline bool letter_is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* Whether a name may go on with it. */
static inline bool letter_is_name(uint32_t c)
{
	return letter_is_lower(c) || letter_is_upper(c) || letter_is_digit(c) || c == '_' ||
	       c == '@';
}

#endif
