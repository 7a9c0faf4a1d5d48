/* Writes the table of a boot script's keys as a JSON Schema, for editors. docs/boot.schema.json is what
 * this writes; a test holds the two together.
 *
 * An object that occurs in many places, or in itself, stands once, under "$defs". */
#include "loader/schema.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define OBJECTS_MAX 32

struct printer {
	FILE *out;
	const struct schema *objects[OBJECTS_MAX]; /* met so far; their place is their number */
	size_t count;
};

static void print_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

/* The key under which an object stands: the letters of its name. */
static void print_name(FILE *out, const struct schema *schema)
{
	const char *name = schema->name;

	if (!strncmp(name, "the ", 4))
		name += 4;
	for (; *name; name++) {
		if (*name >= 'a' && *name <= 'z')
			fputc(*name, out);
	}
}

static void print_reference(struct printer *p, const struct schema *schema)
{
	size_t i = 0;

	while (i < p->count && p->objects[i] != schema)
		i++;
	if (i == p->count && i < OBJECTS_MAX)
		p->objects[p->count++] = schema;
	fputs("{\"$ref\": \"#/$defs/", p->out);
	print_name(p->out, schema);
	fputs("\"}", p->out);
}

/* A value with a ${NAME} in it takes its form only when the node starts. */
static void print_form(FILE *out, const struct schema_form *form)
{
	char pattern[256];

	fputs("\"type\": \"string\"", out);
	if (!form)
		return;
	snprintf(pattern, sizeof(pattern), "%s|[$][{]", form->pattern);
	fputs(", \"pattern\": ", out);
	print_text(out, pattern);
}

static void print_choices(FILE *out, const char *const *choices)
{
	const char *before = "";

	fputs("\"enum\": [", out);
	for (; *choices; choices++, before = ", ") {
		fputs(before, out);
		print_text(out, *choices);
	}
	fputc(']', out);
}

static void print_range(FILE *out, const struct schema_key *key, const char *type)
{
	fprintf(out, "\"type\": \"%s\", \"minimum\": %" PRId64, type, key->low);
	if (key->high != INT64_MAX)
		fprintf(out, ", \"maximum\": %" PRId64, key->high);
}

static void print_type(struct printer *p, const struct schema_key *key)
{
	switch (key->type) {
	case SCHEMA_BOOL:
		fputs("\"type\": \"boolean\"", p->out);
		break;
	case SCHEMA_WHOLE:
		print_range(p->out, key, "integer");
		break;
	case SCHEMA_NUMBER:
		print_range(p->out, key, "number");
		break;
	case SCHEMA_TEXT:
		print_form(p->out, key->form);
		break;
	case SCHEMA_CHOICE:
		print_choices(p->out, key->choices);
		break;
	case SCHEMA_WHOLE_OR_CHOICE:
		fputs("\"anyOf\": [{", p->out);
		print_range(p->out, key, "integer");
		fputs("}, {", p->out);
		print_choices(p->out, key->choices);
		fputs("}]", p->out);
		break;
	case SCHEMA_ANYTHING:
		fputs("\"type\": \"object\"", p->out);
		break;
	case SCHEMA_OBJECT:
		fputs("\"allOf\": [", p->out);
		print_reference(p, key->schema);
		fputs("]", p->out);
		break;
	case SCHEMA_OBJECTS:
		fputs("\"type\": \"array\", \"items\": ", p->out);
		print_reference(p, key->schema);
		break;
	case SCHEMA_TEXTS:
		fputs("\"type\": \"array\", \"items\": {", p->out);
		print_form(p->out, key->form);
		fputs("}", p->out);
		break;
	}
}

static void print_object(struct printer *p, const struct schema *schema, const char *indent)
{
	const char *before = "";

	fprintf(p->out,
		"%s\"type\": \"object\", \"additionalProperties\": false,\n%s\"required\": [",
		indent, indent);
	for (const struct schema_key *key = schema->keys; key->name; key++) {
		if (!key->required)
			continue;
		fprintf(p->out, "%s\"%s\"", before, key->name);
		before = ", ";
	}
	fprintf(p->out, "],\n%s\"properties\": {", indent);
	before = "\n";
	for (const struct schema_key *key = schema->keys; key->name; key++, before = ",\n") {
		fprintf(p->out, "%s%s  \"%s\": {", before, indent, key->name);
		print_type(p, key);
		if (key->preset)
			fprintf(p->out, ", \"default\": %s", key->preset);
		fprintf(p->out, ",\n%s    \"description\": ", indent);
		print_text(p->out, key->about);
		fputc('}', p->out);
	}
	fputs("}", p->out);
}

void schema_print(FILE *out)
{
	struct printer p = { .out = out };

	fputs("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
	      "  \"title\": \"A boot script of Joist\",\n",
	      out);
	print_object(&p, &schema_boot, "  ");
	fputs(",\n  \"$defs\": {", out);
	for (size_t i = 0; i < p.count; i++) {
		fprintf(out, "%s\n    \"", i ? "," : "");
		print_name(out, p.objects[i]);
		fputs("\": {\n", out);
		print_object(&p, p.objects[i], "      ");
		fputs("}", out);
	}
	fputs("}}\n", out);
}
