/* Judges a plugin's file by its bytes alone: what kind of object it is, its note, what it wants.
 * Owns the bytes. Any thread. */
#include "loader/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/contents.h"
#include "vm/base/clock.h"

#define FILE_BYTES_MAX ((size_t)256 << 20)

/* The payload of a note, which starts behind its three sizes and its owner. */
#define PAYLOAD_AT offsetof(struct joist_note, abi)
#define PAYLOAD_BYTES (sizeof(struct joist_note) - PAYLOAD_AT)

#define refuse(...) report_error(report, image->file, (struct place){ 0 }, __VA_ARGS__)

static bool read_file(struct image *image, struct report *report)
{
	struct stat about;
	int error = contents_take(image->file, FILE_BYTES_MAX, &image->bytes, &about);

	if (error == -EINVAL)
		return refuse("is not a regular file; name the plugin's .so file");
	if (error == -EFBIG)
		return refuse("is larger than 256 MiB; strip it");
	if (error == -ENOMEM)
		return report_short(report, image->file);
	if (error)
		return refuse("cannot be read (%s); check its path and mode", strerror(-error));
	image->size = (size_t)about.st_size;
	image->device = about.st_dev;
	image->inode = about.st_ino;
	image->changed_ns = about.st_ctim.tv_sec * CLOCK_NS_PER_S + about.st_ctim.tv_nsec;
	return true;
}

static const char *type_name(unsigned type)
{
	switch (type) {
	case ET_REL:
		return "an object file";
	case ET_EXEC:
		return "a program";
	case ET_CORE:
		return "a core dump";
	default:
		return "something else";
	}
}

static bool judge_kind(struct image *image, const struct image_node *node, struct report *report)
{
	char theirs[16], ours[16];
	const char *here = elf_machine_name(elf_machine_here(), ours);
	uint64_t flags;

	(void)node;
	switch (elf_open(&image->elf, image->bytes, image->size)) {
	case ELF_NO_ELF:
		return refuse("is not an ELF file; build it with joist build, or cc -shared -fPIC");
	case ELF_OTHER_CLASS:
		return refuse("is not a 64-bit object; build it for %s", here);
	case ELF_OTHER_ENDIAN:
		return refuse("is big-endian; build it for %s", here);
	case ELF_OTHER_MACHINE:
		return refuse("was built for %s, this node runs on %s; build it for %s",
			      elf_machine_name(image->elf.header.e_machine, theirs), here, here);
	case ELF_OTHER_TYPE:
		return refuse("is %s, not a shared object; link it with cc -shared",
			      type_name(image->elf.header.e_type));
	case ELF_DAMAGED:
		return refuse("is cut short or damaged; build it again");
	case ELF_FINE:
		break;
	}
	if (elf_dynamic(&image->elf, DT_FLAGS_1, &flags) && flags & DF_1_PIE)
		return refuse("is a program, not a shared object; link it with cc -shared");
	if (!elf_symbols_open(&image->symbols, &image->elf))
		return refuse("has damaged symbol tables; build it again");
	return true;
}

/* Copies the note out, which a newer SDK may have made longer. */
static bool judge_note(struct image *image, const struct image_node *node, struct report *report)
{
	size_t size = 0, found;
	const unsigned char *payload =
		elf_note(&image->elf, "Joist", JOIST_NOTE_TYPE, &size, &found);
	uint32_t abi;

	if (!payload)
		return refuse("has no Joist note; declare the plugin with JOIST_PLUGIN");
	if (found > 1)
		return refuse("has %zu Joist notes; keep one JOIST_PLUGIN in it", found);
	if (size < sizeof(abi))
		return refuse("has a damaged Joist note; build it again");
	memcpy(&abi, payload, sizeof(abi));
	if (abi != node->abi)
		return refuse("was built for Joist's ABI %u, this node has ABI %u; %s", abi,
			      node->abi,
			      abi > node->abi
				      ? "run a newer joist, or build it with this node's SDK"
				      : "build it with this node's SDK");
	if (size < PAYLOAD_BYTES)
		return refuse("has a Joist note of %zu bytes instead of %zu; build it again", size,
			      PAYLOAD_BYTES);
	memcpy((char *)&image->note + PAYLOAD_AT, payload, PAYLOAD_BYTES);
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(const char *text, const char *also)
{
	for (; *text; text++) {
		if (!is_letter(*text) && !(*text >= '0' && *text <= '9') && !strchr(also, *text))
			return false;
	}
	return true;
}

bool image_name_fits(const char *name)
{
	return name[0] >= 'a' && name[0] <= 'z' && is_word(name, "_@") &&
	       strlen(name) < sizeof(((struct joist_note *)0)->name);
}

static bool judge_names(struct image *image, const struct image_node *node, struct report *report)
{
	const struct joist_note *note = &image->note;

	(void)node;
	if (!memchr(note->name, 0, sizeof(note->name)))
		return refuse("has a name without an end in its note; give it at most 63 letters");
	if (!note->name[0])
		return refuse("has an empty name in its note; give JOIST_PLUGIN a name");
	if (!image_name_fits(note->name))
		return refuse("is named \"%s\", which is no plain atom; use a-z, 0-9 and _, and a "
			      "letter first",
			      note->name);
	if (!memchr(note->version, 0, sizeof(note->version)))
		return refuse(
			"has a version without an end in its note; give it at most 31 letters");
	if (!note->version[0])
		return refuse("has an empty version in its note; give JOIST_PLUGIN a version");
	if (!is_word(note->version, ".+-_~"))
		return refuse("has the version \"%s\"; use letters, digits and .+-_~",
			      note->version);
	return true;
}

static bool judge_needs(struct image *image, const struct image_node *node, struct report *report)
{
	uint64_t lacking = image->note.needs & ~node->features;

	if (lacking)
		return refuse(
			"needs the feature bits 0x%llx, which this node lacks; run a newer joist",
			(unsigned long long)lacking);
	return true;
}

/* Without a PT_GNU_STACK the system makes every stack of the process executable. */
static bool judge_memory(struct image *image, const struct image_node *node, struct report *report)
{
	Elf64_Phdr stack;
	uint64_t flags = 0, unused;

	(void)node;
	if (!elf_find_segment(&image->elf, PT_GNU_STACK, &stack) || stack.p_flags & PF_X)
		return refuse("asks for an executable stack; link it with -Wl,-z,noexecstack");
	elf_dynamic(&image->elf, DT_FLAGS, &flags);
	if (elf_dynamic(&image->elf, DT_TEXTREL, &unused) || flags & DF_TEXTREL)
		return refuse("has text relocations; compile it with -fPIC");
	return true;
}

static bool judge_descriptor(struct image *image, const struct image_node *node,
			     struct report *report)
{
	struct elf_symbol symbol;

	(void)node;
	for (size_t i = 1; i < image->symbols.count; i++) {
		if (!elf_symbol(&image->symbols, i, &symbol))
			return refuse("has damaged symbol tables; build it again");
		if (!symbol.defined || strcmp(symbol.name, "joist_plugin"))
			continue;
		if (symbol.kind != STT_OBJECT)
			return refuse("has a joist_plugin that is no data; declare it with "
				      "JOIST_PLUGIN");
		return true;
	}
	return refuse(
		"exports no joist_plugin; declare the plugin with JOIST_PLUGIN and do not hide "
		"the symbol");
}

/* What it wants of libjoist; of other libraries the dynamic linker will tell. */
static bool judge_wants(struct image *image, const struct image_node *node, struct report *report)
{
	struct elf_symbol symbol;

	for (size_t i = 1; node->has_symbol && i < image->symbols.count; i++) {
		if (!elf_symbol(&image->symbols, i, &symbol) || symbol.defined ||
		    symbol.binding == STB_WEAK || !symbol.version.library ||
		    strncmp(symbol.version.library, "libjoist.so.", 12))
			continue;
		if (!node->has_symbol(symbol.name, symbol.version.name))
			return refuse(
				"needs %s@%s, which this node lacks; run a newer joist, or build "
				"it with this node's SDK",
				symbol.name, symbol.version.name);
	}
	return true;
}

/* Asks each judge in turn; finishes the image if one refuses it. */
static bool judge(struct image *image, const struct image_node *node, struct report *report)
{
	static bool (*const judges[])(struct image *, const struct image_node *,
				      struct report *) = {
		judge_kind,   judge_note,	judge_names, judge_needs,
		judge_memory, judge_descriptor, judge_wants,
	};

	for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++) {
		if (!judges[i](image, node, report)) {
			image_finish(image);
			return false;
		}
	}
	return true;
}

static bool begin(struct image *image, const char *file, struct report *report)
{
	*image = (struct image){ .file = strdup(file) };
	return image->file || report_short(report, file);
}

bool image_read(struct image *image, const char *file, const struct image_node *node,
		struct report *report)
{
	if (!begin(image, file, report))
		return false;
	if (read_file(image, report))
		return judge(image, node, report);
	image_finish(image);
	return false;
}

bool image_read_bytes(struct image *image, const char *file, struct joist_bytes bytes,
		      const struct image_node *node, struct report *report)
{
	if (!begin(image, file, report))
		return false;
	image->bytes = malloc(bytes.size + 1);
	if (!image->bytes) {
		image_finish(image);
		return report_short(report, file);
	}
	memcpy(image->bytes, bytes.data, bytes.size);
	image->size = bytes.size;
	return judge(image, node, report);
}

void image_finish(struct image *image)
{
	free(image->exports);
	free(image->relocated);
	free(image->bytes);
	free(image->file);
	*image = (struct image){ 0 };
}
