/* What is told of a plugin that may be loaded: facts for `joist check`, and warnings. */
#include "loader/image.h"

#include <string.h>

size_t image_constructors(const struct image *image)
{
	uint64_t bytes = 0, init;

	if (!elf_dynamic(&image->elf, DT_INIT_ARRAYSZ, &bytes) || bytes < sizeof(uint64_t))
		return 0;
	/* The compiler's own start-up files put one entry there, frame_dummy, and have an _init. */
	return (size_t)(bytes / sizeof(uint64_t) - elf_dynamic(&image->elf, DT_INIT, &init));
}

bool image_needs_more(const struct image *image, bool (*is_loaded)(const char *name))
{
	const char *name;

	for (size_t at = 0; (name = elf_next_string(&image->elf, DT_NEEDED, &at));) {
		if (!is_loaded(name))
			return true;
	}
	return false;
}

bool image_has_tls(const struct image *image)
{
	Elf64_Phdr segment;

	return elf_find_segment(&image->elf, PT_TLS, &segment) && segment.p_memsz;
}

#define warn(...) report_warning(report, image->file, (struct place){ 0 }, __VA_ARGS__)

/* Whether it is meant to be seen, or the linker's own. */
static bool is_expected(const char *name)
{
	static const char *const names[] = { "joist_plugin", "_edata", "_end",
					     "__bss_start",  "_init",  "_fini" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return false;
}

/* C++ makes weak symbols of every template and inline function, and unique ones of their statics: the
 * first kind does no harm, the second keeps the plugin from ever being unloaded. */
static void lint_symbols(const struct image *image, struct report *report)
{
	size_t weak = 0;
	struct elf_symbol symbol;

	for (size_t i = 1; i < image->symbols.count; i++) {
		if (!elf_symbol(&image->symbols, i, &symbol) || !symbol.defined || symbol.hidden ||
		    symbol.binding == STB_LOCAL || is_expected(symbol.name))
			continue;
		if (symbol.binding == STB_GNU_UNIQUE)
			warn("exports the unique symbol %s, so it can never be unloaded; compile "
			     "it "
			     "with -fno-gnu-unique",
			     symbol.name);
		else if (symbol.binding == STB_WEAK)
			weak++;
		else
			warn("exports %s beside joist_plugin; make it static, or compile with "
			     "-fvisibility=hidden",
			     symbol.name);
	}
	if (weak)
		warn("exports %zu weak symbols; link it with a version script that keeps only "
		     "joist_plugin",
		     weak);
}

void image_lint(const struct image *image, struct report *report)
{
	size_t constructors = image_constructors(image);

	lint_symbols(image, report);
	if (constructors)
		warn("runs %zu constructor%s when it is loaded; do that work when an actor starts",
		     constructors, constructors == 1 ? "" : "s");
	if (image->note.sdk / 100 > JOIST_SDK_VERSION / 100)
		warn("was built with a newer SDK (%u.%u) than this node's; it may miss what that "
		     "added",
		     image->note.sdk / 10000, image->note.sdk / 100 % 100);
}
