/* A look into the external form of funs: the names in front. What is not understood is `#Fun<>`; the
 * bytes come from other nodes, so every read is checked. Any thread. */
#include "vm/term/fun.h"

#include <stdint.h>

#include "vm/term/external.h"

/* Of a new fun: size, arity, unique id, index and the number of free variables. */
enum { NEW_FUN_MODULE = 1 + EXTERNAL_FUN_HEAD, NEW_FUN_INDEX = 1 + 4 + 1 + 16 };

struct cut {
	const unsigned char *at, *end;
};

/* The name of the atom that stands at the cut. */
static bool cut_atom(struct cut *cut, const unsigned char **ret_name, int *ret_size)
{
	size_t left = (size_t)(cut->end - cut->at), head = 2, size;

	if (left < 3)
		return false;
	switch (cut->at[0]) {
	case EXTERNAL_SMALL_ATOM:
	case EXTERNAL_SMALL_ATOM_UTF8:
		size = cut->at[1];
		break;
	case EXTERNAL_ATOM:
	case EXTERNAL_ATOM_UTF8:
		head = 3;
		size = external_16(cut->at + 1);
		break;
	default:
		return false;
	}
	if (left < head + size)
		return false;
	*ret_name = cut->at + head;
	*ret_size = (int)size;
	cut->at += head + size;
	return true;
}

static bool cut_integer(struct cut *cut, uint32_t *ret_value)
{
	size_t left = (size_t)(cut->end - cut->at), size;

	if (!left || (*cut->at != EXTERNAL_SMALL_INTEGER && *cut->at != EXTERNAL_INTEGER))
		return false;
	size = *cut->at == EXTERNAL_INTEGER ? 4 : 1;
	if (left < 1 + size)
		return false;
	*ret_value = 0;
	for (size_t i = 1; i <= size; i++)
		*ret_value = *ret_value << 8 | cut->at[i];
	cut->at += 1 + size;
	return true;
}

bool fun_print(struct text *text, const void *external, size_t bytes)
{
	const unsigned char *from = external, *module, *function;
	struct cut cut = { from, from + bytes };
	int module_size, function_size;
	uint32_t number;

	if (bytes && *from == EXTERNAL_EXPORT) {
		cut.at++;
		if (cut_atom(&cut, &module, &module_size) &&
		    cut_atom(&cut, &function, &function_size) && cut_integer(&cut, &number))
			return text_addf(text, "fun %.*s:%.*s/%u", module_size,
					 (const char *)module, function_size,
					 (const char *)function, number);
	} else if (bytes > NEW_FUN_MODULE && *from == EXTERNAL_NEW_FUN) {
		uint32_t index = external_32(from + NEW_FUN_INDEX);
		uint32_t old;
		cut.at += NEW_FUN_MODULE;
		if (cut_atom(&cut, &module, &module_size) && cut_integer(&cut, &old) &&
		    cut_integer(&cut, &number))
			return text_addf(text, "#Fun<%.*s.%u.%u>", module_size,
					 (const char *)module, index, number);
	}
	return text_add(text, "#Fun<>", 6);
}
