/* Dynamic symbols of an ELF file, with the versions in which they are wanted.
 *
 * How many there are stands nowhere: the hash tables tell. Owns nothing; any thread. */
#include "loader/elf_symbols.h"

/* The table that the dynamic entry `tag` points to; false if it is there but outside the file, or not
 * there: then `*ret_offset` is 0. */
static bool find_table(const struct elf *elf, int64_t tag, size_t *ret_offset)
{
	uint64_t address;

	*ret_offset = 0;
	return elf_dynamic(elf, tag, &address) && elf_offset(elf, address, ret_offset);
}

/* DT_HASH: the second word is the number of symbols. */
static bool count_by_hash(const struct elf *elf, size_t *ret_count)
{
	uint32_t words[2];
	size_t at;

	if (!find_table(elf, DT_HASH, &at) || !elf_copy(elf, at, words, sizeof(words)))
		return false;
	*ret_count = words[1];
	return true;
}

/* DT_GNU_HASH: the highest start of a chain, and on from there to the end mark of that chain. */
static bool count_by_gnu_hash(const struct elf *elf, size_t *ret_count)
{
	uint32_t head[4], start, link = 0; /* buckets, first symbol hashed, bloom words, shift */
	size_t at, buckets, chains, last = 0;

	if (!find_table(elf, DT_GNU_HASH, &at) || !elf_copy(elf, at, head, sizeof(head)))
		return false;
	buckets = at + sizeof(head) + (size_t)head[2] * sizeof(uint64_t);
	chains = buckets + (size_t)head[0] * sizeof(uint32_t);
	if (!elf_has(elf, buckets, head[0], sizeof(uint32_t)))
		return false;
	for (size_t i = 0; i < head[0]; i++) {
		elf_copy(elf, buckets + i * sizeof(start), &start, sizeof(start));
		if (start > last)
			last = start;
	}
	if (last < head[1]) {
		*ret_count = head[1];
		return true;
	}
	for (; !(link & 1); last++) {
		if (!elf_copy(elf, chains + (last - head[1]) * sizeof(link), &link, sizeof(link)))
			return false;
	}
	*ret_count = last;
	return true;
}

/* The versions that one library must have. */
static bool read_library(struct elf_symbols *symbols, size_t at, const Elf64_Verneed *need)
{
	const char *library = elf_string(symbols->elf, need->vn_file);
	size_t where = at + need->vn_aux;
	Elf64_Vernaux version;

	for (unsigned i = 0; i < need->vn_cnt; i++) {
		const char *name;
		unsigned index;

		if (!elf_copy(symbols->elf, where, &version, sizeof(version)))
			return false;
		name = elf_string(symbols->elf, version.vna_name);
		index = version.vna_other & 0x7fff;
		if (!library || !name || index >= ELF_VERSIONS_MAX)
			return false;
		symbols->versions[index] = (struct elf_version){ name, library };
		where += version.vna_next;
		if (!version.vna_next)
			break;
	}
	return true;
}

static bool read_versions(struct elf_symbols *symbols)
{
	const struct elf *elf = symbols->elf;
	Elf64_Verneed need;
	uint64_t count, address;
	size_t at;

	if (!elf_dynamic(elf, DT_VERNEED, &address))
		return true;
	if (!elf_offset(elf, address, &at) || !elf_dynamic(elf, DT_VERNEEDNUM, &count))
		return false;
	for (uint64_t i = 0; i < count && i < ELF_VERSIONS_MAX; i++) {
		if (!elf_copy(elf, at, &need, sizeof(need)) || !read_library(symbols, at, &need))
			return false;
		at += need.vn_next;
		if (!need.vn_next)
			break;
	}
	return true;
}

bool elf_symbols_open(struct elf_symbols *symbols, const struct elf *elf)
{
	*symbols = (struct elf_symbols){ .elf = elf };
	if (!find_table(elf, DT_SYMTAB, &symbols->offset) ||
	    (!count_by_gnu_hash(elf, &symbols->count) && !count_by_hash(elf, &symbols->count)) ||
	    !elf_has(elf, symbols->offset, symbols->count, sizeof(Elf64_Sym)))
		return false;
	if (find_table(elf, DT_VERSYM, &symbols->versions_offset) &&
	    !elf_has(elf, symbols->versions_offset, symbols->count, sizeof(Elf64_Half)))
		return false;
	return read_versions(symbols);
}

static struct elf_version version_of(const struct elf_symbols *symbols, size_t index)
{
	Elf64_Half version;

	if (!symbols->versions_offset ||
	    !elf_copy(symbols->elf, symbols->versions_offset + index * sizeof(version), &version,
		      sizeof(version)) ||
	    (version & 0x7fff) >= ELF_VERSIONS_MAX)
		return (struct elf_version){ 0 };
	return symbols->versions[version & 0x7fff];
}

bool elf_symbol(const struct elf_symbols *symbols, size_t index, struct elf_symbol *ret_symbol)
{
	Elf64_Sym symbol;
	const char *name;
	unsigned visibility;

	if (index >= symbols->count ||
	    !elf_copy(symbols->elf, symbols->offset + index * sizeof(symbol), &symbol,
		      sizeof(symbol)))
		return false;
	name = elf_string(symbols->elf, symbol.st_name);
	if (!name)
		return false;
	visibility = ELF64_ST_VISIBILITY(symbol.st_other);
	*ret_symbol = (struct elf_symbol){
		.name = name,
		.binding = ELF64_ST_BIND(symbol.st_info),
		.kind = ELF64_ST_TYPE(symbol.st_info),
		.defined = symbol.st_shndx != SHN_UNDEF,
		.hidden = visibility == STV_HIDDEN || visibility == STV_INTERNAL,
	};
	if (!ret_symbol->defined)
		ret_symbol->version = version_of(symbols, index);
	return true;
}
