/* joist bind: writes the declarations of a library's functions, as a header has them, for a binding.
 *
 * The header is read by the compiler, twice: its text tells what is declared and how parameters are called,
 * and a small unit that points to each function has their types in its debug information. */
#include "loader/verb.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/bind_types.h"
#include "loader/command.h"
#include "loader/home.h"
#include "loader/library.h"

struct bind {
	const char *library, *header;
	void *symbols; /* of dlopen */
	const struct link_map *map;
	char folder[PATH_MAX - 16]; /* for what is compiled */
	struct report report;
};

static const char head[] =
	"/* Functions of %s, as %s declares them: by joist bind, to be finished by hand. Where a\n"
	" * pointer is not const, write [[in]], [[out]] or [[inout]]; and [[len=...]] where it "
	"points to\n"
	" * more than one. Take out what is not needed. */\n";

/* Whether it is a function of that library, and of no other that it needs. */
static bool is_wanted(const void *with, const char *name)
{
	const struct bind *b = with;
	void *symbol = dlsym(b->symbols, name);
	Dl_info info;

	return symbol && dladdr(symbol, &info) && !strcmp(info.dli_fname, b->map->l_name);
}

static FILE *create(struct bind *b, const char *name, char path[static PATH_MAX])
{
	FILE *out;

	snprintf(path, PATH_MAX, "%s/%s", b->folder, name);
	out = fopen(path, "we");
	if (!out)
		report_error(&b->report, path, (struct place){ 0 },
			     "cannot be written; see the space there");
	return out;
}

/* A header that is a file here is meant as such. */
static void write_include(const struct bind *b, FILE *out)
{
	char *path = realpath(b->header, NULL);

	if (path)
		fprintf(out, "#include \"%s\"\n", path);
	else
		fprintf(out, "#include <%s>\n", b->header);
	free(path);
}

static bool compile(const char *options, const char *source, const char *output, int out)
{
	struct command command = { .count = 0 };
	const char *compiler = getenv("CC");
	bool fine;

	command_add_words(&command, compiler ? compiler : "cc");
	command_add_words(&command, getenv("CFLAGS"));
	command_add_words(&command, options);
	command_add(&command, "", source);
	if (output) {
		command_add(&command, "", "-o");
		command_add(&command, "", output);
	}
	fine = command_run(&command, out);
	command_finish(&command);
	return fine;
}

/* The functions that the preprocessed header declares. */
static struct bind_function *scan(const struct bind *b, int file)
{
	struct bind_function *functions = NULL;
	struct stat about;
	char *text;

	if (fstat(file, &about) || !about.st_size)
		return NULL;
	text = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
	if (text != MAP_FAILED) {
		functions = bind_scan(text, (size_t)about.st_size, is_wanted, b);
		munmap(text, (size_t)about.st_size);
	}
	return functions;
}

static struct bind_function *preprocess(struct bind *b)
{
	struct bind_function *functions = NULL;
	char source[PATH_MAX], text[PATH_MAX];
	FILE *out = create(b, "header.c", source);
	int file;

	if (!out)
		return NULL;
	write_include(b, out);
	fclose(out);
	snprintf(text, sizeof(text), "%s/header.i", b->folder);
	file = open(text, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file >= 0 && compile("-E", source, NULL, file)) {
		functions = scan(b, file);
		if (!functions)
			report_error(&b->report, b->header, (struct place){ 0 },
				     "declares no function of %s; name the header of that library",
				     b->library);
	} else {
		report_error(&b->report, b->header, (struct place){ 0 },
			     "cannot be compiled; set CFLAGS to what it needs");
	}
	close(file);
	return functions;
}

/* The unit whose debug information has their types. In brackets, as a name may be a macro too. */
static bool write_types(struct bind *b, const struct bind_function *functions)
{
	char source[PATH_MAX], object[PATH_MAX];
	FILE *out = create(b, "unit.c", source);

	if (!out)
		return false;
	write_include(b, out);
	for (const struct bind_function *f = functions; f; f = f->next)
		fprintf(out, "__typeof__((%s)) *" BIND_VARIABLE "%s = (%s);\n", f->name, f->name,
			f->name);
	fclose(out);
	snprintf(object, sizeof(object), "%s/unit.o", b->folder);
	if (!compile("-c -g -w", source, object, -1))
		return report_error(&b->report, b->header, (struct place){ 0 },
				    "has declarations that do not compile; set CFLAGS to what it "
				    "needs");
	printf(head, b->library, b->header);
	return bind_types_write(object, functions, stdout, &b->report);
}

static void remove_folder(const struct bind *b)
{
	static const char *const names[] = { "header.c", "header.i", "unit.c", "unit.o" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", b->folder, names[i]);
		unlink(path);
	}
	rmdir(b->folder);
}

static bool bind_all(struct bind *b)
{
	struct bind_function *functions;
	bool fine;

	int size = snprintf(b->folder, sizeof(b->folder), "%s/joist-bind-XXXXXX", home_temporary());

	if ((size_t)size >= sizeof(b->folder) || !mkdtemp(b->folder))
		return report_error(&b->report, home_temporary(), (struct place){ 0 },
				    "cannot be written; see its space and mode, or set TMPDIR");
	functions = preprocess(b);
	fine = functions && write_types(b, functions);
	bind_scan_free(functions);
	remove_folder(b);
	return fine;
}

static enum verb_result run(int count, char **arguments)
{
	struct bind b = { .library = arguments[0], .header = arguments[1] };
	char why[512];
	bool fine = false;

	(void)count;
	b.symbols = library_open(b.library, b.library, why, sizeof(why));
	if (!b.symbols)
		report_error(&b.report, b.library, (struct place){ 0 },
			     "cannot be loaded (%s); install it, or correct its name", why);
	else if (!dlinfo(b.symbols, RTLD_DI_LINKMAP, (void *)&b.map))
		fine = bind_all(&b);
	if (b.symbols)
		dlclose(b.symbols);
	report_print(&b.report, stderr);
	report_finish(&b.report);
	return fine ? VERB_DONE : VERB_FAILED;
}

static const struct option options[] = { { 0 } };

const struct verb verb_bind = {
	.name = "bind",
	.arguments = "LIBRARY HEADER",
	.about = "Writes the functions of a library that a header declares, for a binding.",
	.options = options,
	.arguments_min = 2,
	.arguments_max = 2,
	.run = run,
};
