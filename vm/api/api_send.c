/* Sending, as the SDK has it: destinations, messages, parcels, answers. */
#include <string.h>

#include "vm/api/enter.h"
#include "vm/api/far.h"
#include "vm/api/self.h"
#include "vm/sched/deadline.h"
#include "vm/sched/room.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"

joist_term joist_dest_term(struct joist_actor *self, joist_term dest)
{
	(void)self;
	return dest;
}

joist_term joist_dest_pid(struct joist_actor *self, joist_pid dest)
{
	return joist_pid_is_none(dest) ? TERM_NONE : joist_pid_term(self, dest);
}

joist_term joist_dest_ref(struct joist_actor *self, joist_ref dest)
{
	return joist_ref_term(self, dest);
}

joist_term joist_dest_atom(struct joist_actor *self, joist_atom dest)
{
	(void)self;
	return atom_term(dest);
}

joist_term joist_dest_name(struct joist_actor *self, const char *dest)
{
	(void)self;
	return atom_term(joist_atom_new(dest));
}

static bool find_name(struct joist_actor *self, joist_term name, struct enter_dest *ret_dest)
{
	ret_dest->name = atom_of(name);
	ret_dest->pid = names_find(&self->worker->vm->names, ret_dest->name);
	return true;
}

bool enter_find(struct joist_actor *self, joist_term dest, struct enter_dest *ret_dest)
{
	joist_ref ref;

	*ret_dest = (struct enter_dest){ 0 };
	if (joist_get_pid(dest, &ret_dest->pid))
		return true;
	if (term_is_atom(dest))
		return find_name(self, dest, ret_dest);
	if (joist_get_ref(dest, &ref)) {
		ret_dest->is_alias = true;
		ret_dest->pid = ref.node ? (joist_pid){ .node = ref.node } : ref_owner(ref);
		ret_dest->alias = ref.node ? 0 : ref_number(ref);
		return true;
	}
	/* {Name, Node} */
	if (!term_is_tuple(dest, 2) || !term_is_atom(tuple_at(dest, 0)) ||
	    !term_is_atom(tuple_at(dest, 1)))
		return false;
	if (tuple_at(dest, 1).word == self->worker->vm->name.word)
		return find_name(self, tuple_at(dest, 0), ret_dest);
	ret_dest->name = atom_of(tuple_at(dest, 0));
	ret_dest->pid = far_node(atom_of(tuple_at(dest, 1)));
	return true;
}

static __attribute__((noreturn, noinline)) void exit_refused(struct joist_actor *self)
{
	uint64_t words[4];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));

	joist_exit(self, term_tuple_of(&arena, ATOM(limit), ATOM(mailbox)));
}

static void wait_for_room(struct joist_actor *self, struct signal *message)
{
	struct gate_wait wait = {
		.message = message,
		.wake = signal_make(SIGNAL_WAKE, actor_pid(self), 0),
	};
	struct cover cover = { .run = room_forget, .argument = &wait };

	if (!wait.wake) {
		signal_free(message);
		self_short(self);
	}
	self_cover(self, &cover);
	room_queue(self->worker->vm, self->worker, &wait);
	/* acquire: pairs with the release in room.c */
	while (!atomic_load_explicit(&wait.done, memory_order_acquire))
		self_park(self, DEADLINE_NEVER);
	self_uncover(self, &cover);
}

/* What the receiver's limit keeps out. Nobody waits for room that only itself can make, or where it may not
 * wait. */
static __attribute__((noinline)) void kept_out(struct joist_actor *self, struct signal *message,
					       enum gate_answer answer)
{
	if (answer == GATE_WAIT && !self->yield_off && message->to != self->id) {
		wait_for_room(self, message);
		return;
	}
	if (answer == GATE_WAIT)
		answer = send_turned_away(self->worker->vm, self->worker,
					  (joist_pid){ .id = message->to }, message);
	if (answer == GATE_REFUSE)
		exit_refused(self);
}

/* Sends what has been made into a signal; the limit of the receiver may hold or end the sender. */
ALWAYS_INLINE void send_made(struct joist_actor *self, joist_pid to, struct signal *s)
{
	struct worker *w = self->worker;
	enum gate_answer answer = send_message_or_wait(w->vm, w, to, s);

	if (UNLIKELY(answer != GATE_PASS))
		kept_out(self, s, answer);
	if (UNLIKELY(to.node))
		far_wait(self, to.node);
	enter_yield(self);
}

void joist_send(struct joist_actor *self, joist_pid to, joist_term message)
{
	enter(self, 1);
	if (UNLIKELY(joist_pid_is_none(to) || joist_is_none(message)))
		self_badarg(self, "joist_send");
	struct signal *s = signal_make_message(to, message);
	if (UNLIKELY(!s))
		self_short(self);
	if (UNLIKELY(s->bytes >= 512))
		enter_charge(self, s->bytes / 512);
	send_made(self, to, s);
}

bool joist_try_send(struct joist_actor *self, joist_pid to, joist_term message)
{
	enter(self, 1);
	if (joist_pid_is_none(to) || joist_is_none(message))
		self_badarg(self, "joist_try_send");
	struct signal *s = signal_make_message(to, message);
	if (!s)
		self_short(self);
	return send_message(self->worker->vm, self->worker, to, s) == GATE_PASS;
}

/* A call that is answered is over: our end does not concern its caller any more. */
static void end_call(struct joist_actor *self, uint64_t number)
{
	struct tie *tie = ties_find(&self->monitored_by, number, 0);

	if (tie && tie->note == TIE_CALL)
		ties_remove(&self->monitored_by, tie);
}

static void send_alias(struct joist_actor *self, joist_pid to, uint64_t number, joist_term message)
{
	struct signal_from *s =
		signal_make_from(SIGNAL_ALIAS, to, actor_pid(self), number, message);

	if (!s)
		self_short(self);
	end_call(self, number);
	send_signal(self->worker->vm, self->worker, to, &s->signal);
	enter_yield(self);
}

void joist_send_to_term(struct joist_actor *self, joist_term dest, joist_term message)
{
	struct enter_dest to;

	enter(self, 1);
	if (joist_is_none(message) || !enter_find(self, dest, &to) ||
	    (joist_pid_is_none(to.pid) && term_is_atom(dest)))
		self_badarg(self, "joist_send_to");
	if (to.is_alias && to.pid.node)
		far_send_alias(self, dest, message);
	else if (to.is_alias)
		send_alias(self, to.pid, to.alias, message);
	else if (to.pid.node && to.name.word)
		far_send_named(self, to.pid, to.name, message);
	else if (!joist_pid_is_none(to.pid))
		joist_send(self, to.pid, message);
}

/* {[alias | Ref], Reply}, the answer to a call of this node, built right in the signal. */
static struct signal *make_answer(joist_pid to, joist_pid from, joist_term ref, joist_term reply)
{
	size_t words = copy_words(reply);
	struct signal *s = words > COPY_WORDS_MAX
				   ? NULL
				   : signal_make(SIGNAL_ALIAS, to, 3 + 2 + REF_LOCAL_WORDS + words);

	if (!s)
		return NULL;
	struct arena arena = signal_arena(s);
	uint64_t *tuple = arena_take(&arena, 3), *tag = arena_take(&arena, 2);
	uint64_t *ref_words = arena_take(&arena, REF_LOCAL_WORDS);
	tuple[0] = box_header(BOX_TUPLE, 2);
	tuple[1] = term_from_cell(tag).word;
	tuple[2] = copy_into(&arena, reply).word;
	tag[0] = ATOM(alias).word;
	tag[1] = term_local_ref(ref_words, local_ref_number(ref), to).word;
	signal_built(s, &arena, term_from_box(tuple));
	struct signal_from *answer = signal_from_of(s);
	answer->from = from;
	answer->number = local_ref_number(ref);
	answer->name = (joist_atom){ 0 };
	return s;
}

static void send_answer(struct joist_actor *self, joist_term ref, joist_term reply)
{
	joist_pid to = local_ref_owner(ref);
	struct signal *s = make_answer(to, actor_pid(self), ref, reply);

	if (!s)
		self_short(self);
	end_call(self, local_ref_number(ref));
	send_signal(self->worker->vm, self->worker, to, s);
	enter_yield(self);
}

/* What stands for the alias to reply to in [alias | Alias], or [[alias | Alias] | Anything]. */
static joist_term alias_of(joist_term tag)
{
	if (term_tag(tag) == TAG_CONS && term_tag(term_head(tag)) == TAG_CONS)
		tag = term_head(tag);
	return term_tag(tag) == TAG_CONS && term_head(tag).word == ATOM(alias).word ? term_tail(tag)
										    : TERM_NIL;
}

void joist_reply(struct joist_actor *self, joist_term from, joist_term reply)
{
	joist_pid caller;
	joist_ref ref;

	enter(self, 1);
	if (!term_is_tuple(from, 2) || !joist_get_pid(tuple_at(from, 0), &caller) ||
	    joist_is_none(reply))
		self_badarg(self, "joist_reply");
	joist_term tag = tuple_at(from, 1), alias = alias_of(tag);
	/* An alias drops it if the caller has given up. */
	if (term_tag(tag) == TAG_CONS && term_tail(tag).word == alias.word &&
	    term_is_local_ref(alias)) {
		send_answer(self, alias, reply);
		return;
	}
	joist_term message = joist_tuple(self, (joist_term[]){ tag, reply }, 2);
	if (joist_get_ref(alias, &ref) && ref.node)
		far_send_alias(self, alias, message);
	else if (joist_get_ref(alias, &ref))
		send_alias(self, ref_owner(ref), ref_number(ref), message);
	else
		joist_send(self, caller, message);
}

/* ---- parcels ---- */

void joist_parcel(struct joist_actor *self)
{
	enter(self, 1);
	if (self->stack->parcel_open)
		self_badarg(self, "joist_parcel");
	self->stack->parcel = (struct arena){ 0 };
	self->stack->parcel_open = true;
}

static struct signal **taken_link(struct stack *stack, joist_term message)
{
	struct signal **link = &stack->taken;

	while (*link && (*link)->term.word != message.word)
		link = &(*link)->next;
	return link;
}

void joist_adopt(struct joist_actor *self, joist_term message)
{
	struct stack *stack = self->stack;

	enter(self, 1);
	struct signal **link = taken_link(stack, message);
	struct signal *s = *link;
	if (!stack->parcel_open || !s || s->embedded)
		self_badarg(self, "joist_adopt");
	*link = s->next;
	struct arena_chunk *chunks = s->chunks;
	bins_join(&stack->parcel, s->bins);
	arena_adopt(&stack->parcel, chunks);
	arena_adopt(&stack->parcel, arena_chunk_of(s, s->bytes));
}

void joist_move(struct joist_actor *self, joist_pid to, joist_term message)
{
	struct stack *stack = self->stack;

	enter(self, 1);
	if (!stack->parcel_open || joist_pid_is_none(to) || joist_is_none(message))
		self_badarg(self, "joist_move");
	message = self_part(self, message);
	struct signal *s = signal_make(SIGNAL_MESSAGE, to, 0);
	if (!s)
		self_short(self);
	s->term = message;
	s->chunks = stack->parcel.chunks;
	s->bins = stack->parcel.bins;
	stack->parcel = (struct arena){ 0 };
	stack->parcel_open = false;
	send_made(self, to, s);
}
