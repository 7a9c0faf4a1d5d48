/* The exports of a plugin's file, read without loading it: the dynamic linker's work of filling in
 * addresses is done on a copy of the bytes in memory, as far as the exports need it. The bytes as they were
 * read are what is hashed and kept.
 *
 * Hostile relocations may write anywhere into those bytes; all that is read is checked against them
 * still. */
#include "loader/image.h"

#include <stdlib.h>
#include <string.h>

#include "loader/exports.h"

#if defined(__x86_64__)
#define RELOCATION_RELATIVE R_X86_64_RELATIVE
#elif defined(__aarch64__)
#define RELOCATION_RELATIVE R_AARCH64_RELATIVE
#endif

/* What stands for an address in another library: not NULL, and in no file. */
#define ELSEWHERE UINT64_MAX

#define refuse(...) report_error(report, image->file, (struct place){ 0 }, __VA_ARGS__)

static void write_pointer(struct image *image, uint64_t address, uint64_t value)
{
	size_t at;

	if (elf_offset(&image->elf, address, &at) && elf_has(&image->elf, at, 1, sizeof(value)))
		memcpy((char *)image->relocated + at, &value, sizeof(value));
}

static uint64_t symbol_address(const struct image *image, uint64_t index)
{
	Elf64_Sym symbol;

	if (index < image->symbols.count &&
	    elf_copy(&image->elf, image->symbols.offset + index * sizeof(symbol), &symbol,
		     sizeof(symbol)) &&
	    symbol.st_shndx != SHN_UNDEF)
		return symbol.st_value;
	return ELSEWHERE;
}

/* Relocations of the newer kind, DT_RELR, leave the address in its place. */
static void fill_in_addresses(struct image *image)
{
	uint64_t address, bytes;
	Elf64_Rela entry;
	size_t at;

	if (!elf_dynamic(&image->elf, DT_RELA, &address) ||
	    !elf_dynamic(&image->elf, DT_RELASZ, &bytes) ||
	    !elf_offset(&image->elf, address, &at) || !elf_has(&image->elf, at, bytes, 1))
		return;
	for (uint64_t i = 0; i < bytes / sizeof(entry); i++) {
		elf_copy(&image->elf, at + i * sizeof(entry), &entry, sizeof(entry));
		if (ELF64_R_TYPE(entry.r_info) == RELOCATION_RELATIVE)
			write_pointer(image, entry.r_offset, (uint64_t)entry.r_addend);
		else if (ELF64_R_SYM(entry.r_info))
			write_pointer(image, entry.r_offset,
				      symbol_address(image, ELF64_R_SYM(entry.r_info)));
	}
}

/* From then on `elf` reads the copy; false when memory is short. */
static bool relocate(struct image *image)
{
	if (image->relocated)
		return true;
	image->relocated = malloc(image->size);
	if (!image->relocated)
		return false;
	memcpy(image->relocated, image->bytes, image->size);
	image->elf.bytes = image->relocated;
	fill_in_addresses(image);
	return true;
}

/* Copies what lies at an address of the plugin. */
static bool copy_at(const struct image *image, uint64_t address, void *to, size_t size)
{
	size_t at;

	return elf_offset(&image->elf, address, &at) && elf_copy(&image->elf, at, to, size);
}

/* The text that a pointer of the plugin points to; NULL if it is NULL, or does not end in the file. */
static const char *text_at(const struct image *image, const void *pointer)
{
	size_t at;

	if (!pointer || !elf_offset(&image->elf, (uintptr_t)pointer, &at) ||
	    !memchr(image->elf.bytes + at, 0, image->elf.size - at))
		return NULL;
	return (const char *)image->elf.bytes + at;
}

static bool find_descriptor(const struct image *image, uint64_t *ret_address)
{
	struct elf_symbol symbol;

	for (size_t i = 1; i < image->symbols.count; i++) {
		if (elf_symbol(&image->symbols, i, &symbol) && symbol.defined &&
		    !strcmp(symbol.name, "joist_plugin")) {
			*ret_address = symbol_address(image, i);
			return true;
		}
	}
	return false;
}

static void leave_out_states(struct image *image)
{
	size_t count = 0;

	for (size_t i = 0; i < image->export_count; i++) {
		if (image->exports[i].kind != JOIST_EXPORT_STATE)
			image->exports[count++] = image->exports[i];
	}
	image->export_count = count;
}

static bool read_exports(struct image *image, const struct joist_plugin *plugin,
			 struct report *report)
{
	size_t size = plugin->export_size;

	image->exports = calloc(plugin->export_count, sizeof(*image->exports));
	if (!image->exports)
		return report_short(report, image->file);
	image->export_count = plugin->export_count;
	for (size_t i = 0; i < image->export_count; i++) {
		struct joist_export *export = &image->exports[i];

		if (!copy_at(image, (uintptr_t)plugin->exports + i * size, export,
			     size < sizeof(*export) ? size : sizeof(*export)))
			return refuse("has exports outside the file; build it again");
		export->name = text_at(image, export->name);
	}
	if (!exports_judge(image->file, image->exports, image->export_count, report))
		return false;
	leave_out_states(image);
	return true;
}

bool image_read_exports(struct image *image, struct report *report)
{
	struct joist_plugin raw = { 0 }, plugin;
	const char *name;
	uint64_t address;

	if (!relocate(image))
		return report_short(report, image->file);
	if (!find_descriptor(image, &address) ||
	    !copy_at(image, address, &raw.size, sizeof(raw.size)) ||
	    !copy_at(image, address, &raw, raw.size < sizeof(raw) ? raw.size : sizeof(raw)))
		return refuse("has a joist_plugin outside the file; build it again");
	if (!exports_plugin(image->file, &raw, &plugin, report))
		return false;
	name = text_at(image, plugin.name);
	if (!name || strcmp(name, image->note.name))
		return refuse("is named \"%s\" in its note and \"%s\" in joist_plugin; declare it "
			      "with JOIST_PLUGIN",
			      image->note.name, name ? name : "");
	return read_exports(image, &plugin, report);
}
