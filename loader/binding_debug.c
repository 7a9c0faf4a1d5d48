/* Compares prototypes with the debug information of the library, where there is some: a type that is not
 * the one the library was built with would corrupt memory. One thread. */
#include "loader/binding_debug.h"

#include "loader/debuginfo.h"

struct comparison {
	const struct prototypes *prototypes;
	const char *file; /* that they are of */
	struct report *report;
};

#define refuse(c, at, ...) report_error((c)->report, (c)->file, (at), __VA_ARGS__)

/* What is behind the names and qualifiers of the type of `die`; false for void. */
static bool plain_type(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Die type;

	while (debuginfo_type(die, &type)) {
		*ret = type;
		die = ret;
		switch (libdw.dwarf_tag_(&type)) {
		case DW_TAG_typedef:
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
		case DW_TAG_restrict_type:
			continue;
		default:
			return true;
		}
	}
	return false;
}

static Dwarf_Word encoding_of(Dwarf_Die *type)
{
	Dwarf_Attribute attribute;
	Dwarf_Word encoding = 0;

	if (libdw.dwarf_attr_(type, DW_AT_encoding, &attribute))
		libdw.dwarf_formudata_(&attribute, &encoding);
	return encoding;
}

static bool is_same_base(const struct prototype_type *type, Dwarf_Word encoding)
{
	bool is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;

	switch (type->kind) {
	case PROTOTYPE_BOOL:
		return encoding == DW_ATE_boolean;
	case PROTOTYPE_INTEGER:
		return encoding != DW_ATE_float && is_signed == type->is_signed;
	case PROTOTYPE_ENUM:
		return encoding != DW_ATE_float;
	case PROTOTYPE_REAL:
		return encoding == DW_ATE_float;
	default:
		return false;
	}
}

/* Whether the library was built with that type there; what has no kind of its own here may be right. */
static bool is_same(const struct prototype_type *type, Dwarf_Die *built)
{
	switch (libdw.dwarf_tag_(built)) {
	case DW_TAG_base_type:
		return type->bytes == (size_t)libdw.dwarf_bytesize_(built) &&
		       is_same_base(type, encoding_of(built));
	case DW_TAG_enumeration_type:
		return (type->kind == PROTOTYPE_ENUM || type->kind == PROTOTYPE_INTEGER) &&
		       type->bytes == (size_t)libdw.dwarf_bytesize_(built);
	case DW_TAG_structure_type:
		return type->kind == PROTOTYPE_STRUCT &&
		       type->bytes == (size_t)libdw.dwarf_bytesize_(built);
	case DW_TAG_pointer_type:
		return type->kind == PROTOTYPE_POINTER;
	default:
		return true;
	}
}

static const char *name_of(Dwarf_Die *type)
{
	const char *name = libdw.dwarf_diename_(type);

	if (libdw.dwarf_tag_(type) == DW_TAG_pointer_type)
		return "a pointer";
	return name ? name : "another type";
}

static bool compare_type(const struct comparison *c, const struct prototype_type *type,
			 struct place at, Dwarf_Die *die)
{
	Dwarf_Die built;
	bool is_void = !plain_type(die, &built);

	if (is_void ? type->kind == PROTOTYPE_VOID : is_same(type, &built))
		return true;
	return refuse(c, at, "the library was built with %s there; write that",
		      is_void ? "void" : name_of(&built));
}

static void compare_function(const struct comparison *c, const struct prototype_item *function,
			     Dwarf_Die *die)
{
	const struct prototype_item *item = function->type->parameters.first;
	Dwarf_Die part;
	bool started = false;
	size_t count = 0;

	if (!compare_type(c, function->type->of, function->at, die))
		return;
	while (debuginfo_part(die, &part, &started)) {
		if (libdw.dwarf_tag_(&part) != DW_TAG_formal_parameter)
			continue;
		if (item && count < function->type->fixed) {
			if (!compare_type(c, item->type, item->at, &part))
				return;
			item = item->next;
		}
		count++;
	}
	if (count != function->type->fixed)
		refuse(c, function->at, "the library was built with %zu parameters; write as many",
		       count);
}

static void compare_unit(const struct comparison *c, Dwarf_Die *unit)
{
	const struct prototype_item *function;
	bool started = false;
	Dwarf_Die part;

	while (debuginfo_part(unit, &part, &started)) {
		if (libdw.dwarf_tag_(&part) != DW_TAG_subprogram ||
		    !libdw.dwarf_hasattr_(&part, DW_AT_external) ||
		    libdw.dwarf_hasattr_(&part, DW_AT_declaration))
			continue;
		function = prototype_find(&c->prototypes->functions, libdw.dwarf_diename_(&part));
		if (function)
			compare_function(c, function, &part);
	}
}

static void compare_all(const struct comparison *c, Dwarf *dwarf)
{
	Dwarf_Off at = 0, next;
	size_t header;
	Dwarf_Die unit;

	for (; !libdw.dwarf_nextcu_(dwarf, at, &next, &header, NULL, NULL, NULL); at = next) {
		if (libdw.dwarf_offdie_(dwarf, at + header, &unit))
			compare_unit(c, &unit);
	}
}

bool binding_debug_compare(const struct prototypes *prototypes, const char *file,
			   const char *library, struct report *report)
{
	const struct comparison c = { prototypes, file, report };
	size_t errors = report->errors;
	Dwfl_Module *module = NULL;
	Dwfl *dwfl = debuginfo_load() ? debuginfo_open(library, &module) : NULL;
	Dwarf_Addr bias;
	Dwarf *dwarf = module ? libdw.dwfl_module_getdwarf_(module, &bias) : NULL;

	if (dwarf)
		compare_all(&c, dwarf);
	if (dwfl)
		libdw.dwfl_end_(dwfl);
	return report->errors == errors;
}
