/* Whether code may change the modes of SSE (vm/base/fpu.h). To ask the processor for them after each turn
 * costs some nanoseconds, and hardly any plugin changes them. So it is judged when code is loaded: by
 * the instructions that it may have, and by what it calls. In doubt it may.
 *
 * The x87's modes are always asked for, so only what changes the others counts. */
#ifndef JOIST_LOADER_MODES_H
#define JOIST_LOADER_MODES_H

#include <stdbool.h>
#include <stddef.h>

/* Whether bytes that can be run, wherever one begins, have an instruction that changes modes, or one that
 * calls the kernel, which might map other code. */
bool modes_in_text(const unsigned char *text, size_t size);

/* Functions of libc by which modes are changed, or code comes in that nobody has looked at. NULL ends
 * them. */
extern const char *const modes_functions[];

#endif
