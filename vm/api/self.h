/* What the SDK's functions ask of the actor that calls them. */
#ifndef JOIST_VM_API_SELF_H
#define JOIST_VM_API_SELF_H

#include "vm/actor/actor.h"

struct blocking_pool;
struct cover;
struct signal;
struct watch;

/* The actor that runs on this thread; NULL outside plugin code. */
struct joist_actor *self_current(void);

/* Where the terms that `self` builds now are built: its turn's arena, or the open parcel. */
static inline struct arena *self_arena(struct joist_actor *self)
{
	struct stack *stack = self->stack;

	return UNLIKELY(stack->parcel_open) ? &stack->parcel : &stack->arena;
}

/* Ends the actor with {badarg, <<"function">>}. */
void self_badarg(struct joist_actor *self, const char *function) __attribute__((noreturn));

/* Ends the actor for want of memory: {limit, memory} if its own limit is reached, else system_limit. */
void self_short(struct joist_actor *self) __attribute__((noreturn));

/* A part of what is being built: itself, or, if a parcel is open that does not hold it, its copy there. */
joist_term self_part(struct joist_actor *self, joist_term part);

/* joist_info; none also if the actor says nothing until the deadline (by clock_now_ns). */
joist_term self_info(struct joist_actor *self, joist_pid pid, int64_t deadline_ns);

/* Waits until self_unpark, or the deadline (by clock_now_ns; INT64_MAX: none): then false. Leaves the
 * actor's frames if it is ended meanwhile. It goes on under the same worker. */
bool self_park(struct joist_actor *self, int64_t deadline_ns);

/* The same, but an end that comes meanwhile takes effect at the next call. */
bool self_park_firmly(struct joist_actor *self, int64_t deadline_ns);

/* Ends the waiting of an actor that is parked under the calling thread's worker. */
void self_unpark(struct joist_actor *actor);

/* What another thread needs to end the waiting of `self`: to be asked before, and used once. The waiter
 * must wait for it. */
struct self_waker {
	struct joist_vm *vm;
	joist_pid pid;
	struct signal *signal;
};
bool self_waker(struct joist_actor *self, struct self_waker *ret_waker);
void self_waker_use(struct self_waker *waker);

/* The watch of the worker that holds the actor, and the count of actors that wait there for something
 * outside the node. */
struct watch *self_watch(struct joist_actor *self);
void self_waits_outside(struct joist_actor *self, int change);

/* The node's threads for calls that block. */
struct blocking_pool *self_blocking(struct joist_actor *self);

/* Calls cover->run(cover->argument) when the actor's frames down to here are left, until self_uncover;
 * the struct lies in the caller's frame. Last covered, first run. */
void self_cover(struct joist_actor *self, struct cover *cover);
void self_uncover(struct joist_actor *self, struct cover *cover);

/* Has `free_it(what)` called when the plugin is unloaded in whose memory `what` lies. What lies in a
 * library that plugins share, or in the program, stays. False when memory is
 * short. */
bool self_plugin_owns(void *what, void (*free_it)(void *what));

#endif
