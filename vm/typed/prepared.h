/* A function of C that is ready to be called, and a call of it. */
#ifndef JOIST_VM_TYPED_PREPARED_H
#define JOIST_VM_TYPED_PREPARED_H

#include "vm/base/spin.h"
#include "vm/typed/foreign.h"
#include "vm/typed/intake.h"
#include "vm/typed/shape.h"

#define STEP_NONE 0xff

struct closure;
struct handle;
struct serial;

/* A parameter. */
struct step {
	const struct shape *shape;
	const struct joist_parameter *from;
	uint32_t flags;
	uint8_t term; /* the number of its term, from 0, or STEP_NONE */
	uint8_t length; /* the parameter that counts it, from 0, or STEP_NONE */
	bool reads, writes; /* what it points to, for the C code */
	struct typed *plan; /* of a callback: its type */
};

struct typed {
	const struct joist_signature *signature;
	void (*code)(void);
	const struct foreign *foreign;
	struct serial *serial; /* whose turns its calls take, or NULL */
	const struct shape *result;
	bool is_valued; /* the result is in the outcome */
	bool is_plain; /* registers_call calls it */
	bool is_plan; /* of a callback */
	bool has_lengths, has_handles, has_callbacks;
	uint8_t count, arity;
	uint8_t result_length; /* as in a step */
	struct arena arena; /* all that it points to */
	/* Of a callback's type: all closures that there are of it, and those that nobody uses. */
	struct spin closures_lock;
	struct closure *closures, *closures_idle;
	struct step steps[JOIST_PARAMETERS_MAX];
};

struct call {
	const struct typed *typed;
	struct call *outer;
	void *state; /* of an object */
	struct intake in;
	uint32_t counted; /* a bit for each length that is known */
	void *result;
	uint64_t result_words[FOREIGN_RESULT_BYTES / 8];
	void *values[JOIST_PARAMETERS_MAX]; /* where each argument lies */
	uint64_t slots[JOIST_PARAMETERS_MAX]
		      [2]; /* the argument, and what is small behind a pointer */
	/* Of buffers: their bytes or items, and their binaries. */
	size_t sizes[JOIST_PARAMETERS_MAX];
	joist_term binaries[JOIST_PARAMETERS_MAX];
	/* Handles that are given, and that a pointer or, at the end, the result will be the handle of. */
	struct handle *handles[JOIST_PARAMETERS_MAX + 1];
	struct closure *closures; /* that live as long as the call */
	struct closure **lent; /* the same, while the C code runs */
	bool kept_thread; /* the actor did, before */
	joist_term failure; /* of a callback, or none */
};

static inline bool step_is_buffer(const struct step *step)
{
	return step->shape->kind == JOIST_C_BYTES || step->shape->kind == JOIST_C_ARRAY ||
	       (step->shape->kind == JOIST_C_STRING && step->writes);
}

/* What the argument points to; NULL if that is NULL. */
static inline void *call_pointer(const struct call *call, unsigned i)
{
	return (void *)(uintptr_t)call->slots[i][0];
}

/* How many bytes or items the parameter `i` counts: its integer, which may lie behind a pointer. */
static inline const struct shape *call_count(struct call *call, unsigned i, void **ret_at)
{
	const struct shape *shape = call->typed->steps[i].shape;
	bool behind = shape->kind == JOIST_C_POINTER;

	*ret_at = &call->slots[i][behind];
	return behind ? shape->of : shape;
}

#endif
