/* Finds Joist's files. A build tree has `joist.tree` beside the program, with a line "KEY=VALUE" for
 * each; without it the program is taken to be in PREFIX/bin, and the build has said what lies where
 * under PREFIX. */
#include "loader/home.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

bool home_find(struct home *home)
{
	char tree[PATH_MAX + 16], prefix[PATH_MAX];
	ssize_t size;
	bool found;
	FILE *in;

	*home = (struct home){ 0 };
	size = readlink("/proc/self/exe", home->program, PATH_MAX - 1);
	if (size < 0)
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
