/* The modes of the processor's floating-point unit: rounding, traps, what becomes of denormal numbers. They
 * belong to the thread; an actor that changes them shall have them for itself. */
#ifndef JOIST_VM_BASE_FPU_H
#define JOIST_VM_BASE_FPU_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct fpu_mode {
#if defined(__x86_64__)
	uint32_t mxcsr;
	uint16_t x87;
#elif defined(__aarch64__)
	uint64_t fpcr;
#else
#error "the processor's floating-point unit needs its lines here"
#endif
};

static inline struct fpu_mode fpu_mode(void)
{
	struct fpu_mode mode;

#if defined(__x86_64__)
	__asm__ volatile("stmxcsr %0" : "=m"(mode.mxcsr));
	__asm__ volatile("fnstcw %0" : "=m"(mode.x87));
#else
	__asm__ volatile("mrs %0, fpcr" : "=r"(mode.fpcr));
#endif
	return mode;
}

/* Whether it is what a thread starts with. What has happened, such as an inexact result, is no mode. */
static inline bool fpu_is_plain(struct fpu_mode mode)
{
#if defined(__x86_64__)
	return (mode.mxcsr & ~UINT32_C(0x3f)) == 0x1f80 && mode.x87 == 0x37f;
#else
	return mode.fpcr == 0;
#endif
}

/* Whether something in the process may change the modes of SSE, of which it then must be asked after each
 * turn: that takes as long as twenty other instructions. True, until who knows all code that there is says
 * no, and once more when that changes (loader/modes.h). */
extern atomic_bool fpu_varies;

/* Whether the modes are plain, on a thread whose modes were plain before. */
static inline bool fpu_is_still_plain(void)
{
#if defined(__x86_64__)
	uint16_t x87;

	__asm__ volatile("fnstcw %0" : "=m"(x87));
	if (x87 != 0x37f)
		return false;
	/* relaxed: set before the code can be called that it is about */
	if (!atomic_load_explicit(&fpu_varies, memory_order_relaxed))
		return true;
#endif
	return fpu_is_plain(fpu_mode());
}

static inline void fpu_set(struct fpu_mode mode)
{
#if defined(__x86_64__)
	__asm__ volatile("ldmxcsr %0" : : "m"(mode.mxcsr));
	__asm__ volatile("fldcw %0" : : "m"(mode.x87));
#else
	__asm__ volatile("msr fpcr, %0" : : "r"(mode.fpcr));
#endif
}

static inline struct fpu_mode fpu_plain(void)
{
#if defined(__x86_64__)
	return (struct fpu_mode){ .mxcsr = 0x1f80, .x87 = 0x37f };
#else
	return (struct fpu_mode){ .fpcr = 0 };
#endif
}

#endif
