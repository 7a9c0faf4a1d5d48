/* What begins and ends with a connection. On the thread of the dist, under the peer's lock where
 * others look. */
#include "vm/dist/session.h"

#include "vm/dist/flags.h"
#include "vm/dist/outgoing.h"
#include "vm/dist/watchers.h"
#include "vm/sched/send.h"
#include "vm/term/atom.h"

bool session_begin(struct peer *p, uint32_t creation, uint64_t flags)
{
	struct dist *d = p->dist;
	uint32_t node = nodes_make(p->name, creation);

	if (!node)
		return false;
	/* release: pairs with the acquire in peer_of */
	atomic_store_explicit(&d->by_node[node], p, memory_order_release);
	watchers_tell(d, p->name, !(flags & FLAG_PUBLISHED), true);
	mutex_take(&p->lock);
	p->node = node;
	p->flags = flags;
	p->drop = false;
	p->failed = false;
	outgoing_flush(p);
	peer_wake_actors(p);
	mutex_give(&p->lock);
	return true;
}

/* Tells the one of ours whom the bond concerns. */
static void break_bond(struct joist_vm *vm, const struct bond *bond)
{
	switch (bond->kind) {
	case BOND_LINK:
		if (bond->active)
			send_exit_link(vm, NULL, bond->local, bond->remote, bond->number,
				       ATOM(noconnection));
		break;
	case BOND_WATCHING:
		send_down(vm, NULL, bond->local, bond->remote, bond->a, ATOM(noconnection));
		break;
	case BOND_WATCHED:
		send_tie(vm, NULL, SIGNAL_DEMONITOR, bond->local, bond->remote, bond->a,
			 (joist_atom){ 0 });
		break;
	}
}

void session_end(struct peer *p)
{
	struct joist_vm *vm = p->dist->vm;

	mutex_take(&p->lock);
	bool hidden = !(p->flags & FLAG_PUBLISHED);
	p->state = PEER_DOWN;
	p->session++;
	p->drop = false;
	struct bond *bonds = bonds_take_all(&p->bonds);
	outbox_finish(&p->outbox);
	peer_wake_actors(p);
	mutex_give(&p->lock);
	for (struct bond *next; bonds; bonds = next) {
		next = bonds->next;
		break_bond(vm, bonds);
		bond_free(bonds);
	}
	watchers_tell(p->dist, p->name, hidden, false);
}

void session_refuse(struct peer *p)
{
	mutex_take(&p->lock);
	p->state = PEER_DOWN;
	peer_wake_actors(p);
	mutex_give(&p->lock);
	outgoing_refuse(p);
	watchers_tell_refused(p->dist, p->name);
}
