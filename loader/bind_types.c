/* Writes C declarations by elfutils' libdw, which is loaded for that. What is pieced together lives until
 * all is written. One thread. */
#include "loader/bind_types.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "loader/debuginfo.h"

#define WRITTEN_MAX 4096

/* A type that is written, or cannot be. */
struct written {
	Dwarf_Off offset; /* its place in the file */
	const char *lacks;
};

struct text {
	struct text *next;
	char *text;
};

struct writer {
	FILE *out;
	struct written written[WRITTEN_MAX];
	size_t count;
	struct text *texts;
	const char *lacks; /* why the function has no place in a binding; NULL: it has */
};

static int tag_of(Dwarf_Die *die)
{
	return libdw.dwarf_tag_(die);
}

/* A text that lives as long as the writer; an empty one when memory is short. */
static const char *format(struct writer *w, const char *with, ...)
	__attribute__((format(printf, 2, 3)));
static const char *format(struct writer *w, const char *with, ...)
{
	struct text *text = calloc(1, sizeof(*text));
	va_list arguments;
	int size = -1;

	va_start(arguments, with);
	if (text)
		size = vasprintf(&text->text, with, arguments);
	va_end(arguments);
	if (size < 0) {
		free(text);
		w->lacks = "more parts than there is memory for";
		return "";
	}
	text->next = w->texts;
	w->texts = text;
	return text->text;
}

static void free_texts(struct writer *w)
{
	while (w->texts) {
		struct text *next = w->texts->next;

		free(w->texts->text);
		free(w->texts);
		w->texts = next;
	}
}

static const char *join(struct writer *w, const char *type, const char *inner)
{
	return format(w, "%s%s%s", type, *inner ? " " : "", inner);
}

/* Whether C has a name for it that a binding knows without a declaration. */
static bool is_standard(const char *name)
{
	static const char *const names[] = { "int8_t",	 "int16_t",  "int32_t",	 "int64_t",
					     "uint8_t",	 "uint16_t", "uint32_t", "uint64_t",
					     "size_t",	 "ssize_t",  "intptr_t", "uintptr_t",
					     "ptrdiff_t" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return false;
}

/* The entry of a type, new if `ret_new`. What has no room is written again, and told of by the reader. */
static struct written *entry_of(struct writer *w, Dwarf_Die *die, bool *ret_new)
{
	Dwarf_Off offset = libdw.dwarf_dieoffset_(die);

	*ret_new = false;
	for (size_t i = 0; i < w->count; i++) {
		if (w->written[i].offset == offset)
			return &w->written[i];
	}
	*ret_new = true;
	if (w->count < WRITTEN_MAX)
		w->count++;
	w->written[w->count - 1] = (struct written){ .offset = offset };
	return &w->written[w->count - 1];
}

static const char *declarator(struct writer *w, Dwarf_Die *type, const char *inner);

/* The declarator of what `die` is made of. */
static const char *of(struct writer *w, Dwarf_Die *die, const char *inner)
{
	Dwarf_Die type;

	return debuginfo_type(die, &type) ? declarator(w, &type, inner) : join(w, "void", inner);
}

static const char *parameters(struct writer *w, Dwarf_Die *function,
			      const struct bind_function *names)
{
	const char *all = "";
	Dwarf_Die part;
	bool started = false;
	size_t count = 0;

	while (debuginfo_part(function, &part, &started)) {
		bool is_dots = tag_of(&part) == DW_TAG_unspecified_parameters;
		const char *name = names && count < names->count ? names->parameters[count] : "";

		all = format(w, "%s%s%s", all, count++ ? ", " : "",
			     is_dots ? "..." : of(w, &part, name));
	}
	return count ? all : "void";
}

static const char *array(struct writer *w, Dwarf_Die *die, const char *inner)
{
	Dwarf_Attribute attribute;
	Dwarf_Die part;
	bool started = false;

	while (debuginfo_part(die, &part, &started)) {
		Dwarf_Word size = 0;

		if (libdw.dwarf_attr_(&part, DW_AT_count, &attribute))
			libdw.dwarf_formudata_(&attribute, &size);
		else if (libdw.dwarf_attr_(&part, DW_AT_upper_bound, &attribute) &&
			 !libdw.dwarf_formudata_(&attribute, &size))
			size++;
		inner = format(w, "%s[%llu]", inner, (unsigned long long)size);
	}
	return of(w, die, inner);
}

static const char *pointer(struct writer *w, Dwarf_Die *die, const char *inner)
{
	Dwarf_Die type;
	bool is_bracketed =
		debuginfo_type(die, &type) &&
		(tag_of(&type) == DW_TAG_subroutine_type || tag_of(&type) == DW_TAG_array_type);

	return of(w, die, format(w, is_bracketed ? "(*%s)" : "*%s", inner));
}

static bool has_term(const char *name)
{
	return name && !strstr(name, "long double") && !strstr(name, "complex") &&
	       !strstr(name, "128");
}

static const char *base(struct writer *w, Dwarf_Die *type, const char *inner)
{
	const char *name = libdw.dwarf_diename_(type);

	if (!has_term(name))
		w->lacks = "a number that has no term";
	return join(w, name && strcmp(name, "_Bool") ? name : "bool", inner);
}

static const char *constant(struct writer *w, Dwarf_Die *die, const char *inner)
{
	Dwarf_Die type;

	if (debuginfo_type(die, &type) && tag_of(&type) == DW_TAG_pointer_type)
		return of(w, die, join(w, "const", inner));
	return join(w, "const", of(w, die, inner));
}

static void declare(struct writer *w, Dwarf_Die *type);

static const char *tagged(struct writer *w, Dwarf_Die *type, const char *inner)
{
	const char *name = libdw.dwarf_diename_(type);

	declare(w, type);
	if (!name)
		w->lacks = "a type without a name";
	return join(w,
		    format(w, "%s %s", tag_of(type) == DW_TAG_structure_type ? "struct" : "enum",
			   name ? name : ""),
		    inner);
}

/* The declaration of `inner` with that type. */
static const char *declarator(struct writer *w, Dwarf_Die *type, const char *inner)
{
	switch (tag_of(type)) {
	case DW_TAG_base_type:
		return base(w, type, inner);
	case DW_TAG_pointer_type:
		return pointer(w, type, inner);
	case DW_TAG_const_type:
		return constant(w, type, inner);
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
		return of(w, type, inner);
	case DW_TAG_array_type:
		return array(w, type, inner);
	case DW_TAG_subroutine_type:
		return of(w, type, format(w, "%s(%s)", inner, parameters(w, type, NULL)));
	case DW_TAG_typedef:
		declare(w, type);
		return join(w, libdw.dwarf_diename_(type), inner);
	case DW_TAG_structure_type:
	case DW_TAG_enumeration_type:
		return tagged(w, type, inner);
	default:
		w->lacks = "a type that has no term, such as a union";
		return join(w, "void", inner);
	}
}

/* Whether values of it may lie in a struct that a binding knows. */
static bool is_plain(Dwarf_Die *type)
{
	Dwarf_Die inner, part;
	bool started = false, has_inner = debuginfo_type(type, &inner);

	switch (tag_of(type)) {
	case DW_TAG_base_type:
		return has_term(libdw.dwarf_diename_(type));
	case DW_TAG_enumeration_type:
		return true;
	case DW_TAG_typedef:
	case DW_TAG_const_type:
	case DW_TAG_array_type:
		return has_inner && is_plain(&inner);
	case DW_TAG_structure_type:
		while (debuginfo_part(type, &part, &started)) {
			if (libdw.dwarf_hasattr_(&part, DW_AT_bit_size) ||
			    !debuginfo_type(&part, &inner) || !is_plain(&inner))
				return false;
		}
		return started && libdw.dwarf_bytesize_(type) > 0;
	default:
		return false;
	}
}

static const char *fields(struct writer *w, Dwarf_Die *type)
{
	const char *all = "";
	Dwarf_Die part;
	bool started = false;

	while (debuginfo_part(type, &part, &started))
		all = format(w, "%s\t%s;\n", all, of(w, &part, libdw.dwarf_diename_(&part)));
	return format(w, "{\n%s}", all);
}

static const char *values(struct writer *w, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;
	const char *all = "";
	Dwarf_Sword value = 0;
	Dwarf_Die part;
	bool started = false;

	while (debuginfo_part(type, &part, &started)) {
		if (libdw.dwarf_attr_(&part, DW_AT_const_value, &attribute))
			libdw.dwarf_formsdata_(&attribute, &value);
		all = format(w, "%s\t%s = %lld,\n", all, libdw.dwarf_diename_(&part),
			     (long long)value);
	}
	return format(w, "{\n%s}", all);
}

/* struct NAME { ... }, or without its parts, if it has some that no term has. */
static const char *body(struct writer *w, Dwarf_Die *type, const char *name)
{
	bool is_struct = tag_of(type) == DW_TAG_structure_type;
	const char *head = join(w, is_struct ? "struct" : "enum", name ? name : "");

	if (!is_struct)
		return join(w, head, values(w, type));
	return is_plain(type) ? join(w, head, fields(w, type)) : head;
}

static const char *typedef_of(struct writer *w, Dwarf_Die *type, const char *name)
{
	Dwarf_Die inner;
	bool is_tag = debuginfo_type(type, &inner) && (tag_of(&inner) == DW_TAG_structure_type ||
						       tag_of(&inner) == DW_TAG_enumeration_type);

	if (!is_tag || libdw.dwarf_diename_(&inner))
		return of(w, type, name);
	return join(w,
		    body(w, &inner,
			 tag_of(&inner) == DW_TAG_structure_type && !is_plain(&inner) ? name
										      : NULL),
		    name);
}

/* Writes the declaration of a type before what needs it, once. */
static void declare(struct writer *w, Dwarf_Die *type)
{
	const char *name = libdw.dwarf_diename_(type), *lacks = w->lacks, *text;
	bool is_typedef = tag_of(type) == DW_TAG_typedef, is_new;
	size_t at;

	if (!name || (is_typedef && is_standard(name)))
		return;
	at = (size_t)(entry_of(w, type, &is_new) - w->written);
	if (is_new) {
		w->lacks = NULL;
		text = is_typedef ? typedef_of(w, type, name) : body(w, type, name);
		if (!w->lacks)
			fprintf(w->out, "%s%s;\n", is_typedef ? "typedef " : "", text);
		w->written[at].lacks = w->lacks;
		w->lacks = lacks;
	}
	if (w->written[at].lacks)
		w->lacks = w->written[at].lacks;
}

static void write_function(struct writer *w, Dwarf_Die *type, const struct bind_function *function)
{
	const char *text;

	w->lacks = NULL;
	text = of(w, type, format(w, "%s(%s)", function->name, parameters(w, type, function)));
	if (w->lacks)
		fprintf(w->out, "/* %s has %s */\n", function->name, w->lacks);
	else
		fprintf(w->out, "%s;\n", text);
}

/* The type of the function that a variable of the unit points to. */
static bool find_function(Dwarf_Die *unit, const char *name, Dwarf_Die *ret_type)
{
	size_t size = strlen(BIND_VARIABLE);
	bool started = false;
	Dwarf_Die pointer_type, part;

	while (debuginfo_part(unit, &part, &started)) {
		const char *called = libdw.dwarf_diename_(&part);

		if (tag_of(&part) == DW_TAG_variable && called &&
		    !strncmp(called, BIND_VARIABLE, size) && !strcmp(called + size, name))
			return debuginfo_type(&part, &pointer_type) &&
			       debuginfo_type(&pointer_type, ret_type) &&
			       tag_of(ret_type) == DW_TAG_subroutine_type;
	}
	return false;
}

static bool write_all(Dwarf *dwarf, const struct bind_function *functions, FILE *out)
{
	struct writer *w = calloc(1, sizeof(*w));
	Dwarf_Off next;
	size_t header;
	Dwarf_Die unit, type;
	bool fine = w && !libdw.dwarf_nextcu_(dwarf, 0, &next, &header, NULL, NULL, NULL) &&
		    libdw.dwarf_offdie_(dwarf, header, &unit);

	if (fine)
		w->out = out;
	for (; fine && functions; functions = functions->next) {
		if (find_function(&unit, functions->name, &type))
			write_function(w, &type, functions);
	}
	if (w)
		free_texts(w);
	free(w);
	return fine;
}

bool bind_types_write(const char *file, const struct bind_function *functions, FILE *out,
		      struct report *report)
{
	Dwfl_Module *module = NULL;
	Dwarf *dwarf = NULL;
	Dwarf_Addr bias;
	Dwfl *dwfl;
	bool fine;

	if (!debuginfo_load())
		return report_error(report, "libdw.so.1", (struct place){ 0 },
				    "cannot be loaded; install elfutils' libdw");
	dwfl = debuginfo_open(file, &module);
	if (module)
		dwarf = libdw.dwfl_module_getdwarf_(module, &bias);
	fine = dwarf && write_all(dwarf, functions, out);
	if (dwfl)
		libdw.dwfl_end_(dwfl);
	return fine || report_error(report, file, (struct place){ 0 },
				    "has no debug information; take -g0 out of CFLAGS");
}
