/* UTF-8, one code point at a time. */
#ifndef JOIST_VM_BASE_UTF8_H
#define JOIST_VM_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD UINT32_MAX
#define UTF8_BYTES_MAX 4

/* Whether `c` is a code point that text may have. */
static inline bool utf8_valid(uint32_t c)
{
	return c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

/* The code point at `*at`, which is below `end`, and `*at` past it; UTF8_BAD if there is none. */
uint32_t utf8_next(const unsigned char **at, const unsigned char *end);

/* Writes the valid code point `c`: how many bytes it took. */
unsigned utf8_put(unsigned char to[UTF8_BYTES_MAX], uint32_t c);

/* Whether the bytes are UTF-8; how many characters. */
bool utf8_count(const void *text, size_t bytes, size_t *ret_chars);

#endif
