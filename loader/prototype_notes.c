/* Reads the notes on a declaration, [[out, len=size]], which stand where C23 has its attributes. Any thread
 * that owns the parser. */
#include "loader/prototype_parser.h"

#include <string.h>

enum value { NOTHING, WORD, NUMBER, WORD_OR_NUMBER };

static const struct {
	const char *name;
	unsigned places; /* where it may stand */
	enum value value;
} notes[] = {
	[NOTE_AS] = { "as", AT_FUNCTION | AT_ENUMERATOR, WORD },
	[NOTE_BLOCKING] = { "blocking", AT_FUNCTION, NOTHING },
	[NOTE_ERRNO] = { "errno", AT_FUNCTION, NOTHING },
	[NOTE_FAILURE] = { "failure", AT_PARAMETER, NUMBER },
	[NOTE_FREE] = { "free", AT_FUNCTION | AT_PARAMETER, WORD },
	[NOTE_IN] = { "in", AT_PARAMETER, NOTHING },
	[NOTE_INOUT] = { "inout", AT_PARAMETER, NOTHING },
	[NOTE_LEN] = { "len", AT_FUNCTION | AT_PARAMETER, WORD_OR_NUMBER },
	[NOTE_NULL] = { "null", AT_PARAMETER, NOTHING },
	[NOTE_NULLABLE] = { "nullable", AT_PARAMETER, NOTHING },
	[NOTE_OUT] = { "out", AT_PARAMETER, NOTHING },
	[NOTE_SCOPE] = { "scope", AT_PARAMETER, WORD },
	[NOTE_STATUS] = { "status", AT_FUNCTION, NOTHING },
	[NOTE_THREADSAFE] = { "threadsafe", AT_FUNCTION, NOTHING },
	[NOTE_USED] = { "used", AT_PARAMETER, NOTHING },
};

#define COUNT (sizeof(notes) / sizeof(notes[0]))

static const char *place_name(enum prototype_place place)
{
	if (place == AT_FUNCTION)
		return "a function";
	return place == AT_PARAMETER ? "a parameter" : "a value of an enum";
}

static bool find_kind(const struct prototype_parser *p, enum prototype_place place,
		      enum prototype_note_kind *ret_kind)
{
	const char *words[COUNT + 1], *nearest;
	char word[33], all[160] = "";
	size_t count = 0;

	snprintf(word, sizeof(word), "%.*s", p->token.size < 32 ? (int)p->token.size : 32,
		 p->token.text);
	for (size_t i = 0; i < COUNT; i++) {
		size_t used = strlen(all);

		*ret_kind = (enum prototype_note_kind)i;
		if (!(notes[i].places & place))
			continue;
		if (prototype_comes(p, notes[i].name))
			return true;
		words[count++] = notes[i].name;
		snprintf(all + used, sizeof(all) - used, "%s%s", used ? ", " : "", notes[i].name);
	}
	words[count] = NULL;
	nearest = report_nearest(word, words);
	if (nearest)
		return prototype_refuse(p, p->token.at,
					"%s has no note \"%s\"; did you mean \"%s\"?",
					place_name(place), word, nearest);
	return prototype_refuse(p, p->token.at, "%s has no note \"%s\"; its notes are %s",
				place_name(place), word, all);
}

static bool read_number(struct prototype_parser *p, struct prototype_note *note)
{
	bool negative = prototype_comes(p, "-");

	if (negative && !prototype_step(p))
		return false;
	if (p->token.kind != TOKEN_NUMBER || p->token.number > INT64_MAX)
		return prototype_refuse(p, note->value_at,
					"\"%s\" has no number there; write one, such as %s=16",
					notes[note->kind].name, notes[note->kind].name);
	note->number = negative ? -(int64_t)p->token.number : (int64_t)p->token.number;
	return prototype_step(p);
}

/* What follows the = of a note, which has been stepped over. */
static bool read_value(struct prototype_parser *p, struct prototype_note *note)
{
	enum value wanted = notes[note->kind].value;

	note->has_value = true;
	note->value_at = p->token.at;
	if (wanted == NUMBER || (wanted == WORD_OR_NUMBER && p->token.kind != TOKEN_WORD))
		return read_number(p, note);
	if (p->token.kind != TOKEN_WORD)
		return prototype_refuse(p, note->value_at,
					"\"%s\" has no name there; write one, such as %s=size",
					notes[note->kind].name, notes[note->kind].name);
	note->word = prototype_word(p, &p->token);
	return note->word && prototype_step(p);
}

static bool read_note(struct prototype_parser *p, struct prototype_item *item,
		      enum prototype_place place)
{
	struct prototype_note *note = prototype_take(p, sizeof(*note));
	enum prototype_note_kind kind;

	if (!note || !find_kind(p, place, &kind))
		return false;
	if (prototype_note(item, kind))
		return prototype_refuse(p, p->token.at, "\"%s\" stands twice; keep one of them",
					notes[kind].name);
	note->kind = kind;
	note->at = p->token.at;
	note->next = item->notes;
	item->notes = note;
	if (!prototype_step(p))
		return false;
	if (prototype_comes(p, "=")) {
		if (notes[kind].value == NOTHING)
			return prototype_refuse(p, p->token.at,
						"\"%s\" has no value; take the = out",
						notes[kind].name);
		return prototype_step(p) && read_value(p, note);
	}
	return notes[kind].value == NOTHING ||
	       prototype_refuse(p, note->at, "\"%s\" has no value; write %s=%s", notes[kind].name,
				notes[kind].name, notes[kind].value == NUMBER ? "0" : "NAME");
}

bool prototype_read_notes(struct prototype_parser *p, struct prototype_item *item,
			  enum prototype_place place)
{
	if (p->token.kind != TOKEN_OPEN)
		return true;
	do {
		if (!prototype_step(p) || !read_note(p, item, place))
			return false;
	} while (prototype_comes(p, ","));
	if (p->token.kind != TOKEN_CLOSE)
		return prototype_expect(p, "]]", "end the notes with ]]");
	return prototype_step(p);
}
