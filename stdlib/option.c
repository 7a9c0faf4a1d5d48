/* Options: keys may be atoms, as Erlang text has them, or binaries, as JSON has. */
#include <joist/option.h>

#include <string.h>

static joist_term option_at(struct joist_actor *self, joist_term map, const char *key)
{
	joist_term value = joist_map_get(map, joist_atom_term(joist_atom_new(key)));

	if (!joist_is_none(value))
		return value;
	return joist_map_get(map, joist_binary(self, joist_text(key)));
}

joist_term joist_option(struct joist_actor *self, joist_term args, const char *key)
{
	joist_term value = option_at(self, args, key);

	return joist_is_none(value) ? option_at(self, joist_config(self), key) : value;
}

static JOIST_NORETURN void option_bad(struct joist_actor *self, const char *key, joist_term value)
{
	joist_exit(self, joist_make(self, "{bad_option, Key, Value}", joist_atom_new(key), value));
}

int64_t joist_option_int(struct joist_actor *self, joist_term args, const char *key,
			 int64_t otherwise)
{
	joist_term value = joist_option(self, args, key);
	int64_t number;

	if (joist_is_none(value))
		return otherwise;
	if (!joist_get_int(value, &number))
		option_bad(self, key, value);
	return number;
}

const char *joist_option_text(struct joist_actor *self, joist_term args, const char *key,
			      const char *otherwise)
{
	joist_term value = joist_option(self, args, key);
	const char *text;

	if (joist_is_none(value))
		return otherwise;
	text = joist_c_string(self, value);
	if (!text)
		option_bad(self, key, value);
	return text;
}

bool joist_option_bool(struct joist_actor *self, joist_term args, const char *key, bool otherwise)
{
	joist_term value = joist_option(self, args, key);

	if (joist_is_none(value))
		return otherwise;
	if (!joist_is_atom(value, "true") && !joist_is_atom(value, "false"))
		option_bad(self, key, value);
	return joist_is_atom(value, "true");
}

const char *joist_c_string(struct joist_actor *self, joist_term term)
{
	struct joist_bytes bytes;
	joist_atom atom;
	void *text;

	if (joist_get_atom(term, &atom))
		return joist_atom_name(atom).data;
	if (!joist_get_bytes(term, &bytes) || (bytes.size && memchr(bytes.data, 0, bytes.size)))
		return NULL;
	joist_binary_new(self, bytes.size + 1, &text);
	memcpy(text, bytes.data, bytes.size);
	((char *)text)[bytes.size] = 0;
	return text;
}
