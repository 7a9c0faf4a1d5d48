/* The handler of faults. It runs on the alternate stack of the thread that faulted, notes what happened,
 * has the thread go on in landing.c instead, and returns. It takes no lock, allocates nothing, and
 * switches no stack. */
#include "vm/fault/handler.h"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/fault/allocators.h"
#include "vm/fault/complaint.h"
#include "vm/fault/context.h"
#include "vm/fault/fault_reason.h"
#include "vm/fault/faultsignals.h"
#include "vm/fault/forks.h"
#include "vm/fault/frames.h"
#include "vm/fault/errand.h"
#include "vm/fault/halt.h"
#include "vm/fault/landing.h"
#include "vm/fault/sample.h"
#include "vm/fault/verdict.h"
#include "vm/sched/claim.h"

static enum fault_kind kind_of(int number)
{
	switch (number) {
	case SIGSEGV:
		return FAULT_SIGSEGV;
	case SIGBUS:
		return FAULT_SIGBUS;
	case SIGFPE:
		return FAULT_SIGFPE;
	case SIGABRT:
		return FAULT_SIGABRT;
	default:
		return FAULT_SIGILL;
	}
}

/* Whether the code did it; not somebody who sent the signal from outside. */
static bool is_own(const siginfo_t *info)
{
	return info->si_code > 0 || info->si_pid == getpid();
}

/* What happened, as far as it can be told without an actor. */
static void note(struct fault *f, const siginfo_t *info, const ucontext_t *c)
{
	f->kind = kind_of(info->si_signo);
	f->signal = info->si_signo;
	f->address = info->si_code > 0 ? (uintptr_t)info->si_addr : 0;
	f->count = 0;
	struct frames_from from = { .pc = context_pc(c) };
	frames_walk(f, &from);
}

/* Whether the stack has ended: an actor's in its guard; where other threads have theirs is not known. */
static bool is_overflow(const struct fault *f, uintptr_t sp, const struct stack *stack)
{
	enum { NEAR = 64 * 1024 };

	if (f->signal != SIGSEGV)
		return false;
	if (errand_current())
		return f->address - (sp - NEAR) < 2 * NEAR;
	return stack_in_guard(stack, (void *)f->address) || stack_in_guard(stack, (void *)sp);
}

/* The lowest byte of the frames, all of which can be read from there on. */
static uintptr_t lowest(const struct fault *f, uintptr_t sp, const struct stack *stack)
{
	enum { PAGE = 4096 };

	if (!errand_current())
		return (uintptr_t)stack->notes.base;
	return f->kind == FAULT_STACK_OVERFLOW ? (f->address | (PAGE - 1)) + 1 : sp;
}

static void note_actor(struct fault *f, const siginfo_t *info, const ucontext_t *c,
		       const struct joist_actor *a)
{
	uintptr_t sp = context_sp(c);

	note(f, info, c);
	if (is_overflow(f, sp, a->stack))
		f->kind = FAULT_STACK_OVERFLOW;
	f->early = f->signal == SIGABRT && complaint_is_early(sp, (uintptr_t)landing_home(a));
	f->count = 0;
	frames_walk(f, &(struct frames_from){ .pc = context_pc(c),
					      .sp = sp,
					      .fp = context_fp(c),
					      .link = context_link(c),
					      .low = lowest(f, sp, a->stack),
					      .high = (uintptr_t)landing_home(a),
					      .code_start = a->export->code->text_start,
					      .code_end = a->export->code->text_end });
}

static void overflow(void)
{
	struct joist_actor *a = landing_actor();

	if (a)
		landing_overflow(a);
}

/* Where the stack overflows in code that others need the end of, that gets what the stack has in reserve;
 * the actor ends when it is out of there. False if that is not the case, or it was not enough. */
static bool comes_later(const struct fault *f, struct joist_actor *a, bool is_needed)
{
	struct thread *t = a->stack->thread;

	/* relaxed: the thread's own */
	if (f->kind != FAULT_STACK_OVERFLOW || errand_current() ||
	    !(is_needed || atomic_load_explicit(&t->inside, memory_order_relaxed)) ||
	    !stack_open_reserve(a->stack))
		return false;
	claim_fill(t, landing_overflow);
	allocators_end_by(overflow);
	landing_cancel();
	return true;
}

/* A child of this process has forked itself without exec: there it is what it always was. */
static void leave_to_kernel(int number, const siginfo_t *info)
{
	static const unsigned long by_default[4]; /* the kernel's struct sigaction */

	syscall(SYS_rt_sigaction, number, by_default, NULL, sizeof(*by_default));
	if (info->si_code <= 0)
		raise(number); /* else it comes again by itself */
}

/* Handling a fault, or looking for where a thread is, has faulted itself. */
static void halt_for_own(const siginfo_t *info, const ucontext_t *c)
{
	struct fault own = { 0 };

	note(&own, info, c);
	halt(&own, "a fault while another one was handled");
}

static void handle(int number, siginfo_t *info, void *context)
{
	if (landing_is_elsewhere()) {
		leave_to_kernel(number, info);
		return;
	}
	struct joist_actor *a = landing_actor();
	ucontext_t *c = context;
	struct fault *f = sample_is_answering() ? NULL : landing_begin();

	if (!f)
		halt_for_own(info, c);
	if (!is_own(info) || !a) {
		note(f, info, c);
		halt(f, is_own(info) ? "a fault outside any actor" : "a signal from outside");
	}
	note_actor(f, info, c, a);
	const char *why = verdict(f);
	if (comes_later(f, a, why))
		return;
	if (why)
		halt(f, why);
	faultsignals_remove(&c->uc_sigmask);
	context_land(c, landing_goal_of(f), landing_home(a));
}

static void install(void)
{
	/* One within the handler is not to end the process without a word. */
	struct sigaction action = { .sa_sigaction = handle,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	fault_reason_init();
	verdict_prepare();
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < FAULTSIGNALS; i++)
		sigaction(faultsignals[i], &action, NULL);
	forks_forbid();
}

void handler_install(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	landing_prepare();
	pthread_once(&once, install);
}
