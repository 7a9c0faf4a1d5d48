/* A place in source code, and the lines in which a node and its helper process (symbolize.h) speak of
 * places:
 *
 *   asked     NUMBER ADDRESS FILE
 *   answered  NUMBER LINE DISTANCE FUNCTION<tab>SOURCE
 *
 * Numbers are decimal, the address hexadecimal. What is not known is 0 or empty. */
#ifndef JOIST_LOADER_SPOT_H
#define JOIST_LOADER_SPOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line of either kind, its newline included, is never longer. */
#define SPOT_LINE_MAX 4600

struct spot {
	char function[128];
	uint64_t distance; /* from the function's start */
	char source[256]; /* the file of source code */
	unsigned line;
};

struct spot_question {
	uint64_t number;
	uint64_t address; /* in the file's own counting */
	char file[4096]; /* a shared object */
};

/* Each writes a line and returns how long it is; 0 if it cannot be said in one. */
size_t spot_ask(const struct spot_question *question, char line[static SPOT_LINE_MAX]);
size_t spot_answer(uint64_t number, const struct spot *spot, char line[static SPOT_LINE_MAX]);

/* Each reads a line of any bytes, without its newline; false if it is none. */
bool spot_read_question(const char *line, size_t size, struct spot_question *ret_question);
bool spot_read_answer(const char *line, size_t size, uint64_t *ret_number, struct spot *ret_spot);

/* Copies a text, the front of which is cut if it does not fit; what would break a line becomes '?'. */
void spot_copy(char *to, size_t room, const char *text);

#endif
