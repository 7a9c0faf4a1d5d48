/* What a thread notes of itself. Only the thread enters; others read what says so. */
#include "vm/sched/thread.h"

#include "vm/sched/sched.h"

static __thread struct thread *me __attribute__((tls_model("initial-exec")));

/* Not inlined: after a switch the thread may be another, and the compiler must not remember where its
 * variables were. */
__attribute__((noinline)) struct thread *thread_current(void)
{
	__asm__ volatile("" ::: "memory");
	return me;
}

struct worker *thread_worker(void)
{
	struct thread *t = thread_current();

	return t ? t->worker : NULL;
}

void thread_become(struct thread *t)
{
	me = t;
}

void thread_begin(struct worker *w, struct joist_actor *a)
{
	a->worker = w;
	actor_begin_turn(a, w->thread->stack);
	thread_go_on(w, a);
}
