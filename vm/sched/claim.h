/* The claim: how the monitor takes a turn away from its worker while plugin code runs, without a
 * locked instruction on the way in and out of the VM.
 *
 * A thread says by a plain store that it is inside the VM, then looks whether a claim is on. The
 * monitor puts the claim on, has the kernel order all threads' memory (membarrier), then looks whether
 * the thread is inside. So one of them sees the other. If the thread is inside, the monitor takes the
 * claim off again. If it is not, the monitor has it: the thread, should it come in now, waits until
 * the monitor is done. */
#ifndef JOIST_VM_SCHED_CLAIM_H
#define JOIST_VM_SCHED_CLAIM_H

#include "vm/base/bug.h"
#include "vm/sched/thread.h"

enum {
	CLAIM_NONE,
	CLAIM_ASKED, /* the monitor has it, or is about to see that it cannot */
	CLAIM_LOST, /* the actor was declared dead meanwhile, and is t->bury's when it comes in */
	CLAIM_FULL = 4, /* besides, and by the thread itself: the actor is t->land's, likewise */
};

/* Whether claims work on this kernel. Before the first one. */
bool claim_prepare(void);

/* Keeps the thread out of the VM, if it is outside and its turn is still that one; else false. Only the
 * monitor. */
bool claim_ask(struct thread *t, uint32_t turn);

/* Lets it in again, with what was changed meanwhile. */
void claim_end(struct thread *t, int claim);

/* The actor that the thread runs ends by `land` when it next comes in. In the handler of a signal, inside
 * the VM or not. */
void claim_fill(struct thread *t, void (*land)(struct joist_actor *a));

/* Waits until the monitor is done. Does not return if the running actor has ended. */
void claim_settle(struct joist_actor *a);

/* The actor's thread comes from the plugin's code into the VM's, if it was not there: whether it was. */
static inline bool claim_come_in(struct joist_actor *a)
{
	struct thread *t = a->stack->thread;
	/* relaxed: nobody else writes it */
	bool outer = atomic_load_explicit(&t->inside, memory_order_relaxed);

	/* relaxed: the processors are kept in order by the barrier in claim_ask, the compiler by the
	 * fence */
	atomic_store_explicit(&t->inside, true, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
	/* acquire: pairs with the release in claim_end, of a claim that came and went meanwhile */
	if (UNLIKELY(atomic_load_explicit(&t->claim, memory_order_acquire) != CLAIM_NONE))
		claim_settle(a);
	return outer;
}

/* It goes back to where it came from: `outer` is what claim_come_in gave. */
static inline void claim_go_out(struct joist_actor *a, bool outer)
{
	/* release: pairs with the acquire in claim_ask: who finds it outside sees what it did inside */
	atomic_store_explicit(&a->stack->thread->inside, outer, memory_order_release);
}

#endif
