/* Ends what uses a plugin, and takes it out. What blocks runs on a thread that may; all else on the
 * SDK. */
#include "loader/code_unload.h"

/* So long it waits for actors that it has ended, and so long for a supervisor. */
#define PURGE_MS 10000
#define PURGE_STEP_MS 10
#define CALL_MS 5000

static joist_term error_term(struct joist_actor *self, const char *line)
{
	return joist_make(self, "{error, [Line]}", joist_binary(self, joist_text(line)));
}

struct unloading {
	struct live *live;
	joist_atom plugin;
	bool all; /* also what is found by name */
	bool left; /* some generation is still there, pinned */
};

static bool is_to_go(const struct unloading *u, enum generation_state state)
{
	if (state == GENERATION_PERMANENT || state == GENERATION_CANDIDATE)
		return false; /* a candidate is whose who has loaded it */
	return u->all || state != GENERATION_COMMITTED;
}

/* Takes out all that nothing pins. */
static void unload(void *argument)
{
	struct unloading *u = argument;
	struct joist_bytes plugin = joist_atom_name(u->plugin);
	enum generation_state state;
	struct generation *next = registry_next(u->live->registry, plugin, NULL, &state);

	u->left = false;
	while (next) {
		struct generation *one = next;
		bool goes = is_to_go(u, state);

		next = registry_next(u->live->registry, plugin, one, &state);
		if (goes && !registry_withdraw(u->live->registry, &one->code))
			u->left = true;
	}
	u->live->has_old |= u->left;
}

/* Whether something pins what is to go. */
static bool is_pinned(const struct unloading *u)
{
	struct joist_bytes plugin = joist_atom_name(u->plugin);
	struct generation *one = NULL;
	enum generation_state state;

	while ((one = registry_next(u->live->registry, plugin, one, &state))) {
		/* relaxed: what comes in the next moment is seen by who unloads it */
		if (is_to_go(u, state) &&
		    atomic_load_explicit(&one->code.pins, memory_order_relaxed) > 0)
			return true;
	}
	return false;
}

/* Whether the actor of that info runs, or may run, on a generation of the plugin that is to go. */
static bool is_user(const struct unloading *u, joist_term info)
{
	struct code *found = registry_plugin(u->live->registry, joist_atom_name(u->plugin));
	joist_term list, one;
	joist_atom plugin;
	int64_t number;

	if (!joist_match(info, "#{generation := List}", &list))
		return false;
	while (joist_list_next(&list, &one)) {
		if (joist_match(one, "{Plugin, Number}", &plugin, &number) &&
		    plugin.word == u->plugin.word &&
		    (u->all || !found || found->generation != (uint64_t)number))
			return true;
	}
	return false;
}

/* Each of them as #{pid, name, function}. */
static joist_term users_of(struct joist_actor *self, const struct unloading *u)
{
	joist_term pids = joist_actors(self), users = joist_nil(), term, name, function;
	joist_pid pid;

	while (joist_list_next(&pids, &term)) {
		if (!joist_get_pid(term, &pid) || joist_pid_equal(pid, joist_self(self)))
			continue;
		joist_term info = joist_info(self, pid);
		if (joist_is_none(info) || !is_user(u, info) ||
		    !joist_match(info, "#{registered_name := N, current_function := F}", &name,
				 &function))
			continue;
		users = joist_cons(self,
				   joist_make(self, "#{pid => P, name => N, function => F}", term,
					      name, function),
				   users);
	}
	return users;
}

/* The child of that pid, as terminate_child wants to have it; none if the supervisor has no such
 * child. */
static joist_term child_of(struct joist_actor *self, joist_pid supervisor, joist_term user)
{
	joist_term children, child, id, pid;

	if (joist_call(self, supervisor, joist_make(self, "which_children"), CALL_MS, &children) !=
	    JOIST_OK)
		return (joist_term){ 0 };
	while (joist_list_next(&children, &child)) {
		if (joist_match(child, "{Id, Pid, _, _}", &id, &pid) && joist_equal(pid, user))
			return joist_is_atom(id, "undefined") ? pid : id;
	}
	return (joist_term){ 0 };
}

/* Has its supervisor end it, so that it is not started again; false if it has none. */
static bool end_child(struct joist_actor *self, joist_term user, joist_pid pid)
{
	joist_term info = joist_info(self, pid), links, link, about;
	joist_pid other;

	if (joist_is_none(info) || !joist_match(info, "#{links := Links}", &links))
		return false;
	while (joist_list_next(&links, &link)) {
		if (!joist_get_pid(link, &other) || other.node)
			continue;
		about = joist_info(self, other);
		if (joist_is_none(about) ||
		    !joist_match(about, "#{current_function := {supervisor, supervisor, _}}"))
			continue;
		joist_term child = child_of(self, other, user);
		if (!joist_is_none(child))
			return joist_call(self, other,
					  joist_make(self, "{terminate_child, Id}", child), CALL_MS,
					  NULL) == JOIST_OK;
	}
	return false;
}

static void end_all(struct joist_actor *self, joist_term users)
{
	joist_term user, term;
	joist_pid pid;

	while (joist_list_next(&users, &user)) {
		if (!joist_match(user, "#{pid := Pid}", &term) || !joist_get_pid(term, &pid))
			continue;
		joist_log(self, JOIST_NOTICE, "purge ends %s", joist_format(self, user));
		if (!end_child(self, term, pid))
			joist_exit_to(self, pid, joist_make(self, "kill"));
	}
}

/* Ends those that pin it, and waits until they have ended; who they were. */
static joist_term purge(struct joist_actor *self, struct unloading *u)
{
	joist_term users = users_of(self, u);

	end_all(self, users);
	for (int64_t waited_ms = 0; waited_ms < PURGE_MS; waited_ms += PURGE_STEP_MS) {
		joist_blocking(self, unload, u);
		if (!u->left)
			break;
		joist_sleep(self, PURGE_STEP_MS);
	}
	return users;
}

static bool is_loaded(const struct unloading *u)
{
	return registry_next(u->live->registry, joist_atom_name(u->plugin), NULL, NULL);
}

joist_term code_unload(struct joist_actor *self, struct live *live, joist_atom plugin, bool purges)
{
	struct unloading u = { .live = live, .plugin = plugin, .all = true };
	joist_term users = joist_nil();

	if (live_is_built_in(live, joist_atom_name(plugin)))
		return error_term(self, "it is part of Joist, and stays");
	if (!is_loaded(&u))
		return error_term(self, "no plugin of that name is loaded; see joist plugins");
	if (purges) {
		registry_hide(live->registry, joist_atom_name(plugin));
		users = purge(self, &u);
	} else if (is_pinned(&u)) {
		u.left = true;
	} else {
		joist_blocking(self, unload, &u);
	}
	if (u.left)
		return joist_make(self, "{pinned, Users}", users_of(self, &u));
	return joist_make(self, "{ok, Users}", users);
}

joist_term code_purge(struct joist_actor *self, struct live *live, joist_atom plugin, bool ends)
{
	struct unloading u = { .live = live, .plugin = plugin };
	joist_term users = joist_nil();

	joist_blocking(self, unload, &u);
	if (!ends)
		return joist_bool(!u.left);
	if (u.left)
		users = purge(self, &u);
	return joist_bool(joist_list_size(users) > 0);
}
