/* What a fault may have left behind that others would wait for: locks. Those of the runtime, of malloc and
 * of the dynamic linker protect what may be half done now, and are nobody's to give up; those of files
 * are. */
#include "vm/fault/verdict.h"

#include <dlfcn.h>
#include <stdio.h>

#include "vm/base/spin.h"
#include "vm/fault/allocators.h"
#include "vm/fault/complaint.h"
#include "vm/fault/files.h"
#include "vm/fault/linker.h"

static void *libc_start, *libc_end;

void verdict_prepare(void)
{
	struct dl_find_object libc;

	complaint_look();
	linker_look();
	if (_dl_find_object((void *)(uintptr_t)dlsym(RTLD_NEXT, "vfprintf"), &libc) == 0) {
		libc_start = libc.dlfo_map_start;
		libc_end = libc.dlfo_map_end;
	}
}

const char *verdict(const struct fault *f)
{
	if (spin_count)
		return "a fault while the runtime held a lock";
	if (allocators_may_be_locked(f))
		return "a fault within malloc, which may have left it locked";
	if (linker_is_locked())
		return "a fault within the dynamic linker, which has left it locked";
	return NULL;
}

void verdict_release(const struct fault *f)
{
	uintptr_t pc = f->count ? f->frames[0] : 0;

	allocators_left();
	files_release(pc >= (uintptr_t)libc_start && pc < (uintptr_t)libc_end);
}
