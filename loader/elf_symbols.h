/* The dynamic symbols of an ELF file, with the versions in which they are wanted. */
#ifndef JOIST_LOADER_ELF_SYMBOLS_H
#define JOIST_LOADER_ELF_SYMBOLS_H

#include "loader/elf_file.h"

/* Versions of symbols that one file may need. */
#define ELF_VERSIONS_MAX 256

/* A version that symbols are wanted in, and the library that has it. */
struct elf_version {
	const char *name, *library;
};

struct elf_symbols {
	const struct elf *elf;
	size_t count, offset, versions_offset; /* of the tables; 0: no versions */
	struct elf_version versions[ELF_VERSIONS_MAX]; /* by index; NULL where there is none */
};

/* Finds the tables; false if one lies outside the file. Borrows `elf`. */
bool elf_symbols_open(struct elf_symbols *symbols, const struct elf *elf);

struct elf_symbol {
	const char *name;
	struct elf_version version; /* that it is wanted in; NULLs where it has none */
	unsigned binding, kind; /* STB_, STT_ */
	bool defined, hidden;
};

/* The symbol number `index`, from 1 to count - 1; false if its name is not in the file. */
bool elf_symbol(const struct elf_symbols *symbols, size_t index, struct elf_symbol *ret_symbol);

#endif
