/* The functions of an ELF file, for naming frames. */
#ifndef JOIST_LOADER_FUNCTIONS_H
#define JOIST_LOADER_FUNCTIONS_H

#include "loader/elf_file.h"
#include "vm/actor/code.h"
#include "vm/base/arena.h"

/* An index of them, in `arena`: of all that the file still tells of, which is what it exports if it was
 * stripped. NULL if it tells nothing, or memory is short. `first` is the lowest address of its segments. */
const struct code_functions *functions_read(const struct elf *elf, uint64_t first,
					    struct arena *arena);

#endif
