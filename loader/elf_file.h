/* An ELF shared object held in memory, read without trust: every offset, count and string is checked
 * against the bytes that are there, so no file whatever can lead a reader out of them.
 *
 * Only what says how the dynamic linker would see the file is looked at; section headers, which a
 * stripped file may lack, are not. */
#ifndef JOIST_LOADER_ELF_FILE_H
#define JOIST_LOADER_ELF_FILE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum elf_fault {
	ELF_FINE,
	ELF_NO_ELF, /* something else altogether */
	ELF_OTHER_CLASS, /* of 32 bits */
	ELF_OTHER_ENDIAN,
	ELF_OTHER_MACHINE, /* elf_machine_name has it */
	ELF_OTHER_TYPE, /* a program, an object file, a core */
	ELF_DAMAGED, /* a table lies outside the file, or has an impossible size */
};

/* Part of the file: `count` entries at `offset`. */
struct elf_table {
	size_t offset, count;
};

struct elf {
	const unsigned char *bytes;
	size_t size;
	Elf64_Ehdr header;
	struct elf_table segments, dynamic;
	size_t strings, strings_size;
};

/* Reads the headers. Borrows `bytes` for as long as `elf` is used. After ELF_OTHER_MACHINE and
 * ELF_OTHER_TYPE only `header` is set, after other faults nothing. */
enum elf_fault elf_open(struct elf *elf, const void *bytes, size_t size);

/* The machine that `header` is for ("aarch64"); a number as text in `buffer` for a rare one. */
const char *elf_machine_name(unsigned machine, char buffer[static 16]);

/* The machine that this program is for, as an EM_ number. */
unsigned elf_machine_here(void);

/* The program header number `index`. */
Elf64_Phdr elf_segment(const struct elf *elf, size_t index);

/* The first segment of that kind; false if there is none. */
bool elf_find_segment(const struct elf *elf, uint32_t type, Elf64_Phdr *ret_segment);

/* The value of a dynamic tag; false if there is none. */
bool elf_dynamic(const struct elf *elf, int64_t tag, uint64_t *ret_value);

/* The string of the dynamic entry number `*at` or later that has `tag`, and moves `*at` behind it; NULL
 * after the last one. */
const char *elf_next_string(const struct elf *elf, int64_t tag, size_t *at);

/* The note of that owner and type: its payload, or NULL. `*ret_found` is how many there are; one whose
 * sizes reach outside its segment is counted too, with a payload of size 0. */
const unsigned char *elf_note(const struct elf *elf, const char *owner, uint32_t type,
			      size_t *ret_size, size_t *ret_found);

/* Copies `size` bytes from `offset` on; false if they are not all there. */
bool elf_copy(const struct elf *elf, uint64_t offset, void *to, size_t size);

/* Whether `count` entries of `entry_size` bytes lie at `offset`. */
bool elf_has(const struct elf *elf, uint64_t offset, uint64_t count, size_t entry_size);

/* Where in the file the byte for `address` lies; false if it is not in the file. */
bool elf_offset(const struct elf *elf, uint64_t address, size_t *ret_offset);

/* The string at `offset` of the string table; NULL if it does not end there. */
const char *elf_string(const struct elf *elf, uint64_t offset);

#endif
