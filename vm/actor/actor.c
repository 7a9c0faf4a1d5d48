/* Making, measuring and freeing actors. An actor and its inline state are one block. */
#include "vm/actor/actor.h"

#include "vm/base/fence.h"
#include "vm/base/heap.h"
#include "vm/term/bin.h"

static size_t actor_bytes(const struct export *export)
{
	return sizeof(struct joist_actor) + export->state_bytes;
}

/* Of the actor's own block. */
static size_t block_bytes(const struct joist_actor *a)
{
	return a->extra && a->extra->block_bytes ? a->extra->block_bytes : actor_bytes(a->export);
}

/* An actor of `export`, whose code is pinned for it, has come to be, or has gone. */
static void begin(struct export *export)
{
	/* relaxed: who counts actors waits until the number is right */
	atomic_fetch_add_explicit(&export->actors, 1, memory_order_relaxed);
}

static void end(struct export *export)
{
	/* relaxed: as in begin */
	atomic_fetch_sub_explicit(&export->actors, 1, memory_order_relaxed);
	code_unpin(export->code);
}

struct joist_actor *actor_create(struct export *export)
{
	struct joist_actor *a = heap_take_zero(actor_bytes(export));

	if (!a) {
		code_unpin(export->code);
		return NULL;
	}
	a->export = export;
	a->last = &a->first;
	begin(export);
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

static void free_signals(struct signal *list)
{
	for (struct signal *next; list; list = next) {
		next = list->next;
		signal_free(list);
	}
}

void *actor_make_state(size_t bytes)
{
	void *state = heap_take_zero(bytes + FENCE_BYTES);

	if (state)
		fence_put(state, bytes);
	return state;
}

void actor_free_state(void *state, size_t bytes)
{
	heap_give(state, bytes + FENCE_BYTES);
}

/* Its deferred calls may still need the code that it leaves. */
static bool outlive(struct joist_actor *a)
{
	if (!actor_visit(a, a->export->code))
		return false;
	code_pin(a->export->code);
	return true;
}

/* Has the state that is not behind it be `state` from now on. */
static void set_state(struct joist_actor *a, void *state)
{
	struct actor_extra *extra = a->extra;

	if (!extra->block_bytes)
		extra->block_bytes = actor_bytes(a->export);
	if (a->moved)
		actor_free_state(extra->state, a->export->state_bytes);
	extra->state = state;
	a->moved = true;
}

bool actor_move(struct joist_actor *a, struct export *to, void *state)
{
	struct export *from = a->export;
	bool outlives = a->estate.defers;

	if ((state && !actor_extra(a)) || (outlives && !outlive(a)))
		return false;
	if (state)
		set_state(a, state);
	code_pin(to->code);
	begin(to);
	a->export = to;
	a->keeps_thread = a->threaded || to->code->keeps_threads;
	end(from);
	return true;
}

static void finish_extra(struct joist_actor *a)
{
	struct actor_extra *extra = a->extra;

	if (!extra)
		return;
	ties_finish(&extra->aliases);
	while (extra->visits)
		end_visit(&extra->visits);
	if (extra->become)
		code_unpin(extra->become->code);
	if (a->moved)
		actor_free_state(extra->state, a->export->state_bytes);
	heap_give(extra, sizeof(*extra));
}

void actor_destroy(struct joist_actor *a)
{
	struct export *export;
	size_t bytes;

	if (!a)
		return;
	export = a->export;
	bytes = block_bytes(a);
	free_signals(a->first);
	free_signals(a->start);
	if (a->end)
		signal_free(a->end);
	ties_finish(&a->links);
	ties_finish(&a->monitors);
	ties_finish(&a->monitored_by);
	finish_extra(a);
	estate_finish(&a->estate);
	heap_give(a, bytes);
	end(export);
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
	size_t bytes = block_bytes(a) + a->estate.bytes + mailbox_bytes(a);

	bytes += ties_bytes(&a->links) + ties_bytes(&a->monitors) + ties_bytes(&a->monitored_by);
	if (a->moved)
		bytes += a->export->state_bytes;
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
	a->heeds = true;
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
	a->heeds = true;
}
