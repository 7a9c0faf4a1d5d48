/* What the SDK's functions ask of the actor that calls them, and what an actor may ask of itself. */
#include "vm/api/self.h"

#include <string.h>

#include "vm/actor/estate.h"
#include "vm/actor/reason.h"
#include "vm/api/enter.h"
#include "vm/sched/alarms.h"
#include "vm/sched/death.h"
#include "vm/sched/park.h"
#include "vm/sched/sched.h"
#include "vm/sched/thread.h"
#include "vm/sched/trampoline.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"

struct joist_actor *self_current(void)
{
	struct thread *t = thread_current();

	return t ? t->current : NULL;
}

struct joist_actor *joist_current(void)
{
	return self_current();
}

joist_term self_part(struct joist_actor *self, joist_term part)
{
	struct stack *stack = self->stack;

	if (!stack->parcel_open || !term_is_pointer(part) || joist_is_none(part))
		return part;
	joist_term copy = copy_outside(&stack->parcel, part);
	if (joist_is_none(copy))
		self_short(self);
	return copy;
}

static __attribute__((noreturn)) void exit_copy(struct joist_actor *self, joist_term reason)
{
	claim_come_in(self);
	struct signal *s = signal_make_copy(SIGNAL_MESSAGE, actor_pid(self), reason);

	trampoline_exit(self, s ? s : &reason_system_limit);
}

void self_badarg(struct joist_actor *self, const char *function)
{
	uint64_t words[16];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));

	joist_term name = term_binary(&arena, function, strlen(function));
	exit_copy(self, term_tuple_of(&arena, ATOM(badarg), name));
}

static bool over_limit(const struct joist_actor *a)
{
	return actor_memory_max(a) && actor_memory(a) * 2 > actor_memory_max(a);
}

void self_short(struct joist_actor *self)
{
	uint64_t words[4];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));

	claim_come_in(self);
	if (over_limit(self)) {
		alarms_look_at_memory(self->worker->vm, self, actor_memory_max(self));
		exit_copy(self, term_tuple_of(&arena, ATOM(limit), ATOM(memory)));
	}
	trampoline_exit(self, &reason_system_limit);
}

bool self_plugin_owns(void *what, void (*free_it)(void *what))
{
	struct joist_actor *self = self_current();
	struct code *code = self ? self->export->code : NULL;

	if (!code)
		return true;
	if (code_holds(code, what))
		return code_own(code, what, free_it);
	/* A function of another plugin, by joist_apply. Not of its worker: it may be outside the
	   VM, and that may change. */
	const struct code_port *port = &self->stack->thread->own.vm->code;
	code = port->at ? port->at(port->owner, what) : NULL;
	if (!code)
		return true;
	bool owns = code_own(code, what, free_it);
	code_unpin(code);
	return owns;
}

joist_pid joist_self(struct joist_actor *self)
{
	return actor_pid(self);
}

joist_pid joist_parent(struct joist_actor *self)
{
	if (!self->parent && self->extra)
		return self->extra->far_parent;
	return (joist_pid){ .id = self->parent };
}

joist_pid joist_group_leader(struct joist_actor *self)
{
	return self->extra ? self->extra->leader : (joist_pid){ 0 };
}

void *joist_state(struct joist_actor *self)
{
	return actor_state(self);
}

const void *joist_export_data(struct joist_actor *self)
{
	return self->export->data;
}

joist_atom joist_node(struct joist_actor *self)
{
	enter_alone(self, 0);
	return self->worker->vm->name;
}

struct joist_vm *joist_vm_of(struct joist_actor *self)
{
	enter_alone(self, 0);
	return self->worker->vm;
}

joist_term joist_config(struct joist_actor *self)
{
	joist_term config = self->export->code->config;

	return joist_is_none(config) ? joist_map(self, NULL, 0) : config;
}

void joist_label(struct joist_actor *self, joist_term label)
{
	enter(self, 1);
	size_t words = joist_is_none(label) ? SIZE_MAX : copy_words(label);
	if (words > 4096 / sizeof(uint64_t) && term_is_pointer(label))
		self_badarg(self, "joist_label");
	struct actor_extra *extra = actor_extra(self);
	joist_term kept = extra ? estate_keep(&self->estate, label) : TERM_NONE;
	if (joist_is_none(kept))
		self_short(self);
	estate_drop(&self->estate, extra->label);
	extra->label = kept;
}

bool joist_trap_exit(struct joist_actor *self, bool on)
{
	enter(self, 1);
	bool was = self->trap_exit;
	self->trap_exit = on;
	return was;
}

bool joist_alarms(struct joist_actor *self, bool on)
{
	bool was = self->hears_alarms;

	enter(self, 1);
	struct alarms *alarms = &self->worker->vm->alarms;
	if (!on)
		alarms_forget(alarms, actor_pid(self));
	else if (!alarms_tell(alarms, actor_pid(self)))
		trampoline_exit(self, &reason_system_limit);
	self->hears_alarms = on;
	return was;
}

enum joist_priority joist_priority(struct joist_actor *self, enum joist_priority priority)
{
	enter(self, 1);
	enum joist_priority was = (enum joist_priority)self->priority;
	if ((unsigned)priority > JOIST_PRIORITY_MAX)
		self_badarg(self, "joist_priority");
	self->priority = (uint8_t)priority;
	return was;
}

void joist_yield(struct joist_actor *self)
{
	enter(self, 1);
	park_yield(self);
}

void joist_bump(struct joist_actor *self, uint32_t reductions)
{
	enter_alone(self, reductions < INT32_MAX / 2 ? reductions : INT32_MAX / 2);
	enter_yield(self);
}

void joist_yield_off(struct joist_actor *self)
{
	if (self->yield_off < UINT8_MAX)
		self->yield_off++;
}

void joist_yield_on(struct joist_actor *self)
{
	if (self->yield_off > 0)
		self->yield_off--;
}

void joist_exit(struct joist_actor *self, joist_term reason)
{
	if (joist_is_none(reason))
		self_badarg(self, "joist_exit");
	exit_copy(self, reason);
	__builtin_unreachable();
}
