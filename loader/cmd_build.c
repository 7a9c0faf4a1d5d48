/* joist build: runs the C compiler with what a plugin needs, and says how, so that a makefile can do
 * the same. */
#include "loader/verb.h"

#include <dirent.h>
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loader/home.h"

#define ARGUMENTS_MAX 256

static const char *output;
static bool counted;

/* A command line. Texts are on libc's heap for as long as the program runs, which is short. */
struct command {
	char *words[ARGUMENTS_MAX + 1];
	size_t count;
};

static void add(struct command *c, const char *prefix, const char *text)
{
	if (c->count == ARGUMENTS_MAX || asprintf(&c->words[c->count], "%s%s", prefix, text) < 0) {
		fprintf(stderr, "joist: the command is too long; build fewer files at once\n");
		exit(VERB_FAILED);
	}
	c->words[++c->count] = NULL;
}

/* Adds the words of a text that may be NULL. */
static void add_words(struct command *c, const char *text)
{
	char *copy = text ? strdup(text) : NULL, *rest = copy, *word;

	while (copy && (word = strtok_r(rest, " ", &rest)))
		add(c, "", word);
	free(copy);
}

static bool ends_with(const char *text, const char *end)
{
	size_t size = strlen(text), size_end = strlen(end);

	return size > size_end && !strcmp(text + size - size_end, end);
}

static bool is_cxx(const char *file)
{
	return ends_with(file, ".cc") || ends_with(file, ".cpp") || ends_with(file, ".cxx");
}

static bool is_source(const char *file)
{
	return ends_with(file, ".c") || is_cxx(file);
}

/* FILE.so beside FILE.c. */
static void add_output(struct command *c, const char *source)
{
	char *path = strdup(source);

	add(c, "", "-o");
	if (output) {
		add(c, "", output);
	} else if (path) {
		*strrchr(path, '.') = 0;
		add(c, path, ".so");
	}
	free(path);
}

static void make_command(struct command *c, const struct home *home, char **sources)
{
	const char *compiler = is_cxx(sources[0]) ? getenv("CXX") : getenv("CC");

	add_words(c, compiler ? compiler : is_cxx(sources[0]) ? "c++" : "cc");
	add_words(c, "-shared -fPIC -O2 -g -Wall " JOIST_PLUGIN_CFLAGS);
	if (counted)
		add_words(c, JOIST_COUNTED_CFLAGS);
	add_words(c, getenv(is_cxx(sources[0]) ? "CXXFLAGS" : "CFLAGS"));
	for (size_t i = 0; home->includes[i][0]; i++)
		add(c, "-I", home->includes[i]);
	add_output(c, sources[0]);
	for (; *sources; sources++)
		add(c, "", *sources);
	add_words(c, getenv("LDFLAGS"));
	for (size_t i = 0; home->libraries[i][0]; i++)
		add(c, "-L", home->libraries[i]);
	add_words(c, "-ljoist -ljoist-std -Wl,-z,defs");
}

/* Prints and runs it. */
static enum verb_result run_command(struct command *c)
{
	int error, status;
	pid_t child;

	for (size_t i = 0; i < c->count; i++)
		printf("%s%s", i ? " " : "", c->words[i]);
	putchar('\n');
	fflush(stdout);
	error = posix_spawnp(&child, c->words[0], NULL, NULL, c->words, environ);
	if (error) {
		fprintf(stderr, "joist: %s cannot be run (%s); install a compiler, or set CC\n",
			c->words[0], strerror(error));
		return VERB_FAILED;
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? VERB_DONE : VERB_FAILED;
}

static enum verb_result build(const struct home *home, char **sources)
{
	struct command command = { .count = 0 };
	enum verb_result result;

	make_command(&command, home, sources);
	result = run_command(&command);
	while (command.count)
		free(command.words[--command.count]);
	return result;
}

/* Each source of a directory is a plugin of its own. */
static enum verb_result build_directory(const struct home *home, const char *path)
{
	enum verb_result result = VERB_DONE;
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort), built = 0;

	if (count < 0) {
		fprintf(stderr, "joist: %s cannot be read (%s); check its path\n", path,
			strerror(errno));
		return VERB_FAILED;
	}
	for (int i = 0; i < count; i++) {
		char *sources[2] = { NULL, NULL };

		if (is_source(entries[i]->d_name) &&
		    asprintf(&sources[0], "%s/%s", path, entries[i]->d_name) > 0) {
			built++;
			if (build(home, sources) != VERB_DONE)
				result = VERB_FAILED;
			free(sources[0]);
		}
		free(entries[i]);
	}
	free(entries);
	if (!built)
		fprintf(stderr, "joist: %s has no C files; name one\n", path);
	return built ? result : VERB_FAILED;
}

static enum verb_result run(int count, char **arguments)
{
	static struct home home;
	static char here[] = ".";
	struct stat about;

	if (!home_find(&home)) {
		fprintf(stderr, "joist: its own files cannot be found; mount /proc\n");
		return VERB_FAILED;
	}
	if (!count)
		return build_directory(&home, here);
	if (count == 1 && !stat(arguments[0], &about) && S_ISDIR(about.st_mode))
		return build_directory(&home, arguments[0]);
	for (int i = 0; i < count; i++) {
		if (!is_source(arguments[i])) {
			fprintf(stderr, "joist: %s is no C or C++ file; name only such\n",
				arguments[i]);
			return VERB_MISUSED;
		}
	}
	return build(&home, arguments);
}

static const struct option options[] = {
	{ "-o", OPTION_TEXT, &output, "FILE.so", "what to build; FILE.so of FILE.c if not given", 0,
	  0 },
	{ "--counted", OPTION_FLAG, &counted, NULL,
	  "have loops in C charge reductions and give way", 0, 0 },
	{ 0 },
};

const struct verb verb_build = {
	.name = "build",
	.arguments = "[DIR|FILE.c...]",
	.about = "Builds a plugin of the files given, or of each C file in a directory.",
	.options = options,
	.arguments_max = 1000000,
	.run = run,
};
