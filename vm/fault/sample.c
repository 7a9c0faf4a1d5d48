/* Looking at a thread from another one, or ending what it runs. One that computes is asked by a signal,
 * whose handler walks its frames. One that waits in the kernel must not be disturbed, or its call would
 * fail: of that the kernel tells where it is, and its stack is looked through for the way there.
 *
 * One question at a time. */
#include "vm/fault/sample.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/actor/actor.h"
#include "vm/fault/context.h"
#include "vm/fault/faultsignals.h"
#include "vm/fault/frames.h"
#include "vm/fault/landing.h"
#include "vm/fault/verdict.h"
#include "vm/sched/kernel.h"
#include "vm/sched/sched.h"
#include "vm/sched/thread.h"

#define SIGNAL SIGURG /* is ignored where nobody handles it */
#define TRIES 20
#define TRY_US 50

enum { NOTHING, TAKING = -1, TAKEN = -2 }; /* or the number of the thread that is asked */

static struct {
	atomic_int state;
	struct frames_from from; /* what is known of the actor's code and stack */
	struct fault *fault;
} question;

static __thread volatile bool answers;

bool sample_is_answering(void)
{
	return answers;
}

static bool change(int from, int to)
{
	/* acquire and release: pairs with the other change, by who asks or by who answers */
	return atomic_compare_exchange_strong_explicit(&question.state, &from, to,
						       memory_order_acq_rel, memory_order_acquire);
}

static struct frames_from from_of(const struct joist_actor *a)
{
	return (struct frames_from){ .low = (uintptr_t)a->stack->notes.base,
				     .high = (uintptr_t)a->stack->home,
				     .code_start = a->export->code->text_start,
				     .code_end = a->export->code->text_end };
}

static void walk(struct fault *f, struct frames_from *from, const ucontext_t *c)
{
	from->pc = context_pc(c);
	from->sp = context_sp(c);
	from->fp = context_fp(c);
	from->link = context_link(c);
	answers = true;
	frames_walk(f, from);
	answers = false;
}

/* Whether the calling thread runs a plugin's code that converts a state, and should have come to an end. */
static bool is_overdue(const struct joist_actor *a)
{
	/* relaxed, both: the first is the thread's own, the second is looked at again */
	return a && a->converts &&
	       !atomic_load_explicit(&a->stack->thread->inside, memory_order_relaxed) &&
	       atomic_load_explicit(&a->worker->vm->ballot.overdue, memory_order_relaxed);
}

/* Has the thread go on at the end of its actor's code, as after a fault, unless it is where others need
 * it. */
static void end(ucontext_t *c)
{
	const struct joist_actor *a = landing_actor();
	struct fault *f = is_overdue(a) ? landing_begin() : NULL;

	if (!f)
		return;
	struct frames_from from = from_of(a);
	walk(f, &from, c);
	if (verdict(f))
		landing_cancel();
	else
		context_land(c, landing_goal_of(f), landing_home(a));
}

static void answer(int number, siginfo_t *info, void *context)
{
	(void)number, (void)info;
	/* Or it is too late: by now, if anybody, another one is asked. */
	if (change(gettid(), TAKING)) {
		walk(question.fault, &question.from, context);
		change(TAKING, TAKEN);
	}
	end(context);
}

static void install(void)
{
	struct sigaction action = { .sa_sigaction = answer,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART };

	sigfillset(&action.sa_mask);
	faultsignals_remove(&action.sa_mask); /* for the node to stop with a word, if ever */
	sigaction(SIGNAL, &action, NULL);
}

static void poke(int tid)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, install);
	syscall(SYS_tgkill, getpid(), tid, SIGNAL);
}

static void ask(int tid)
{
	change(NOTHING, tid);
	poke(tid);
	bool over = false;
	for (int tries = 0; tries < TRIES && !over; tries++) {
		usleep(TRY_US);
		over = change(TAKEN, NOTHING);
	}
	while (!over) /* nor does it come later, when somebody else's frames are asked for */
		over = change(tid, NOTHING) || change(TAKEN, NOTHING);
}

/* "NUMBER ARGUMENT... SP PC", or "running". */
static void look(int tid)
{
	char line[512], *sp, *pc;

	if (!kernel_read_line(tid, "syscall", line, sizeof(line)))
		return;
	pc = strrchr(line, ' ');
	if (!pc)
		return;
	*pc = '\0';
	sp = strrchr(line, ' ');
	if (!sp || sscanf(sp, "%lx", &question.from.sp) != 1 ||
	    sscanf(pc + 1, "%lx", &question.from.pc) != 1)
		return;
	frames_walk(question.fault, &question.from);
}

void sample_end(int tid)
{
	poke(tid);
}

void sample_take(int tid, const struct joist_actor *a, struct fault *ret_fault)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&one);
	question.fault = ret_fault;
	question.from = from_of(a);
	if (kernel_is_ready(tid))
		ask(tid);
	else
		look(tid);
	pthread_mutex_unlock(&one);
}
