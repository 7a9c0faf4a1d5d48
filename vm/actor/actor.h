/* An actor: what it is while it rests, which is little. While it has frames, the rest is in its stack
 * (stack.h).
 *
 * Owned by whoever runs it: the worker that took it from a run queue or that holds its frames. While it
 * waits, who takes IDLE off its inbox (table.h) gets that right. */
#ifndef JOIST_VM_ACTOR_ACTOR_H
#define JOIST_VM_ACTOR_ACTOR_H

#include <joist/actor.h>

#include "vm/actor/code.h"
#include "vm/actor/estate.h"
#include "vm/actor/signal.h"
#include "vm/actor/stack.h"
#include "vm/actor/table.h"
#include "vm/actor/ties.h"

struct call;
struct handles;
struct conversion;
struct owned;
struct serial_record;
struct visit;
struct worker;

enum actor_state {
	ACTOR_NEW, /* has not run */
	ACTOR_RESTING, /* waits for a message, without frames; or in a run queue for one */
	ACTOR_RUNNING,
	ACTOR_PARKED, /* has frames, and waits in mid-turn, or to go on */
};

/* How the end of an actor came, for what its last turn may still do. */
enum actor_end {
	END_NONE,
	END_RETURN, /* its loop returned */
	END_EXIT, /* by joist_exit or an error exit of its own */
	END_FAULT, /* by a crash of its code */
	END_SIGNAL, /* by a signal that it did not trap */
};

/* What few actors have. */
struct actor_extra {
	struct ties aliases; /* id: the alias's number */
	joist_term label; /* kept */
	joist_pid leader; /* the group leader, to which it prints; nobody: the node */
	joist_pid far_parent; /* who started it, if that was an actor of another node */
	uint64_t memory_max; /* more is its end; 0: no limit. Set before it has any message. */
	size_t mailbox_bytes; /* of its messages, where there is a limit */
	size_t stack_bytes; /* of a loop, if its options said; else 0 */
	uint32_t descriptors_max; /* if its options said; else 0 */
	struct serial_record *serials; /* libraries at which it has had turns */
	struct owned *owned; /* its descriptors */
	bool has_callbacks; /* once it has had some of libraries */
	struct call *call; /* of C that is under way and may call back (vm/typed/typed.c) */
	struct handles *handles; /* what it has open of libraries (vm/typed/handles.h) */
	unsigned falls; /* bins_falls, when it last looked at those */
	void (*after_turn)(struct joist_actor *self); /* what looks, as plugin code, or NULL */
	struct export *become; /* what joist_become has named, pinned until it runs */
	struct visit *visits; /* code that it calls, or that its defers may be in, newest first */
	void *state; /* in place of the one behind the actor: see `moved` */
	size_t block_bytes; /* of the actor with the state that it had first; 0: it still has that */
	struct conversion *conversion; /* to another generation, while it is not decided */
};

/* First what each message needs, so that it lies in as few lines of the cache as may be. */
struct joist_actor {
	struct entry *entry;
	struct worker
		*worker; /* holds its frames; meaningless while it rests, unless it is pinned */
	struct stack *stack; /* NULL while it rests */
	struct export *export;
	uint64_t id; /* its pid's */

	/* The mailbox: messages that the actor has taken from its inbox, oldest first. */
	struct signal *first, **last;

	struct actor_extra *extra;
	struct signal *end; /* the reason to end for, once there is one */
	uint64_t reductions;
	uint32_t message_count; /* in the mailbox */
	uint32_t link_number; /* the last one given to a link */
	uint8_t state_;
	uint8_t end_kind;
	atomic_bool woken; /* what it is parked for may have come: also its worker notes that */
	bool trap_exit : 1;
	bool was_waiting : 1; /* and nothing has come since that it runs for */
	bool started : 1; /* its first turn is over */
	bool proved : 1; /* it has had a message on a worker, and that did not take long */
	bool ending : 1; /* its last callbacks run; they may wait */
	bool killed : 1; /* while they do: they are cut short */
	bool keeps_thread : 1; /* what waits in mid-turn goes on on the thread where it began */
	uint8_t overran : 2; /* above 0: one of its last turns took too long for a worker */
	bool threaded : 1; /* has a thread of its own, also between turns */
	bool pinned : 1; /* only `worker` runs it, also when it has no frames */
	bool holds_crashes : 1; /* says what becomes of those that it starts */
	bool hears_alarms : 1;
	bool memory_is_high : 1; /* an alarm has told */
	bool crash_waits : 1; /* its crash report does, for its parent's word */
	uint8_t yield_off; /* depth of joist_yield_off */
	bool heeds; /* calls of the SDK look closer: it is to end, or may not do all */
	bool moved : 1; /* its state is extra->state */
	uint8_t priority : 2; /* enum joist_priority */
	/* While its code goes over to another generation: see vm/sched/change.h. */
	bool converts : 1; /* plugin code runs for it that converts its state */
	bool chosen : 1; /* it is one of the few that go first */
	bool ready : 1; /* to go over; it takes no message until that is decided */
	bool asked : 1; /* it was made to run for that, and has not yet come */

	struct joist_actor *next; /* in a run queue */
	uint64_t parent; /* the pid id of who started it, or 0 */
	struct signal *start; /* the arguments; a loop's live as long as it does. In a list: those
				 of what it was before joist_become. */
	struct ties links, monitors, monitored_by;
	struct estate estate;
} __attribute__((aligned(16))); /* as the state behind it must be */

/* While one worker has the right to make the actor run, and writes to it, the one under which it is parked
 * may find that a descriptor is ready. */
static inline bool actor_is_woken(const struct joist_actor *a)
{
	/* relaxed: pairs with actor_set_woken, by the same thread, or before the actor was made to run */
	return atomic_load_explicit(&a->woken, memory_order_relaxed);
}

static inline void actor_set_woken(struct joist_actor *a, bool woken)
{
	/* relaxed: pairs with actor_is_woken */
	atomic_store_explicit(&a->woken, woken, memory_order_relaxed);
}

static inline joist_pid actor_pid(const struct joist_actor *a)
{
	return (joist_pid){ .id = a->id };
}

/* An actor of that export, with its state, and no pid yet; NULL when memory is short. The pin of the code,
 * which who has found the export has, is taken over. */
struct joist_actor *actor_create(struct export *export);

/* Frees an actor that has ended, or never lived. NULL is fine. */
void actor_destroy(struct joist_actor *a);

/* Code that is not its own. */
struct visit {
	struct visit *next;
	struct code *code;
};

/* Keeps the pinned code loaded, until the same number of actor_leave, or until the actor is freed;
 * false when memory is short. */
bool actor_visit(struct joist_actor *a, struct code *code);

/* Undoes the last actor_visit of that code, if there was one. */
void actor_leave(struct joist_actor *a, struct code *code);

/* What few actors have, made if it has none; NULL when memory is short. */
struct actor_extra *actor_extra(struct joist_actor *a);

/* How many bytes it may take; 0: no limit. */
static inline uint64_t actor_memory_max(const struct joist_actor *a)
{
	return a->extra ? a->extra->memory_max : 0;
}

/* The state of a handler, behind it in memory until it is converted; NULL for a loop. */
static inline void *actor_state(struct joist_actor *a)
{
	if (UNLIKELY(a->moved))
		return a->extra->state;
	return a->export->kind == JOIST_EXPORT_HANDLER ? (void *)(a + 1) : NULL;
}

/* Has the actor go on as one of the other export: what it pins is that one's code. Its state is `state`,
 * made by actor_make_state for that export's size, and taken over; NULL: it stays where it is. False
 * when memory is short, with nothing changed. */
bool actor_move(struct joist_actor *a, struct export *to, void *state);

/* A zeroed state for that, of so many bytes, with a fence behind it; NULL when memory is short. */
void *actor_make_state(size_t bytes);
void actor_free_state(void *state, size_t bytes); /* NULL is fine */

/* The actor runs on `stack` from now on, where its turn builds terms. */
void actor_begin_turn(struct joist_actor *a, struct stack *stack);

/* The rest of the following. */
void actor_end_large_turn(struct joist_actor *a);

/* What the next turn builds is built in the stack's own words, as long as they suffice. */
static inline void actor_reset_turn(struct stack *stack)
{
	stack->arena.at = stack->words;
	stack->arena.end = stack->words + STACK_WORDS;
}

/* Ends the turn: terms that it built or received are gone. */
static inline void actor_end_turn(struct joist_actor *a)
{
	struct stack *stack = a->stack;
	struct signal *taken = stack->taken;

	if (UNLIKELY(stack->arena.chunks || stack->arena.bins || stack->parcel_open ||
		     actor_memory_max(a) || (taken && taken->next))) {
		actor_end_large_turn(a);
		return;
	}
	actor_reset_turn(stack);
	stack->taken = NULL;
	if (LIKELY(taken))
		signal_free(taken);
}

/* Says that `a` is to end, and for what, which is taken over; the first word counts. */
void actor_end_by(struct joist_actor *a, enum actor_end kind, struct signal *reason);

/* The same for a fault, which also counts when the actor was ending of its own will: then true. */
bool actor_end_by_fault(struct joist_actor *a, struct signal *reason);

/* A message has come into the mailbox, or left it. */
static inline void actor_count(struct joist_actor *a, const struct signal *s, int change)
{
	a->message_count += (uint32_t)change;
	if (__builtin_expect(actor_memory_max(a) != 0, 0))
		a->extra->mailbox_bytes += (size_t)change * signal_bytes(s);
}

/* Bytes that the actor takes: itself, its state, memory, mailbox and turn; not its stack's frames.
 * Looks at each message, unless the actor has a limit. */
size_t actor_memory(const struct joist_actor *a);

#endif
