/* A lock for a few instructions: never held across a system call, plugin code or another lock. */
#ifndef JOIST_VM_BASE_SPIN_H
#define JOIST_VM_BASE_SPIN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sched.h>

struct spin {
	atomic_bool held;
};

/* That the calling thread holds, or is about to. */
extern __thread unsigned spin_count;

static inline void spin_pause(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static inline bool spin_seize(struct spin *s)
{
	/* acquire: pairs with the release in spin_give */
	return !atomic_exchange_explicit(&s->held, true, memory_order_acquire);
}

static inline bool spin_try(struct spin *s)
{
	spin_count++;
	if (spin_seize(s))
		return true;
	spin_count--;
	return false;
}

static inline void spin_take(struct spin *s)
{
	spin_count++;
	for (unsigned tries = 1; !spin_seize(s); tries++) {
		/* The holder may have lost its processor: after a while give it ours. */
		if (tries % 128 == 0)
			sched_yield();
		else
			spin_pause();
	}
}

static inline void spin_give(struct spin *s)
{
	/* release: pairs with the acquire in spin_seize */
	atomic_store_explicit(&s->held, false, memory_order_release);
	spin_count--;
}

#endif
