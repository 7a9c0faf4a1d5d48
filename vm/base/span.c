/* Regions of address space that cost nothing until they are used, cut from one end.
 *
 * A page fault costs a microsecond or more, one call that fills a whole span little more than one fault.
 * Owns the newest region; what was left of older ones was never touched. Any thread enters. */
#include "vm/base/span.h"

#include <errno.h>
#include <sys/mman.h>

#include "vm/base/spin.h"

#define REGION_BYTES ((size_t)64 << 20)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static struct {
	struct spin lock;
	char *at, *end;
} region;

static __thread bool fills_later;

static char *region_cut(size_t bytes)
{
	char *cut = NULL;

	spin_take(&region.lock);
	if ((size_t)(region.end - region.at) >= bytes) {
		cut = region.at;
		region.at += bytes;
	}
	spin_give(&region.lock);
	return cut;
}

/* Makes `fresh` the region to cut from. Of two threads that do so at once, one's region is lost: that
 * is address space, no memory. */
static void region_set(char *fresh)
{
	spin_take(&region.lock);
	region.at = fresh;
	region.end = fresh + REGION_BYTES;
	spin_give(&region.lock);
}

static void *region_map(size_t bytes)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return map == MAP_FAILED ? NULL : map;
}

/* False when memory is short. A kernel that cannot do it lets the pages fault, later. */
static bool pages_fill(void *at, size_t bytes)
{
	return fills_later || !madvise(at, bytes, MADV_POPULATE_WRITE) || errno != ENOMEM;
}

void *span_take(size_t bytes)
{
	char *span;

	while (!(span = region_cut(bytes))) {
		char *fresh = region_map(REGION_BYTES);

		if (!fresh)
			return NULL;
		region_set(fresh);
	}
	return pages_fill(span, bytes) ? span : NULL;
}

void span_fill_later(void)
{
	fills_later = true;
}

void *span_map(size_t bytes, bool populate)
{
	void *map = region_map(bytes);

	if (map && populate && !pages_fill(map, bytes)) {
		munmap(map, bytes);
		return NULL;
	}
	return map;
}
