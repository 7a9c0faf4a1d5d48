/* Terms of those who have files of plugins travel: a refusal, a hash, a name. Written on the SDK. */
#include "loader/code_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

joist_term code_refusal(struct joist_actor *self, const char *format, ...)
{
	char sentence[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	return joist_make(self, "{error, Sentence}", code_text(self, sentence));
}

joist_term code_text(struct joist_actor *self, const char *text)
{
	return joist_binary(self, joist_text(text));
}

joist_term code_hash(struct joist_actor *self, const struct digest *hash)
{
	return joist_binary(self, (struct joist_bytes){ hash->bytes, sizeof(hash->bytes) });
}

bool code_read_hash(struct joist_bytes bytes, struct digest *ret_hash)
{
	if (bytes.size != sizeof(ret_hash->bytes))
		return false;
	memcpy(ret_hash->bytes, bytes.data, sizeof(ret_hash->bytes));
	return true;
}

const char *code_node(joist_atom node)
{
	return joist_atom_name(node).data;
}
