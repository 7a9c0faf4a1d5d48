/* After a fault. Runs on the stack of the actor that faulted, by its worker, as any code of the runtime:
 * it may allocate, and wait for locks. Nothing that the actor's frames say is looked at. */
#include "vm/fault/landing.h"

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "vm/actor/reason.h"
#include "vm/actor/switch.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/fault/fault_reason.h"
#include "vm/fault/frames.h"
#include "vm/fault/errand.h"
#include "vm/fault/halt.h"
#include "vm/fault/verdict.h"
#include "vm/sched/claim.h"
#include "vm/sched/trampoline.h"

static __thread struct {
	struct fault fault;
	bool busy; /* with that one */
	bool thrown; /* an exception that nobody catches */
} last;

static pid_t process; /* whose faults these are; set before its nodes have threads */

void landing_prepare(void)
{
	process = getpid();
}

bool landing_is_elsewhere(void)
{
	return getpid() != process;
}

static struct joist_actor *running(void)
{
	struct thread *t = thread_current();
	struct joist_actor *a = t ? t->current : NULL;

	return a && a->stack && a->stack->home ? a : NULL;
}

struct joist_actor *landing_actor(void)
{
	const struct errand *errand = errand_current();
	struct joist_actor *a = errand ? errand->actor : running();

	return a && !landing_is_elsewhere() ? a : NULL;
}

void *landing_home(const struct joist_actor *a)
{
	const struct errand *errand = errand_current();

	return errand ? errand->home : a->stack->home;
}

landing_goal landing_goal_of(const struct fault *f)
{
	struct errand *errand = errand_current();

	if (!errand)
		return landing_run;
	errand->fault = *f;
	landing_cancel();
	return errand_leave;
}

void landing_note_throw(void)
{
	last.thrown = true;
}

enum fault_kind landing_abort_kind(void)
{
	return last.thrown ? FAULT_CXX_EXCEPTION : FAULT_SIGABRT;
}

struct fault *landing_begin(void)
{
	if (last.busy)
		return NULL;
	last.busy = true;
	last.fault = (struct fault){ 0 };
	return &last.fault;
}

void landing_cancel(void)
{
	last.busy = false;
}

/* Keeps it for the report; without memory there is less to report. */
static void keep(struct stack *stack)
{
	stack->fault = heap_take(sizeof(*stack->fault));
	if (stack->fault)
		*stack->fault = last.fault;
}

void landing_run(void)
{
	struct joist_actor *a = running();

	annotate_stack_anew(&a->stack->notes);
	verdict_release(&last.fault);
	last.thrown = false;
	last.busy = false; /* for if it does not return */
	claim_come_in(a);
	last.busy = true;
	if (actor_end_by_fault(a, fault_reason(a, &last.fault)))
		keep(a->stack);
	else
		log_say(LOG_LEVEL_WARNING, "fault", "%s while an actor ended",
			fault_name(last.fault.kind));
	last.busy = false;
	trampoline_abandon(a);
}

/* The functions by which libjoist.so stands before libc's are no frames of the actor's. */
static void drop_own(struct fault *f)
{
	struct dl_find_object own, object;
	uint32_t n = 0;

	if (_dl_find_object((void *)(uintptr_t)landing_end, &own) != 0)
		return;
	while (n + 1 < f->count && _dl_find_object((void *)f->frames[n], &object) == 0 &&
	       object.dlfo_link_map == own.dlfo_link_map)
		n++;
	f->count -= n;
	memmove(f->frames, f->frames + n, f->count * sizeof(*f->frames));
}

/* Where to begin to walk from a function's frame. */
static struct frames_from walk_from(const struct joist_actor *a, const uintptr_t *frame)
{
	const struct code *code = a->export->code;
	bool is_errand = errand_current() != NULL;

	return (struct frames_from){ .pc = frame[1],
				     .sp = (uintptr_t)frame,
				     .fp = frame[0],
				     .low = (uintptr_t)(is_errand ? frame : a->stack->notes.base),
				     .high = (uintptr_t)landing_home(a),
				     .code_start = code->text_start,
				     .code_end = code->text_end };
}

void landing_end(struct joist_actor *a, enum fault_kind kind, uintptr_t address, const void *frame)
{
	struct frames_from from = walk_from(a, frame);
	struct fault *f = landing_begin();

	if (!f)
		halt(NULL, "an end of an actor while another one was handled");
	f->kind = kind;
	f->address = address;
	frames_walk(f, &from);
	if (a->export->code->end)
		drop_own(f);
	const char *why = verdict(f);
	if (why)
		halt(f, why);
	switch_land(landing_goal_of(f), landing_home(a));
}

void landing_take(struct joist_actor *a, const struct fault *f)
{
	landing_begin();
	last.fault = *f;
	switch_land(landing_run, a->stack->home);
}

void landing_overflow(struct joist_actor *a)
{
	landing_end(a, FAULT_STACK_OVERFLOW, 0, __builtin_frame_address(0));
}
