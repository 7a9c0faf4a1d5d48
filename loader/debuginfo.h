/* Debug information by elfutils' libdw, which is loaded when it is first needed: by verbs that people type,
 * and by the helper process that finds lines, not by a node. It may lie in a file of its own, which is
 * found by the library's build ID, under /usr/lib/debug, or by the name that the library has of it. */
#ifndef JOIST_LOADER_DEBUGINFO_H
#define JOIST_LOADER_DEBUGINFO_H

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdbool.h>

/* What of libdw is called. */
#define DEBUGINFO_FUNCTIONS(DO)                                                                    \
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
	DO(dwarf_dieoffset)                                                                        \
	DO(dwarf_haspc)                                                                            \
	DO(dwarf_getsrc_die)                                                                       \
	DO(dwarf_linesrc)                                                                          \
	DO(dwarf_lineno)                                                                           \
	DO(dwfl_begin)                                                                             \
	DO(dwfl_end)                                                                               \
	DO(dwfl_report_offline)                                                                    \
	DO(dwfl_report_end)                                                                        \
	DO(dwfl_module_getelf)                                                                     \
	DO(dwfl_module_getdwarf)                                                                   \
	DO(dwfl_module_addrinfo)                                                                   \
	DO(dwfl_module_nextcu)                                                                     \
	DO(dwfl_linux_proc_find_elf)                                                               \
	DO(dwfl_standard_find_debuginfo)                                                           \
	DO(dwfl_offline_section_address)

#define DEBUGINFO_MEMBER(name) __typeof__(name) *name##_;
struct debuginfo {
	void *library;
	DEBUGINFO_FUNCTIONS(DEBUGINFO_MEMBER)
};
extern struct debuginfo libdw;

/* False if it is not here. */
bool debuginfo_load(void);

/* Opens a file, for dwfl_end; NULL when memory is short. The module is NULL if it cannot be read. */
Dwfl *debuginfo_open(const char *file, Dwfl_Module **ret_module);

/* What a type, a parameter or a variable is made of, or of; false for void. */
bool debuginfo_type(Dwarf_Die *die, Dwarf_Die *ret);

/* The next part of that, the first if not `started`; false if there is none. */
bool debuginfo_part(Dwarf_Die *parent, Dwarf_Die *part, bool *started);

#endif
