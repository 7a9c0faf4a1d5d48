/* A command line of another program. */
#ifndef JOIST_LOADER_COMMAND_H
#define JOIST_LOADER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_WORDS_MAX 256

struct command {
	char *words[COMMAND_WORDS_MAX + 1];
	size_t count;
};

/* Adds a word of two parts. Ends the program if there are too many. */
void command_add(struct command *c, const char *prefix, const char *text);

/* Adds the words of a text that may be NULL. */
void command_add_words(struct command *c, const char *text);

/* Writes it to standard output. */
void command_print(const struct command *c);

/* Runs it, with its standard output to `out` unless that is -1; whether it ended well. */
bool command_run(const struct command *c, int out);

/* Frees its words. */
void command_finish(struct command *c);

#endif
