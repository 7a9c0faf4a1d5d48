/* Finds Joist's files. A build tree has `joist.tree` beside the program, with a line "KEY=VALUE" for
 * each; without it the program is taken to be in PREFIX/bin, and the build has said what lies where
 * under PREFIX. */
#include "loader/home.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

const char *home_temporary(void)
{
	const char *directory = getenv("TMPDIR");

	return directory && *directory == '/' ? directory : "/tmp";
}

static bool put(char to[static PATH_MAX], const char *value)
{
	return (size_t)snprintf(to, PATH_MAX, "%s", value) < PATH_MAX;
}

/* Puts it into the first of two that is empty. */
static bool put_next(char to[static 2][PATH_MAX], const char *value)
{
	return put(to[to[0][0] ? 1 : 0], value);
}

static bool set(struct home *home, const char *key, const char *value)
{
	if (!strcmp(key, "plugins"))
		return put(home->plugins, value);
	if (!strcmp(key, "template"))
		return put(home->template, value);
	if (!strcmp(key, "include"))
		return put_next(home->includes, value);
	return put_next(home->libraries, value);
}

/* Fills in what the lines of `in` say; false if one is too long. */
static bool read_tree(struct home *home, FILE *in)
{
	char text[2 * PATH_MAX];

	while (fgets(text, sizeof(text), in)) {
		char *value = strchr(text, '=');

		if (!value)
			continue;
		*value++ = 0;
		value[strcspn(value, "\n")] = 0;
		if (!set(home, text, value))
			return false;
	}
	return true;
}

static bool set_installed(struct home *home, const char *prefix)
{
	static const char *const places[][2] = {
		{ "plugins", JOIST_PLUGINDIR },
		{ "template", JOIST_TEMPLATEDIR },
		{ "include", JOIST_INCLUDEDIR },
		{ "library", JOIST_LIBDIR },
	};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", prefix, places[i][1]) >=
			    sizeof(path) ||
		    !set(home, places[i][0], path))
			return false;
	}
	return true;
}

/* The path of this program's file, with more behind it if that is gone; false without /proc. */
static bool read_link(char path[static PATH_MAX])
{
	ssize_t size = readlink(SELF, path, PATH_MAX - 1);

	path[size < 0 ? 0 : size] = 0;
	return size > 0;
}

const char *home_program(char path[static PATH_MAX])
{
	/* By its name if it still has one: under Valgrind only reading the link leads here, and following
	 * it to Valgrind. */
	return read_link(path) && access(path, X_OK) == 0 ? path : SELF;
}

bool home_find(struct home *home)
{
	char tree[PATH_MAX + 16], prefix[PATH_MAX];
	bool found;
	FILE *in;

	*home = (struct home){ 0 };
	if (!read_link(home->program))
		return false;
	snprintf(tree, sizeof(tree), "%s.tree", home->program);
	in = fopen(tree, "re");
	if (in) {
		found = read_tree(home, in);
		fclose(in);
		return found;
	}
	strcpy(prefix, home->program);
	return set_installed(home, dirname(dirname(prefix)));
}
