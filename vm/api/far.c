/* Signals that only go to other nodes, and waiting for a connection that is slow. By the actor
 * itself. */
#include "vm/api/far.h"

#include "vm/api/enter.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/dist/peer.h"
#include "vm/dist/spawn_options.h"
#include "vm/sched/park.h"
#include "vm/sched/send.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/copy.h"

/* How often a file is fetched for one actor: it may be dropped there just when it has come. */
#define FETCHES_MAX 3

joist_pid far_node(joist_atom node)
{
	return (joist_pid){ .node = nodes_make(node, 0) };
}

/* Has the actor woken when there is room; false if there is. */
static bool ask_to_be_woken(struct joist_actor *self, struct peer *p)
{
	struct waker *waker = heap_take(sizeof(*waker));
	struct signal *signal = waker ? signal_make(SIGNAL_WAKE, actor_pid(self), 0) : NULL;

	if (!signal) {
		heap_give(waker, sizeof(*waker));
		self_short(self);
	}
	*waker = (struct waker){ .signal = signal, .pid = actor_pid(self) };
	mutex_take(&p->lock);
	bool busy = peer_is_busy(p);
	if (busy) {
		waker->next = p->wakers;
		p->wakers = waker;
	}
	mutex_give(&p->lock);
	if (busy)
		return true;
	signal_free(signal);
	heap_give(waker, sizeof(*waker));
	return false;
}

void far_wait(struct joist_actor *self, uint32_t node)
{
	struct dist *d = self->worker->vm->dist;
	struct peer *p = d ? peer_of(d, node) : NULL;

	if (!p || self->yield_off)
		return;
	mutex_take(&p->lock);
	bool busy = peer_is_busy(p);
	mutex_give(&p->lock);
	while (busy && ask_to_be_woken(self, p)) {
		self_park(self, DEADLINE_NEVER);
		actor_set_woken(self, false);
	}
}

static void send_from(struct joist_actor *self, joist_pid to, struct signal_from *s)
{
	if (!s)
		self_short(self);
	send_signal(self->worker->vm, self->worker, to, &s->signal);
}

void far_send_alias(struct joist_actor *self, joist_term alias, joist_term message)
{
	uint64_t words[2];
	struct arena arena = arena_over(words, 2);
	joist_ref ref;

	joist_get_ref(alias, &ref);
	joist_term both = term_cons(&arena, alias, message);
	const joist_pid to = { .node = ref.node };
	send_from(self, to, signal_make_from(SIGNAL_ALIAS, to, actor_pid(self), 0, both));
	far_wait(self, to.node);
	enter_yield(self);
}

void far_send_named(struct joist_actor *self, joist_pid to, joist_atom name, joist_term message)
{
	struct signal_from *s = signal_make_from(SIGNAL_NAMED, to, actor_pid(self), 0, message);

	if (s)
		s->name = name;
	send_from(self, to, s);
	far_wait(self, to.node);
	enter_yield(self);
}

/* ---- spawning ---- */

/* {Plugin, Export, Args, Options, Leader} */
static joist_term request_term(struct joist_actor *self, struct arena *arena, const char *name,
			       joist_term args, const struct spawn_options *o)
{
	struct joist_bytes plugin, export;
	joist_pid leader = joist_group_leader(self);

	code_split(name, &plugin, &export);
	joist_atom m = atom_make(plugin.data, plugin.size), f = atom_make(export.data, export.size);
	if (!m.word || !f.word)
		self_badarg(self, "joist_spawn_with");
	if (joist_pid_is_none(leader)) /* what writes for this node */
		leader = names_find(&self->worker->vm->names, ATOM_NAME(user));
	if (joist_pid_is_none(leader))
		leader = actor_pid(self);
	return term_tuple_of(arena, atom_term(m), atom_term(f), args, spawn_options_term(arena, o),
			     term_pid(arena, leader));
}

/* A pid of that node which nobody has: links and monitors tell why. */
static joist_pid not_spawned(struct joist_actor *self, joist_pid to, joist_term reason,
			     const struct joist_spawn_options *o, uint64_t number)
{
	struct worker *w = self->worker;
	const joist_pid nobody = { .id = UINT64_MAX, .node = to.node };

	if (o->monitor) {
		struct tie *tie = ties_add(&self->monitors, number, nobody.node);
		if (!tie)
			self_short(self);
		tie->other = nobody.id;
		send_down(w->vm, w, actor_pid(self), nobody, number, reason);
	}
	if (o->link)
		send_exit(w->vm, w, actor_pid(self), nobody, reason);
	return nobody;
}

/* Asks for an actor, and waits for what comes first that has the number. */
static struct signal *request_once(struct joist_actor *self, joist_pid to, const char *name,
				   joist_term args, const struct spawn_options *o, uint64_t number,
				   int64_t deadline)
{
	uint64_t words[SPAWN_OPTIONS_WORDS + 16];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));
	joist_term request = request_term(self, &arena, name, args, o);

	if (joist_is_none(request))
		self_short(self);
	self->stack->waits_for = number;
	send_from(self, to, signal_make_from(SIGNAL_SPAWN, to, actor_pid(self), number, request));
	struct signal *answer = park_for_answer(self, number, deadline);
	enter_end_of_wait(self);
	return answer;
}

/* Whether that node is to start it of the file that this one has, and its hash. */
static bool find_file(struct joist_actor *self, joist_pid to, const char *name,
		      unsigned char ret_hash[static CODE_HASH_BYTES])
{
	struct joist_vm *vm = self->worker->vm;
	struct joist_bytes plugin, export;

	return vm->travel.hash && code_split(name, &plugin, &export) &&
	       vm->travel.hash(vm->travel.owner, plugin, nodes_name(to.node), ret_hash);
}

static int64_t ms_until(int64_t deadline)
{
	int64_t ns = deadline == DEADLINE_NEVER ? 0 : deadline - clock_now_ns();

	if (deadline == DEADLINE_NEVER)
		return JOIST_INFINITY;
	return ns > 0 ? (ns + CLOCK_NS_PER_MS - 1) / CLOCK_NS_PER_MS : 0;
}

/* Has that node fetch the file; none, or why it does not. */
static joist_term have_fetched(struct joist_actor *self, joist_pid to, const char *name,
			       const unsigned char *hash, int64_t deadline)
{
	struct joist_bytes plugin, export;
	joist_term reply, sentence;

	code_split(name, &plugin, &export);
	joist_term file[] = { ATOM(fetch), joist_binary(self, plugin),
			      joist_binary(self, (struct joist_bytes){ hash, CODE_HASH_BYTES }) };
	joist_term server[] = { ATOM(code_server), atom_term(nodes_name(to.node)) };
	switch (joist_call_term(self, joist_tuple(self, server, 2), joist_tuple(self, file, 3),
				ms_until(deadline), &reply)) {
	case JOIST_TIMEOUT:
		return ATOM(timeout);
	case JOIST_DOWN:
		return reply;
	case JOIST_OK:
		break;
	}
	if (joist_match(reply, "{error, Sentence}", &sentence))
		return joist_tuple(self, (joist_term[]){ ATOM(refused), sentence }, 2);
	return TERM_NONE;
}

static bool wants_file(const struct signal *answer)
{
	return answer && answer->kind == SIGNAL_SPAWNED && answer->term.word == ATOM(fetch).word;
}

static joist_term refusal(struct joist_actor *self, const char *sentence)
{
	return joist_tuple(
		self, (joist_term[]){ ATOM(refused), joist_binary(self, joist_text(sentence)) }, 2);
}

/* The same as request_once, of the file that the actor is to be of; `*ret_refused` tells why the other
 * node does not have that. */
static struct signal *request(struct joist_actor *self, joist_pid to, const char *name,
			      joist_term args, const struct spawn_options *o, uint64_t number,
			      int64_t deadline, joist_term *ret_refused)
{
	struct spawn_options options = *o;
	unsigned char hash[CODE_HASH_BYTES];
	struct signal *answer;

	*ret_refused = TERM_NONE;
	if (find_file(self, to, name, hash))
		options.code = hash;
	answer = request_once(self, to, name, args, &options, number, deadline);
	for (int fetches = 0; options.code && wants_file(answer); fetches++) {
		*ret_refused =
			fetches < FETCHES_MAX
				? have_fetched(self, to, name, hash, deadline)
				: refusal(self,
					  "the file was dropped there each time that it had come");
		if (!joist_is_none(*ret_refused))
			break;
		answer = request_once(self, to, name, args, &options, number, deadline);
	}
	return answer;
}

joist_pid far_spawn(struct joist_actor *self, joist_pid to, const char *name, joist_term args,
		    const struct joist_spawn_options *o, uint64_t number)
{
	const struct spawn_options options = { .actor = *o };
	joist_term refused;
	struct signal *answer =
		request(self, to, name, args, &options, number, DEADLINE_NEVER, &refused);

	if (answer->kind == SIGNAL_SPAWNED && term_is_int(answer->term))
		return signal_from_of(answer)->from;
	return not_spawned(self, to, joist_is_none(refused) ? answer->term : refused, o, number);
}

/* Ends the monitor that told of the start; whom it was of. */
static joist_pid end_start(struct joist_actor *self, uint64_t number)
{
	struct tie *tie = ties_find(&self->monitors, number, TIES_ANY_NODE);
	joist_pid pid = { 0 };

	if (!tie)
		return pid;
	pid = (joist_pid){ .id = tie->other, .node = tie->node };
	joist_demonitor(self, ref_local(number, actor_pid(self)));
	return pid;
}

/* Whether the answer is that of a node that cannot tell when a first turn is over, as Erlang's. */
static bool cannot_tell(const struct signal *answer)
{
	return answer && answer->kind == SIGNAL_SPAWNED && answer->term.word == ATOM(badopt).word;
}

joist_pid far_start(struct joist_actor *self, joist_pid to, const char *name, joist_term args,
		    const struct joist_spawn_options *o, int64_t deadline, joist_term *ret_reason)
{
	struct spawn_options options = { .actor = *o, .started = true };
	uint64_t number = worker_number(self->worker);
	joist_term refused;
	struct signal *answer;
	joist_pid pid;

	options.actor.monitor = true;
	answer = request(self, to, name, args, &options, number, deadline, &refused);
	if (cannot_tell(answer)) {
		options = (struct spawn_options){ .actor = { .link = o->link } };
		answer = request(self, to, name, args, &options, number, deadline, &refused);
	}
	pid = end_start(self, number);
	if (answer && (answer->kind == SIGNAL_ALIAS ||
		       (answer->kind == SIGNAL_SPAWNED && term_is_int(answer->term))))
		return signal_from_of(answer)->from;
	*ret_reason = answer ? answer->term : ATOM(timeout);
	if (!joist_is_none(refused))
		*ret_reason = refused;
	if (!joist_pid_is_none(pid) && o->link)
		joist_unlink(self, pid);
	if (!joist_pid_is_none(pid) && !answer)
		joist_exit_to(self, pid, ATOM(kill));
	return (joist_pid){ 0 };
}
