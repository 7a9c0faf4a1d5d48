/* Exported functions, and becoming another loop, as the SDK has them. */
#include <string.h>

#include "vm/actor/reason.h"
#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/sched/death.h"
#include "vm/sched/sched.h"
#include "vm/sched/trampoline.h"
#include "vm/sched/worker.h"

/* Pinned. */
static struct export *find(struct joist_actor *self, const char *name, int arity)
{
	struct worker *w = self->worker;

	return name ? known_find(&w->known, &w->vm->code, name, arity) : NULL;
}

/* The items of a proper list; -1 if it is none, or has too many. */
static int items_of(joist_term list, joist_term *items)
{
	joist_term item;
	int n = 0;

	while (n <= JOIST_ARITY_MAX && joist_list_next(&list, &item)) {
		if (n < JOIST_ARITY_MAX)
			items[n] = item;
		n++;
	}
	return n <= JOIST_ARITY_MAX && list.word == TERM_NIL.word ? n : -1;
}

typedef joist_term (*fun0)(struct joist_actor *);
typedef joist_term (*fun1)(struct joist_actor *, joist_term);
typedef joist_term (*fun2)(struct joist_actor *, joist_term, joist_term);
typedef joist_term (*fun3)(struct joist_actor *, joist_term, joist_term, joist_term);
typedef joist_term (*fun4)(struct joist_actor *, joist_term, joist_term, joist_term, joist_term);
typedef joist_term (*fun5)(struct joist_actor *, joist_term, joist_term, joist_term, joist_term,
			   joist_term);
typedef joist_term (*fun6)(struct joist_actor *, joist_term, joist_term, joist_term, joist_term,
			   joist_term, joist_term);
typedef joist_term (*fun7)(struct joist_actor *, joist_term, joist_term, joist_term, joist_term,
			   joist_term, joist_term, joist_term);
typedef joist_term (*fun8)(struct joist_actor *, joist_term, joist_term, joist_term, joist_term,
			   joist_term, joist_term, joist_term, joist_term);

static joist_term call(struct joist_actor *self, void (*body)(void), int arity, const joist_term *a)
{
	switch (arity) {
	case 0:
		return ((fun0)body)(self);
	case 1:
		return ((fun1)body)(self, a[0]);
	case 2:
		return ((fun2)body)(self, a[0], a[1]);
	case 3:
		return ((fun3)body)(self, a[0], a[1], a[2]);
	case 4:
		return ((fun4)body)(self, a[0], a[1], a[2], a[3]);
	case 5:
		return ((fun5)body)(self, a[0], a[1], a[2], a[3], a[4]);
	case 6:
		return ((fun6)body)(self, a[0], a[1], a[2], a[3], a[4], a[5]);
	case 7:
		return ((fun7)body)(self, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
	default:
		return ((fun8)body)(self, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
	}
}

/* The function, whose code the actor visits if it is not its own. */
static struct export *visit(struct joist_actor *self, const char *name, int arity)
{
	enter(self, 1);
	struct export *export = arity < 0 ? NULL : find(self, name, arity);
	if (!export)
		trampoline_exit(self, &reason_undef);
	if (export->code == self->export->code) {
		code_unpin(export->code);
	} else if (!actor_visit(self, export->code)) {
		code_unpin(export->code);
		self_short(self);
	}
	return export;
}

/* It has come back. What it has deferred may be in that code, which then stays until the actor has
 * ended. */
static void leave(struct joist_actor *self, struct code *code, const struct estate_defer *defers)
{
	enter(self, 0);
	if (self->estate.defers == defers)
		actor_leave(self, code);
}

static joist_term run(struct joist_actor *self, const struct export *export, int arity,
		      const joist_term *items)
{
	void (*body)(void) = export->body;

	if (export->kind == JOIST_EXPORT_TYPED)
		return ((code_typed)body)(self, export->data, items);
	return call(self, body, arity, items);
}

joist_term joist_apply(struct joist_actor *self, const char *name, joist_term args)
{
	joist_term items[JOIST_ARITY_MAX];
	int arity = items_of(args, items);
	struct export *export = visit(self, name, arity);
	const struct estate_defer *defers = self->estate.defers;
	joist_term result = run(self, export, arity, items);

	if (export->code != self->export->code)
		leave(self, export->code, defers);
	return result;
}

bool joist_exported(struct joist_actor *self, const char *name, int arity)
{
	enter_alone(self, 1);
	struct export *export = arity >= -1 ? find(self, name, arity) : NULL;
	if (export)
		code_unpin(export->code);
	return export;
}

/* The loop that it can become, pinned; else its end. */
static struct export *find_loop(struct joist_actor *self, const char *name)
{
	struct export *export = find(self, name, -1);

	if (export && export->kind == JOIST_EXPORT_LOOP &&
	    self->export->kind == JOIST_EXPORT_LOOP && !self->ending)
		return export;
	if (export)
		code_unpin(export->code);
	trampoline_exit(self, &reason_undef);
}

void joist_become(struct joist_actor *self, const char *name, joist_term args)
{
	enter(self, 10);
	struct export *export = find_loop(self, name);
	struct actor_extra *extra = actor_extra(self);
	struct signal *start =
		extra ? signal_make_copy(SIGNAL_MESSAGE, actor_pid(self), args) : NULL;
	if (!start) {
		code_unpin(export->code);
		self_short(self);
	}
	start->next = self->start; /* its memory holds what the loop may still look at */
	self->start = start;
	extra->become = export;
	trampoline_leave(self);
}
