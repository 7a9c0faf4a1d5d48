/* Makes the index of a plugin's functions when it is loaded, so that nothing has to be read when it
 * crashes. Where the symbols are, only section headers tell: a file may have none, or wrong ones, and
 * each is checked. Any thread that may load. */
#include "loader/functions.h"

#include <stdlib.h>
#include <string.h>

/* More functions than any plugin has. */
#define FUNCTIONS_MAX 1000000

struct symbols {
	const struct elf *elf;
	Elf64_Shdr table, strings;
};

static bool section_at(const struct elf *elf, size_t index, Elf64_Shdr *ret_section)
{
	const Elf64_Ehdr *h = &elf->header;

	return index < h->e_shnum &&
	       elf_copy(elf, h->e_shoff + index * sizeof(*ret_section), ret_section,
			sizeof(*ret_section)) &&
	       (ret_section->sh_type == SHT_NOBITS ||
		elf_has(elf, ret_section->sh_offset, ret_section->sh_size, 1));
}

/* The table of that kind, with its strings. */
static bool find_symbols(const struct elf *elf, uint32_t type, struct symbols *ret)
{
	if (elf->header.e_shentsize != sizeof(Elf64_Shdr) ||
	    !elf_has(elf, elf->header.e_shoff, elf->header.e_shnum, sizeof(Elf64_Shdr)))
		return false;
	ret->elf = elf;
	for (size_t i = 0; i < elf->header.e_shnum; i++) {
		if (section_at(elf, i, &ret->table) && ret->table.sh_type == type)
			return section_at(elf, ret->table.sh_link, &ret->strings) &&
			       ret->strings.sh_type == SHT_STRTAB;
	}
	return false;
}

static const char *name_of(const struct symbols *s, uint32_t offset)
{
	const char *text = (const char *)s->elf->bytes + s->strings.sh_offset;

	if (offset >= s->strings.sh_size || !memchr(text + offset, 0, s->strings.sh_size - offset))
		return NULL;
	return text + offset;
}

/* The function that stands at that place of the table, if one does. */
static bool function_at(const struct symbols *s, size_t index, uint64_t first,
			struct code_function *ret)
{
	Elf64_Sym symbol;

	if (!elf_copy(s->elf, s->table.sh_offset + index * sizeof(symbol), &symbol,
		      sizeof(symbol)) ||
	    ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF ||
	    symbol.st_value < first || symbol.st_value - first > UINT32_MAX ||
	    symbol.st_size > UINT32_MAX)
		return false;
	*ret = (struct code_function){ .name = name_of(s, symbol.st_name),
				       .offset = (uint32_t)(symbol.st_value - first),
				       .size = (uint32_t)symbol.st_size };
	return ret->name && *ret->name;
}

static int compare(const void *a, const void *b)
{
	const struct code_function *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

static bool keep_name(struct arena *arena, struct code_function *f)
{
	size_t bytes = strlen(f->name) + 1;
	char *copy = (char *)arena_take(arena, (bytes + 7) / 8);

	if (!copy)
		return false;
	f->name = memcpy(copy, f->name, bytes);
	return true;
}

static const struct code_functions *index_of(const struct symbols *s, uint64_t first,
					     struct arena *arena)
{
	size_t entries = s->table.sh_size / sizeof(Elf64_Sym), count = 0;
	struct code_function function;

	for (size_t i = 0; i < entries; i++)
		count += function_at(s, i, first, &function);
	if (count == 0 || count > FUNCTIONS_MAX)
		return NULL;
	struct code_functions *index = (struct code_functions *)(void *)arena_take(
		arena, (sizeof(*index) + count * sizeof(function)) / 8 + 1);
	if (!index)
		return NULL;
	index->count = 0;
	for (size_t i = 0; i < entries && index->count < count; i++) {
		if (!function_at(s, i, first, &function))
			continue;
		if (!keep_name(arena, &function))
			return NULL;
		index->list[index->count++] = function;
	}
	qsort(index->list, index->count, sizeof(function), compare);
	return index;
}

const struct code_functions *functions_read(const struct elf *elf, uint64_t first,
					    struct arena *arena)
{
	struct symbols s;

	if (find_symbols(elf, SHT_SYMTAB, &s) || find_symbols(elf, SHT_DYNSYM, &s))
		return index_of(&s, first, arena);
	return NULL;
}
