/* Reads what a C declaration begins with: words such as `const unsigned long`, names of types, enums and
 * structs. Any thread that owns the parser. */
#include "loader/prototype_parser.h"

#include <stdint.h>
#include <string.h>

enum {
	VOID = 1,
	BOOL = 2,
	CHAR = 4,
	SHORT = 8,
	INT = 16,
	LONG = 32,
	LONG_LONG = 64,
	FLOAT = 128,
	DOUBLE = 256,
	SIGNED = 512,
	UNSIGNED = 1024,
};

static const struct {
	const char *name;
	unsigned bit;
} words[] = {
	{ "void", VOID },     { "bool", BOOL },	    { "_Bool", BOOL },	      { "char", CHAR },
	{ "short", SHORT },   { "int", INT },	    { "long", LONG },	      { "float", FLOAT },
	{ "double", DOUBLE }, { "signed", SIGNED }, { "unsigned", UNSIGNED },
};

#define SIZE(type) sizeof(type), _Alignof(type)

/* What the words mean together, when `long int` has become LONG, and so on. */
static const struct {
	unsigned bits;
	enum prototype_kind kind;
	size_t bytes, alignment;
	bool is_signed;
} meanings[] = {
	{ VOID, PROTOTYPE_VOID, 0, 0, false },
	{ BOOL, PROTOTYPE_BOOL, SIZE(bool), false },
	{ CHAR, PROTOTYPE_INTEGER, SIZE(char), (char)-1 < 0 },
	{ CHAR | SIGNED, PROTOTYPE_INTEGER, SIZE(char), true },
	{ CHAR | UNSIGNED, PROTOTYPE_INTEGER, SIZE(char), false },
	{ SHORT, PROTOTYPE_INTEGER, SIZE(short), true },
	{ SHORT | UNSIGNED, PROTOTYPE_INTEGER, SIZE(short), false },
	{ INT, PROTOTYPE_INTEGER, SIZE(int), true },
	{ INT | UNSIGNED, PROTOTYPE_INTEGER, SIZE(int), false },
	{ LONG, PROTOTYPE_INTEGER, SIZE(long), true },
	{ LONG | UNSIGNED, PROTOTYPE_INTEGER, SIZE(long), false },
	{ LONG_LONG, PROTOTYPE_INTEGER, SIZE(long long), true },
	{ LONG_LONG | UNSIGNED, PROTOTYPE_INTEGER, SIZE(long long), false },
	{ FLOAT, PROTOTYPE_REAL, SIZE(float), true },
	{ DOUBLE, PROTOTYPE_REAL, SIZE(double), true },
};

/* The types of the standard headers that need no typedef. */
static const struct {
	const char *name;
	size_t bytes;
	bool is_signed;
} standard[] = {
	{ "int8_t", 1, true },
	{ "int16_t", 2, true },
	{ "int32_t", 4, true },
	{ "int64_t", 8, true },
	{ "uint8_t", 1, false },
	{ "uint16_t", 2, false },
	{ "uint32_t", 4, false },
	{ "uint64_t", 8, false },
	{ "size_t", sizeof(size_t), false },
	{ "ssize_t", sizeof(size_t), true },
	{ "ptrdiff_t", sizeof(ptrdiff_t), true },
	{ "intptr_t", sizeof(intptr_t), true },
	{ "uintptr_t", sizeof(uintptr_t), false },
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* The words of one declaration so far. */
struct base {
	struct place at;
	unsigned bits;
	bool is_const;
	struct prototype_type *type; /* of a name or a tag; NULL: none yet */
};

static bool tell_unknown(const struct prototype_parser *p)
{
	const char *known[COUNT(words) + COUNT(standard) + 256], *nearest;
	struct prototype_item *item = p->into->typedefs.first;
	int size = p->token.size < 64 ? (int)p->token.size : 64;
	size_t count = 0;
	char word[65];

	for (size_t i = 0; i < COUNT(words); i++)
		known[count++] = words[i].name;
	for (size_t i = 0; i < COUNT(standard); i++)
		known[count++] = standard[i].name;
	for (; item && count < COUNT(known) - 1; item = item->next)
		known[count++] = item->name;
	known[count] = NULL;
	snprintf(word, sizeof(word), "%.*s", size, p->token.text);
	nearest = report_nearest(word, known);
	if (nearest)
		return prototype_refuse(p, p->token.at,
					"there is no type \"%s\"; did you mean \"%s\"?", word,
					nearest);
	return prototype_refuse(
		p, p->token.at,
		"there is no type \"%s\"; declare it with typedef before, or take it "
		"out if it is a macro",
		word);
}

static struct prototype_item *find_typedef(const struct prototype_parser *p)
{
	struct prototype_item *item = p->into->typedefs.first;

	while (item && (strlen(item->name) != p->token.size ||
			memcmp(item->name, p->token.text, p->token.size)))
		item = item->next;
	return item;
}

static struct prototype_tag *find_tag(const struct prototype_parser *p, enum prototype_kind kind)
{
	struct prototype_tag *tag = p->into->tags;

	while (tag && (tag->kind != kind || !tag->name || strlen(tag->name) != p->token.size ||
		       memcmp(tag->name, p->token.text, p->token.size)))
		tag = tag->next;
	return tag;
}

static struct prototype_tag *make_tag(struct prototype_parser *p, enum prototype_kind kind)
{
	struct prototype_tag *tag;

	if (p->into->tag_count++ == PROTOTYPES_MAX) {
		prototype_refuse(p, p->token.at, "there are more than %d types; declare fewer",
				 PROTOTYPES_MAX);
		return NULL;
	}
	tag = prototype_take(p, sizeof(*tag));
	if (!tag)
		return NULL;
	tag->kind = kind;
	tag->at = p->token.at;
	tag->next = p->into->tags;
	p->into->tags = tag;
	return tag;
}

/* The tag that is named next, if one is, or a new one. */
static struct prototype_tag *read_tag_name(struct prototype_parser *p, enum prototype_kind kind)
{
	struct prototype_tag *tag = NULL;

	if (p->token.kind != TOKEN_WORD)
		return prototype_comes(p, "{")
			       ? make_tag(p, kind)
			       : (prototype_expect(p, "a name", "write that of an enum or struct"),
				  NULL);
	tag = find_tag(p, kind);
	if (!tag) {
		tag = make_tag(p, kind);
		if (!tag || !(tag->name = prototype_word(p, &p->token)))
			return NULL;
	}
	return prototype_step(p) ? tag : NULL;
}

static bool read_tagged(struct prototype_parser *p, struct base *base, enum prototype_kind kind)
{
	struct prototype_tag *tag;

	if (!prototype_step(p) || !(tag = read_tag_name(p, kind)))
		return false;
	if (prototype_comes(p, "{") && !prototype_read_tag(p, tag))
		return false;
	if (kind == PROTOTYPE_ENUM && !tag->is_complete)
		return prototype_refuse(
			p, tag->at, "there is no enum \"%s\"; write its values before", tag->name);
	base->type = prototype_take(p, sizeof(*base->type));
	if (!base->type)
		return false;
	base->type->kind = kind;
	base->type->tag = tag;
	base->type->is_signed = true;
	base->type->bytes = tag->bytes;
	base->type->alignment = tag->alignment;
	return true;
}

static bool read_named(struct prototype_parser *p, struct base *base)
{
	struct prototype_item *item = find_typedef(p);
	size_t i = 0;

	while (i < COUNT(standard) && !prototype_comes(p, standard[i].name))
		i++;
	if (!item && i == COUNT(standard))
		return tell_unknown(p);
	base->type = prototype_take(p, sizeof(*base->type));
	if (!base->type)
		return false;
	if (item) {
		*base->type = *item->type;
		base->type->named = item;
	} else {
		base->type->kind = PROTOTYPE_INTEGER;
		base->type->bytes = base->type->alignment = standard[i].bytes;
		base->type->is_signed = standard[i].is_signed;
	}
	/* The struct may have become complete after its typedef. */
	if (base->type->kind == PROTOTYPE_STRUCT) {
		base->type->bytes = base->type->tag->bytes;
		base->type->alignment = base->type->tag->alignment;
	}
	return prototype_step(p);
}

static bool refuse_mixed(const struct prototype_parser *p)
{
	return prototype_refuse(p, p->token.at,
				"%.*s cannot stand after the words before it; write one type",
				(int)p->token.size, p->token.text);
}

static bool add_word(struct prototype_parser *p, struct base *base, unsigned bit)
{
	if (bit == LONG && base->bits & LONG) {
		base->bits ^= LONG;
		bit = LONG_LONG;
	}
	if (base->type || base->bits & (bit | (bit == LONG ? LONG_LONG : 0)))
		return refuse_mixed(p);
	base->bits |= bit;
	return prototype_step(p);
}

static unsigned find_word(const struct prototype_parser *p)
{
	for (size_t i = 0; i < COUNT(words); i++) {
		if (prototype_comes(p, words[i].name))
			return words[i].bit;
	}
	return 0;
}

static const char *const qualifiers[] = { "volatile", "restrict", "__restrict", "extern" };
static const char *const forbidden[] = { "static",   "inline",	  "__inline", "register",
					 "_Complex", "_Noreturn", "typedef" };

static bool is_among(const struct prototype_parser *p, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (prototype_comes(p, list[i]))
			return true;
	}
	return false;
}

static bool refuse_forbidden(const struct prototype_parser *p)
{
	return prototype_refuse(p, p->token.at,
				"%.*s has no meaning in a binding; take it out, and the function "
				"if it is not in the library",
				(int)p->token.size, p->token.text);
}

/* The next word; `ret_ended` if it belongs to what follows the type. */
static bool read_word(struct prototype_parser *p, struct base *base, bool *ret_ended)
{
	unsigned bit = find_word(p);
	bool is_struct = prototype_comes(p, "struct"), is_enum = prototype_comes(p, "enum");

	if (prototype_comes(p, "const")) {
		base->is_const = true;
		return prototype_step(p);
	}
	if (is_among(p, qualifiers, COUNT(qualifiers)))
		return prototype_step(p);
	if (is_among(p, forbidden, COUNT(forbidden)))
		return refuse_forbidden(p);
	if (prototype_comes(p, "union"))
		return prototype_refuse(p, p->token.at,
					"a union has no term; write a pointer to an opaque struct "
					"in its place");
	if (bit)
		return add_word(p, base, bit);
	if ((is_struct || is_enum) && (base->type || base->bits))
		return refuse_mixed(p);
	if (is_struct || is_enum)
		return read_tagged(p, base, is_enum ? PROTOTYPE_ENUM : PROTOTYPE_STRUCT);
	if (p->token.kind != TOKEN_WORD || base->type || base->bits) {
		*ret_ended = true;
		return true;
	}
	return read_named(p, base);
}

static struct prototype_type *make_plain(struct prototype_parser *p, const struct base *base)
{
	struct prototype_type *type;
	unsigned bits = base->bits;
	size_t i = 0;

	if (bits & (SHORT | LONG | LONG_LONG))
		bits &= ~(unsigned)INT;
	if (bits == SIGNED || bits == UNSIGNED)
		bits |= INT;
	if (!(bits & CHAR))
		bits &= ~(unsigned)SIGNED;
	while (i < COUNT(meanings) && meanings[i].bits != bits)
		i++;
	if (i == COUNT(meanings)) {
		prototype_refuse(p, base->at,
				 bits == (LONG | DOUBLE)
					 ? "a long double has no term; write a function with a "
					   "double around it"
					 : "these words are no type together; write one such as "
					   "unsigned long");
		return NULL;
	}
	type = prototype_take(p, sizeof(*type));
	if (!type)
		return NULL;
	type->kind = meanings[i].kind;
	type->bytes = meanings[i].bytes;
	type->alignment = meanings[i].alignment;
	type->is_signed = meanings[i].is_signed;
	type->is_char = bits == CHAR;
	return type;
}

struct prototype_type *prototype_read_base(struct prototype_parser *p)
{
	struct base base = { .at = p->token.at };
	bool ended = false;

	while (!ended) {
		if (!read_word(p, &base, &ended))
			return NULL;
	}
	if (!base.type && !base.bits && p->token.kind == TOKEN_OPEN) {
		prototype_refuse(p, p->token.at,
				 "there are notes before what they are about; move them behind it");
		return NULL;
	}
	if (!base.type && !base.bits) {
		prototype_expect(p, "a type", "write one, such as int or const char *");
		return NULL;
	}
	if (!base.type && !(base.type = make_plain(p, &base)))
		return NULL;
	base.type->is_const |= base.is_const;
	return base.type;
}
