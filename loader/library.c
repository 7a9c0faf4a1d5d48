/* Lets shared objects into the process by the dynamic linker, and looks at them there. Owns nothing. Any
 * thread that may block. */
#include "loader/library.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#include "loader/modes.h"
#include "loader/surroundings.h"
#include "vm/base/fpu.h"
#include "vm/base/log.h"

#define LIBRARIES_MAX 256

/* The libraries that one needs, found by walking what each asks for. */
struct closure {
	const struct link_map *libraries[LIBRARIES_MAX];
	size_t count;
	const char *local; /* one that has storage of each thread's; NULL: none */
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Joist with what it needs, and libc, whose thread-local storage is no business of a plugin that changes
 * threads; the C++ runtime, of which Joist moves what has to move; and the sanitizers, which are told of
 * each change. */
static bool is_exempt(const char *name)
{
	static const char *const names[] = {
		"libc.so.",	  "libm.so.",	    "ld-linux",	     "libdl.so.",
		"libpthread.so.", "librt.so.",	    "libjoist.so.",  "libjoist-std.so.",
		"libffi.so.",	  "libjansson.so.", "libstdc++.so.", "libgcc_s.so.",
		"libasan.so.",	  "libubsan.so.",   "libtsan.so.",   "linux-vdso",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strncmp(name, names[i], strlen(names[i])))
			return true;
	}
	return false;
}

/* What the library's entry of that kind points to; NULL if it has none. */
static const void *table_of(const struct link_map *library, ElfW(Sxword) kind)
{
	for (const ElfW(Dyn) *entry = library->l_ld; entry->d_tag != DT_NULL; entry++) {
		ElfW(Addr) at = entry->d_un.d_ptr;

		/* The linker has made addresses of offsets, but for the kernel's own library. */
		if (entry->d_tag == kind)
			return (const void *)(at < library->l_addr ? at + library->l_addr : at);
	}
	return NULL;
}

static const char *string_table(const struct link_map *library)
{
	return table_of(library, DT_STRTAB);
}

/* Whether the library goes by that name: its DT_SONAME, or its file's. */
static bool is_named(const struct link_map *library, const char *name)
{
	const char *strings = string_table(library);

	for (const ElfW(Dyn) *entry = library->l_ld; strings && entry->d_tag != DT_NULL; entry++) {
		if (entry->d_tag == DT_SONAME && !strcmp(strings + entry->d_un.d_val, name))
			return true;
	}
	return !strcmp(base_name(library->l_name), base_name(name));
}

static void add_library(struct closure *c, const struct link_map *library)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->libraries[i] == library)
			return;
	}
	if (c->count < LIBRARIES_MAX)
		c->libraries[c->count++] = library;
}

static void add_needed(struct closure *c, const struct link_map *first,
		       const struct link_map *library)
{
	const char *strings = string_table(library);

	for (const ElfW(Dyn) *entry = library->l_ld; strings && entry->d_tag != DT_NULL; entry++) {
		const char *name = strings + entry->d_un.d_val;
		const struct link_map *needed = first;

		if (entry->d_tag != DT_NEEDED || is_exempt(base_name(name)))
			continue;
		while (needed && !is_named(needed, name))
			needed = needed->l_next;
		if (needed)
			add_library(c, needed);
	}
}

/* How many symbols stand before those that the library defines. */
static size_t count_imports(const struct link_map *library)
{
	const uint32_t *gnu = table_of(library, DT_GNU_HASH), *hash = table_of(library, DT_HASH);

	if (gnu)
		return gnu[1];
	return hash ? hash[1] : 0;
}

/* Ways to make keys of storage that each thread has for itself, and to start threads. */
static const char *const key_makers[] = { "pthread_key_create", "tss_create", NULL };
static const char *const thread_makers[] = {
	"pthread_create", "thrd_create",
	"_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE",
	NULL
};

static bool is_among(const char *name, const char *const *names)
{
	while (*names && strcmp(name, *names) != 0)
		names++;
	return *names;
}

/* Whether it calls one of those functions. */
static bool imports(const struct link_map *library, const char *const *names)
{
	const ElfW(Sym) *symbols = table_of(library, DT_SYMTAB);
	const char *strings = string_table(library);

	for (size_t i = 1; symbols && strings && i < count_imports(library); i++) {
		if (symbols[i].st_shndx == SHN_UNDEF &&
		    is_among(strings + symbols[i].st_name, names))
			return true;
	}
	return false;
}

static int find_tls(struct dl_phdr_info *object, size_t size, void *closure)
{
	struct closure *c = closure;
	const struct link_map *ours = NULL;

	(void)size;
	for (size_t i = 0; i < c->count; i++) {
		if (c->libraries[i]->l_addr == object->dlpi_addr)
			ours = c->libraries[i];
	}
	for (ElfW(Half) i = 0; ours && i < object->dlpi_phnum; i++) {
		if (object->dlpi_phdr[i].p_type == PT_TLS && object->dlpi_phdr[i].p_memsz)
			c->local = ours->l_name;
	}
	return c->local != NULL;
}

/* Whether it, or a library that it needs, has thread-local storage. The log tells: that costs threads. */
static bool keeps_threads(const struct link_map *own, const char *file, bool *ret_stays)
{
	struct closure c = { .count = 0 };
	const struct link_map *first;

	for (first = own; first->l_prev; first = first->l_prev)
		;
	add_library(&c, own);
	for (size_t i = 0; i < c.count; i++)
		add_needed(&c, first, c.libraries[i]);
	for (size_t i = 0; i < c.count && !c.local; i++)
		c.local = imports(c.libraries[i], key_makers) ? c.libraries[i]->l_name : NULL;
	*ret_stays = c.local;
	for (size_t i = 0; i < c.count; i++)
		*ret_stays |= imports(c.libraries[i], thread_makers);
	if (!c.local && !dl_iterate_phdr(find_tls, &c))
		return false;
	log_say(LOG_LEVEL_NOTICE, "load",
		"%s: %s has thread-local storage, so each of its actors that waits in mid-turn "
		"keeps a "
		"thread meanwhile",
		file, c.local == own->l_name ? "it" : base_name(c.local));
	return true;
}

/* Whether what is loaded there may change the modes of floating point. */
static int find_modes(struct dl_phdr_info *object, size_t size, void *unused)
{
	struct link_map library = { .l_addr = object->dlpi_addr };

	(void)size, (void)unused;
	if (is_exempt(base_name(object->dlpi_name)))
		return 0;
	for (ElfW(Half) i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
		void *start = (void *)(object->dlpi_addr + segment->p_vaddr);

		if (segment->p_type == PT_DYNAMIC)
			library.l_ld = start;
		if (segment->p_type == PT_LOAD && segment->p_flags & PF_X &&
		    (segment->p_flags != (PF_R | PF_X) || modes_in_text(start, segment->p_memsz)))
			return 1;
	}
	return !library.l_ld || imports(&library, modes_functions);
}

void library_begin(void)
{
	/* relaxed: no actor runs yet */
	atomic_store_explicit(&fpu_varies, dl_iterate_phdr(find_modes, NULL), memory_order_relaxed);
}

/* Who calls the functions of libc by a binding may call any of them. */
static void look_at_modes(const char *path)
{
	/* relaxed: what was loaded is not yet known to anybody */
	if (is_exempt(base_name(path)) || dl_iterate_phdr(find_modes, NULL))
		atomic_store_explicit(&fpu_varies, true, memory_order_relaxed);
}

struct range {
	uintptr_t base; /* of the library */
	uintptr_t first; /* the lowest address of its segments, in its own counting */
	uintptr_t end;
	uintptr_t text_first, text_end; /* of those that are instructions */
};

static void widen(uintptr_t *first, uintptr_t *end, const ElfW(Phdr) * segment)
{
	if (!*end || segment->p_vaddr < *first)
		*first = segment->p_vaddr;
	if (segment->p_vaddr + segment->p_memsz > *end)
		*end = segment->p_vaddr + segment->p_memsz;
}

static int find_range(struct dl_phdr_info *object, size_t size, void *found)
{
	struct range *range = found;

	(void)size;
	if (object->dlpi_addr != range->base)
		return 0;
	for (ElfW(Half) i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];

		if (segment->p_type != PT_LOAD)
			continue;
		widen(&range->first, &range->end, segment);
		if (segment->p_flags & PF_X)
			widen(&range->text_first, &range->text_end, segment);
	}
	return 1;
}

void library_locate(void *library, struct generation_origin *origin)
{
	struct range range = { .end = 0 };
	const struct link_map *own;

	if (dlinfo(library, RTLD_DI_LINKMAP, (void *)&own))
		return;
	origin->path = own->l_name;
	origin->keeps_threads = keeps_threads(own, origin->file, &origin->stays);
	range.base = own->l_addr;
	dl_iterate_phdr(find_range, &range);
	origin->start = range.base + range.first;
	origin->end = range.base + range.end;
	origin->text_start = range.base + range.text_first;
	origin->text_end = range.base + range.text_end;
	origin->first = range.first;
}

void *library_open(const char *path, const char *file, char *ret_why, size_t size)
{
	struct surroundings before;
	char changed[256];
	const char *why;
	void *library;

	surroundings_note(&before);
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	why = library ? NULL : dlerror();
	look_at_modes(path);
	/* It starts with the file's name, which the error has already. */
	if (why && !strncmp(why, path, strlen(path)) && why[strlen(path)] == ':')
		why += strlen(path) + 1 + strspn(why + strlen(path) + 1, " ");
	snprintf(ret_why, size, "%s", why ? why : "no reason given");
	surroundings_restore(&before, changed, sizeof(changed));
	if (changed[0])
		log_say(LOG_LEVEL_WARNING, "load",
			"%s has changed %s of the process when it was loaded; that was put back",
			file, changed);
	return library;
}
