/* Looks for declarations of functions in preprocessed C. What it misses has no names of parameters, or is
 * left to the reader of the binding: it need not understand C. Owns nothing; one thread. */
#include "loader/bind_scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct scan {
	const char *at, *end;
	char word[BIND_NAME_BYTES]; /* the last token, if it is a word; else empty */
	char sign; /* if it is a sign */
};

static void skip_to(struct scan *s, char last)
{
	while (s->at < s->end && *s->at != last)
		s->at += *s->at == '\\' && s->end - s->at > 1 ? 2 : 1;
	if (s->at < s->end)
		s->at++;
}

/* The next word or sign; false at the end. */
static bool next(struct scan *s)
{
	size_t size = 0;
	char first;

	while (s->at < s->end && isspace((unsigned char)*s->at))
		s->at++;
	if (s->at >= s->end)
		return false;
	s->word[0] = 0;
	s->sign = 0;
	first = *s->at;
	if (first == '#') {
		skip_to(s, '\n');
		return next(s);
	}
	if (!isalnum((unsigned char)first) && first != '_') {
		s->at++;
		s->sign = first;
		if (first == '"' || first == '\'')
			skip_to(s, first);
		return true;
	}
	for (; s->at < s->end && (isalnum((unsigned char)*s->at) || *s->at == '_'); s->at++) {
		if (size < sizeof(s->word) - 1)
			s->word[size++] = *s->at;
	}
	s->word[size] = 0;
	return true;
}

static bool is_among(const char *word, const char *const *list)
{
	while (*list && strcmp(*list, word))
		list++;
	return *list;
}

static const char *const qualifiers[] = { "const",	"volatile",	"restrict",
					  "__restrict", "__restrict__", NULL };
static const char *const types[] = { "void",   "char",	 "short",    "int",   "long", "float",
				     "double", "signed", "unsigned", "_Bool", NULL };
static const char *const tags[] = { "struct", "enum", "union", NULL };

/* One parameter, as far as it has been read. */
struct parameter {
	char name[BIND_NAME_BYTES];
	unsigned words;
	bool is_tag, is_pointer; /* its first word is struct; a star follows its last word */
	bool is_certain; /* it was behind (* */
};

static void add_word(struct parameter *p, const char *word)
{
	if (p->is_certain || is_among(word, qualifiers))
		return;
	if (!p->words)
		p->is_tag = is_among(word, tags);
	p->words++;
	p->is_pointer = false;
	strcpy(p->name, word);
}

static void put(struct bind_function *f, const struct parameter *p)
{
	bool is_named =
		p->words > (p->is_tag ? 2u : 1u) && !p->is_pointer && !is_among(p->name, types);

	if (f->count == BIND_PARAMETERS_MAX)
		return;
	if (is_named || p->is_certain)
		strcpy(f->parameters[f->count], p->name + strspn(p->name, "_"));
	f->count++;
}

/* The parameters, up to the bracket that closes them. */
static void read_parameters(struct scan *s, struct bind_function *f)
{
	struct parameter p = { .words = 0 };
	char before = 0;
	int depth = 1;

	while (depth > 0 && next(s)) {
		depth += (s->sign == '(' || s->sign == '[') - (s->sign == ')' || s->sign == ']');
		if (s->word[0] && depth == 2 && before == '*') {
			strcpy(p.name, s->word);
			p.is_certain = true;
		} else if (s->word[0] && depth == 1) {
			add_word(&p, s->word);
		} else if (s->sign == '*' && depth == 1) {
			p.is_pointer = true;
		} else if (s->sign == ',' && depth == 1) {
			put(f, &p);
			p = (struct parameter){ .words = 0 };
		}
		before = s->sign;
	}
	if (p.words > 1 || p.is_pointer || (p.words && strcmp(p.name, "void")))
		put(f, &p);
}

static struct bind_function *read_function(struct scan *s, const char *name)
{
	struct bind_function *f = calloc(1, sizeof(*f));

	if (f) {
		strcpy(f->name, name);
		read_parameters(s, f);
	}
	return f;
}

static bool is_there(const struct bind_function *first, const char *name)
{
	while (first && strcmp(first->name, name))
		first = first->next;
	return first;
}

struct bind_function *bind_scan(const char *text, size_t size,
				bool (*is_wanted)(const void *with, const char *name),
				const void *with)
{
	struct scan s = { .at = text, .end = text + size };
	struct bind_function *first = NULL, **last = &first;
	char before[BIND_NAME_BYTES] = "";
	int depth = 0;

	while (next(&s)) {
		if (s.sign == '(' && !depth && before[0] && is_wanted(with, before) &&
		    !is_there(first, before)) {
			*last = read_function(&s, before);
			if (!*last)
				break;
			last = &(*last)->next;
		} else {
			depth +=
				(s.sign == '(' || s.sign == '{') - (s.sign == ')' || s.sign == '}');
		}
		strcpy(before, s.word);
	}
	return first;
}

void bind_scan_free(struct bind_function *functions)
{
	while (functions) {
		struct bind_function *next_one = functions->next;

		free(functions);
		functions = next_one;
	}
}
