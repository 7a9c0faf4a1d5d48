/* Complaints of libc on a stack, which is an array here. */
#include "vm/fault/complaint.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "test/harness.h"

/* Where libc has the text. */
static int find(struct dl_phdr_info *info, size_t size, void *text)
{
	const char **ret = text;

	(void)size;
	if (!strstr(info->dlpi_name, "libc.so"))
		return 0;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type != PT_LOAD || part->p_flags & PF_W)
			continue;
		char *found = memmem((char *)info->dlpi_addr + part->p_vaddr, part->p_memsz, *ret,
				     strlen(*ret) + 1);
		if (found) {
			*ret = found;
			return 1;
		}
	}
	return 0;
}

static uintptr_t libc_has(const char *text)
{
	complaint_look();
	if (!dl_iterate_phdr(find, &text))
		SKIP("this libc complains otherwise");
	return (uintptr_t)text;
}

static bool is_early(const uintptr_t *stack, size_t words)
{
	return complaint_is_early((uintptr_t)stack, (uintptr_t)(stack + words));
}

TEST(one_that_comes_before_any_lock)
{
	uintptr_t stack[] = { 1, libc_has("free(): invalid pointer"), (uintptr_t)&stack };

	CHECK(is_early(stack, 3));
	CHECK(!is_early(stack, 1)); /* not behind the end */
}

TEST(one_that_comes_with_a_lock_held)
{
	uintptr_t stack[] = { libc_has("corrupted double-linked list"), 0 };

	CHECK(!is_early(stack, 2));
}

TEST(what_an_earlier_one_has_left_behind)
{
	uintptr_t stack[] = { libc_has("free(): invalid pointer"),
			      libc_has("double free or corruption (!prev)") };

	CHECK(!is_early(stack, 2));
}

TEST(none)
{
	uintptr_t stack[] = { 0, (uintptr_t) "free(): invalid pointer", UINTPTR_MAX,
			      UINTPTR_MAX - 7, (uintptr_t)memmem };

	complaint_look();
	CHECK(!is_early(stack, sizeof(stack) / sizeof(*stack)));
}
