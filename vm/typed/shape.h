/* A type of C, judged and measured once: what reading and making its values needs of it. */
#ifndef JOIST_VM_TYPED_SHAPE_H
#define JOIST_VM_TYPED_SHAPE_H

#include <joist/typed.h>

#include "vm/base/arena.h"
#include "vm/typed/mistake.h"

struct shape_field {
	joist_atom name;
	size_t offset;
	const struct shape *shape;
};

struct shape_name {
	joist_atom name;
	int64_t value;
};

struct shape {
	joist_atom name; /* what errors say is expected */
	enum joist_ctype_kind kind;
	size_t bytes, align; /* as an argument or a field has it */
	int64_t least, most; /* of integers, as far as these can say */
	size_t count; /* of fields, names, items or chars */
	const struct shape *of; /* NULL also for void */
	const struct shape_field *fields;
	const struct shape_name *names;
	const struct joist_ctype *type;
};

/* Made in `arena`, with all that it consists of. NULL, with what is wrong, if something is; with nothing
 * said, if memory is short. */
const struct shape *shape_make(struct arena *arena, const struct joist_ctype *type,
			       struct typed_mistake *mistake);

static inline bool shape_is_integer(const struct shape *shape)
{
	return shape->kind >= JOIST_C_INT8 && shape->kind <= JOIST_C_UINT64;
}

/* An integer, however it is named. */
static inline bool shape_is_countable(const struct shape *shape)
{
	return shape_is_integer(shape) || shape->kind == JOIST_C_BOOL ||
	       shape->kind == JOIST_C_ENUM;
}

/* Whether a value of it lies in memory as it is: what a field, an item, or what is pointed to may be. */
bool shape_is_plain(const struct shape *shape);

/* The integer of that shape that lies there. One of 64 bits without a sign comes as its bits. */
int64_t shape_read_integer(const struct shape *shape, const void *at);

/* Writes an integer there, if it is in range. */
bool shape_write_integer(const struct shape *shape, bool negative, uint64_t magnitude, void *at);

#endif
