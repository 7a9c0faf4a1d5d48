/* The server `user`: the group leader of all that have no other, for whom it writes to the node's
 * standard output. It speaks Erlang's I/O protocol as far as that writes; there is nothing to read.
 * What is to be written is whole lines, so that those of different actors do not mix: where the last
 * newline is missing, it is added. */
#include <joist/node.h>
#include <joist/server.h>

#include "../builtin.h"
#include "otp.h"

#define FORMAT_TIMEOUT_MS 5000

/* A line that is not complete. */
struct line {
	int size;
	char bytes[4000]; /* a few less than joist_print takes */
};

/* ---- characters: code points, binaries in UTF-8, and lists of such lists ---- */

static void put_byte(struct joist_actor *self, struct line *line, unsigned char byte)
{
	if (byte == '\n' || line->size == (int)sizeof(line->bytes)) {
		joist_print(self, "%.*s", line->size, line->bytes);
		line->size = 0;
	}
	if (byte != '\n')
		line->bytes[line->size++] = (char)byte;
}

static bool put_code(struct joist_actor *self, struct line *line, int64_t code)
{
	if (code < 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
		return false;
	if (code < 0x80) {
		put_byte(self, line, (unsigned char)code);
		return true;
	}
	int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3; /* bytes of six bits */
	put_byte(self, line, (unsigned char)((0xFF00 >> (more + 1) & 0xFF) | code >> 6 * more));
	while (more-- > 0)
		put_byte(self, line, (unsigned char)(0x80 | (code >> 6 * more & 0x3F)));
	return true;
}

/* Puts what is no list; whether it is characters. */
static bool put_item(struct joist_actor *self, struct line *line, joist_term item)
{
	struct joist_bytes bytes;
	int64_t code;

	if (joist_get_int(item, &code))
		return put_code(self, line, code);
	if (!joist_get_bytes(item, &bytes))
		return item.word == joist_nil().word;
	for (size_t i = 0; i < bytes.size; i++)
		put_byte(self, line, ((const unsigned char *)bytes.data)[i]);
	return true;
}

/* Without recursion, for others say how deep it is: `rest` is what is still to be put. */
static bool put(struct joist_actor *self, joist_term chars)
{
	struct line line = { 0 };
	joist_term rest = joist_cons(self, chars, joist_nil()), item, head, tail;
	bool fine = true;

	while (fine && joist_list_next(&rest, &item)) {
		if (joist_match(item, "[Head | Tail]", &head, &tail))
			rest = joist_cons(self, head, joist_cons(self, tail, rest));
		else
			fine = put_item(self, &line, item);
	}
	if (line.size)
		put_byte(self, &line, '\n');
	return fine;
}

/* ---- requests ---- */

static void answer(struct joist_actor *self, joist_pid from, joist_term as, joist_term reply)
{
	joist_send(self, from, joist_make(self, "{io_reply, As, Reply}", as, reply));
}

static joist_term put_answer(struct joist_actor *self, joist_term chars)
{
	return put(self, chars) ? joist_make(self, "ok") : joist_make(self, "{error, put_chars}");
}

/* args: {From, As, M, F, A}: characters that a function returns, which is where the one is who asks. */
static void format(struct joist_actor *self, joist_term args)
{
	joist_term as, m, f, a, chars;
	joist_pid from;

	if (!joist_match(args, "{From, As, M, F, A}", &from, &as, &m, &f, &a))
		return;
	joist_term rex = joist_make(self, "{rex, Node}", joist_node_of(self, from));
	joist_term request = joist_make(self, "{call, M, F, A, Self}", m, f, a, joist_self(self));
	bool fine = joist_call(self, rex, request, FORMAT_TIMEOUT_MS, &chars) == JOIST_OK;
	answer(self, from, as,
	       fine ? put_answer(self, chars) : joist_make(self, "{error, put_chars}"));
}

static joist_term options(struct joist_actor *self)
{
	return joist_make(self, "[{binary, false}, {encoding, unicode}]");
}

/* What becomes of a request; none if another actor answers it. */
static joist_term serve(struct joist_actor *self, joist_pid from, joist_term as, joist_term request)
{
	joist_term chars, m, f, a;

	if (joist_match(request, "{put_chars, _, Chars}", &chars) ||
	    joist_match(request, "{put_chars, Chars}", &chars))
		return put_answer(self, chars);
	if (joist_match(request, "{put_chars, _, M, F, A}", &m, &f, &a) ||
	    joist_match(request, "{put_chars, M, F, A}", &m, &f, &a)) {
		joist_spawn(self, "user:format",
			    joist_make(self, "{From, As, M, F, A}", from, as, m, f, a));
		return (joist_term){ 0 };
	}
	if (joist_match(request, "getopts"))
		return options(self);
	return joist_make(self, "{error, enotsup}");
}

/* Several at once are answered as the last of them, or the first that fails. */
static joist_term serve_all(struct joist_actor *self, joist_pid from, joist_term as,
			    joist_term requests)
{
	joist_term result = joist_make(self, "ok"), request;

	while (joist_list_next(&requests, &request)) {
		result = serve(self, from, as, request);
		if (joist_is_none(result) || joist_match(result, "{error, _}"))
			break;
	}
	return result;
}

static void info(struct joist_actor *self, void *state, joist_term message)
{
	joist_term as, request, requests, reply;
	joist_pid from;

	(void)state;
	if (!joist_match(message, "{io_request, From, As, Request}", &from, &as, &request))
		return;
	if (joist_match(request, "{requests, List}", &requests))
		reply = serve_all(self, from, as, requests);
	else
		reply = serve(self, from, as, request);
	if (!joist_is_none(reply))
		answer(self, from, as, reply);
}

static const struct joist_server server = { .info = info };

static const struct joist_export exports[] = { JOIST_SERVER(server), JOIST_ACTOR(format) };

const struct joist_plugin user_plugin = JOIST_BUILTIN("user", exports);
