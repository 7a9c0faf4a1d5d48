/* Process groups as OTP's pg has them: a server for the scope `pg`, which knows the members of
 * its own node, and what its peers, the scopes of other nodes, have told of theirs. It is exact:
 * OTP's scope ends when it is told something that it does not expect, such as the leave of one
 * that has not joined.
 *
 * A membership is an owner (a scope: this one for members of this node), a group and a pid; who
 * joins twice has two. */
#include <string.h>

#include <joist/server.h>

#include "../builtin.h"
#include "otp.h"

struct member {
	struct member *next;
	joist_pid owner, pid;
	joist_ref monitor; /* of a member of this node */
	joist_term group; /* kept */
};

/* A scope of another node. */
struct scope_peer {
	struct scope_peer *next;
	joist_pid pid;
};

/* Who hears of joins and leaves. */
struct listener {
	struct listener *next;
	joist_pid pid;
	joist_ref monitor; /* of it, by which it knows what it hears */
	joist_term group; /* kept; none: all of them */
};

struct scope {
	struct member *members, **last;
	struct scope_peer *peers;
	struct listener *listeners;
};

static bool same(joist_term a, joist_term b)
{
	return joist_equal(a, b);
}

/* ---- telling others ---- */

static void tell_peers(struct joist_actor *self, const struct scope *scope, joist_term message)
{
	for (const struct scope_peer *p = scope->peers; p; p = p->next)
		joist_send(self, p->pid, message);
}

static void tell_listeners(struct joist_actor *self, const struct scope *scope, const char *what,
			   joist_term group, joist_term pids)
{
	for (const struct listener *l = scope->listeners; l; l = l->next) {
		if (joist_is_none(l->group) || same(l->group, group))
			joist_send(self, l->pid,
				   joist_make(self, "{Ref, What, Group, Pids}", l->monitor,
					      joist_atom_new(what), group, pids));
	}
}

/* ---- members ---- */

static void add(struct joist_actor *self, struct scope *scope, joist_pid owner, joist_term group,
		joist_pid pid)
{
	struct member *m = joist_alloc(self, sizeof(*m));

	m->owner = owner;
	m->pid = pid;
	m->group = joist_keep(self, group);
	if (joist_pid_equal(owner, joist_self(self)))
		m->monitor = joist_monitor(self, pid);
	*scope->last = m;
	scope->last = &m->next;
}

static void drop(struct joist_actor *self, struct scope *scope, struct member **link)
{
	struct member *m = *link;

	*link = m->next;
	if (scope->last == &m->next)
		scope->last = link;
	if (m->monitor.count)
		joist_demonitor_flush(self, m->monitor);
	joist_drop(self, m->group);
	joist_free(self, m);
}

/* Where one membership is; the end of the list if there is none. */
static struct member **find(struct scope *scope, joist_pid owner, joist_term group, joist_pid pid)
{
	struct member **link = &scope->members;

	while (*link && !(joist_pid_equal((*link)->owner, owner) &&
			  joist_pid_equal((*link)->pid, pid) && same((*link)->group, group)))
		link = &(*link)->next;
	return link;
}

/* A pid or a list of them as a list. */
static joist_term pids_of(struct joist_actor *self, joist_term pids)
{
	return joist_type(pids) == JOIST_PID ? joist_make(self, "[Pid]", pids) : pids;
}

static void join(struct joist_actor *self, struct scope *scope, joist_pid owner, joist_term group,
		 joist_term pids)
{
	joist_term list = pids, item;
	joist_pid pid;

	while (joist_list_next(&list, &item)) {
		if (joist_get_pid(item, &pid))
			add(self, scope, owner, group, pid);
	}
	tell_listeners(self, scope, "join", group, pids);
}

/* Those of `pids` that were members of the group. */
static joist_term leave(struct joist_actor *self, struct scope *scope, joist_pid owner,
			joist_term group, joist_term pids)
{
	joist_term left = joist_nil(), item;
	joist_pid pid;

	while (joist_list_next(&pids, &item)) {
		if (!joist_get_pid(item, &pid))
			continue;
		struct member **link = find(scope, owner, group, pid);
		if (!*link)
			continue;
		drop(self, scope, link);
		left = joist_cons(self, item, left);
	}
	if (left.word != joist_nil().word)
		tell_listeners(self, scope, "leave", group, left);
	return left;
}

/* ---- asking ---- */

/* Of one group, or, with none, of all; of one owner, or, with nobody, of all. */
static joist_term members(struct joist_actor *self, const struct scope *scope, joist_term group,
			  joist_pid owner)
{
	joist_term list = joist_nil();

	for (const struct member *m = scope->members; m; m = m->next) {
		if (same(m->group, group) &&
		    (joist_pid_is_none(owner) || joist_pid_equal(m->owner, owner)))
			list = joist_cons(self, joist_pid_term(self, m->pid), list);
	}
	return list;
}

/* Whether an earlier membership of that owner is of the same group. */
static bool was_seen(const struct scope *scope, const struct member *until, joist_pid owner)
{
	const struct member *m = scope->members;

	while (m != until && !(same(m->group, until->group) &&
			       (joist_pid_is_none(owner) || joist_pid_equal(m->owner, owner))))
		m = m->next;
	return m != until;
}

/* A list of what `form` makes of each group and its members; of one owner, or of all. */
static joist_term groups(struct joist_actor *self, const struct scope *scope, joist_pid owner,
			 bool with_members)
{
	joist_term list = joist_nil();

	for (const struct member *m = scope->members; m; m = m->next) {
		if ((!joist_pid_is_none(owner) && !joist_pid_equal(m->owner, owner)) ||
		    was_seen(scope, m, owner))
			continue;
		joist_term entry = m->group;
		if (with_members)
			entry = joist_make(self, "{Group, Pids}", m->group,
					   members(self, scope, m->group, owner));
		list = joist_cons(self, entry, list);
	}
	return list;
}

/* ---- peers ---- */

static struct scope_peer **find_peer(struct scope *scope, joist_pid pid)
{
	struct scope_peer **link = &scope->peers;

	while (*link && !joist_pid_equal((*link)->pid, pid))
		link = &(*link)->next;
	return link;
}

/* Whether it is new. */
static bool add_peer(struct joist_actor *self, struct scope *scope, joist_pid pid)
{
	if (*find_peer(scope, pid))
		return false;
	struct scope_peer *peer = joist_alloc(self, sizeof(*peer));
	peer->pid = pid;
	peer->next = scope->peers;
	scope->peers = peer;
	joist_monitor(self, pid);
	return true;
}

static void discover(struct joist_actor *self, struct scope *scope, joist_pid peer)
{
	joist_pid me = joist_self(self);

	joist_cast(self, peer,
		   joist_make(self, "{sync, Me, Groups}", me, groups(self, scope, me, true)));
	if (add_peer(self, scope, peer))
		joist_send(self, peer, joist_make(self, "{discover, Me}", me));
}

/* Takes all that is known of a peer's members out. */
static void forget(struct joist_actor *self, struct scope *scope, joist_pid peer)
{
	for (struct member **link = &scope->members; *link;) {
		struct member *m = *link;
		if (!joist_pid_equal(m->owner, peer)) {
			link = &m->next;
			continue;
		}
		tell_listeners(self, scope, "leave", m->group, joist_make(self, "[Pid]", m->pid));
		drop(self, scope, link);
	}
}

static void sync(struct joist_actor *self, struct scope *scope, joist_pid peer, joist_term list)
{
	joist_term entry, group, pids;

	add_peer(self, scope, peer);
	forget(self, scope, peer);
	while (joist_list_next(&list, &entry)) {
		if (joist_match(entry, "{Group, Pids}", &group, &pids))
			join(self, scope, peer, group, pids);
	}
}

/* ---- ends ---- */

/* The groups that one of this node is a member of, as often as it is. */
static joist_term groups_of(struct joist_actor *self, const struct scope *scope, joist_pid pid)
{
	joist_term list = joist_nil();

	for (const struct member *m = scope->members; m; m = m->next) {
		if (m->monitor.count && joist_pid_equal(m->pid, pid))
			list = joist_cons(self, m->group, list);
	}
	return list;
}

/* A member of this node has ended: all its memberships go, and all peers hear of them at once. */
static void member_down(struct joist_actor *self, struct scope *scope, joist_pid pid)
{
	joist_pid me = joist_self(self);
	joist_term left = groups_of(self, scope, pid), one = joist_make(self, "[Pid]", pid), list,
		   group;

	if (left.word == joist_nil().word)
		return;
	tell_peers(self, scope, joist_make(self, "{leave, Me, Pid, Groups}", me, pid, left));
	list = left;
	while (joist_list_next(&list, &group))
		tell_listeners(self, scope, "leave", group, one);
	for (struct member **link = &scope->members; *link;) {
		if ((*link)->monitor.count && joist_pid_equal((*link)->pid, pid))
			drop(self, scope, link);
		else
			link = &(*link)->next;
	}
}

static bool listener_down(struct joist_actor *self, struct scope *scope, joist_ref monitor)
{
	struct listener **link = &scope->listeners, *l;

	while (*link && !joist_ref_equal((*link)->monitor, monitor))
		link = &(*link)->next;
	l = *link;
	if (!l)
		return false;
	*link = l->next;
	joist_drop(self, l->group);
	joist_free(self, l);
	return true;
}

static void down(struct joist_actor *self, struct scope *scope, joist_ref monitor, joist_pid pid)
{
	struct scope_peer **link = find_peer(scope, pid), *peer = *link;

	if (listener_down(self, scope, monitor))
		return;
	if (!peer) {
		member_down(self, scope, pid);
		return;
	}
	forget(self, scope, pid);
	*link = peer->next;
	joist_free(self, peer);
}

/* ---- the server ---- */

static void init(struct joist_actor *self, void *state, joist_term args)
{
	struct scope *scope = state;
	joist_term nodes, node;
	joist_atom name;

	(void)args;
	scope->last = &scope->members;
	joist_nodes_monitor(self, JOIST_NODES_VISIBLE, true);
	nodes = joist_nodes(self, JOIST_NODES_VISIBLE);
	while (joist_list_next(&nodes, &node)) {
		joist_get_atom(node, &name);
		joist_send_to(self, joist_make(self, "{pg, Node}", name),
			      joist_make(self, "{discover, Me}", joist_self(self)));
	}
}

static joist_term listen(struct joist_actor *self, struct scope *scope, joist_term group)
{
	struct listener *l = joist_alloc(self, sizeof(*l));
	joist_pid all = { 0 };
	joist_term from;

	joist_match(joist_from(self), "{Pid, From}", &l->pid, &from);
	l->monitor = joist_monitor(self, l->pid);
	l->group = joist_is_none(group) ? group : joist_keep(self, group);
	l->next = scope->listeners;
	scope->listeners = l;
	if (!joist_is_none(group))
		return joist_make(self, "{Ref, Pids}", l->monitor,
				  members(self, scope, group, all));
	joist_term map = joist_map(self, NULL, 0), list = groups(self, scope, all, true), entry;
	joist_term pids;
	while (joist_list_next(&list, &entry)) {
		joist_match(entry, "{Group, Pids}", &group, &pids);
		map = joist_map_put(self, map, group, pids);
	}
	return joist_make(self, "{Ref, Map}", l->monitor, map);
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	joist_pid me = joist_self(self), all = { 0 };
	struct scope *scope = state;
	joist_term group, pids;
	joist_ref monitor;

	if (joist_match(request, "{join_local, Group, Pids}", &group, &pids)) {
		join(self, scope, me, group, pids_of(self, pids));
		tell_peers(self, scope,
			   joist_make(self, "{join, Me, Group, Pids}", me, group, pids));
		return joist_make(self, "ok");
	}
	if (joist_match(request, "{leave_local, Group, Pids}", &group, &pids)) {
		pids = leave(self, scope, me, group, pids_of(self, pids));
		if (pids.word == joist_nil().word)
			return joist_make(self, "not_joined");
		tell_peers(self, scope,
			   joist_make(self, "{leave, Me, Pids, [Group]}", me, pids, group));
		return joist_make(self, "ok");
	}
	if (joist_match(request, "{members, Group}", &group))
		return members(self, scope, group, all);
	if (joist_match(request, "{local_members, Group}", &group))
		return members(self, scope, group, me);
	if (joist_is_atom(request, "groups"))
		return groups(self, scope, all, false);
	if (joist_is_atom(request, "local_groups"))
		return groups(self, scope, me, false);
	if (joist_is_atom(request, "monitor"))
		return listen(self, scope, (joist_term){ 0 });
	if (joist_match(request, "{monitor, Group}", &group))
		return listen(self, scope, group);
	if (joist_match(request, "{demonitor, Ref}", &monitor)) {
		joist_demonitor_flush(self, monitor);
		return listener_down(self, scope, monitor) ? joist_make(self, "ok")
							   : joist_bool(false);
	}
	return joist_make(self, "{error, badarg}");
}

static void cast(struct joist_actor *self, void *state, joist_term message)
{
	joist_term list;
	joist_pid peer;

	if (joist_match(message, "{sync, Peer, Groups}", &peer, &list))
		sync(self, state, peer, list);
}

static void info(struct joist_actor *self, void *state, joist_term message)
{
	struct scope *scope = state;
	joist_term group, pids, list;
	joist_ref monitor;
	joist_atom node;
	joist_pid peer;

	if (joist_match(message, "{discover, Peer}", &peer) ||
	    joist_match(message, "{discover, Peer, _}", &peer)) {
		discover(self, scope, peer);
	} else if (joist_match(message, "{join, Peer, Group, Pids}", &peer, &group, &pids)) {
		if (*find_peer(scope, peer))
			join(self, scope, peer, group, pids_of(self, pids));
	} else if (joist_match(message, "{leave, Peer, Pids, Groups}", &peer, &pids, &list)) {
		pids = pids_of(self, pids);
		while (*find_peer(scope, peer) && joist_list_next(&list, &group))
			leave(self, scope, peer, group, pids);
	} else if (joist_match(message, "{'DOWN', Ref, process, Pid, _}", &monitor, &peer)) {
		down(self, scope, monitor, peer);
	} else if (joist_match(message, "{nodeup, Node}", &node)) {
		joist_send_to(self, joist_make(self, "{pg, Node}", node),
			      joist_make(self, "{discover, Me}", joist_self(self)));
	}
}

/* ---- what others call by rpc ---- */

static joist_term ask(struct joist_actor *self, joist_term request)
{
	joist_term reply;

	if (joist_call(self, "pg", request, JOIST_INFINITY, &reply) != JOIST_OK)
		joist_exit(self, reply);
	return reply;
}

static joist_term get_members(struct joist_actor *self, joist_term group)
{
	return ask(self, joist_make(self, "{members, Group}", group));
}

static joist_term get_local_members(struct joist_actor *self, joist_term group)
{
	return ask(self, joist_make(self, "{local_members, Group}", group));
}

static joist_term which_groups(struct joist_actor *self)
{
	return ask(self, joist_make(self, "groups"));
}

static joist_term which_local_groups(struct joist_actor *self)
{
	return ask(self, joist_make(self, "local_groups"));
}

static const struct joist_server server = {
	.state_size = sizeof(struct scope), .init = init, .call = call, .cast = cast, .info = info
};

static const struct joist_export exports[] = {
	JOIST_SERVER(server),
	JOIST_FUN(get_members, 1),
	JOIST_FUN(get_local_members, 1),
	JOIST_FUN(which_groups, 0),
	JOIST_FUN(which_local_groups, 0),
};

const struct joist_plugin pg_plugin = JOIST_BUILTIN("pg", exports);
