/* Loads libdw, and asks it small questions. One thread. */
#include "loader/debuginfo.h"

#include <dlfcn.h>
#include <stdlib.h>

struct debuginfo libdw;

static Dwfl_Callbacks callbacks;

bool debuginfo_load(void)
{
	if (!libdw.library)
		libdw.library = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
	if (!libdw.library)
		return false;
#define FIND(name)                                                                                 \
	libdw.name##_ = (__typeof__(libdw.name##_))dlsym(libdw.library, #name);                    \
	if (!libdw.name##_)                                                                        \
		return false;
	DEBUGINFO_FUNCTIONS(FIND)
	unsetenv("DEBUGINFOD_URLS"); /* nothing is fetched */
	callbacks = (Dwfl_Callbacks){
		.find_elf = libdw.dwfl_linux_proc_find_elf_,
		.find_debuginfo = libdw.dwfl_standard_find_debuginfo_,
		.section_address = libdw.dwfl_offline_section_address_,
	};
	return true;
}

Dwfl *debuginfo_open(const char *file, Dwfl_Module **ret_module)
{
	Dwfl *dwfl = libdw.dwfl_begin_(&callbacks);

	if (!dwfl)
		return NULL;
	*ret_module = libdw.dwfl_report_offline_(dwfl, file, file, -1);
	libdw.dwfl_report_end_(dwfl, NULL, NULL);
	return dwfl;
}

bool debuginfo_type(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attribute;

	return libdw.dwarf_attr_(die, DW_AT_type, &attribute) &&
	       libdw.dwarf_formref_die_(&attribute, ret);
}

bool debuginfo_part(Dwarf_Die *parent, Dwarf_Die *part, bool *started)
{
	bool found =
		*started ? !libdw.dwarf_siblingof_(part, part) : !libdw.dwarf_child_(parent, part);

	*started = true;
	return found;
}
