/* Digits to bytes and back. Owns nothing. Any thread. */
#include "loader/hex.h"

#include <string.h>

static const char digits[] = "0123456789abcdef";

void hex_print(const unsigned char *bytes, size_t count, char *ret_text)
{
	for (size_t i = 0; i < count; i++) {
		*ret_text++ = digits[bytes[i] >> 4];
		*ret_text++ = digits[bytes[i] & 15];
	}
	*ret_text = 0;
}

/* Its value; -1 if it is no digit. */
static int value_of(char c)
{
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool hex_read(unsigned char *ret_bytes, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		int high = value_of(*text++), low = high < 0 ? -1 : value_of(*text++);

		if (low < 0)
			return false;
		ret_bytes[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}
