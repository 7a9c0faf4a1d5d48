/* joist new: copies the template of a plugin, with the new name in place of the template's. */
#include "loader/verb.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "loader/home.h"
#include "loader/image.h"

/* The name that the template's files have, and that stands in them. */
#define TEMPLATE_NAME "counter"
#define FILE_BYTES_MAX 65536

static bool fail(const char *what, const char *remedy)
{
	fprintf(stderr, "joist: %s cannot be written (%s); %s\n", what, strerror(errno), remedy);
	return false;
}

static bool is_in_word(char c)
{
	return isalnum((unsigned char)c) || c == '-';
}

/* Writes `text` with the name in place of the template's, wherever that is no part of a longer word but
 * for an underscore. */
static void write_renamed(const char *text, const char *name, FILE *out)
{
	const char *start = text, *found;

	while ((found = strstr(text, TEMPLATE_NAME))) {
		const char *end = found + strlen(TEMPLATE_NAME);
		bool whole = !is_in_word(*end) && (found == start || !is_in_word(found[-1]));

		fwrite(text, 1, (size_t)(found - text), out);
		fputs(whole ? name : TEMPLATE_NAME, out);
		text = end;
	}
	fputs(text, out);
}

static char *read_file(const char *path)
{
	char *text = calloc(1, FILE_BYTES_MAX);
	FILE *in = fopen(path, "re");

	if (in && text)
		text[fread(text, 1, FILE_BYTES_MAX - 1, in)] = 0;
	if (in)
		fclose(in);
	if (in)
		return text;
	free(text);
	return NULL;
}

static char *path_of(const char *directory, const char *file)
{
	char *path;

	return asprintf(&path, "%s/%s", directory, file) < 0 ? NULL : path;
}

/* The path of the new file, which the template's name may be a part of. */
static char *new_path(const char *directory, const char *file, const char *name)
{
	char *renamed = NULL, *path;
	size_t size;
	FILE *out = open_memstream(&renamed, &size);

	if (!out)
		return NULL;
	write_renamed(file, name, out);
	fclose(out);
	path = path_of(directory, renamed);
	free(renamed);
	return path;
}

static bool copy_file(const char *from_directory, const char *file, const char *to_directory,
		      const char *name)
{
	char *from = path_of(from_directory, file), *to = new_path(to_directory, file, name);
	char *text = from ? read_file(from) : NULL;
	FILE *out = text && to ? fopen(to, "wxe") : NULL;
	bool done = out;

	if (out) {
		write_renamed(text, name, out);
		done = !fclose(out);
	}
	if (done)
		printf("%s\n", to);
	else
		fail(to ? to : file, "choose a directory without it");
	free(from);
	free(to);
	free(text);
	return done;
}

static enum verb_result copy_all(const char *from, const char *to, const char *name)
{
	struct dirent **entries;
	int count = scandir(from, &entries, NULL, alphasort);
	bool done = count > 2;

	if (count < 0)
		fprintf(stderr, "joist: the template %s cannot be read (%s); install Joist again\n",
			from, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.')
			done = done && copy_file(from, entries[i]->d_name, to, name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return done ? VERB_DONE : VERB_FAILED;
}

static enum verb_result run(int count, char **arguments)
{
	static struct home home;
	const char *name = arguments[0], *directory = count > 1 ? arguments[1] : name;

	if (!image_name_fits(name) || strchr(name, '@')) {
		fprintf(stderr,
			"joist: \"%s\" can name no plugin; use a-z, 0-9 and _, and a letter "
			"first\n",
			name);
		return VERB_MISUSED;
	}
	if (!home_find(&home)) {
		fprintf(stderr, "joist: its own files cannot be found; mount /proc\n");
		return VERB_FAILED;
	}
	if (mkdir(directory, 0777) < 0 && errno != EEXIST) {
		fail(directory, "choose another directory");
		return VERB_FAILED;
	}
	return copy_all(home.template, directory, name);
}

const struct verb verb_new = {
	.name = "new",
	.arguments = "NAME [DIR]",
	.about = "Makes a directory with a plugin to start from: its code, a test, a boot script.",
	.arguments_min = 1,
	.arguments_max = 2,
	.run = run,
};
