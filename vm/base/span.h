/* Memory from the kernel: regions of address space, handed out in spans whose pages are there already. */
#ifndef JOIST_VM_BASE_SPAN_H
#define JOIST_VM_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#define SPAN_PAGE 4096

/* `bytes` (a multiple of SPAN_PAGE, far below 64 MiB) that are never given back, page-aligned and
 * zeroed, or NULL. Touching them faults no page, but for span_fill_later. Any thread. */
void *span_take(size_t bytes);

/* For the calling thread, pages come when they are touched, from now on: filling them holds a lock of the
 * whole process, which a thread that may lose its processor for long should not. */
void span_fill_later(void);

/* A mapping of its own, zeroed, to be given back by munmap; its pages are there already if `populate`. */
void *span_map(size_t bytes, bool populate);

#endif
