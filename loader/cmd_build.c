/* joist build: runs the C compiler with what a plugin needs, and says how, so that a makefile can do
 * the same. */
#include "loader/verb.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "loader/command.h"
#include "loader/home.h"

static const char *output;
static bool counted;

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

	command_add(c, "", "-o");
	if (output) {
		command_add(c, "", output);
	} else if (path) {
		*strrchr(path, '.') = 0;
		command_add(c, path, ".so");
	}
	free(path);
}

static void make_command(struct command *c, const struct home *home, char **sources)
{
	const char *compiler = is_cxx(sources[0]) ? getenv("CXX") : getenv("CC");

	command_add_words(c, compiler ? compiler : is_cxx(sources[0]) ? "c++" : "cc");
	command_add_words(c, "-shared -fPIC -O2 -g -Wall " JOIST_PLUGIN_CFLAGS);
	if (counted)
		command_add_words(c, JOIST_COUNTED_CFLAGS);
	command_add_words(c, getenv(is_cxx(sources[0]) ? "CXXFLAGS" : "CFLAGS"));
	for (size_t i = 0; home->includes[i][0]; i++)
		command_add(c, "-I", home->includes[i]);
	add_output(c, sources[0]);
	for (; *sources; sources++)
		command_add(c, "", *sources);
	command_add_words(c, getenv("LDFLAGS"));
	for (size_t i = 0; home->libraries[i][0]; i++)
		command_add(c, "-L", home->libraries[i]);
	command_add_words(c, "-ljoist -ljoist-std -Wl,-z,defs");
}

static enum verb_result build(const struct home *home, char **sources)
{
	struct command command = { .count = 0 };
	enum verb_result result;

	make_command(&command, home, sources);
	command_print(&command);
	result = command_run(&command, -1) ? VERB_DONE : VERB_FAILED;
	command_finish(&command);
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
