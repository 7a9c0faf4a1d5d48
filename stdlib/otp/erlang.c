/* Module erlang: what other nodes ask of one by rpc, and what spawning a function there comes
 * to. */
#include <string.h>

#include "../builtin.h"
#include "otp.h"

static JOIST_NORETURN void badarg(struct joist_actor *self)
{
	joist_exit(self, joist_make(self, "{badarg, [{erlang, rpc, 0, []}]}"));
}

static joist_term node(struct joist_actor *self)
{
	return joist_atom_term(joist_node(self));
}

static joist_term nodes(struct joist_actor *self)
{
	return joist_nodes(self, JOIST_NODES_VISIBLE);
}

static joist_term nodes_of(struct joist_actor *self, joist_term which)
{
	static const char *const names[] = { "visible", "hidden", "connected", "known" };

	for (int i = 0; i < 4; i++) {
		if (joist_is_atom(which, names[i]))
			return joist_nodes(self, (enum joist_nodes)i);
	}
	badarg(self);
}

static joist_term processes(struct joist_actor *self)
{
	return joist_actors(self);
}

static joist_term whereis(struct joist_actor *self, joist_term name)
{
	joist_pid pid;
	joist_atom atom;

	if (!joist_get_atom(name, &atom))
		badarg(self);
	pid = joist_is_atom(name, "undefined") ? (joist_pid){ 0 }
					       : joist_whereis(self, joist_atom_name(atom).data);
	return joist_pid_is_none(pid) ? joist_make(self, "undefined") : joist_pid_term(self, pid);
}

static joist_term is_process_alive(struct joist_actor *self, joist_term term)
{
	joist_pid pid;

	if (!joist_get_pid(term, &pid) || pid.node)
		badarg(self);
	return joist_bool(joist_is_alive(self, pid));
}

static joist_pid pid_of(struct joist_actor *self, joist_term term)
{
	joist_pid pid;

	if (!joist_get_pid(term, &pid))
		badarg(self);
	return pid;
}

/* Of the one that calls; those that have no other have `user`. */
static joist_term group_leader(struct joist_actor *self)
{
	joist_pid leader = joist_group_leader(self);

	if (joist_pid_is_none(leader))
		leader = joist_whereis(self, "user");
	return joist_pid_is_none(leader) ? joist_make(self, "undefined")
					 : joist_pid_term(self, leader);
}

static joist_term set_group_leader(struct joist_actor *self, joist_term leader, joist_term pid)
{
	joist_set_group_leader(self, pid_of(self, leader), pid_of(self, pid));
	return joist_bool(true);
}

static joist_term registered(struct joist_actor *self)
{
	joist_term pids = joist_actors(self), list = joist_nil(), pid, name;
	joist_pid one;

	while (joist_list_next(&pids, &pid)) {
		joist_get_pid(pid, &one);
		joist_term info = joist_info(self, one);
		if (!joist_is_none(info) && joist_match(info, "#{registered_name := N}", &name) &&
		    joist_type(name) == JOIST_ATOM)
			list = joist_cons(self, name, list);
	}
	return list;
}

/* ---- process_info ---- */

/* What Erlang's tools ask besides of a process: of an actor there is nothing to tell. */
static const struct {
	const char *name, *value;
} blanks[] = {
	{ "backtrace", "<<>>" },
	{ "binary", "[]" },
	{ "catchlevel", "0" },
	{ "current_stacktrace", "[]" },
	{ "dictionary", "[]" },
	{ "error_handler", "undefined" },
	{ "garbage_collection", "[]" },
	{ "heap_size", "0" },
	{ "last_calls", "false" },
	{ "messages", "[]" },
	{ "sequential_trace_token", "[]" },
	{ "stack_size", "0" },
	{ "suspending", "[]" },
	{ "total_heap_size", "0" },
	{ "trace", "0" },
};

/* One item, as Erlang has it; none if there is none of that name. */
static joist_term item_of(struct joist_actor *self, joist_term info, joist_term item)
{
	joist_term value = joist_map_get(info, item);

	if (!joist_is_none(value))
		return value;
	if (joist_is_atom(item, "initial_call"))
		return joist_map_get(info, joist_make(self, "current_function"));
	for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++) {
		if (joist_is_atom(item, blanks[i].name))
			return joist_parse(self, blanks[i].value, NULL);
	}
	return (joist_term){ 0 };
}

static joist_term info_of(struct joist_actor *self, joist_term term)
{
	joist_pid pid;

	if (!joist_get_pid(term, &pid) || pid.node)
		badarg(self);
	return joist_info(self, pid);
}

static joist_term some_items(struct joist_actor *self, joist_term info, joist_term items)
{
	joist_term list = joist_nil(), reversed = joist_nil(), item;

	while (joist_list_next(&items, &item)) {
		joist_term value = item_of(self, info, item);
		if (!joist_is_none(value))
			reversed =
				joist_cons(self, joist_make(self, "{K, V}", item, value), reversed);
	}
	while (joist_list_next(&reversed, &item))
		list = joist_cons(self, item, list);
	return list;
}

static joist_term process_info(struct joist_actor *self, joist_term pid)
{
	joist_term info = info_of(self, pid), list = joist_nil(), key, value;
	size_t at = 0;

	if (joist_is_none(info))
		return joist_make(self, "undefined");
	while (joist_map_next(info, &at, &key, &value))
		list = joist_cons(self, joist_make(self, "{K, V}", key, value), list);
	return list;
}

static joist_term process_info_of(struct joist_actor *self, joist_term pid, joist_term what)
{
	joist_term info = info_of(self, pid), value;

	if (joist_is_none(info))
		return joist_make(self, "undefined");
	if (joist_type(what) != JOIST_ATOM)
		return some_items(self, info, what);
	value = item_of(self, info, what);
	if (joist_is_none(value))
		badarg(self);
	/* One without a name has, asked for that alone, nothing at all. */
	if (joist_is_atom(what, "registered_name") && joist_type(value) != JOIST_ATOM)
		return joist_nil();
	return joist_make(self, "{K, V}", what, value);
}

static const struct joist_export exports[] = {
	{ "apply", JOIST_EXPORT_LOOP, 0, (void (*)(void))otp_apply, NULL, NULL, 0, { NULL, NULL } },
	JOIST_FUN(node, 0),
	JOIST_FUN(nodes, 0),
	JOIST_FUN_AS("nodes", nodes_of, 1),
	JOIST_FUN(group_leader, 0),
	JOIST_FUN_AS("group_leader", set_group_leader, 2),
	JOIST_FUN(processes, 0),
	JOIST_FUN(registered, 0),
	JOIST_FUN(whereis, 1),
	JOIST_FUN(is_process_alive, 1),
	JOIST_FUN(process_info, 1),
	JOIST_FUN_AS("process_info", process_info_of, 2),
};

const struct joist_plugin erlang_plugin = JOIST_BUILTIN("erlang", exports);
