/* A walk over a term. Of its depth a node elsewhere has said what it likes, and a loop's stack is small. */
#include "loader/far_json.h"

#include <inttypes.h>
#include <string.h>

#define DEPTH_MAX 100

static void write_string(struct joist_bytes text, FILE *out)
{
	const unsigned char *at = text.data;

	putc('"', out);
	for (size_t i = 0; i < text.size; i++) {
		if (at[i] < 0x20)
			fprintf(out, "\\u%04x", at[i]);
		else
			fprintf(out, at[i] == '"' || at[i] == '\\' ? "\\%c" : "%c", at[i]);
	}
	putc('"', out);
}

static void write_text(struct joist_actor *self, joist_term term, FILE *out)
{
	write_string(joist_text(joist_format(self, term)), out);
}

static size_t sequence_size(unsigned char first)
{
	return first < 0x80	  ? 1
	       : first >> 5 == 6  ? 2
	       : first >> 4 == 14 ? 3
	       : first >> 3 == 30 ? 4
				  : 0;
}

/* Whether the bytes can stand in JSON, which is UTF-8. */
static bool is_text(struct joist_bytes bytes)
{
	const unsigned char *at = bytes.data, *end = at + bytes.size;

	while (at < end) {
		size_t size = sequence_size(*at);
		if (!size || size > (size_t)(end - at))
			return false;
		for (size_t i = 1; i < size; i++) {
			if (at[i] >> 6 != 2)
				return false;
		}
		at += size;
	}
	return true;
}

static void write_atom(joist_term term, FILE *out)
{
	joist_atom atom;

	joist_get_atom(term, &atom);
	struct joist_bytes name = joist_atom_name(atom);
	if (joist_is_atom(term, "true") || joist_is_atom(term, "false") ||
	    joist_is_atom(term, "null"))
		fwrite(name.data, 1, name.size, out);
	else
		write_string(name, out);
}

static void write_term(struct joist_actor *self, joist_term term, FILE *out, int depth);

static void write_tuple(struct joist_actor *self, joist_term tuple, FILE *out, int depth)
{
	putc('[', out);
	for (size_t i = 0; i < joist_tuple_size(tuple); i++) {
		fputs(i ? "," : "", out);
		write_term(self, joist_element(tuple, i), out, depth);
	}
	putc(']', out);
}

static void write_list(struct joist_actor *self, joist_term list, FILE *out, int depth)
{
	const char *before = "";
	joist_term item;

	if (joist_list_size(list) < 0) { /* it ends with something else than [] */
		write_text(self, list, out);
		return;
	}
	putc('[', out);
	while (joist_list_next(&list, &item)) {
		fputs(before, out);
		write_term(self, item, out, depth);
		before = ",";
	}
	putc(']', out);
}

static void write_key(struct joist_actor *self, joist_term key, FILE *out)
{
	struct joist_bytes bytes;
	joist_atom atom;

	if (joist_get_atom(key, &atom))
		write_string(joist_atom_name(atom), out);
	else if (joist_get_bytes(key, &bytes) && is_text(bytes))
		write_string(bytes, out);
	else
		write_text(self, key, out);
}

static void write_map(struct joist_actor *self, joist_term map, FILE *out, int depth)
{
	joist_term key, value;
	size_t at = 0;

	putc('{', out);
	for (const char *before = ""; joist_map_next(map, &at, &key, &value); before = ",") {
		fputs(before, out);
		write_key(self, key, out);
		putc(':', out);
		write_term(self, value, out, depth);
	}
	putc('}', out);
}

static void write_other(struct joist_actor *self, joist_term term, FILE *out)
{
	struct joist_bytes bytes;

	if (joist_get_bytes(term, &bytes) && is_text(bytes))
		write_string(bytes, out);
	else
		write_text(self, term, out);
}

static void write_term(struct joist_actor *self, joist_term term, FILE *out, int depth)
{
	double number;

	if (depth == DEPTH_MAX) {
		write_text(self, term, out);
		return;
	}
	switch (joist_type(term)) {
	case JOIST_INTEGER: /* of any size: JSON's numbers are, too */
		fputs(joist_format(self, term), out);
		break;
	case JOIST_FLOAT:
		joist_get_float(term, &number);
		fprintf(out, "%.17g", number);
		break;
	case JOIST_ATOM:
		write_atom(term, out);
		break;
	case JOIST_NIL:
	case JOIST_CONS:
		write_list(self, term, out, depth + 1);
		break;
	case JOIST_TUPLE:
		write_tuple(self, term, out, depth + 1);
		break;
	case JOIST_MAP:
		write_map(self, term, out, depth + 1);
		break;
	default:
		write_other(self, term, out);
	}
}

void far_json_write(struct joist_actor *self, joist_term term, FILE *out)
{
	write_term(self, term, out, 0);
}
