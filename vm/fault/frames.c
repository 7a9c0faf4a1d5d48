/* Walks the chain of frame pointers. Runs in the handler of a signal, over a stack in any condition: it
 * follows no pointer out of the bounds that it is given, and always upwards, so it ends. */
#include "vm/fault/frames.h"

#include <stdbool.h>

static void add(struct fault *f, uintptr_t pc)
{
	if (pc && f->count < FAULT_FRAMES_MAX)
		f->frames[f->count++] = pc;
}

static bool may_read(const struct frames_from *from, uintptr_t at, uintptr_t words)
{
	return at >= from->low && at <= from->high && at % sizeof(uintptr_t) == 0 &&
	       from->high - at >= words * sizeof(uintptr_t);
}

void frames_walk(struct fault *f, const struct frames_from *from)
{
	uintptr_t fp = from->fp, lowest = from->sp;

	add(f, from->pc);
	/* A jump to where nothing is: the call has left its return address, and no frame. */
	if (from->pc == f->address && from->link)
		add(f, from->link);
	else if (from->pc == f->address && may_read(from, from->sp, 1))
		add(f, *(const uintptr_t *)from->sp);
	while (f->count < FAULT_FRAMES_MAX && fp >= lowest && may_read(from, fp, 2)) {
		const uintptr_t *frame = (const uintptr_t *)fp;

		add(f, frame[1]);
		lowest = fp + 1;
		fp = frame[0];
	}
}
