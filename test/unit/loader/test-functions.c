/* The index of functions, of a good plugin and of damaged ones. */
#include "loader/functions.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "test/harness.h"
#include "vm/base/heap.h"

/* A plugin, and room behind it. */
static unsigned char bytes[1 << 20];

static size_t read_guest(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 20);

	CHECK(length > 0);
	path[length] = 0;
	strcpy(strrchr(path, '/'), "/guests/good.so");
	FILE *file = fopen(path, "r");
	CHECK(file);
	size_t size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	CHECK(size < sizeof(bytes));
	return size;
}

static const struct code_functions *index_of(size_t size, struct arena *arena)
{
	struct elf elf;

	CHECK_INT(elf_open(&elf, bytes, size), ELF_FINE);
	return functions_read(&elf, 0, arena);
}

TEST_LEAK_FREE(functions_are_found_by_their_addresses)
{
	struct arena arena = { 0 };
	struct code code = { .start = 0x10000, .end = 0x10000000 };

	code.functions = index_of(read_guest(), &arena);
	CHECK(code.functions);
	for (size_t i = 0; i < code.functions->count; i++) {
		const struct code_function *f = &code.functions->list[i];

		CHECK(!i || f[-1].offset <= f->offset);

		if (i && f[-1].offset == f->offset)
			continue;
		CHECK(code_function_at(&code, code.start + f->offset));
	}

	CHECK(!code_function_at(&code, code.start));
	CHECK(!code_function_at(&code, code.end));
	arena_empty(&arena);
}

TEST_LEAK_FREE(damaged_sections_lead_nowhere)
{
	size_t size = read_guest();
	Elf64_Ehdr header;

	memcpy(&header, bytes, sizeof(header));
	for (size_t at = header.e_shoff; at < size; at++) {
		struct arena arena = { 0 };
		unsigned char before = bytes[at];

		bytes[at] = (unsigned char)(before ^ 0x81);
		index_of(size, &arena);
		arena_empty(&arena);
		bytes[at] = before;
	}
	header.e_shoff = UINT64_MAX - 8;
	memcpy(bytes, &header, sizeof(header));
	struct arena arena = { 0 };
	CHECK(!index_of(size, &arena));
}

TEST_LEAK_FREE(without_memory_there_is_none)
{
	size_t size = read_guest();
	bool complete = false;

	for (int64_t nth = 1; !complete; nth++) {
		struct arena arena = { 0 };

		heap_fail(nth, false);
		complete = index_of(size, &arena);
		arena_empty(&arena);
	}
	heap_fail(0, false);
}
