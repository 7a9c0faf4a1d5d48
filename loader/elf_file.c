/* Reads the headers, segments, dynamic table and notes of an ELF file; elf_symbols.c has its symbols.
 *
 * Owns nothing. Any thread. Entries are copied out, as nothing in a foreign file is sure to be
 * aligned. */
#include "loader/elf_file.h"

#include <stdio.h>
#include <string.h>

/* A real plugin has about ten. */
#define SEGMENTS_MAX 256

static const struct {
	unsigned machine;
	const char *name;
} machines[] = {
	{ EM_X86_64, "x86-64" },   { EM_AARCH64, "aarch64" },	  { EM_386, "x86" },
	{ EM_ARM, "arm" },	   { EM_RISCV, "riscv" },	  { EM_PPC64, "ppc64" },
	{ EM_S390, "s390x" },	   { EM_LOONGARCH, "loongarch" }, { EM_MIPS, "mips" },
	{ EM_SPARCV9, "sparc64" },
};

const char *elf_machine_name(unsigned machine, char buffer[static 16])
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (machines[i].machine == machine)
			return machines[i].name;
	}
	snprintf(buffer, 16, "machine %u", machine);
	return buffer;
}

unsigned elf_machine_here(void)
{
#if defined(__x86_64__)
	return EM_X86_64;
#elif defined(__aarch64__)
	return EM_AARCH64;
#else
#error "the machine needs its line here"
#endif
}

bool elf_copy(const struct elf *elf, uint64_t offset, void *to, size_t size)
{
	if (offset > elf->size || size > elf->size - offset)
		return false;
	memcpy(to, elf->bytes + offset, size);
	return true;
}

bool elf_has(const struct elf *elf, uint64_t offset, uint64_t count, size_t entry_size)
{
	return offset <= elf->size && count <= (elf->size - offset) / entry_size;
}

Elf64_Phdr elf_segment(const struct elf *elf, size_t index)
{
	Elf64_Phdr segment = { 0 };

	if (index < elf->segments.count)
		elf_copy(elf, elf->segments.offset + index * sizeof(segment), &segment,
			 sizeof(segment));
	return segment;
}

bool elf_find_segment(const struct elf *elf, uint32_t type, Elf64_Phdr *ret_segment)
{
	for (size_t i = 0; i < elf->segments.count; i++) {
		Elf64_Phdr segment = elf_segment(elf, i);

		if (segment.p_type == type) {
			*ret_segment = segment;
			return true;
		}
	}
	return false;
}

bool elf_offset(const struct elf *elf, uint64_t address, size_t *ret_offset)
{
	for (size_t i = 0; i < elf->segments.count; i++) {
		Elf64_Phdr segment = elf_segment(elf, i);

		/* The headers are asked anew each time: relocations may have changed them since. */
		if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
		    address - segment.p_vaddr < segment.p_filesz &&
		    elf_has(elf, segment.p_offset, segment.p_filesz, 1)) {
			*ret_offset = segment.p_offset + (address - segment.p_vaddr);
			return true;
		}
	}
	return false;
}

static Elf64_Dyn dynamic_at(const struct elf *elf, size_t index)
{
	Elf64_Dyn entry = { 0 };

	elf_copy(elf, elf->dynamic.offset + index * sizeof(entry), &entry, sizeof(entry));
	return entry;
}

bool elf_dynamic(const struct elf *elf, int64_t tag, uint64_t *ret_value)
{
	for (size_t i = 0; i < elf->dynamic.count; i++) {
		Elf64_Dyn entry = dynamic_at(elf, i);

		if (entry.d_tag == tag) {
			*ret_value = entry.d_un.d_val;
			return true;
		}
	}
	return false;
}

const char *elf_string(const struct elf *elf, uint64_t offset)
{
	const unsigned char *text;

	if (offset >= elf->strings_size)
		return NULL;
	text = elf->bytes + elf->strings + offset;
	if (!memchr(text, 0, elf->strings_size - offset))
		return NULL;
	return (const char *)text;
}

const char *elf_next_string(const struct elf *elf, int64_t tag, size_t *at)
{
	for (; *at < elf->dynamic.count; ++*at) {
		Elf64_Dyn entry = dynamic_at(elf, *at);

		if (entry.d_tag == tag) {
			++*at;
			return elf_string(elf, entry.d_un.d_val);
		}
	}
	return NULL;
}

/* Whether all that would be mapped is there: a missing page would be a SIGBUS on first use. */
static bool has_contents(const struct elf *elf)
{
	for (size_t i = 0; i < elf->segments.count; i++) {
		Elf64_Phdr segment = elf_segment(elf, i);

		if (segment.p_type == PT_LOAD &&
		    !elf_has(elf, segment.p_offset, segment.p_filesz, 1))
			return false;
	}
	return true;
}

static enum elf_fault read_header(struct elf *elf)
{
	Elf64_Ehdr *h = &elf->header;

	if (elf->size < EI_NIDENT || memcmp(elf->bytes, ELFMAG, SELFMAG))
		return ELF_NO_ELF;
	if (elf->bytes[EI_CLASS] != ELFCLASS64)
		return ELF_OTHER_CLASS;
	if (elf->bytes[EI_DATA] != ELFDATA2LSB)
		return ELF_OTHER_ENDIAN;
	if (!elf_copy(elf, 0, h, sizeof(*h)))
		return ELF_DAMAGED;
	if (h->e_machine != elf_machine_here())
		return ELF_OTHER_MACHINE;
	if (h->e_type != ET_DYN)
		return ELF_OTHER_TYPE;
	if (h->e_phentsize != sizeof(Elf64_Phdr) || h->e_phnum > SEGMENTS_MAX ||
	    !elf_has(elf, h->e_phoff, h->e_phnum, sizeof(Elf64_Phdr)))
		return ELF_DAMAGED;
	elf->segments = (struct elf_table){ h->e_phoff, h->e_phnum };
	return has_contents(elf) ? ELF_FINE : ELF_DAMAGED;
}

/* The dynamic table up to its end mark, and the strings that it refers to. */
static bool read_dynamic(struct elf *elf)
{
	Elf64_Phdr segment;
	uint64_t strings;
	size_t count = 0;

	if (!elf_find_segment(elf, PT_DYNAMIC, &segment) ||
	    !elf_has(elf, segment.p_offset, segment.p_filesz, 1))
		return false;
	elf->dynamic = (struct elf_table){ segment.p_offset, segment.p_filesz / sizeof(Elf64_Dyn) };
	while (count < elf->dynamic.count && dynamic_at(elf, count).d_tag != DT_NULL)
		count++;
	elf->dynamic.count = count;
	if (!elf_dynamic(elf, DT_STRTAB, &strings) ||
	    !elf_dynamic(elf, DT_STRSZ, &elf->strings_size) ||
	    !elf_offset(elf, strings, &elf->strings))
		return false;
	return elf_has(elf, elf->strings, elf->strings_size, 1);
}

enum elf_fault elf_open(struct elf *elf, const void *bytes, size_t size)
{
	enum elf_fault fault;

	*elf = (struct elf){ .bytes = bytes, .size = size };
	fault = read_header(elf);
	if (fault)
		return fault;
	return read_dynamic(elf) ? ELF_FINE : ELF_DAMAGED;
}

/* The notes of one segment, as elf_note. */
static const unsigned char *note_in(const struct elf *elf, Elf64_Phdr segment, const char *owner,
				    uint32_t type, size_t *ret_size, size_t *ret_found)
{
	const unsigned char *payload = NULL;
	size_t align = segment.p_align == 8 ? 8 : 4, owner_size = strlen(owner) + 1;
	size_t at = segment.p_offset, end;
	Elf64_Nhdr note;

	if (!elf_has(elf, segment.p_offset, segment.p_filesz, 1))
		return NULL;
	end = segment.p_offset + segment.p_filesz;
	while (at < end && end - at >= sizeof(note) && elf_copy(elf, at, &note, sizeof(note))) {
		size_t name = at + sizeof(note), start, next;

		start = name + ((size_t)note.n_namesz + align - 1) / align * align;
		next = start + ((size_t)note.n_descsz + align - 1) / align * align;
		if (note.n_type == type && note.n_namesz == owner_size &&
		    owner_size <= end - name && !memcmp(elf->bytes + name, owner, owner_size)) {
			bool fits = start <= end && note.n_descsz <= end - start;

			++*ret_found;
			payload = elf->bytes + (fits ? start : at);
			*ret_size = fits ? note.n_descsz : 0;
		}
		at = next;
	}
	return payload;
}

const unsigned char *elf_note(const struct elf *elf, const char *owner, uint32_t type,
			      size_t *ret_size, size_t *ret_found)
{
	const unsigned char *payload = NULL;

	*ret_found = 0;
	for (size_t i = 0; i < elf->segments.count; i++) {
		Elf64_Phdr segment = elf_segment(elf, i);
		const unsigned char *found = NULL;

		if (segment.p_type == PT_NOTE)
			found = note_in(elf, segment, owner, type, ret_size, ret_found);
		if (found)
			payload = found;
	}
	return payload;
}
