/* The "fetch" of a boot script. */
#ifndef JOIST_LOADER_SCRIPT_FETCH_H
#define JOIST_LOADER_SCRIPT_FETCH_H

#include "loader/script.h"

/* Reads it, with the files of its keys, into the script's `fetch`; adds errors for what is wrong. False
 * when memory is short. */
bool script_fetch_read(struct script *script, struct report *report);

#endif
