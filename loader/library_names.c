/* The names of a library's functions, read from its file. One thread. */
#include "loader/library_names.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/elf_symbols.h"
#include "loader/report.h"

static bool is_function(const struct elf_symbol *symbol)
{
	return symbol->defined && (symbol->kind == STT_FUNC || symbol->kind == STT_GNU_IFUNC);
}

static bool search(const struct elf *elf, const char *name, char *ret, size_t size)
{
	const char **words, *nearest = NULL;
	struct elf_symbols symbols;
	struct elf_symbol symbol;
	size_t count = 0;

	if (!elf_symbols_open(&symbols, elf))
		return false;
	words = calloc(symbols.count + 1, sizeof(*words));
	for (size_t i = 1; words && i < symbols.count; i++) {
		if (elf_symbol(&symbols, i, &symbol) && is_function(&symbol))
			words[count++] = symbol.name;
	}
	if (words)
		nearest = report_nearest(name, words);
	if (nearest)
		snprintf(ret, size, "%s", nearest);
	free(words);
	return nearest;
}

static bool search_file(int fd, const char *name, char *ret, size_t size)
{
	struct stat about;
	struct elf elf;
	void *bytes;
	bool found;

	if (fstat(fd, &about) || !about.st_size)
		return false;
	bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return false;
	found = elf_open(&elf, bytes, (size_t)about.st_size) == ELF_FINE &&
		search(&elf, name, ret, size);
	munmap(bytes, (size_t)about.st_size);
	return found;
}

bool library_nearest(void *library, const char *name, char *ret, size_t size)
{
	const struct link_map *map;
	bool found;
	int fd;

	if (dlinfo(library, RTLD_DI_LINKMAP, (void *)&map))
		return false;
	fd = open(map->l_name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	found = search_file(fd, name, ret, size);
	close(fd);
	return found;
}
