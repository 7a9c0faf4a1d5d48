/* A plugin that starts actors on other nodes, asks them to fetch, and, as a rogue, stands in for the
 * actor that gives code away. */
#include <joist/joist.h>
#include <joist/node.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 131072

static joist_term start_on(struct joist_actor *self, joist_atom node)
{
	const struct joist_spawn_options options = { .node = node };
	joist_term reason, reply;
	joist_pid pid = joist_start(self, "versions:versions", joist_nil(), &options,
				    JOIST_INFINITY, &reason);

	if (joist_pid_is_none(pid))
		return joist_make(self, "{error, Reason}", reason);
	if (joist_call(self, pid, joist_make(self, "version"), JOIST_INFINITY, &reply) != JOIST_OK)
		return joist_make(self, "{down, Reason}", reply);
	return joist_make(self, "{ok, Version, Pid}", reply, pid);
}

/* {ok, Version, Pid} or {error, Reason} */
static joist_term start(struct joist_actor *self, joist_term node)
{
	joist_atom name;

	joist_get_atom(node, &name);
	return start_on(self, name);
}

/* Why an actor that is spawned there ends. */
static joist_term spawn(struct joist_actor *self, joist_term node)
{
	struct joist_spawn_options options = { .monitor = true };
	joist_ref monitor;
	joist_term reason;

	joist_get_atom(node, &options.node);
	joist_spawn_with(self, "versions:versions", joist_nil(), &options, &monitor);
	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Monitor, process, _, Reason}",
			    &monitor, &reason);
	return reason;
}

static void starter(struct joist_actor *self, joist_term args)
{
	joist_atom node;
	joist_pid to;

	if (joist_match(args, "{To, Node}", &to, &node))
		joist_send(self, to, joist_make(self, "{started, R}", start_on(self, node)));
}

/* How many of so many that start at once have. */
static joist_term start_many(struct joist_actor *self, joist_term node, joist_term count)
{
	int64_t wanted = 0, started = 0;
	joist_term result;

	joist_get_int(count, &wanted);
	for (int64_t i = 0; i < wanted; i++)
		joist_spawn(self, "asker:starter",
			    joist_make(self, "{To, Node}", joist_self(self), node));
	for (int64_t i = 0; i < wanted; i++) {
		joist_receive_match(self, JOIST_INFINITY, "{started, R}", &result);
		started += joist_match(result, "{ok, _, _}");
	}
	return joist_int(self, started);
}

static void read_digits(const char *digits, unsigned char hash[static 32])
{
	for (size_t i = 0; i < 32; i++) {
		char two[] = { digits[2 * i], digits[2 * i + 1], 0 };
		hash[i] = (unsigned char)strtoul(two, NULL, 16);
	}
}

/* Has the node fetch the plugin from here: what it answers. */
static joist_term fetch(struct joist_actor *self, joist_term node, joist_term plugin,
			joist_term digits)
{
	unsigned char hash[32];
	struct joist_bytes text;
	joist_term reply;

	joist_get_bytes(digits, &text);
	read_digits(text.data, hash);
	const struct joist_bytes bytes = { hash, sizeof(hash) };
	joist_term request = joist_make(self, "{fetch, Plugin, Hash}", plugin, bytes);
	if (joist_call(self, joist_make(self, "{code_server, Node}", node), request, JOIST_INFINITY,
		       &reply) != JOIST_OK)
		return joist_make(self, "{down, Reason}", reply);
	return reply;
}

/* ---- the rogue ---- */

struct rogue {
	char *bytes, line[256];
	size_t size;
	char how[16];
};

static char *read_file(struct joist_actor *self, struct joist_bytes path, size_t *ret_size)
{
	char name[1024];
	char *bytes = joist_alloc(self, 1 << 20);
	FILE *in;

	snprintf(name, sizeof(name), "%.*s", (int)path.size, (const char *)path.data);
	in = fopen(name, "rb");
	*ret_size = in ? fread(bytes, 1, 1 << 20, in) : 0;
	if (in)
		fclose(in);
	return bytes;
}

static joist_term piece(struct joist_actor *self, const struct rogue *r, int64_t at)
{
	size_t rest = r->size - (size_t)at;
	struct joist_bytes bytes = { r->bytes + at, rest < PIECE ? rest : PIECE };

	if (!strcmp(r->how, "ends"))
		joist_exit(self, joist_make(self, "normal"));
	if (!strcmp(r->how, "less"))
		bytes.size--;
	if (!strcmp(r->how, "none"))
		bytes.size = 0;
	if (!strcmp(r->how, "more"))
		bytes.size++;
	if (!strcmp(r->how, "changes"))
		r->bytes[bytes.size / 2] ^= 1;
	return joist_make(self, "{ok, B}", bytes);
}

static joist_term answer(struct joist_actor *self, const struct rogue *r, joist_term request)
{
	int64_t at;

	if (joist_match(request, "{piece, _, At}", &at))
		return piece(self, r, at);
	if (!strcmp(r->how, "nonsense"))
		return joist_make(self, "[{ok}]");
	return joist_make(self, "{ok, Size, Line}",
			  !strcmp(r->how, "huge") ? INT64_MAX : (int64_t)r->size,
			  joist_text(!strcmp(r->how, "unsigned") ? "" : r->line));
}

/* args: {File, Signature, How, Whom} */
static void rogue(struct joist_actor *self, joist_term args)
{
	struct joist_bytes file, signature, how;
	joist_term from, request;
	struct rogue r = { 0 };
	joist_pid whom;
	size_t size;

	if (!joist_match(args, "{File, Signature, How, Whom}", &file, &signature, &how, &whom))
		return;
	r.bytes = read_file(self, file, &r.size);
	snprintf(r.line, sizeof(r.line), "%s", read_file(self, signature, &size));
	snprintf(r.how, sizeof(r.how), "%.*s", (int)how.size, (const char *)how.data);
	joist_unregister(self, "code_sender");
	joist_register(self, "code_sender", joist_self(self));
	joist_send(self, whom, joist_make(self, "ready"));
	for (;;) {
		if (joist_match(joist_receive(self), "{'$gen_call', From, Request}", &from,
				&request))
			joist_reply(self, from, answer(self, &r, request));
	}
}

/* The rogue is there when it returns. */
static joist_term stand_in(struct joist_actor *self, joist_term file, joist_term signature,
			   joist_term how)
{
	joist_spawn(self, "asker:rogue",
		    joist_make(self, "{File, Signature, How, Whom}", file, signature, how,
			       joist_self(self)));
	joist_receive_match(self, JOIST_INFINITY, "ready");
	return joist_make(self, "ok");
}

JOIST_PLUGIN("asker", "1", JOIST_FUN(start, 1), JOIST_FUN(spawn, 1), JOIST_FUN(start_many, 2),
	     JOIST_FUN(fetch, 3), JOIST_FUN(stand_in, 3), JOIST_ACTOR(starter), JOIST_ACTOR(rogue));
