/* The table of peers. Any thread looks into it; peers are made under the lock of the dist, and
 * found without one by the number of their node. */
#include "vm/dist/peer.h"

#include "vm/base/heap.h"
#include "vm/sched/send.h"
#include "vm/term/atom.h"

/* What one peer may make of atoms and nodes, which stay for good: a quarter of what there are. */
#define ATOMS_MAX (ATOM_LIMIT_DEFAULT / 4)
#define NODES_PER_PEER (NODES_MAX / 4)

static struct peer *find(struct dist *d, joist_atom name)
{
	struct peer *p = d->peers;

	while (p && !atom_equal(p->name, name))
		p = p->next;
	return p;
}

static struct peer *make(struct dist *d, joist_atom name)
{
	struct peer *p = heap_take_zero(sizeof(*p));

	if (!p)
		return NULL;
	mutex_init(&p->lock);
	p->dist = d;
	p->name = name;
	p->pending_last = &p->pending;
	p->budget = (struct decode_budget){ ATOMS_MAX, NODES_PER_PEER };
	outbox_init(&p->outbox);
	p->idle_fd = -1;
	return p;
}

struct peer *peer_known(struct dist *d, joist_atom name)
{
	mutex_take(&d->lock);
	struct peer *p = find(d, name);
	mutex_give(&d->lock);
	return p;
}

struct peer *peer_named(struct dist *d, joist_atom name)
{
	struct peer *made = NULL, *p = peer_known(d, name);

	if (p || !(made = make(d, name)))
		return p;
	mutex_take(&d->lock);
	p = find(d, name); /* another thread may have been first */
	if (!p) {
		p = made;
		p->next = d->peers;
		d->peers = p;
		made = NULL;
	}
	mutex_give(&d->lock);
	peer_destroy(made);
	return p;
}

struct peer *peer_of(struct dist *d, uint32_t node)
{
	/* acquire: pairs with the release below, so that the peer is seen as it was made */
	struct peer *p = atomic_load_explicit(&d->by_node[node], memory_order_acquire);

	if (p || atom_equal(nodes_name(node), nodes_name(0)))
		return p;
	p = peer_named(d, nodes_name(node));
	/* release: pairs with the acquire above */
	atomic_store_explicit(&d->by_node[node], p, memory_order_release);
	return p;
}

void peer_wake(struct peer *p)
{
	struct dist *d = p->dist;

	mutex_take(&d->lock);
	bool first = !p->has_todo;
	if (first) {
		p->has_todo = true;
		p->next_todo = d->todo;
		d->todo = p;
	}
	mutex_give(&d->lock);
	if (first)
		watch_wake(&d->watch);
}

struct peer *peer_next_todo(struct dist *d)
{
	mutex_take(&d->lock);
	struct peer *p = d->todo;
	if (p) {
		d->todo = p->next_todo;
		p->has_todo = false;
	}
	mutex_give(&d->lock);
	return p;
}

bool peer_wait(struct peer *p, joist_pid from, joist_pid to, struct signal *signal)
{
	struct pending *pending = heap_take(sizeof(*pending));

	if (!pending)
		return false;
	*pending = (struct pending){ .from = from, .to = to, .signal = signal };
	*p->pending_last = pending;
	p->pending_last = &pending->next;
	p->pending_bytes += signal_bytes(signal);
	return true;
}

struct pending *peer_take_pending(struct peer *p)
{
	struct pending *one = p->pending;

	if (!one)
		return NULL;
	p->pending = one->next;
	if (!p->pending)
		p->pending_last = &p->pending;
	p->pending_bytes -= signal_bytes(one->signal);
	return one;
}

void peer_wake_actors(struct peer *p)
{
	for (struct waker *w = p->wakers, *next; w; w = next) {
		next = w->next;
		send_signal(p->dist->vm, NULL, w->pid, w->signal);
		heap_give(w, sizeof(*w));
	}
	p->wakers = NULL;
}

void peer_destroy(struct peer *p)
{
	if (!p)
		return;
	for (struct pending *one = p->pending, *next; one; one = next) {
		next = one->next;
		signal_free(one->signal);
		heap_give(one, sizeof(*one));
	}
	for (struct waker *w = p->wakers, *next; w; w = next) {
		next = w->next;
		signal_free(w->signal);
		heap_give(w, sizeof(*w));
	}
	for (struct bond *bond = bonds_take_all(&p->bonds), *next; bond; bond = next) {
		next = bond->next;
		bond_free(bond);
	}
	outbox_finish(&p->outbox);
	mutex_finish(&p->lock);
	heap_give(p, sizeof(*p));
}
