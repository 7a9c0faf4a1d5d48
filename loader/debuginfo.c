/* Loads libdw, and asks it small questions. One thread. */
#include "loader/debuginfo.h"

#include <dlfcn.h>

struct debuginfo libdw;

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
	return true;
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
