/* From signals to control messages. Any thread; bonds are kept under the lock of the peer, terms
 * encoded outside it. */
#include "vm/dist/outgoing.h"

#include "vm/base/heap.h"
#include "vm/dist/direct.h"
#include "vm/dist/flags.h"
#include "vm/dist/operation.h"
#include "vm/sched/send.h"
#include "vm/sched/thread.h"
#include "vm/term/atom.h"

/* Enough for any control message. */
#define WORDS_MAX 64

/* What is being sent. */
struct outgoing {
	struct joist_vm *vm;
	struct peer *peer;
	uint32_t session;
	joist_pid from, to;
	struct signal *signal;
	uint64_t words[WORDS_MAX];
	struct arena arena;
};

static joist_term pid_term(struct outgoing *o, joist_pid pid)
{
	return term_pid(&o->arena, pid);
}

/* Who is watched there, as the protocol has it: a pid, or a name. */
static joist_term watched_term(struct outgoing *o, const struct bond *bond)
{
	return bond->name.word ? atom_term(bond->name) : pid_term(o, bond->remote);
}

/* ---- messages and reasons: encoded without the lock ---- */

/* Sends it, unless the connection is another one by now. */
static void send_payload(struct outgoing *o, joist_term control, joist_term payload)
{
	struct operation_bytes bytes;
	struct peer *p = o->peer;
	bool fine = operation_encode(&bytes, p->flags, control, payload);

	mutex_take(&p->lock);
	if (p->session == o->session) {
		if (fine)
			operation_put(p, o->from, &bytes);
		else
			p->failed = true;
	}
	mutex_give(&p->lock);
	operation_drop(&bytes);
}

static joist_term message_control(struct outgoing *o, joist_atom name)
{
	if (name.word)
		return term_tuple_of(&o->arena, term_small(OP_REG_SEND), pid_term(o, o->from),
				     ATOM(empty), atom_term(name));
	if (o->from.id && o->peer->flags & FLAG_SEND_SENDER)
		return term_tuple_of(&o->arena, term_small(OP_SEND_SENDER), pid_term(o, o->from),
				     pid_term(o, o->to));
	return term_tuple_of(&o->arena, term_small(OP_SEND), ATOM(empty), pid_term(o, o->to));
}

static void pass_message(struct outgoing *o)
{
	joist_atom name = { 0 };

	if (signal_has_from(o->signal))
		name = signal_from_of(o->signal)->name;
	send_payload(o, message_control(o, name), o->signal->term);
}

/* To an alias: the term is [Alias | Message]. */
static void pass_alias(struct outgoing *o)
{
	joist_term alias = term_head(o->signal->term), message = term_tail(o->signal->term);

	send_payload(
		o, term_tuple_of(&o->arena, term_small(OP_ALIAS_SEND), pid_term(o, o->from), alias),
		message);
}

/* With the reason as a payload, or, to a peer that does not know that, in the tuple. */
static void send_exit_as(struct outgoing *o, enum operation plain, enum operation with_payload)
{
	joist_term from = pid_term(o, o->from), to = pid_term(o, o->to), reason = o->signal->term;

	if (o->peer->flags & FLAG_EXIT_PAYLOAD)
		send_payload(o, term_tuple_of(&o->arena, term_small(with_payload), from, to),
			     reason);
	else
		send_payload(o, term_tuple_of(&o->arena, term_small(plain), from, to, reason),
			     TERM_NONE);
}

static void pass_exit(struct outgoing *o)
{
	send_exit_as(o, OP_EXIT2, OP_PAYLOAD_EXIT2);
}

/* Of a link that is not there any more, the other side has heard. */
static void pass_exit_link(struct outgoing *o)
{
	struct peer *p = o->peer;

	mutex_take(&p->lock);
	struct bond *link = bonds_find(&p->bonds, BOND_LINK, o->from.id, o->to.id);
	bool active = link && link->active;
	if (active)
		bonds_remove(&p->bonds, link);
	mutex_give(&p->lock);
	if (active)
		send_exit_as(o, OP_EXIT, OP_PAYLOAD_EXIT);
}

static void pass_down(struct outgoing *o)
{
	struct peer *p = o->peer;
	uint64_t number = signal_from_of(o->signal)->number;
	joist_term who, watcher, ref, reason = o->signal->term;

	mutex_take(&p->lock);
	struct bond *bond = bonds_find(&p->bonds, BOND_WATCHED, number, 0);
	if (bond) {
		who = bond->name.word ? atom_term(bond->name) : pid_term(o, bond->local);
		watcher = pid_term(o, bond->remote);
		ref = term_ref(&o->arena, bond->ref);
		bonds_remove(&p->bonds, bond);
	}
	mutex_give(&p->lock);
	if (!bond)
		return;
	if (p->flags & FLAG_EXIT_PAYLOAD)
		send_payload(o,
			     term_tuple_of(&o->arena, term_small(OP_PAYLOAD_MONITOR_P_EXIT), who,
					   watcher, ref),
			     reason);
	else
		send_payload(o,
			     term_tuple_of(&o->arena, term_small(OP_MONITOR_P_EXIT), who, watcher,
					   ref, reason),
			     TERM_NONE);
}

/* ---- what has no payload: under the lock ---- */

static void put(struct outgoing *o, joist_term control)
{
	operation_send(o->peer, o->from, control, TERM_NONE);
}

static void put_link(struct outgoing *o)
{
	struct bonds *bonds = &o->peer->bonds;
	struct bond *link = bonds_find(bonds, BOND_LINK, o->from.id, o->to.id);
	const struct bond new = {
		.kind = BOND_LINK, .a = o->from.id, .b = o->to.id, .local = o->from, .remote = o->to
	};

	if (link && link->active)
		return;
	if (!link)
		link = bonds_add(bonds, &new);
	if (!link) {
		o->peer->failed = true;
		return;
	}
	link->active = true;
	link->unlink_id = 0;
	link->number = signal_from_of(o->signal)->number;
	put(o, term_tuple_of(&o->arena, term_small(OP_LINK), pid_term(o, o->from),
			     pid_term(o, o->to)));
}

static void put_unlink(struct outgoing *o)
{
	struct peer *p = o->peer;
	struct bond *link = bonds_find(&p->bonds, BOND_LINK, o->from.id, o->to.id);

	if (!link || !link->active)
		return;
	link->active = false;
	link->unlink_id = ++p->unlink_id;
	put(o, term_tuple_of(&o->arena, term_small(OP_UNLINK_ID),
			     term_uint(&o->arena, link->unlink_id), pid_term(o, o->from),
			     pid_term(o, o->to)));
}

static void put_monitor(struct outgoing *o)
{
	const struct signal_from *s = signal_from_of(o->signal);
	const struct bond new = { .kind = BOND_WATCHING,
				  .a = s->number,
				  .local = o->from,
				  .remote = o->to,
				  .name = s->name };

	if (!bonds_add(&o->peer->bonds, &new)) {
		o->peer->failed = true;
		return;
	}
	put(o, term_tuple_of(&o->arena, term_small(OP_MONITOR_P), pid_term(o, o->from),
			     watched_term(o, &new),
			     term_ref(&o->arena, ref_local(s->number, o->from))));
}

static void add_request(struct outgoing *o)
{
	const struct bond new = { .kind = BOND_WATCHING,
				  .a = signal_from_of(o->signal)->number,
				  .local = o->from,
				  .remote = o->to };

	if (!bonds_add(&o->peer->bonds, &new))
		o->peer->failed = true;
}

static void put_demonitor(struct outgoing *o)
{
	struct bonds *bonds = &o->peer->bonds;
	uint64_t number = signal_from_of(o->signal)->number;
	struct bond *bond = bonds_find(bonds, BOND_WATCHING, number, 0);

	if (!bond)
		return;
	put(o,
	    term_tuple_of(&o->arena, term_small(OP_DEMONITOR_P), pid_term(o, o->from),
			  watched_term(o, bond), term_ref(&o->arena, ref_local(number, o->from))));
	bonds_remove(bonds, bond);
}

static void put_leader(struct outgoing *o)
{
	put(o, term_tuple_of(&o->arena, term_small(OP_GROUP_LEADER), o->signal->term,
			     pid_term(o, o->to)));
}

/* The first turn of an actor is over that was started for one there, which waits for the alias that is
 * the reference of its request. */
static void put_started(struct outgoing *o)
{
	struct bonds *bonds = &o->peer->bonds;
	struct bond *bond = bonds_find(bonds, BOND_WATCHED, signal_from_of(o->signal)->number, 0);

	if (!bond)
		return;
	operation_send(o->peer, o->from,
		       term_tuple_of(&o->arena, term_small(OP_ALIAS_SEND), pid_term(o, o->from),
				     term_ref(&o->arena, bond->ref)),
		       ATOM(started));
	bonds_remove(bonds, bond);
}

/* ---- what is answered: a monitor, and the request ---- */

/* Has the connection's loss answer the request; if it is lost already, that is the answer: false. */
static bool await_answer(struct outgoing *o)
{
	struct peer *p = o->peer;

	mutex_take(&p->lock);
	bool up = p->session == o->session;
	if (up && o->signal->kind == SIGNAL_CALL)
		put_monitor(o);
	else if (up)
		add_request(o);
	mutex_give(&p->lock);
	if (!up)
		send_down(o->vm, NULL, o->from, o->to, signal_from_of(o->signal)->number,
			  ATOM(noconnection));
	return up;
}

static void pass_call(struct outgoing *o)
{
	if (await_answer(o))
		pass_message(o);
}

/* ---- a request for an actor ---- */

/* The term is {Plugin, Export, Args, Options, Leader}. */
static void pass_spawn(struct outgoing *o)
{
	const struct signal_from *s = signal_from_of(o->signal);
	joist_term term = o->signal->term, arity = term_small(1);

	if (!await_answer(o))
		return;
	joist_term mfa = term_tuple_of(&o->arena, tuple_at(term, 0), tuple_at(term, 1), arity);
	joist_term ref = term_ref(&o->arena, ref_local(s->number, o->from));
	send_payload(o,
		     term_tuple_of(&o->arena, term_small(OP_SPAWN_REQUEST), ref,
				   pid_term(o, o->from), tuple_at(term, 4), mfa, tuple_at(term, 3)),
		     term_cons(&o->arena, tuple_at(term, 2), TERM_NIL));
}

static void (*const with_payload[])(struct outgoing *) = {
	[SIGNAL_MESSAGE] = pass_message, [SIGNAL_NAMED] = pass_message,
	[SIGNAL_CALL] = pass_call,	 [SIGNAL_ALIAS] = pass_alias,
	[SIGNAL_EXIT] = pass_exit,	 [SIGNAL_EXIT_LINK] = pass_exit_link,
	[SIGNAL_DOWN] = pass_down,	 [SIGNAL_SPAWN] = pass_spawn,
};

static void (*const without[])(struct outgoing *) = {
	[SIGNAL_LINK] = put_link,	[SIGNAL_UNLINK] = put_unlink,
	[SIGNAL_MONITOR] = put_monitor, [SIGNAL_DEMONITOR] = put_demonitor,
	[SIGNAL_LEADER] = put_leader,	[SIGNAL_STARTED] = put_started,
};

/* Sends one over a connection that is there. Called with the lock, which is given back meanwhile
 * if there is a payload to encode; so what is to stay in order comes from one thread, as what
 * one actor sends does. */
static void send_up(struct peer *p, joist_pid from, joist_pid to, struct signal *s)
{
	struct outgoing o = { .vm = p->dist->vm,
			      .peer = p,
			      .session = p->session,
			      .from = from,
			      .to = to,
			      .signal = s };

	o.arena = arena_over(o.words, WORDS_MAX);
	if (s->kind < sizeof(without) / sizeof(*without) && without[s->kind]) {
		without[s->kind](&o);
	} else if (s->kind < sizeof(with_payload) / sizeof(*with_payload) &&
		   with_payload[s->kind]) {
		mutex_give(&p->lock);
		with_payload[s->kind](&o);
		mutex_take(&p->lock);
	}
}

/* Whether a signal may be of one that is connected to, by its number: names, which are of any life, and
 * pids of its present one. */
static bool is_present(const struct peer *p, joist_pid to)
{
	return !nodes_creation(to.node) || to.node == p->node;
}

/* Whether a connection is made for it. */
static bool dials(const struct signal *s)
{
	return s->kind != SIGNAL_UNLINK && s->kind != SIGNAL_DEMONITOR && s->kind != SIGNAL_DOWN &&
	       s->kind != SIGNAL_EXIT_LINK && s->kind != SIGNAL_STARTED;
}

static joist_pid sender_of(const struct worker *w, struct signal *s)
{
	if (signal_has_from(s))
		return signal_from_of(s)->from;
	return w && w->thread->current ? actor_pid(w->thread->current) : (joist_pid){ 0 };
}

static void refuse(struct joist_vm *vm, struct worker *w, joist_pid to, struct signal *s,
		   bool connection)
{
	send_refused(vm, w, to, s, connection ? ATOM(noproc) : ATOM(noconnection));
}

void outgoing_send(struct joist_vm *vm, struct worker *w, joist_pid to, struct signal *s)
{
	struct dist *d = vm->dist;
	struct peer *p = d ? peer_of(d, to.node) : NULL;
	joist_pid from = sender_of(w, s);

	if (!p || s->kind == SIGNAL_ASK) { /* what an actor is, only its own node tells */
		refuse(vm, w, to, s, d != NULL);
		return;
	}
	mutex_take(&p->lock);
	bool up = p->state == PEER_UP, present = up && is_present(p, to);
	bool waits = !up && (p->state == PEER_PENDING || dials(s)) && peer_wait(p, from, to, s);
	if (waits)
		p->state = PEER_PENDING;
	else if (present)
		send_up(p, from, to, s);
	bool written = up && !direct_has_left(p) && !p->failed && !p->drop;
	mutex_give(&p->lock);
	if (present)
		signal_free(s);
	else if (!waits)
		refuse(vm, w, to, s, up);
	if (!written)
		peer_wake(p);
}

void outgoing_flush(struct peer *p)
{
	for (struct pending *one; (one = peer_take_pending(p));) {
		bool present = is_present(p, one->to);
		if (present)
			send_up(p, one->from, one->to, one->signal);
		if (present) {
			signal_free(one->signal);
		} else {
			mutex_give(&p->lock);
			refuse(p->dist->vm, NULL, one->to, one->signal, true);
			mutex_take(&p->lock);
		}
		heap_give(one, sizeof(*one));
	}
	p->state = PEER_UP;
}

void outgoing_refuse(struct peer *p)
{
	for (;;) {
		mutex_take(&p->lock);
		struct pending *one = peer_take_pending(p);
		mutex_give(&p->lock);
		if (!one)
			return;
		refuse(p->dist->vm, NULL, one->to, one->signal, false);
		heap_give(one, sizeof(*one));
	}
}
