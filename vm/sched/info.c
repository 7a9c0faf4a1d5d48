/* Information about an actor, gathered by itself when the question reaches it in the order of
 * signals, so that it includes what its asker did before. */
#include "vm/sched/info.h"

#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/map.h"

/* Lists longer than this are cut: nobody reads a million links. */
#define LIST_MAX 10000

static joist_term pids_of(struct arena *arena, const struct ties *ties, bool by_other)
{
	joist_term list = TERM_NIL;
	struct tie *tie;
	uint32_t n = 0;

	for (uint32_t at = 0; n < LIST_MAX && (tie = ties_next(ties, &at));) {
		if (by_other && tie->note >= TIE_START)
			continue;
		joist_pid pid = { .id = by_other ? tie->other : tie->id, .node = tie->node };
		list = term_cons(arena, term_pid(arena, pid), list);
		n++;
	}
	return list;
}

/* As {process, Pid} or {process, {Name, Node}}. */
static joist_term monitors_of(struct arena *arena, const struct joist_actor *a)
{
	joist_term list = TERM_NIL;
	struct tie *tie;
	uint32_t n = 0;

	for (uint32_t at = 0; n < LIST_MAX && (tie = ties_next(&a->monitors, &at)); n++) {
		joist_term object = mailbox_object(a, arena, tie);
		list = term_cons(arena, term_tuple_of(arena, ATOM(process), object), list);
	}
	return list;
}

/* "plugin:export", as {plugin, export, arity} is in Erlang. */
static joist_term function_of(struct arena *arena, const struct joist_actor *a)
{
	return term_tuple_of(arena, atom_term(a->export->code->plugin), atom_term(a->export->name),
			     term_small(1));
}

static joist_term generation_of(struct arena *arena, const struct code *code)
{
	return term_tuple_of(arena, atom_term(code->plugin), term_small(code->generation));
}

/* Of all code that it runs, or may yet run: [{Plugin, Generation}], its own first. */
static joist_term generations_of(struct arena *arena, const struct joist_actor *a)
{
	joist_term list = TERM_NIL;

	for (const struct visit *v = a->extra ? a->extra->visits : NULL; v; v = v->next)
		list = term_cons(arena, generation_of(arena, v->code), list);
	return term_cons(arena, generation_of(arena, a->export->code), list);
}

static joist_term priority_of(const struct joist_actor *a)
{
	switch (a->priority) {
	case JOIST_PRIORITY_LOW:
		return ATOM(low);
	case JOIST_PRIORITY_HIGH:
		return ATOM(high);
	case JOIST_PRIORITY_MAX:
		return ATOM(max);
	default:
		return ATOM(normal);
	}
}

/* Who leads those that nobody was named for: what writes for the node, where others may ask it to. */
static joist_term leader_of(struct arena *arena, const struct joist_actor *a)
{
	joist_pid leader = a->extra ? a->extra->leader : (joist_pid){ 0 };

	if (joist_pid_is_none(leader))
		leader = names_find(&a->worker->vm->names, ATOM_NAME(user));
	return joist_pid_is_none(leader) ? ATOM(undefined) : term_pid(arena, leader);
}

static joist_term gather(struct arena *arena, struct joist_actor *a)
{
	joist_atom name = names_of(a->entry);
	joist_term label = a->extra ? a->extra->label : TERM_NONE;
	const joist_term pairs[] = {
		ATOM(status),
		a->was_waiting ? ATOM(waiting) : ATOM(running),
		ATOM(current_function),
		function_of(arena, a),
		ATOM(generation),
		generations_of(arena, a),
		ATOM(message_queue_len),
		term_small(a->message_count),
		ATOM(reductions),
		term_small((int64_t)a->reductions),
		ATOM(memory),
		term_small((int64_t)actor_memory(a)),
		ATOM(links),
		pids_of(arena, &a->links, false),
		ATOM(monitors),
		monitors_of(arena, a),
		ATOM(monitored_by),
		pids_of(arena, &a->monitored_by, true),
		ATOM(registered_name),
		name.word ? atom_term(name) : TERM_NIL,
		ATOM(trap_exit),
		a->trap_exit ? ATOM(true) : ATOM(false),
		ATOM(priority),
		priority_of(a),
		ATOM(group_leader),
		leader_of(arena, a),
		ATOM(label),
		joist_is_none(label) ? ATOM(undefined) : label,
	};

	return term_map(arena, pairs, sizeof(pairs) / sizeof(*pairs) / 2);
}

void info_answer(struct joist_actor *a, struct signal *ask)
{
	struct signal_from *question = signal_from_of(ask);
	struct arena arena = { 0 };
	joist_term map = gather(&arena, a);
	struct signal_from *s = joist_is_none(map)
					? NULL
					: signal_make_from(SIGNAL_ALIAS, question->from,
							   actor_pid(a), question->number, map);

	if (s)
		send_signal(a->worker->vm, a->worker, question->from, &s->signal);
	else
		send_down(a->worker->vm, a->worker, question->from, actor_pid(a), question->number,
			  ATOM(system_limit));
	arena_empty(&arena);
	signal_free(ask);
}
