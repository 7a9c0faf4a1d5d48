/* Making, measuring and freeing actors. An actor and its inline state are one block. */
#include "vm/actor/actor.h"

#include "vm/base/heap.h"
#include "vm/term/bin.h"

static size_t actor_bytes(const struct export *export)
{
	return sizeof(struct joist_actor) + export->state_bytes;
}

struct joist_actor *actor_create(struct export *export)
{
	struct joist_actor *a = heap_take_zero(actor_bytes(export));

	if (!a)
		return NULL;
	a->export = export;
	a->last = &a->first;
	/* relaxed: who asks for it has found, and so pinned, the code */
	atomic_fetch_add_explicit(&export->code->pins, 1, memory_order_relaxed);
	return a;
}

bool actor_visit(struct joist_actor *a, struct code *code)
{
	struct actor_extra *extra = actor_extra(a);
	struct visit *visit = extra ? heap_take(sizeof(*visit)) : NULL;

	if (!visit)
		return false;
	*visit = (struct visit){ extra->visits, code };
	extra->visits = visit;
	return true;
}

/* Unpins its code. */
static void end_visit(struct visit **at)
{
	struct visit *visit = *at;

	*at = visit->next;
	code_unpin(visit->code);
	heap_give(visit, sizeof(*visit));
}

void actor_leave(struct joist_actor *a, struct code *code)
{
	struct visit **at = a->extra ? &a->extra->visits : NULL;

	while (at && *at && (*at)->code != code)
		at = &(*at)->next;
	if (at && *at)
		end_visit(at);
}

static void finish_extra(struct actor_extra *extra)
{
	if (!extra)
		return;
	ties_finish(&extra->aliases);
	while (extra->visits)
		end_visit(&extra->visits);
	if (extra->become)
		code_unpin(extra->become->code);
	heap_give(extra, sizeof(*extra));
}

static void free_signals(struct signal *list)
{
	for (struct signal *next; list; list = next) {
		next = list->next;
		signal_free(list);
	}
}

void actor_destroy(struct joist_actor *a)
{
	struct code *code;

	if (!a)
		return;
	code = a->export->code;
	free_signals(a->first);
	free_signals(a->start);
	if (a->end)
		signal_free(a->end);
	ties_finish(&a->links);
	ties_finish(&a->monitors);
	ties_finish(&a->monitored_by);
	finish_extra(a->extra);
	estate_finish(&a->estate);
	heap_give(a, actor_bytes(a->export));
	code_unpin(code);
}

struct actor_extra *actor_extra(struct joist_actor *a)
{
	if (!a->extra)
		a->extra = heap_take_zero(sizeof(*a->extra));
	return a->extra;
}

/* What its turn may build: all that its limit leaves. */
static void limit_turn(struct joist_actor *a)
{
	uint64_t max = actor_memory_max(a), has = max ? actor_memory(a) : 0;

	a->stack->arena.bytes_max = max ? (max > has ? max - has : 1) : 0;
}

void actor_begin_turn(struct joist_actor *a, struct stack *stack)
{
	a->stack = stack;
	stack->fresh = NULL; /* it was of another actor */
	limit_turn(a);
}

static void arena_end(struct arena *arena)
{
	bins_drop(arena);
	arena_empty(arena);
}

void actor_end_large_turn(struct joist_actor *a)
{
	struct stack *stack = a->stack;

	arena_end(&stack->arena);
	if (stack->parcel_open)
		arena_end(&stack->parcel);
	stack->parcel_open = false;
	free_signals(stack->taken);
	stack->taken = NULL;
	actor_reset_turn(stack);
	if (actor_memory_max(a))
		limit_turn(a);
}

static size_t mailbox_bytes(const struct joist_actor *a)
{
	size_t bytes = 0;

	if (actor_memory_max(a))
		return a->extra->mailbox_bytes;
	for (const struct signal *s = a->first; s; s = s->next)
		bytes += signal_bytes(s);
	return bytes;
}

size_t actor_memory(const struct joist_actor *a)
{
	size_t bytes = actor_bytes(a->export) + a->estate.bytes + mailbox_bytes(a);

	bytes += ties_bytes(&a->links) + ties_bytes(&a->monitors) + ties_bytes(&a->monitored_by);
	if (a->stack)
		bytes += arena_bytes(&a->stack->arena) + arena_bytes(&a->stack->parcel);
	return bytes;
}

bool actor_end_by_fault(struct joist_actor *a, struct signal *reason)
{
	if (a->end_kind == END_SIGNAL || a->end_kind == END_FAULT) {
		signal_free(reason);
		return false;
	}
	if (a->end)
		signal_free(a->end);
	a->end = reason;
	a->end_kind = END_FAULT;
	return true;
}

void actor_end_by(struct joist_actor *a, enum actor_end kind, struct signal *reason)
{
	if (a->end) {
		signal_free(reason);
		return;
	}
	a->end = reason;
	a->end_kind = (uint8_t)kind;
}
