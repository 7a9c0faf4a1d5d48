/* Servers: the callbacks of a struct joist_server, called for the events of gen, and the helpers that
 * authors call from them. */
#include <joist/server.h>

#include "life.h"

static size_t server_state_size(const void *data)
{
	return gen_offset(data) + sizeof(struct gen);
}

static void server_init(struct joist_actor *self, void *state, joist_term args)
{
	const struct joist_server *server = joist_export_data(self);

	if (server->init)
		server->init(self, state, args);
}

static void server_call(struct joist_actor *self, void *state, const struct gen_event *event)
{
	const struct joist_server *server = joist_export_data(self);
	struct gen *gen = gen_of(self);
	joist_term reply;

	if (!server->call)
		joist_exit(self, joist_make(self, "{bad_call, Request}", event->content));
	reply = server->call(self, state, event->content);
	if (joist_is_none(reply))
		joist_exit(self, joist_make(self, "{bad_return_value, none}"));
	if (reply.word != joist_noreply.word && !gen->turn->stashed)
		joist_reply(self, event->from, reply);
}

static void server_unknown(struct joist_actor *self, const char *what, joist_term message)
{
	joist_log(self, JOIST_WARNING, "unexpected %s: %s", what, joist_format(self, message));
}

static void server_handle(struct joist_actor *self, void *state, const struct gen_event *event)
{
	const struct joist_server *server = joist_export_data(self);

	switch (event->kind) {
	case GEN_CALL:
		server_call(self, state, event);
		break;
	case GEN_CAST:
		if (server->cast)
			server->cast(self, state, event->content);
		else
			server_unknown(self, "cast", event->content);
		break;
	case GEN_INFO:
		if (server->info)
			server->info(self, state, event->content);
		else
			server_unknown(self, "message", event->content);
		break;
	case GEN_TIMEOUT:
		if (server->timeout)
			server->timeout(self, state);
		break;
	case GEN_CONTINUE:
		if (server->handle_continue)
			server->handle_continue(self, state, event->content);
		break;
	}
}

static void server_terminate(struct joist_actor *self, void *state, joist_term reason)
{
	const struct joist_server *server = joist_export_data(self);

	if (server->terminate)
		server->terminate(self, state, reason);
}

/* The state as sys sees it: its bytes. */
static joist_term server_look(struct joist_actor *self, void *state)
{
	const struct joist_server *server = joist_export_data(self);

	return joist_binary(self, (struct joist_bytes){ state, server->state_size });
}

static const struct gen_ops server_ops = {
	.init = server_init,
	.handle = server_handle,
	.terminate = server_terminate,
	.look = server_look,
};

static void server_start(struct joist_actor *self, void *state, joist_term args)
{
	life_start(self, &server_ops, state, args);
}

static void server_message(struct joist_actor *self, void *state, joist_term message)
{
	life_message(self, &server_ops, state, message);
}

static void server_stop(struct joist_actor *self, void *state, joist_term reason)
{
	life_stop(self, &server_ops, state, reason);
}

/* What the stdlib keeps behind the state goes over as it is. */
static bool server_change(struct joist_actor *self, const struct joist_change *change, void *state)
{
	const struct joist_server *server = joist_export_data(self), *old = change->old_data;
	const struct gen *gen =
		(const void *)((const char *)change->old_state + gen_offset(change->old_data));

	*gen_of(self) = *gen;
	/* It knows older versions; the way back is by the fields alone. */
	if (!server->code_change || change->old_version > change->version)
		return change->carried;
	bool done = server->code_change(self, change->old_version, change->old_state,
					old->state_size, state);
	gen_check(self, gen);
	return done;
}

static bool server_changes(const void *data)
{
	const struct joist_server *server = data;

	return server->code_change != NULL;
}

const struct joist_handler joist_server_handler = {
	.size = sizeof(struct joist_handler),
	.state_size = server_state_size,
	.start = server_start,
	.message = server_message,
	.stop = server_stop,
	.change = server_change,
	.changes = server_changes,
};

joist_term joist_stop(joist_term reason)
{
	struct joist_actor *self = joist_current();

	gen_turn_of(self, "joist_stop")->turn->stop = reason;
	return joist_noreply;
}

joist_term joist_from(struct joist_actor *self)
{
	return gen_turn_of(self, "joist_from")->turn->from;
}

void joist_idle_timeout(struct joist_actor *self, int64_t ms)
{
	gen_turn_of(self, "joist_idle_timeout");
	timeout_set(self, &gen_extra_of(self)->timeouts, TIMEOUT_EVENT, joist_nil(), ms,
		    joist_nil());
}

void joist_continue(struct joist_actor *self, joist_term what)
{
	gen_turn_of(self, "joist_continue")->turn->next = what;
}

void joist_stash(struct joist_actor *self)
{
	struct gen_turn *turn = gen_turn_of(self, "joist_stash")->turn;

	if (joist_is_none(turn->message))
		gen_badarg(self, "joist_stash");
	stash_add(self, &gen_extra_of(self)->stashed, turn->message);
	turn->stashed = true;
}

void joist_unstash(struct joist_actor *self)
{
	struct gen_extra *extra;

	gen_turn_of(self, "joist_unstash");
	extra = gen_extra_of(self);
	stash_prepend(self, &extra->ready, &extra->stashed);
}

void joist_cast_term(struct joist_actor *self, joist_term dest, joist_term message)
{
	joist_term cast = joist_make(self, "{'$gen_cast', Message}", message);
	joist_atom name;
	joist_pid pid;

	if (!joist_get_atom(dest, &name)) {
		joist_send_to(self, dest, cast);
		return;
	}
	pid = joist_whereis(self, joist_atom_name(name).data);
	if (!joist_pid_is_none(pid))
		joist_send(self, pid, cast);
}
