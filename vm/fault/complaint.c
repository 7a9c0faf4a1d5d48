/* Which complaint of the heap a thread aborts by. Libc keeps the last one of the process for debuggers, but
 * in memory that the next thread which complains gives back: so it is looked for where it is the thread's
 * own, among the arguments that lie on its stack. These are constants of libc, which stay where they are.
 * Any thread. */
#include "vm/fault/complaint.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <string.h>

#include "vm/base/annotate.h"

#define TEXT_BYTES_MAX 64
#define WORDS_MAX 1024 /* from where it raises the signal to where it complains */

/* What of libc can be read, and is never written. */
static struct {
	uintptr_t start, end;
} constants[4];

static int note_constants(struct dl_phdr_info *info, size_t size, void *libc)
{
	size_t n = 0;

	(void)size;
	if (info->dlpi_addr != (uintptr_t)libc)
		return 0;
	for (size_t i = 0; i < info->dlpi_phnum && n < sizeof(constants) / sizeof(*constants);
	     i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type != PT_LOAD || !(part->p_flags & PF_R) || part->p_flags & PF_W)
			continue;
		constants[n].start = info->dlpi_addr + part->p_vaddr;
		constants[n++].end = info->dlpi_addr + part->p_vaddr + part->p_memsz;
	}
	return 1;
}

void complaint_look(void)
{
	struct dl_find_object libc;

	if (_dl_find_object(dlsym(RTLD_DEFAULT, "gnu_get_libc_version"), &libc) == 0)
		dl_iterate_phdr(note_constants, (void *)libc.dlfo_link_map->l_addr);
}

/* A text of libc's at that address, or NULL. */
static const char *text_at(uintptr_t address)
{
	for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++) {
		if (address >= constants[i].start && address < constants[i].end &&
		    constants[i].end - address >= TEXT_BYTES_MAX)
			return (const char *)address;
	}
	return NULL;
}

static bool is_complaint(const char *text)
{
	return strncmp(text, "corrupted ", strlen("corrupted ")) == 0 ||
	       strncmp(text, "double free ", strlen("double free ")) == 0 ||
	       memmem(text, TEXT_BYTES_MAX / 2, "(): ", strlen("(): "));
}

/* glibc 2.31 to 2.41. */
static bool is_early(const char *complaint)
{
	static const char *const list[] = {
		"free(): invalid pointer",
		"free(): invalid size",
		"free(): double free detected in tcache 2",
		"free(): unaligned chunk detected in tcache 2",
		"free(): too many chunks detected in tcache",
		"free(): invalid next size (fast)",
		"double free or corruption (fasttop)",
		"munmap_chunk(): invalid pointer",
		"realloc(): invalid pointer",
		"mremap_chunk(): invalid pointer",
		"malloc(): unaligned tcache chunk detected",
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		if (strcmp(complaint, list[i]) == 0)
			return true;
	}
	return false;
}

__attribute__((no_sanitize("address", "thread"))) bool complaint_is_early(uintptr_t sp,
									  uintptr_t high)
{
	bool found = false;

	for (size_t i = 0; i < WORDS_MAX && sp < high; i++, sp += sizeof(sp)) {
		const char *text = text_at(annotate_found(*(const uintptr_t *)sp));

		if (!text || !is_complaint(text))
			continue;
		/* What an earlier one has left behind may lie between the frames. */
		if (!is_early(text))
			return false;
		found = true;
	}
	return found;
}
