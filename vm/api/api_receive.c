/* Receiving, as the SDK has it: the next message, one that matches, the answer to a call. */
#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/api/site.h"
#include "vm/sched/alarms.h"
#include "vm/sched/deadline.h"
#include "vm/sched/deliver.h"
#include "vm/sched/mailbox.h"
#include "vm/sched/park.h"
#include "vm/sched/room.h"
#include "vm/sched/send.h"
#include "vm/sched/slice.h"
#include "vm/sched/trampoline.h"
#include "vm/sched/turn.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"
#include "vm/term/make.h"
#include "vm/term/match.h"
#include "vm/term/pattern.h"

/* Waits until the mailbox holds something behind `*link`; false at the deadline. */
static bool wait_behind(struct joist_actor *self, struct signal **const *link, int64_t deadline_ns)
{
	bool in_time = true;

	while (!**link) {
		if (!in_time)
			return false;
		actor_set_woken(self, false);
		in_time = park(self, deadline_ns);
	}
	return true;
}

/* In two registers, for receive_x86_64.S. */
struct received {
	joist_term message; /* none: the deadline was reached */
	bool waited; /* others may have run */
};

struct received receive_next(struct joist_actor *self, int64_t timeout_ms);

/* The next message, for joist_receive and joist_receive_timeout. */
struct received receive_next(struct joist_actor *self, int64_t timeout_ms)
{
	struct signal **first = &self->first;

	if (self->export->kind != JOIST_EXPORT_LOOP)
		self_badarg(self, "joist_receive");
	ENTER(self, 1, "joist_receive_timeout");
	actor_end_turn(self);
	if (turn_settle(self))
		trampoline_leave(self);
	alarms_look_at_memory(self->worker->vm, self, 0);
	if (self->first)
		slice_charge_time(self->worker); /* else it waits anyway, and others run */
	enter_yield(self);
	bool waits = !self->first;
	if (waits && !wait_behind(self, &first, deadline_after(timeout_ms)))
		return (struct received){ TERM_NONE, true };
	enter_end_of_wait(self);
	return (struct received){ mailbox_take(self)->term, waits };
}

#ifndef __x86_64__
joist_term joist_receive_timeout(struct joist_actor *self, int64_t timeout_ms)
{
	return receive_next(self, timeout_ms).message;
}

joist_term joist_receive(struct joist_actor *self)
{
	return joist_receive_timeout(self, JOIST_INFINITY);
}
#endif

/* Where a search starts: past what was there before the reference that is waited for was made. */
static struct signal **search_start(struct joist_actor *self, const struct pattern *pattern,
				    void *const *holes)
{
	int pinned = self->stack->fresh ? pattern_pinned_ref(pattern) : -1;

	if (pinned >= 0 &&
	    ref_number(*(const joist_ref *)holes[pinned]) == self->stack->fresh_number)
		return self->stack->fresh;
	return &self->first;
}

/* Where from `link` on a message is that matches, or the end of the mailbox. */
static struct signal **search(struct joist_actor *self, struct signal **link,
			      const struct pattern *pattern, void *const *holes)
{
	const struct match_first first = match_first(pattern);
	uint32_t looked = 0;

	for (struct signal *s; (s = *link); link = &s->next) {
		looked++;
		if (!match_differs(first, s->term) && match_run(pattern, s->term, holes))
			break;
	}
	enter_charge(self, looked);
	return link;
}

bool joist_receive_match_at(struct joist_actor *self, int64_t timeout_ms, struct joist_site *site,
			    const unsigned char *types, void *const *holes)
{
	enter(self, 1);
	const struct pattern *pattern =
		site_pattern(self, site, types, PATTERN_MATCH, "joist_receive_match");
	int64_t deadline = deadline_after(timeout_ms);
	struct signal **link = search_start(self, pattern, holes);

	enter_yield(self);
	for (;;) {
		link = search(self, link, pattern, holes);
		if (*link) {
			mailbox_take_at(self, link);
			enter_end_of_wait(self);
			return true;
		}
		/* New messages are put where `link` is, at the end. */
		if (!wait_behind(self, &link, deadline))
			return false;
	}
}

/* {'$gen_call', {Self, [alias | Ref]}, Request}, built right in the signal. */
static struct signal_from *make_call(struct joist_actor *self, joist_pid to, uint64_t number,
				     joist_term request)
{
	size_t words = copy_words(request);
	struct signal *s =
		words > COPY_WORDS_MAX
			? NULL
			: signal_make(SIGNAL_CALL, to, 4 + 3 + 2 + REF_LOCAL_WORDS + words);

	if (!s)
		self_short(self);
	struct arena arena = signal_arena(s);
	uint64_t *tuple = arena_take(&arena, 4), *from = arena_take(&arena, 3);
	uint64_t *tag = arena_take(&arena, 2), *ref = arena_take(&arena, REF_LOCAL_WORDS);
	tuple[0] = box_header(BOX_TUPLE, 3);
	tuple[1] = ATOM(gen_call).word;
	tuple[2] = term_from_box(from).word;
	tuple[3] = copy_into(&arena, request).word;
	from[0] = box_header(BOX_TUPLE, 2);
	from[1] = term_pid_local(actor_pid(self)).word;
	from[2] = term_from_cell(tag).word;
	tag[0] = ATOM(alias).word;
	tag[1] = term_local_ref(ref, number, actor_pid(self)).word;
	signal_built(s, &arena, term_from_box(tuple));
	struct signal_from *call = signal_from_of(s);
	call->from = actor_pid(self);
	call->number = number;
	call->name = (joist_atom){ 0 };
	return call;
}

static enum joist_result take_answer(struct signal *answer, joist_term *ret_reply)
{
	bool down = answer->kind == SIGNAL_DOWN;
	/* What else would another node send? */
	bool reply = !down && term_is_tuple(answer->term, 2);

	if (ret_reply)
		*ret_reply = reply ? tuple_at(answer->term, 1) : answer->term;
	return down ? JOIST_DOWN : JOIST_OK;
}

static enum joist_result refuse(joist_term reason, joist_term *ret_reply)
{
	if (ret_reply)
		*ret_reply = reason;
	return JOIST_DOWN;
}

/* A call to another node has a monitor there, which the answer does not end. */
struct far_call {
	struct joist_actor *self;
	joist_pid to;
	uint64_t number;
};

static void end_far_call(void *call)
{
	struct far_call *c = call;

	send_tie(c->self->worker->vm, c->self->worker, SIGNAL_DEMONITOR, c->to, actor_pid(c->self),
		 c->number, (joist_atom){ 0 });
}

static struct signal *wait_for_far_answer(struct joist_actor *self, joist_pid to, uint64_t number,
					  int64_t timeout_ms)
{
	struct far_call call = { self, to, number };
	struct cover cover = { .run = end_far_call, .argument = &call };

	self_cover(self, &cover);
	struct signal *answer = park_for_answer(self, number, deadline_after(timeout_ms));
	self_uncover(self, &cover);
	if (answer && answer->kind != SIGNAL_DOWN)
		end_far_call(&call);
	return answer;
}

/* The same, where the request first waits for room. */
static struct signal *wait_in_queue(struct joist_actor *self, struct signal_from *call,
				    uint64_t number, int64_t deadline)
{
	struct gate_wait wait = { .message = &call->signal };
	struct cover cover = { .run = room_forget, .argument = &wait };

	self_cover(self, &cover);
	room_queue(self->worker->vm, self->worker, &wait);
	struct signal *answer = park_for_answer(self, number, deadline);
	self_uncover(self, &cover);
	room_forget(&wait);
	return answer;
}

enum joist_result joist_call_term(struct joist_actor *self, joist_term dest, joist_term request,
				  int64_t timeout_ms, joist_term *ret_reply)
{
	struct enter_dest to;

	enter(self, 2);
	struct worker *w = self->worker;
	if (joist_is_none(request) || !enter_find(self, dest, &to) || to.is_alias)
		self_badarg(self, "joist_call");
	if (joist_pid_is_none(to.pid))
		return refuse(ATOM(noproc), ret_reply);
	if (joist_pid_equal(to.pid, actor_pid(self)))
		return refuse(ATOM(calling_self), ret_reply);
	uint64_t number = worker_number(w);
	struct signal_from *call = make_call(self, to.pid, number, request);
	call->name = to.name;
	self->stack->waits_for = number;
	enum gate_answer sent = send_message_or_wait(w->vm, w, to.pid, &call->signal);
	if (UNLIKELY(sent == GATE_REFUSE)) {
		self->stack->waits_for = 0;
		joist_term reason[] = { ATOM(limit), ATOM(mailbox) };
		return refuse(joist_tuple(self, reason, 2), ret_reply);
	}
	struct signal *answer;
	if (UNLIKELY(to.pid.node))
		answer = wait_for_far_answer(self, to.pid, number, timeout_ms);
	else if (UNLIKELY(sent == GATE_WAIT))
		answer = wait_in_queue(self, call, number, deadline_after(timeout_ms));
	else
		answer = park_for_answer(self, number, deadline_after(timeout_ms));
	enter_end_of_wait(self);
	if (answer)
		return take_answer(answer, ret_reply);
	send_tie(self->worker->vm, self->worker, SIGNAL_DEMONITOR, to.pid, actor_pid(self), number,
		 (joist_atom){ 0 });
	return JOIST_TIMEOUT;
}

joist_ref joist_ref_new(struct joist_actor *self)
{
	enter_alone(self, 1);
	uint64_t number = worker_number(self->worker);

	mailbox_mark(self, number);
	return ref_local(number, actor_pid(self));
}

bool joist_post_at(struct joist_vm *vm, joist_pid to, struct joist_site *site,
		   const unsigned char *types, void *const *holes)
{
	struct joist_actor *self = self_current();
	if (self && UNLIKELY(self->converts)) {
		enter(self, 0); /* which it does not leave */
	}
	const struct pattern *pattern = site_pattern(self, site, types, PATTERN_MAKE, "joist_post");
	struct arena arena = { 0 };
	joist_term message = pattern ? make_run(&arena, pattern, holes) : TERM_NONE;
	struct signal *s =
		joist_is_none(message) ? NULL : signal_make_copy(SIGNAL_MESSAGE, to, message);

	bool sent = s && send_message(vm, NULL, to, s) != GATE_REFUSE;
	bins_drop(&arena);
	arena_empty(&arena);
	return sent;
}
