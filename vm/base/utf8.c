/* UTF-8 as the standard has it: no overlong forms, no surrogates, nothing above 10FFFF. Pure. */
#include "vm/base/utf8.h"

uint32_t utf8_next(const unsigned char **at, const unsigned char *end)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = *at;
	uint32_t c = *p++;
	unsigned more;

	if (c < 0x80) {
		*at = p;
		return c;
	}
	if (c < 0xC0 || c > 0xF7)
		return UTF8_BAD;
	more = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
	c &= 0x3Fu >> more;
	if ((size_t)(end - p) < more)
		return UTF8_BAD;
	for (unsigned i = 0; i < more; i++, p++) {
		if ((*p & 0xC0) != 0x80)
			return UTF8_BAD;
		c = c << 6 | (*p & 0x3F);
	}
	if (c < least[more] || !utf8_valid(c))
		return UTF8_BAD;
	*at = p;
	return c;
}

unsigned utf8_put(unsigned char to[UTF8_BYTES_MAX], uint32_t c)
{
	if (c < 0x80) {
		to[0] = (unsigned char)c;
		return 1;
	}
	unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char lead[] = { 0, 0xC0, 0xE0, 0xF0 };
	to[0] = (unsigned char)(lead[more] | c >> 6 * more);
	for (unsigned i = 1; i <= more; i++)
		to[i] = (unsigned char)(0x80 | (c >> 6 * (more - i) & 0x3F));
	return more + 1;
}

bool utf8_count(const void *text, size_t bytes, size_t *ret_chars)
{
	const unsigned char *at = text, *end = at + bytes;
	size_t chars = 0;

	for (; at < end; chars++) {
		if (utf8_next(&at, end) == UTF8_BAD)
			return false;
	}
	*ret_chars = chars;
	return true;
}
