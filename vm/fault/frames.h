/* Where a fault happened, and where that was called from. */
#ifndef JOIST_VM_FAULT_FRAMES_H
#define JOIST_VM_FAULT_FRAMES_H

#include "vm/actor/fault.h"

/* Where to start, and the stack that may be read. */
struct frames_from {
	uintptr_t pc, sp, fp;
	uintptr_t link; /* the register that a leaf returns by, or 0 */
	uintptr_t low, high;
	uintptr_t code_start, code_end; /* the plugin's instructions */
};

/* Fills in the frames of `f` by the chain of frame pointers; reads only from `low` to `high`, and code
 * between `code_start` and `code_end`. */
void frames_walk(struct fault *f, const struct frames_from *from);

#endif
