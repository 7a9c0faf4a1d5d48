/* What is told of a plugin that may be loaded: facts for `joist check`, and warnings. */
#include "loader/image.h"

#include <string.h>

/* The _init of the compiler's start-up files, which calls __gmon_start__ if that is there: without the hint
 * that other code may jump to it; "?" is any byte. */
#if defined(__x86_64__)
#define INIT_HINT "\xf3\x0f\x1e\xfa"
#define INIT_CODE "\x48\x83\xec\x08\x48\x8b\x05????\x48\x85\xc0\x74\x02\xff\xd0\x48\x83\xc4\x08\xc3"
#elif defined(__aarch64__)
#define INIT_HINT "\x1f\x20\x03\xd5"
#define INIT_CODE "\xfd\x7b\xbf\xa9\xfd\x03\x00\x91????\xfd\x7b\xc1\xa8\xc0\x03\x5f\xd6"
#endif

/* Whether DT_INIT, at `address`, is that one, and does nothing. */
static bool is_compilers(const struct elf *elf, uint64_t address)
{
	enum { HINT_BYTES = sizeof(INIT_HINT) - 1, CODE_BYTES = sizeof(INIT_CODE) - 1 };
	unsigned char code[HINT_BYTES + CODE_BYTES], *at = code;
	size_t offset;

	if (!elf_offset(elf, address, &offset) || !elf_copy(elf, offset, code, sizeof(code)))
		return false;
	if (!memcmp(at, INIT_HINT, HINT_BYTES))
		at += HINT_BYTES;
	for (size_t i = 0; i < CODE_BYTES; i++)
		if (INIT_CODE[i] != '?' && at[i] != (unsigned char)INIT_CODE[i])
			return false;
	return true;
}

size_t image_constructors(const struct image *image)
{
	uint64_t bytes = 0, init;
	bool has_init = elf_dynamic(&image->elf, DT_INIT, &init);
	size_t count;

	elf_dynamic(&image->elf, DT_INIT_ARRAYSZ, &bytes);
	count = (size_t)(bytes / sizeof(uint64_t));
	/* The compiler's own start-up files put one entry there, frame_dummy, and have an _init. */
	if (has_init && count)
		count--;
	return count + (has_init && !is_compilers(&image->elf, init));
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
