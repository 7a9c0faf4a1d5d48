/* Bytes as hexadecimal digits, small letters, two for each. Pure. */
#ifndef JOIST_LOADER_HEX_H
#define JOIST_LOADER_HEX_H

#include <stdbool.h>
#include <stddef.h>

/* Writes 2 * `count` digits and a zero. */
void hex_print(const unsigned char *bytes, size_t count, char *ret_text);

/* Reads the bytes that the first 2 * `count` digits of the text are; false if something else is
 * among them, or its end. */
bool hex_read(unsigned char *ret_bytes, size_t count, const char *text);

#endif
