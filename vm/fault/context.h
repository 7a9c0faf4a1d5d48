/* What a signal interrupted, for each architecture: where it was, and how to have it go on elsewhere. */
#ifndef JOIST_VM_FAULT_CONTEXT_H
#define JOIST_VM_FAULT_CONTEXT_H

#include <stdint.h>
#include <ucontext.h>

#if defined(__x86_64__)

static inline uintptr_t context_pc(const ucontext_t *c)
{
	return (uintptr_t)c->uc_mcontext.gregs[REG_RIP];
}

static inline uintptr_t context_sp(const ucontext_t *c)
{
	return (uintptr_t)c->uc_mcontext.gregs[REG_RSP];
}

/* The frame pointer. */
static inline uintptr_t context_fp(const ucontext_t *c)
{
	return (uintptr_t)c->uc_mcontext.gregs[REG_RBP];
}

/* The register that a function which calls no other returns by; 0: there is none. */
static inline uintptr_t context_link(const ucontext_t *c)
{
	(void)c;
	return 0;
}

/* Goes on at `f`, which never returns, as if called with the stack below `sp`; the processor's modes are
 * what a thread starts with. */
static inline void context_land(ucontext_t *c, void (*f)(void), void *sp)
{
	enum { TRAP = 0x100, DIRECTION = 0x400, ALIGNMENT = 0x40000 };
	uintptr_t *top = (uintptr_t *)((uintptr_t)sp & ~(uintptr_t)15) - 1;

	*top = 0; /* nothing to return to */
	c->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)f;
	c->uc_mcontext.gregs[REG_RSP] = (greg_t)(uintptr_t)top;
	c->uc_mcontext.gregs[REG_RBP] = 0;
	c->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)(TRAP | DIRECTION | ALIGNMENT);
	if (c->uc_mcontext.fpregs) {
		c->uc_mcontext.fpregs->mxcsr = 0x1f80;
		c->uc_mcontext.fpregs->cwd = 0x37f;
		c->uc_mcontext.fpregs->swd = 0;
		c->uc_mcontext.fpregs->ftw = 0; /* all registers of the x87 empty */
	}
}

#elif defined(__aarch64__)

static inline uintptr_t context_pc(const ucontext_t *c)
{
	return c->uc_mcontext.pc;
}

static inline uintptr_t context_sp(const ucontext_t *c)
{
	return c->uc_mcontext.sp;
}

static inline uintptr_t context_fp(const ucontext_t *c)
{
	return c->uc_mcontext.regs[29];
}

static inline uintptr_t context_link(const ucontext_t *c)
{
	return c->uc_mcontext.regs[30];
}

static inline void context_land(ucontext_t *c, void (*f)(void), void *sp)
{
	enum { SINGLE_STEP = 1 << 21, BRANCH_TYPE = 3 << 10 };
	struct _aarch64_ctx *part = (struct _aarch64_ctx *)(void *)c->uc_mcontext.__reserved;

	c->uc_mcontext.pc = (uintptr_t)f;
	c->uc_mcontext.sp = (uintptr_t)sp & ~(uintptr_t)15;
	c->uc_mcontext.regs[29] = 0;
	c->uc_mcontext.regs[30] = 0;
	c->uc_mcontext.pstate &= ~(uint64_t)(SINGLE_STEP | BRANCH_TYPE);
	while (part->magic && part->magic != FPSIMD_MAGIC)
		part = (struct _aarch64_ctx *)(void *)((char *)part + part->size);
	if (part->magic) {
		((struct fpsimd_context *)(void *)part)->fpcr = 0;
		((struct fpsimd_context *)(void *)part)->fpsr = 0;
	}
}

#endif

#endif
