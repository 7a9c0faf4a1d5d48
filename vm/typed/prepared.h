/* A function of C that is ready to be called, and a call of it. */
#ifndef JOIST_VM_TYPED_PREPARED_H
#define JOIST_VM_TYPED_PREPARED_H

#include "vm/typed/foreign.h"
#include "vm/typed/intake.h"
#include "vm/typed/shape.h"

#define STEP_NONE 0xff

/* A parameter. */
struct step {
	const struct shape *shape;
	const struct joist_parameter *from;
	uint32_t flags;
	uint8_t term; /* the number of its term, from 0, or STEP_NONE */
	uint8_t length; /* the parameter that counts it, from 0, or STEP_NONE */
	bool reads, writes; /* what it points to, for the C code */
};

struct typed {
	const struct joist_signature *signature;
	void (*code)(void);
	const struct foreign *foreign;
	const struct shape *result;
	bool is_valued; /* the result is in the outcome */
	bool has_lengths;
	uint8_t count, arity;
	uint8_t result_length; /* as in a step */
	struct arena arena; /* all that it points to */
	struct step steps[JOIST_PARAMETERS_MAX];
};

struct call {
	const struct typed *typed;
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
