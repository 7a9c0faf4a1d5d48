/* The locks of stdio's files. */
#ifndef JOIST_VM_FAULT_FILES_H
#define JOIST_VM_FAULT_FILES_H

#include <stdbool.h>

/* Gives up those of standard input, output and error that the calling thread holds; and of all files, if
 * it was in stdio when it faulted. */
void files_release(bool was_within);

#endif
