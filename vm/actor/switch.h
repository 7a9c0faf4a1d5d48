/* Changing stacks, and leaving frames: what switch_*.S does, for each architecture.
 *
 * The caller tells the tools (vm/base/annotate.h) before and after. */
#ifndef JOIST_VM_ACTOR_SWITCH_H
#define JOIST_VM_ACTOR_SWITCH_H

#include <stdbool.h>
#include <stdint.h>

/* Saves where the running stack is in `*ret_from` and goes on where `to` was saved. Returns when somebody
 * switches back: perhaps on another thread. */
void switch_stacks(void **ret_from, void *to);

/* Calls f(a, b, c), with `*ret_home` set to where switch_leave returns to. False when `f` returned, true
 * when it was left. */
bool switch_enter(void **ret_home, void (*f)(void *, void *, uint64_t), void *a, void *b,
		  uint64_t c);

/* Leaves all frames since the switch_enter that set `home`, on whose stack it must be called. */
void switch_leave(void *home) __attribute__((noreturn));

/* Calls `f`, which never returns, on the running stack, with `sp` as where its frames begin. */
void switch_land(void (*f)(void), void *sp) __attribute__((noreturn));

/* Makes the memory that ends at `top` (aligned to 16) a stack which, when first switched to, calls
 * `start`, which never returns. Returns what to switch to. */
void *switch_prepare(void *top, void (*start)(void));

#endif
