/* joist/node.h: what actors may ask of other nodes. */
#include <joist/node.h>

#include "vm/api/enter.h"
#include "vm/api/far.h"
#include "vm/api/self.h"
#include "vm/base/heap.h"
#include "vm/dist/flags.h"
#include "vm/dist/peer.h"
#include "vm/dist/watchers.h"
#include "vm/sched/deadline.h"
#include "vm/sched/sched.h"
#include "vm/term/atom.h"

static struct dist *dist_of(struct joist_actor *self)
{
	return self->worker->vm->dist;
}

joist_atom joist_node_of(struct joist_actor *self, joist_pid pid)
{
	enter(self, 1);
	if (joist_pid_is_none(pid))
		self_badarg(self, "joist_node_of");
	return pid.node ? nodes_name(pid.node) : self->worker->vm->name;
}

static bool is_among(struct peer *p, enum joist_nodes which)
{
	mutex_take(&p->lock);
	bool up = p->state == PEER_UP, hidden = !(p->flags & FLAG_PUBLISHED),
	     known = p->session || up;
	mutex_give(&p->lock);
	switch (which) {
	case JOIST_NODES_VISIBLE:
		return up && !hidden;
	case JOIST_NODES_HIDDEN:
		return up && hidden;
	case JOIST_NODES_CONNECTED:
		return up;
	default:
		return known;
	}
}

/* Peers are only ever added, in front. */
static struct peer *first_peer(struct dist *d)
{
	mutex_take(&d->lock);
	struct peer *p = d->peers;
	mutex_give(&d->lock);
	return p;
}

joist_term joist_nodes(struct joist_actor *self, enum joist_nodes which)
{
	joist_term list = TERM_NIL;

	enter(self, 5);
	struct dist *d = dist_of(self);
	for (struct peer *p = d ? first_peer(d) : NULL; p; p = p->next) {
		if (is_among(p, which))
			list = term_cons(self_arena(self), atom_term(p->name), list);
		if (joist_is_none(list))
			self_short(self);
	}
	if (which == JOIST_NODES_KNOWN)
		list = joist_cons(self, atom_term(self->worker->vm->name), list);
	return list;
}

/* ---- connecting ---- */

/* Has the actor woken when the attempt is over, and makes one if there is none; the state before
 * that. */
static enum peer_state ask(struct joist_actor *self, struct peer *p)
{
	struct waker *waker = heap_take(sizeof(*waker));
	struct signal *signal = waker ? signal_make(SIGNAL_WAKE, actor_pid(self), 0) : NULL;

	if (!signal) {
		heap_give(waker, sizeof(*waker));
		self_short(self);
	}
	*waker = (struct waker){ .signal = signal, .pid = actor_pid(self) };
	mutex_take(&p->lock);
	enum peer_state state = p->state;
	if (state != PEER_UP) {
		p->state = PEER_PENDING;
		waker->next = p->wakers;
		p->wakers = waker;
	}
	mutex_give(&p->lock);
	if (state != PEER_UP) {
		peer_wake(p);
		return state;
	}
	signal_free(signal);
	heap_give(waker, sizeof(*waker));
	return state;
}

static enum peer_state state_of(struct peer *p)
{
	mutex_take(&p->lock);
	enum peer_state state = p->state;
	mutex_give(&p->lock);
	return state;
}

bool joist_node_connect(struct joist_actor *self, joist_atom node, int64_t timeout_ms)
{
	enter(self, 5);
	struct dist *d = dist_of(self);
	if (atom_equal(node, self->worker->vm->name))
		return true;
	struct peer *p = d && node.word ? peer_named(d, node) : NULL;
	if (!p)
		return false;
	int64_t deadline = deadline_after(timeout_ms);
	if (ask(self, p) == PEER_UP)
		return true;
	while (state_of(p) == PEER_PENDING && self_park(self, deadline))
		actor_set_woken(self, false);
	return state_of(p) == PEER_UP;
}

bool joist_node_disconnect(struct joist_actor *self, joist_atom node)
{
	enter(self, 5);
	struct dist *d = dist_of(self);
	struct peer *p = d ? peer_known(d, node) : NULL;
	if (!p)
		return false;
	mutex_take(&p->lock);
	bool up = p->state == PEER_UP;
	p->drop = up;
	mutex_give(&p->lock);
	peer_wake(p);
	return up;
}

/* ---- hearing of them ---- */

void joist_node_monitor(struct joist_actor *self, joist_atom node, bool on)
{
	enter(self, 5);
	struct dist *d = dist_of(self);
	struct peer *p = d && node.word ? peer_named(d, node) : NULL;
	if (!p || atom_equal(node, self->worker->vm->name))
		return;
	if (!on)
		watchers_remove_node(d, actor_pid(self), node);
	else if (!watchers_add_node(d, actor_pid(self), node))
		self_short(self);
	else if (state_of(p) != PEER_UP)
		ask(self, p);
}

static enum watch_kind kind_of(enum joist_nodes which)
{
	return which == JOIST_NODES_VISIBLE  ? WATCH_VISIBLE
	       : which == JOIST_NODES_HIDDEN ? WATCH_HIDDEN
					     : WATCH_ALL;
}

void joist_nodes_monitor(struct joist_actor *self, enum joist_nodes which, bool on)
{
	enter(self, 5);
	struct dist *d = dist_of(self);
	if (!d)
		return;
	if (!on)
		watchers_remove(d, actor_pid(self), kind_of(which));
	else if (!watchers_add(d, actor_pid(self), kind_of(which)))
		self_short(self);
}
