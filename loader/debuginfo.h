/* Debug information by elfutils' libdw, which is loaded when it is first needed: by verbs that people
 * type, not by a node. */
#ifndef JOIST_LOADER_DEBUGINFO_H
#define JOIST_LOADER_DEBUGINFO_H

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdbool.h>

/* What of libdw is called. */
#define DEBUGINFO_FUNCTIONS(DO)                                                                    \
	DO(dwarf_begin)                                                                            \
	DO(dwarf_end)                                                                              \
	DO(dwarf_nextcu)                                                                           \
	DO(dwarf_offdie)                                                                           \
	DO(dwarf_child)                                                                            \
	DO(dwarf_siblingof)                                                                        \
	DO(dwarf_tag)                                                                              \
	DO(dwarf_diename)                                                                          \
	DO(dwarf_attr)                                                                             \
	DO(dwarf_hasattr)                                                                          \
	DO(dwarf_formref_die)                                                                      \
	DO(dwarf_formsdata)                                                                        \
	DO(dwarf_formudata)                                                                        \
	DO(dwarf_bytesize)                                                                         \
	DO(dwarf_dieoffset)

#define DEBUGINFO_MEMBER(name) __typeof__(name) *name##_;
struct debuginfo {
	void *library;
	DEBUGINFO_FUNCTIONS(DEBUGINFO_MEMBER)
};
extern struct debuginfo libdw;

/* False if it is not here. */
bool debuginfo_load(void);

/* What a type, a parameter or a variable is made of, or of; false for void. */
bool debuginfo_type(Dwarf_Die *die, Dwarf_Die *ret);

/* The next part of that, the first if not `started`; false if there is none. */
bool debuginfo_part(Dwarf_Die *parent, Dwarf_Die *part, bool *started);

#endif
