/* Callbacks. A plan (the prepared type of the callback) has a pool of closures that are over; one is only
 * freed with the plan, and the library's with that. Whoever owns one runs it, in the middle of a call of C,
 * as plugin code; on another thread it fails. */
#include "vm/typed/closures.h"

#include <stdio.h>
#include <string.h>

#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"
#include "vm/typed/outcome.h"

#define NAME_MAX_BYTES 512

enum verb {
	VERB_SEND,
	VERB_CALL,
	VERB_APPLY,
};

struct closure {
	struct closure *next; /* of its owner's, or of the pool */
	struct closure *all; /* of the plan */
	struct typed *plan;
	struct foreign_closure *foreign;
	_Atomic(struct joist_actor *) owner; /* NULL: it is over */
	enum verb verb;
	joist_term kept; /* what it outlives the turn with, or none */
	joist_term to, tag; /* of apply: the module and the function */
};

/* ---- when it is called ---- */

/* The call that fails for it; what comes after is not asked any more. */
static void fail(struct joist_actor *self, joist_term reason)
{
	struct call *call = self->extra ? self->extra->call : NULL;

	if (call && joist_is_none(call->failure))
		call->failure = reason;
}

/* Reads an argument of C as a term. */
static joist_term argument(struct joist_actor *self, const struct typed *plan, unsigned i,
			   void **arguments)
{
	const struct step *step = &plan->steps[i];
	const struct shape *shape = step->shape;
	size_t count = step->from->room ? step->from->room : shape->count;
	void *at = NULL;

	if (shape->kind != JOIST_C_POINTER && shape->kind != JOIST_C_BYTES &&
	    shape->kind != JOIST_C_ARRAY)
		return outcome_value(self, shape, arguments[i]);
	memcpy(&at, arguments[i], sizeof(at));
	if (!at)
		return outcome_null();
	if (shape->kind == JOIST_C_POINTER)
		return outcome_value(self, shape->of, at);
	if (step->length != STEP_NONE) {
		int64_t said = shape_read_integer(plan->steps[step->length].shape,
						  arguments[step->length]);
		count = said > 0 ? (size_t)said : 0;
	}
	return shape->kind == JOIST_C_BYTES ? joist_binary(self, (struct joist_bytes){ at, count })
					    : outcome_list(self, shape->of, count, at);
}

static size_t read_arguments(struct joist_actor *self, const struct typed *plan, void **arguments,
			     joist_term *items)
{
	size_t count = 0;

	for (unsigned i = 0; i < plan->count; i++) {
		if (plan->steps[i].term != STEP_NONE)
			items[count++] = argument(self, plan, i, arguments);
	}
	return count;
}

/* To a name that nobody has, nothing. */
static void send(struct joist_actor *self, joist_term to, joist_term message)
{
	joist_atom name;
	joist_pid pid;

	if (joist_get_atom(to, &name))
		pid = joist_whereis(self, joist_atom_name(name).data);
	else
		joist_get_pid(to, &pid);
	if (!joist_pid_is_none(pid))
		joist_send(self, pid, message);
}

static joist_term ask(struct joist_actor *self, joist_term to, joist_term request)
{
	joist_term reply;

	if (joist_call(self, to, request, JOIST_INFINITY, &reply) == JOIST_OK)
		return reply;
	fail(self, reply);
	return (joist_term){ 0 };
}

static joist_term apply(struct joist_actor *self, const struct closure *closure, joist_term list)
{
	struct joist_bytes m = atom_name(atom_of(closure->to)),
			   f = atom_name(atom_of(closure->tag));
	char name[NAME_MAX_BYTES];
	int size =
		snprintf(name, sizeof(name), "%s:%s", (const char *)m.data, (const char *)f.data);

	if (size < (int)sizeof(name) && joist_exported(self, name, (int)joist_list_size(list)))
		return joist_apply(self, name, list);
	fail(self, atom_term(ATOM_NAME(undef)));
	return (joist_term){ 0 };
}

/* What comes back; none if nothing does. */
static joist_term perform(struct joist_actor *self, const struct closure *closure, void **arguments)
{
	joist_term items[JOIST_PARAMETERS_MAX + 1] = { closure->tag };
	size_t count = read_arguments(self, closure->plan, arguments, items + 1);

	if (closure->verb == VERB_APPLY)
		return apply(self, closure, joist_list(self, items + 1, count));
	if (closure->verb == VERB_CALL)
		return ask(self, closure->to, joist_tuple(self, items, count + 1));
	send(self, closure->to, joist_tuple(self, items, count + 1));
	return (joist_term){ 0 };
}

/* libffi wants numbers that are smaller than a word as a word. */
static void give_number(const struct shape *shape, int64_t number, void *result)
{
	if (shape_is_countable(shape))
		memcpy(result, &number, sizeof(number));
	else
		memset(result, 0, shape->bytes);
}

/* Whoever returns nothing is not asked for it. */
static bool give_reply(struct joist_actor *self, const struct shape *shape, joist_term reply,
		       void *result)
{
	struct intake in = { .self = self };

	if (shape->kind == JOIST_C_VOID)
		return true;
	if (!intake_value(&in, shape, reply, result)) {
		fail(self, joist_make(self, "{bad_reply, Reply}", reply));
		return false;
	}
	if (shape_is_countable(shape))
		give_number(shape, shape_read_integer(shape, result), result);
	return true;
}

/* Whether its last callbacks run. Asked within the VM: outside, the monitor may write beside that. */
static bool is_ending(struct joist_actor *self)
{
	bool outer = claim_come_in(self), ending = self->ending;

	claim_go_out(self, outer);
	return ending;
}

static void run(void *user, void *result, void **arguments)
{
	struct closure *closure = user;
	const struct shape *shape = closure->plan->result;
	struct joist_actor *self = joist_current();
	joist_term reply;

	give_number(shape, closure->plan->signature->failure, result);
	if (!self || is_ending(self))
		return; /* a thread of the library's; the frames of its call may be gone */
	/* relaxed: only its owner's own thread may find it there */
	if (atomic_load_explicit(&closure->owner, memory_order_relaxed) != self) {
		fail(self, atom_term(ATOM_NAME(closed)));
		return;
	}
	if (!self->extra->call || !joist_is_none(self->extra->call->failure))
		return;
	reply = perform(self, closure, arguments);
	if (joist_is_none(reply)) {
		if (closure->verb == VERB_SEND)
			give_number(shape, 0, result);
	} else if (!give_reply(self, shape, reply, result)) {
		give_number(shape, closure->plan->signature->failure, result);
	}
}

/* ---- making them ---- */

static struct closure *make(struct typed *plan)
{
	struct closure *closure = heap_take_zero(sizeof(*closure));

	if (!closure)
		return NULL;
	closure->plan = plan;
	closure->foreign = foreign_closure_make(plan->foreign, run, closure);
	if (closure->foreign)
		return closure;
	heap_give(closure, sizeof(*closure));
	return NULL;
}

static struct closure *take(struct typed *plan)
{
	struct closure *closure;

	spin_take(&plan->closures_lock);
	closure = plan->closures_idle;
	if (closure)
		plan->closures_idle = closure->next;
	spin_give(&plan->closures_lock);
	if (closure)
		return closure;
	closure = make(plan);
	if (closure) {
		spin_take(&plan->closures_lock);
		closure->all = plan->closures;
		plan->closures = closure;
		spin_give(&plan->closures_lock);
	}
	return closure;
}

/* What the term says. */
static bool read_target(joist_term term, enum verb *ret_verb, joist_term *ret_to,
			joist_term *ret_tag)
{
	joist_pid pid;

	if (joist_match(term, "{send, To, Tag}", ret_to, ret_tag))
		*ret_verb = VERB_SEND;
	else if (joist_match(term, "{call, To, Tag}", ret_to, ret_tag))
		*ret_verb = VERB_CALL;
	else if (joist_match(term, "{apply, M, F}", ret_to, ret_tag))
		*ret_verb = VERB_APPLY;
	else
		return false;
	if (*ret_verb == VERB_APPLY)
		return term_is_atom(*ret_to) && term_is_atom(*ret_tag);
	return joist_get_pid(*ret_to, &pid) || term_is_atom(*ret_to);
}

struct closure *closures_open(struct joist_actor *self, const struct typed *plan, joist_term term,
			      bool keeps, struct closure **list)
{
	struct closure *closure;
	joist_term to, tag, kept = { 0 };
	enum verb verb;

	if (!read_target(term, &verb, &to, &tag))
		return NULL;
	if (keeps) {
		kept = joist_keep(self, term);
		read_target(kept, &verb, &to, &tag);
	}
	enter(self, 1);
	if (!actor_extra(self))
		self_short(self);
	self->extra->has_callbacks = true;
	closure = take((struct typed *)plan);
	if (!closure)
		self_short(self);
	closure->verb = verb;
	closure->to = to;
	closure->tag = tag;
	closure->kept = kept;
	closure->next = *list;
	*list = closure;
	/* relaxed: for the actor's own eyes */
	atomic_store_explicit(&closure->owner, self, memory_order_relaxed);
	return closure;
}

void *closures_code(const struct closure *closure)
{
	return foreign_closure_code(closure->foreign);
}

void closures_end(struct closure **list)
{
	struct closure *closure;

	while ((closure = *list)) {
		struct typed *plan = closure->plan;
		/* relaxed: for the actor's own eyes */
		struct joist_actor *owner =
			atomic_load_explicit(&closure->owner, memory_order_relaxed);

		*list = closure->next;
		if (!joist_is_none(closure->kept))
			estate_drop(&owner->estate, closure->kept);
		/* relaxed: likewise */
		atomic_store_explicit(&closure->owner, NULL, memory_order_relaxed);
		spin_take(&plan->closures_lock);
		closure->next = plan->closures_idle;
		plan->closures_idle = closure;
		spin_give(&plan->closures_lock);
	}
}

void closures_free(struct typed *plan)
{
	struct closure *closure;

	while ((closure = plan->closures)) {
		plan->closures = closure->all;
		foreign_closure_free(closure->foreign);
		heap_give(closure, sizeof(*closure));
	}
}
