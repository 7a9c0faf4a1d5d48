/* Stacks: lent to turns by workers, or held by an actor that has frames.
 *
 * A stack is a stretch of address space: a guard at its low end, room for frames, and this struct at its
 * very top, so that a parked actor's frames and the rest of what it holds while it has frames share one
 * page. They are cut from large mappings, and recycled warm. */
#ifndef JOIST_VM_ACTOR_STACK_H
#define JOIST_VM_ACTOR_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "vm/actor/signal.h"
#include "vm/actor/switch.h"
#include "vm/base/annotate.h"
#include "vm/base/arena.h"

/* gcc has a frame touch the stack for each page that it is large, and on aarch64 only for each 64 KiB. */
#ifdef __aarch64__
#define STACK_GUARD_BYTES (80 * 1024)
#else
#define STACK_GUARD_BYTES (32 * 1024)
#endif
#define STACK_RESERVE_BYTES (16 * 1024) /* of the guard, next to the frames */
#define STACK_LOOP_BYTES (64 * 1024)
#define STACK_LENT_BYTES (1024 * 1024)
#define STACK_BYTES_MAX (256 * 1024 * 1024)

/* Of its own, for what a small turn builds: on the page that the stack needs anyway. */
#define STACK_WORDS 48

struct joist_actor;
struct thread;

/* Something to be undone when the frames that it lies in are left. */
struct cover {
	struct cover *outer;
	void (*run)(void *argument);
	void *argument;
};

/* What a C++ runtime keeps for each thread (__cxa_eh_globals of its ABI). */
struct stack_exceptions {
	void *caught;
	unsigned uncaught;
};

/* First what each message needs, as in an actor. */
struct stack {
	void *sp; /* where it was switched away from */
	struct thread *thread; /* that runs on it, or did last */

	/* What a turn holds. Empty when the stack is in a pool. */
	struct arena arena; /* what the turn built: at first in `words` */
	struct signal *taken; /* the messages that it took, newest first */
	struct signal **fresh; /* of its mailbox: what came before the reference `fresh_number` was
				  made ends here */
	uint64_t fresh_number;
	uint64_t waits_for; /* the number of the call, question or start that it is parked for */
	struct signal *answer; /* to that, when it has come */
	bool parcel_open;
	unsigned char class_; /* of size: 16 KiB << class_ */
	bool left; /* frames on it were left by switch_leave */
	struct arena parcel; /* what it builds while a parcel is open */
	struct signal *late; /* came after the signal that ends it: answered when it is gone */
	struct cover *covers; /* what to run if its frames are left, innermost first */
	struct fault *fault; /* that its actor ends by, until it is reported */

	void *home; /* where switch_leave leads: the innermost entry into plugin code */
	struct stack *next; /* in a pool */
	struct annotate_stack notes;
	struct stack_exceptions exceptions; /* while it is switched away from */
	uint64_t words[STACK_WORDS];
};

/* It ends where a page does, and so begins where a line of the cache does. */
_Static_assert(sizeof(struct stack) % 64 == 0, "whole lines");

/* The most stacks that may exist: on a kernel whose guards need mappings of their own, what the limit of
 * mappings leaves. Any thread. */
size_t stack_count_max(void);

/* Sets that number, if the mappings allow as many; 0: what they allow. Before the first stack is taken. */
void stack_count_limit(size_t count);

/* Uses guards that need mappings of their own, as kernels before 6.13 do. For tests. */
void stack_guard_by_mprotect(void);

/* A stack with room for `bytes`, NULL when memory or mappings are short. Any thread. It starts, when
 * first switched to, in `start`. */
struct stack *stack_take(size_t bytes, void (*start)(void));

/* Whether a stack whose frames have all returned is as good as a new one with room for `bytes`. */
bool stack_does_for(const struct stack *stack, size_t bytes);

/* Gives back a stack that nothing runs on. Any thread. */
void stack_give(struct stack *stack);

/* A few stacks of the size that loops have by default, for one thread at a time: taking and giving these
 * needs no lock. Each was left where whoever goes on on it may begin anew. */
struct stack_shelf {
	struct stack *first;
	unsigned count;
};

/* The same as stack_take, but from the shelf if it can be: then it goes on where it was left. */
struct stack *stack_shelf_take(struct stack_shelf *shelf, size_t bytes, void (*start)(void));

/* Puts the running stack there, which the caller is about to switch away from. False if the shelf is full,
 * or the stack is not as good as a new one. */
bool stack_shelf_keep(struct stack_shelf *shelf, struct stack *stack);

/* Gives all that is on the shelf to the others. */
void stack_shelf_clear(struct stack_shelf *shelf);

/* Whether `address` lies in the stack's guard. */
bool stack_in_guard(const struct stack *stack, const void *address);

/* Makes the reserve part of what frames may use, until the stack is given back; false if it was. In the
 * handler of a signal, too. */
bool stack_open_reserve(struct stack *stack);

/* Bytes of memory that the stack holds now, as the kernel counts; for lists of actors. */
size_t stack_resident_bytes(const struct stack *stack);

/* What remembering unused stacks takes of the heap, until the process ends. For tests. */
int64_t stack_list_bytes(void);

/* Stacks that exist, taken or in the pools. */
size_t stack_count(void);

/* Switches from the running stack `from` to `to`. `for_good`: nothing on `from` will run again. What
 * goes on on `to`, for the first time or again, calls annotate_switch_finish for it first. */
static inline void stack_switch(struct stack *from, struct stack *to, bool for_good)
{
	annotate_switch_start(&from->notes, &to->notes, for_good);
	switch_stacks(&from->sp, to->sp);
}

#endif
