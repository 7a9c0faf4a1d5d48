/* Writes the reports of crashes that have frames: finds out what the frames are, files and lines
 * included, on a thread of its own, so that no worker waits for it. */
#ifndef JOIST_LOADER_CRASHLOG_H
#define JOIST_LOADER_CRASHLOG_H

#include <stdbool.h>

#include "loader/registry.h"

struct crashlog;

/* Starts its thread; NULL if it cannot. With `lines` this program is the helper process that knows them
 * (symbolize.h). Borrows the registry until the end. */
struct crashlog *crashlog_create(struct registry *registry, bool lines);

/* The port of the VM (struct crash_port): takes the crash over. Any thread. */
void crashlog_take(void *crashlog, struct crash *crash);

/* Writes what it still has, and ends. No more may come. NULL is fine. */
void crashlog_destroy(struct crashlog *crashlog);

#endif
