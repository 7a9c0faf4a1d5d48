/* Claiming a turn. The monitor asks and ends, the thread settles. */
#include "vm/sched/claim.h"

#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/base/spin.h"

static int membarrier(int command)
{
	return (int)syscall(SYS_membarrier, command, 0, 0);
}

/* While a process has one thread this costs nothing; later on, milliseconds. What fails here is told by
 * claim_prepare, which asks again. */
static __attribute__((constructor)) void register_early(void)
{
	membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

bool claim_prepare(void)
{
	return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
}

bool claim_ask(struct thread *t, uint32_t turn)
{
	/* relaxed: the barrier orders, in all threads, what each did before and does after it */
	atomic_fetch_or_explicit(&t->claim, CLAIM_ASKED, memory_order_relaxed);
	if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0 &&
	    /* acquire: pairs with the release in claim_go_out */
	    !atomic_load_explicit(&t->inside, memory_order_acquire) &&
	    /* relaxed: written inside */
	    atomic_load_explicit(&t->turn, memory_order_relaxed) == turn)
		return true;
	claim_end(t, CLAIM_NONE);
	return false;
}

void claim_end(struct thread *t, int claim)
{
	/* release: pairs with the acquire in claim_settle */
	atomic_fetch_xor_explicit(&t->claim, (uint8_t)(CLAIM_ASKED ^ claim), memory_order_release);
}

void claim_fill(struct thread *t, void (*land)(struct joist_actor *a))
{
	t->land = land;
	/* relaxed: for itself */
	atomic_fetch_or_explicit(&t->claim, CLAIM_FULL, memory_order_relaxed);
}

/* Takes one off that is on. Only the thread itself. */
static void take_off(struct thread *t, int claim)
{
	/* relaxed: for itself */
	atomic_fetch_xor_explicit(&t->claim, (uint8_t)claim, memory_order_relaxed);
}

void claim_settle(struct joist_actor *a)
{
	struct thread *t = a->stack->thread;
	int claim;

	/* acquire: pairs with the release in claim_end */
	for (unsigned tries = 1;
	     (claim = atomic_load_explicit(&t->claim, memory_order_acquire)) & CLAIM_ASKED;
	     tries++) {
		if (tries % 128 == 0)
			sched_yield();
		else
			spin_pause();
	}
	if (claim & CLAIM_FULL) {
		take_off(t, CLAIM_FULL);
		t->land(a);
	}
	if (claim & CLAIM_LOST) {
		take_off(t, CLAIM_LOST);
		t->bury(a);
	}
}
