/* Runs other programs, such as the compiler. Words are on libc's heap. One thread. */
#include "loader/command.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void command_add(struct command *c, const char *prefix, const char *text)
{
	if (c->count == COMMAND_WORDS_MAX ||
	    asprintf(&c->words[c->count], "%s%s", prefix, text) < 0) {
		fprintf(stderr, "joist: the command is too long; build fewer files at once\n");
		exit(EXIT_FAILURE);
	}
	c->words[++c->count] = NULL;
}

void command_add_words(struct command *c, const char *text)
{
	char *copy = text ? strdup(text) : NULL, *rest = copy, *word;

	while (copy && (word = strtok_r(rest, " ", &rest)))
		command_add(c, "", word);
	free(copy);
}

void command_print(const struct command *c)
{
	for (size_t i = 0; i < c->count; i++)
		printf("%s%s", i ? " " : "", c->words[i]);
	putchar('\n');
	fflush(stdout);
}

static int start(const struct command *c, int out, pid_t *ret_child)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	error = posix_spawnp(ret_child, c->words[0], &actions, NULL, c->words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

bool command_run(const struct command *c, int out)
{
	int error, status;
	pid_t child;

	error = start(c, out, &child);
	if (error) {
		fprintf(stderr, "joist: %s cannot be run (%s); install a compiler, or set CC\n",
			c->words[0], strerror(error));
		return false;
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

void command_finish(struct command *c)
{
	while (c->count)
		free(c->words[--c->count]);
}
