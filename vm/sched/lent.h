/* Lent stacks: where actors without frames run. At the base of each is the same loop: take the next
 * actor, run its turns, again. An actor that waits in mid-turn keeps the stack; when the turn is over,
 * the loop at its base goes on as before. */
#ifndef JOIST_VM_SCHED_LENT_H
#define JOIST_VM_SCHED_LENT_H

struct stack;
struct worker;

/* A stack to switch to, whose loop runs w->pending first if there is one; NULL when memory or mappings
 * are short and the worker has none in hand. */
struct stack *lent_take(struct worker *w);

/* Makes sure that the next lent_take succeeds; false when it will not. */
_Bool lent_reserve(struct worker *w);

void lent_finish(struct worker *w);

#endif
