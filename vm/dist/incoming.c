/* What each control message does. A peer is believed to be who it proved to be, and nothing more:
 * what it says of others, or of itself in another life, ends the connection, as in OTP. On the
 * thread of the dist. */
#include "vm/dist/incoming.h"

#include <errno.h>

#include "vm/dist/far_spawn.h"
#include "vm/dist/flags.h"
#include "vm/dist/operation.h"
#include "vm/sched/send.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/decode.h"
#include "vm/term/external.h"
#include "vm/term/get.h"

/* ---- messages ---- */

static int deliver_to(struct incoming *in, joist_pid to)
{
	int error;
	struct signal *s = part_signal(in, SIGNAL_MESSAGE, to, &error);

	if (s && to.node == 0)
		send_message(in->vm, NULL, to, s);
	else if (s)
		signal_free(s);
	return error;
}

/* {Op, _, To} */
static int take_send(struct incoming *in)
{
	joist_pid to;

	return part_to(in, 2, &to) ? deliver_to(in, to) : -EBADMSG;
}

/* {Op, From, _, ToName} */
static int take_reg_send(struct incoming *in)
{
	joist_atom name;
	joist_pid from;

	if (!part_from(in, 1, &from) || !part_atom(in, 3, &name))
		return -EBADMSG;
	return deliver_to(in, names_find(&in->vm->names, name));
}

/* {Op, From, Alias} */
static int take_alias_send(struct incoming *in)
{
	joist_pid from;
	joist_ref alias;
	int error;

	if (!part_from(in, 1, &from) || !part_ref(in, 2, &alias))
		return -EBADMSG;
	bool mine = alias.node == 0 && alias.count == 4;
	joist_pid to = mine ? ref_owner(alias) : (joist_pid){ 0 };
	struct signal *s = part_signal(in, SIGNAL_ALIAS, to, &error);
	if (!s)
		return error;
	struct signal_from *signal = signal_from_of(s);
	signal->from = from;
	signal->number = mine ? ref_number(alias) : 0;
	signal->name = (joist_atom){ 0 };
	send_signal(in->vm, NULL, to, s);
	return 0;
}

/* ---- links ---- */

/* Sends `to` there the end of the link with `from`, who is of no one's. */
static void put_exit_noproc(struct incoming *in, joist_term from, joist_term to)
{
	struct peer *p = in->peer;

	mutex_take(&p->lock);
	if (p->flags & FLAG_EXIT_PAYLOAD)
		operation_send(p, (joist_pid){ 0 },
			       term_tuple_of(&in->arena, term_small(OP_PAYLOAD_EXIT), from, to),
			       ATOM(noproc));
	else
		operation_send(p, (joist_pid){ 0 },
			       term_tuple_of(&in->arena, term_small(OP_EXIT), from, to,
					     ATOM(noproc)),
			       TERM_NONE);
	mutex_give(&p->lock);
}

/* {1, From, To} */
static int take_link(struct incoming *in)
{
	struct peer *p = in->peer;
	joist_pid from, to;

	if (!part_from(in, 1, &from) || !part_to(in, 2, &to))
		return -EBADMSG;
	if (to.node) {
		put_exit_noproc(in, part_at(in, 2), part_at(in, 1));
		return 0;
	}
	mutex_take(&p->lock);
	bool known = bonds_find(&p->bonds, BOND_LINK, to.id, from.id);
	const struct bond new = { .kind = BOND_LINK,
				  .a = to.id,
				  .b = from.id,
				  .active = true,
				  .local = to,
				  .remote = from };
	int error = known ? 0 : part_bond(in, &new);
	mutex_give(&p->lock);
	if (!known && !error)
		send_tie(in->vm, NULL, SIGNAL_LINK, to, from, 0, (joist_atom){ 0 });
	return error;
}

/* The link with an actor of this node's present life; its earlier ones have none. Under the lock. */
static struct bond *find_link(const struct peer *p, joist_pid to, joist_pid from)
{
	return to.node ? NULL : bonds_find(&p->bonds, BOND_LINK, to.id, from.id);
}

/* {Op, From, To}, and a trace token in some, then the reason in some. */
static int take_exit(struct incoming *in, joist_term reason)
{
	struct peer *p = in->peer;
	joist_pid from, to;

	if (!part_from(in, 1, &from) || !part_to(in, 2, &to))
		return -EBADMSG;
	mutex_take(&p->lock);
	struct bond *link = find_link(p, to, from);
	bool active = link && link->active;
	uint64_t number = link ? link->number : 0;
	if (link)
		bonds_remove(&p->bonds, link);
	mutex_give(&p->lock);
	if (active)
		send_exit_link(in->vm, NULL, to, from, number, reason);
	return 0;
}

static int take_exit2(struct incoming *in, joist_term reason)
{
	joist_pid from, to;

	if (!part_from(in, 1, &from) || !part_to(in, 2, &to))
		return -EBADMSG;
	if (!to.node)
		send_exit(in->vm, NULL, to, from, reason);
	return 0;
}

/* {Op, Id, From, To} */
static bool read_unlink(const struct incoming *in, uint64_t *ret_id, joist_pid *ret_from,
			joist_pid *ret_to)
{
	return get_uint64(part_at(in, 1), ret_id) && *ret_id && part_from(in, 2, ret_from) &&
	       part_to(in, 3, ret_to);
}

/* Acknowledged before anything else goes to From. */
static int take_unlink_id(struct incoming *in)
{
	struct peer *p = in->peer;
	joist_pid from, to;
	uint64_t id;

	if (!read_unlink(in, &id, &from, &to))
		return -EBADMSG;
	joist_term ack = term_tuple_of(&in->arena, term_small(OP_UNLINK_ID_ACK), part_at(in, 1),
				       part_at(in, 3), part_at(in, 2));
	mutex_take(&p->lock);
	struct bond *link = find_link(p, to, from);
	bool active = link && link->active;
	if (active)
		bonds_remove(&p->bonds, link);
	operation_send(p, (joist_pid){ 0 }, ack, TERM_NONE);
	mutex_give(&p->lock);
	if (active)
		send_tie(in->vm, NULL, SIGNAL_UNLINK, to, from, 0, (joist_atom){ 0 });
	return 0;
}

static int take_unlink_ack(struct incoming *in)
{
	struct peer *p = in->peer;
	joist_pid from, to;
	uint64_t id;

	if (!read_unlink(in, &id, &from, &to))
		return -EBADMSG;
	mutex_take(&p->lock);
	struct bond *link = find_link(p, to, from);
	if (link && !link->active && link->unlink_id == id)
		bonds_remove(&p->bonds, link);
	mutex_give(&p->lock);
	return 0;
}

/* ---- monitors ---- */

/* {19, From, ToPidOrName, Ref} */
static int take_monitor(struct incoming *in)
{
	struct bond new = { .kind = BOND_WATCHED, .a = DIST_NUMBERS + ++in->peer->dist->number };
	struct peer *p = in->peer;

	if (!part_from(in, 1, &new.remote) || !part_ref(in, 3, &new.ref))
		return -EBADMSG;
	if (part_atom(in, 2, &new.name))
		new.local = names_find(&in->vm->names, new.name);
	else if (!part_to(in, 2, &new.local))
		return -EBADMSG;
	mutex_take(&p->lock);
	int error = bonds_find_ref(&p->bonds, &new.ref) ? -EBADMSG : part_bond(in, &new);
	mutex_give(&p->lock);
	if (error)
		return error;
	if (joist_pid_is_none(new.local) || new.local.node)
		send_down(in->vm, NULL, new.remote, new.local, new.a, ATOM(noproc));
	else
		send_tie(in->vm, NULL, SIGNAL_MONITOR, new.local, new.remote, new.a, new.name);
	return 0;
}

/* {20, From, ToPidOrName, Ref} */
static int take_demonitor(struct incoming *in)
{
	struct bond found = { 0 };
	struct peer *p = in->peer;
	joist_pid from;
	joist_ref ref;

	if (!part_from(in, 1, &from) || !part_ref(in, 3, &ref))
		return -EBADMSG;
	mutex_take(&p->lock);
	struct bond *bond = bonds_find_ref(&p->bonds, &ref);
	if (bond) {
		found = *bond;
		bonds_remove(&p->bonds, bond);
	}
	mutex_give(&p->lock);
	if (bond)
		send_tie(in->vm, NULL, SIGNAL_DEMONITOR, found.local, found.remote, found.a,
			 (joist_atom){ 0 });
	return 0;
}

/* {Op, FromPidOrName, ToPid, Ref}, and the reason. */
static int take_down(struct incoming *in, joist_term reason)
{
	struct bond found = { 0 };
	struct peer *p = in->peer;
	joist_pid to;
	joist_ref ref;

	if (!part_to(in, 2, &to) || !part_ref(in, 3, &ref))
		return -EBADMSG;
	mutex_take(&p->lock);
	struct bond *bond =
		ref.node ? NULL : bonds_find(&p->bonds, BOND_WATCHING, ref_number(ref), 0);
	if (bond) {
		found = *bond;
		bonds_remove(&p->bonds, bond);
	}
	mutex_give(&p->lock);
	if (bond)
		send_down(in->vm, NULL, found.local, found.remote, found.a, reason);
	return 0;
}

/* ---- group leaders ---- */

/* {7, Leader, To} */
static int take_group_leader(struct incoming *in)
{
	joist_pid leader, to;

	if (!get_pid(part_at(in, 1), &leader) || !part_to(in, 2, &to))
		return -EBADMSG;
	struct signal_from *s =
		signal_make_from(SIGNAL_LEADER, to, (joist_pid){ 0 }, 0, part_at(in, 1));
	if (!s)
		return -ENOMEM;
	if (to.node)
		signal_free(&s->signal);
	else
		send_signal(in->vm, NULL, to, &s->signal);
	return 0;
}

/* ---- which is which ---- */

static int take_nothing(struct incoming *in)
{
	(void)in;
	return 0;
}

/* What a control message needs: so many elements, of which `reason` is one; or, if that is 0 and
 * there is a function for reasons, it comes behind. */
struct rule {
	int (*take)(struct incoming *in);
	int (*take_reason)(struct incoming *in, joist_term reason);
	unsigned char arity, reason;
	bool payload; /* something comes behind */
};

static const struct rule rules[] = {
	[OP_LINK] = { take_link, NULL, 3, 0, false },
	[OP_SEND] = { take_send, NULL, 3, 0, true },
	[OP_EXIT] = { NULL, take_exit, 4, 3, false },
	[OP_NODE_LINK] = { take_nothing, NULL, 1, 0, false },
	[OP_REG_SEND] = { take_reg_send, NULL, 4, 0, true },
	[OP_GROUP_LEADER] = { take_group_leader, NULL, 3, 0, false },
	[OP_EXIT2] = { NULL, take_exit2, 4, 3, false },
	[OP_SEND_TT] = { take_send, NULL, 4, 0, true },
	[OP_EXIT_TT] = { NULL, take_exit, 5, 4, false },
	[OP_REG_SEND_TT] = { take_reg_send, NULL, 5, 0, true },
	[OP_EXIT2_TT] = { NULL, take_exit2, 5, 4, false },
	[OP_MONITOR_P] = { take_monitor, NULL, 4, 0, false },
	[OP_DEMONITOR_P] = { take_demonitor, NULL, 4, 0, false },
	[OP_MONITOR_P_EXIT] = { NULL, take_down, 5, 4, false },
	[OP_SEND_SENDER] = { take_send, NULL, 3, 0, true },
	[OP_SEND_SENDER_TT] = { take_send, NULL, 4, 0, true },
	[OP_PAYLOAD_EXIT] = { NULL, take_exit, 3, 0, true },
	[OP_PAYLOAD_EXIT_TT] = { NULL, take_exit, 4, 0, true },
	[OP_PAYLOAD_EXIT2] = { NULL, take_exit2, 3, 0, true },
	[OP_PAYLOAD_EXIT2_TT] = { NULL, take_exit2, 4, 0, true },
	[OP_PAYLOAD_MONITOR_P_EXIT] = { NULL, take_down, 4, 0, true },
	[OP_SPAWN_REQUEST] = { far_spawn_take_request, NULL, 6, 0, true },
	[OP_SPAWN_REQUEST_TT] = { far_spawn_take_request, NULL, 7, 0, true },
	[OP_SPAWN_REPLY] = { far_spawn_take_reply, NULL, 5, 0, false },
	[OP_SPAWN_REPLY_TT] = { far_spawn_take_reply, NULL, 6, 0, false },
	[OP_ALIAS_SEND] = { take_alias_send, NULL, 3, 0, true },
	[OP_ALIAS_SEND_TT] = { take_alias_send, NULL, 4, 0, true },
	[OP_UNLINK_ID] = { take_unlink_id, NULL, 4, 0, false },
	[OP_UNLINK_ID_ACK] = { take_unlink_ack, NULL, 4, 0, false },
};

static int take_with_reason(struct incoming *in, const struct rule *rule)
{
	struct arena arena = { 0 };
	int error = 0;
	joist_term reason =
		rule->payload ? part_payload(in, &arena, &error) : part_at(in, rule->reason);

	if (!error)
		error = rule->take_reason(in, reason);
	bins_drop(&arena);
	arena_empty(&arena);
	return error;
}

static int take(struct incoming *in)
{
	uint64_t op;

	if (!in->arity || !get_uint64(part_at(in, 0), &op) ||
	    op >= sizeof(rules) / sizeof(*rules) || !rules[op].arity)
		return -EBADMSG;
	const struct rule *rule = &rules[op];
	if (in->arity != rule->arity || rule->payload == (in->decode.at == in->decode.end))
		return -EBADMSG;
	return rule->take ? rule->take(in) : take_with_reason(in, rule);
}

int incoming_take(struct peer *p, struct joist_bytes message)
{
	const unsigned char *at = message.data;
	struct incoming in = { .peer = p, .vm = p->dist->vm };
	bool headers = p->flags & FLAG_FRAGMENTS;
	int error;

	in.arena.bytes_max = INCOMING_BYTES_MAX;
	in.decode = (struct decode){
		.at = at, .end = at + message.size, .arena = &in.arena, .budget = &p->budget
	};
	in.control = decode_term(&in.decode);
	error = in.decode.error;
	if (!error && !headers && in.decode.at < in.decode.end &&
	    *in.decode.at++ != EXTERNAL_VERSION)
		error = -EBADMSG;
	if (!error) {
		in.arity =
			term_is_box(in.control, BOX_TUPLE) ? box_extra(*term_box(in.control)) : 0;
		error = take(&in);
	}
	bins_drop(&in.arena);
	arena_empty(&in.arena);
	return error;
}
