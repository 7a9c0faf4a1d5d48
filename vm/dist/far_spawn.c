/* Spawn requests. One that comes in is answered before the new actor can run, so that the answer
 * is the first that is heard of it. On the thread of the dist. */
#include "vm/dist/far_spawn.h"

#include <errno.h>

#include "vm/dist/operation.h"
#include "vm/dist/spawn_options.h"
#include "vm/sched/send.h"
#include "vm/sched/spawn.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/get.h"

/* What calls any function of a plugin, as Erlang's processes do: an export of the standard
 * library. */
#define APPLY_PLUGIN "erlang"
#define APPLY_EXPORT "apply"

struct request {
	struct incoming *in;
	joist_pid from, leader;
	joist_ref ref;
	joist_atom module, function;
	size_t arity;
	struct spawn_options options;
	bool bad_option;
	uint64_t number; /* of the monitor */
	bool answered;
	int error; /* of its bonds */
};

/* ---- reading it ---- */

/* {Op, Ref, From, Leader, {Module, Function, Arity}, Options} */
static bool read_request(struct request *r)
{
	const struct incoming *in = r->in;
	joist_term mfa = part_at(in, 4), options = part_at(in, 5);
	uint64_t arity;

	if (!part_ref(in, 1, &r->ref) || !part_from(in, 2, &r->from) ||
	    !get_pid(part_at(in, 3), &r->leader) || !term_is_tuple(mfa, 3) ||
	    !get_atom(tuple_at(mfa, 0), &r->module) || !get_atom(tuple_at(mfa, 1), &r->function) ||
	    !get_uint64(tuple_at(mfa, 2), &arity))
		return false;
	r->arity = arity;
	r->bad_option = !spawn_options_read(options, &r->options);
	return true;
}

static bool has_length(joist_term list, size_t length)
{
	for (; term_tag(list) == TAG_CONS; list = term_tail(list), length--) {
		if (!length)
			return false;
	}
	return !length && list.word == TERM_NIL.word;
}

/* ---- answering it ---- */

static joist_term reply_term(struct request *r, joist_term result, int flags)
{
	return term_tuple_of(&r->in->arena, term_small(OP_SPAWN_REPLY), part_at(r->in, 1),
			     part_at(r->in, 2), term_small(flags), result);
}

static void refuse(struct request *r, joist_term why)
{
	struct peer *p = r->in->peer;

	mutex_take(&p->lock);
	operation_send(p, (joist_pid){ 0 }, reply_term(r, why, 0), TERM_NONE);
	mutex_give(&p->lock);
}

/* The actor is there, and does not run yet. */
static void answer(void *argument, joist_pid pid)
{
	struct request *r = argument;
	struct peer *p = r->in->peer;
	const struct joist_spawn_options *o = &r->options.actor;
	int flags = (o->link ? SPAWNED_LINK : 0) | (o->monitor ? SPAWNED_MONITOR : 0) |
		    (r->options.started ? SPAWNED_STARTS : 0);
	const struct bond link = { .kind = BOND_LINK,
				   .a = pid.id,
				   .b = r->from.id,
				   .active = true,
				   .local = pid,
				   .remote = r->from };
	const struct bond monitor = {
		.kind = BOND_WATCHED, .a = r->number, .local = pid, .remote = r->from, .ref = r->ref
	};

	r->answered = true;
	mutex_take(&p->lock);
	r->error = o->link ? part_bond(r->in, &link) : 0;
	if (!r->error && o->monitor)
		r->error = part_bond(r->in, &monitor);
	operation_send(p, pid, reply_term(r, term_pid_local(pid), flags), TERM_NONE);
	mutex_give(&p->lock);
}

/* ---- doing it ---- */

/* Pinned. */
static struct export *find(struct joist_vm *vm, struct joist_bytes plugin, struct joist_bytes name)
{
	return vm->code.find(vm->code.owner, plugin, name, -1);
}

/* Takes over the export's pin. */
static void start_export(struct request *r, struct export *export, joist_term args)
{
	const struct joist_spawn_options *options = &r->options.actor;
	bool started = r->options.started;
	const struct spawn_parent parent = { .far = r->from,
					     .monitor =
						     options->monitor && !started ? r->number : 0,
					     .starter = started ? r->number : 0,
					     .leader = r->leader,
					     .before = answer,
					     .argument = r };

	if (!joist_is_none(args))
		spawn_export(r->in->vm, NULL, export, args, options, &parent);
	else
		code_unpin(export->code);
	if (!r->answered)
		refuse(r, ATOM(system_limit));
}

/* Of that very file. Pinned. */
static struct export *find_file(const struct request *r)
{
	const struct code_port *port = &r->in->vm->code;

	return port->find_file ? port->find_file(port->owner, atom_name(r->module),
						 atom_name(r->function), r->options.code)
			       : NULL;
}

/* Who asks has others fetch the file then, and asks again. */
static void start_of_file(struct request *r, joist_term args)
{
	struct export *export = find_file(r);

	if (export)
		start_export(r, export, term_head(args));
	else
		refuse(r, ATOM(fetch));
}

/* What can be started takes one argument; all else is called by what is there for that, but has no
 * start that could be told of. */
static void start(struct request *r, joist_term args)
{
	struct joist_vm *vm = r->in->vm;

	if (r->options.code && r->arity == 1) {
		start_of_file(r, args);
		return;
	}
	struct export *export =
		r->arity == 1 ? find(vm, atom_name(r->module), atom_name(r->function)) : NULL;

	if (export) {
		start_export(r, export, term_head(args));
		return;
	}
	if (r->options.started) {
		refuse(r, ATOM(undef));
		return;
	}
	export = find(vm, joist_text(APPLY_PLUGIN), joist_text(APPLY_EXPORT));
	if (!export)
		refuse(r, ATOM(notsup));
	else
		start_export(r, export,
			     term_tuple_of(&r->in->arena, atom_term(r->module),
					   atom_term(r->function), args));
}

int far_spawn_take_request(struct incoming *in)
{
	struct request r = { .in = in, .number = DIST_NUMBERS + ++in->peer->dist->number };
	struct arena arena = { 0 };
	int error;

	if (!read_request(&r))
		return -EBADMSG;
	joist_term args = part_payload(in, &arena, &error);
	if (!error && !has_length(args, r.arity))
		error = -EBADMSG;
	if (!error && r.bad_option)
		refuse(&r, ATOM(badopt));
	else if (!error)
		start(&r, args);
	bins_drop(&arena);
	arena_empty(&arena);
	return error ? error : r.error;
}

/* ---- answers ---- */

/* The bond of the request becomes that of the monitor, or goes. Under the lock. */
static bool settle_bonds(struct peer *p, uint64_t number, joist_pid to, joist_pid pid,
			 uint64_t flags)
{
	struct bond *request = bonds_find(&p->bonds, BOND_WATCHING, number, 0);
	const struct bond link = { .kind = BOND_LINK,
				   .a = to.id,
				   .b = pid.id,
				   .active = true,
				   .local = to,
				   .remote = pid };

	if (!request || !joist_pid_equal(request->local, to))
		return false;
	if (flags & SPAWNED_MONITOR)
		request->remote = pid;
	else
		bonds_remove(&p->bonds, request);
	if (flags & SPAWNED_LINK && !bonds_add(&p->bonds, &link))
		p->failed = true;
	return true;
}

/* {Op, Ref, To, Flags, PidOrError} */
int far_spawn_take_reply(struct incoming *in)
{
	struct peer *p = in->peer;
	joist_term result = part_at(in, 4);
	joist_pid to, pid = { .node = p->node };
	joist_ref ref;
	uint64_t flags;

	if (!part_ref(in, 1, &ref) || !part_to(in, 2, &to) || !get_uint64(part_at(in, 3), &flags) ||
	    !(term_is_atom(result) || part_from(in, 4, &pid)))
		return -EBADMSG;
	if (term_is_atom(result))
		flags = 0;
	mutex_take(&p->lock);
	bool known = !ref.node && settle_bonds(p, ref_number(ref), to, pid, flags);
	mutex_give(&p->lock);
	if (!known)
		return 0;
	joist_term term = term_is_atom(result) ? result : term_small((int64_t)flags);
	struct signal_from *s = signal_make_from(SIGNAL_SPAWNED, to, pid, ref_number(ref), term);
	if (!s)
		return -ENOMEM;
	send_signal(in->vm, NULL, to, &s->signal);
	return 0;
}
