/* Judges signatures. What is made for one lives in its arena, and goes with it. Any thread. */
#include "vm/typed/typed.h"

#include <string.h>

#include "vm/base/heap.h"
#include "vm/typed/closures.h"
#include "vm/typed/registers.h"
#include "vm/typed/prepared.h"

#define FLAGS_KNOWN                                                                                \
	(JOIST_P_OUT | JOIST_P_INOUT | JOIST_P_LENGTH | JOIST_P_ROOM | JOIST_P_USED |              \
	 JOIST_P_NULLABLE | JOIST_P_CLOSES)

static bool is_pointed_to(const struct shape *shape)
{
	return shape->kind == JOIST_C_POINTER || shape->kind == JOIST_C_BYTES ||
	       shape->kind == JOIST_C_ARRAY || shape->kind == JOIST_C_STRING;
}

/* A parameter by itself. */
static bool judge_step(const struct step *step, struct typed_mistake *m)
{
	const struct shape *shape = step->shape;
	const char *name = shape->type->name;
	uint32_t flags = step->flags;

	if (flags & ~FLAGS_KNOWN)
		return mistake_tell(m, "has an unknown flag; use a newer joist");
	switch (shape->kind) {
	case JOIST_C_VOID:
	case JOIST_C_CHARS:
		return mistake_tell(m, "cannot be passed as %s; pass a pointer", name);
	default:
		break;
	}
	if (flags & JOIST_P_CLOSES && shape->kind != JOIST_C_HANDLE)
		return mistake_tell(m, "is closed, but no handle; leave that out");
	if (step->writes &&
	    (!is_pointed_to(shape) || (shape->kind == JOIST_C_POINTER && !shape->of)))
		return mistake_tell(m, "is out, but no pointer to what is known; say to what");
	if (shape->kind == JOIST_C_STRING && flags & JOIST_P_INOUT)
		return mistake_tell(m, "is a string that is read and written; pass bytes");
	if (shape->kind == JOIST_C_POINTER && shape->of && shape->of->kind == JOIST_C_HANDLE &&
	    step->reads)
		return mistake_tell(m, "points to a handle that is read; pass the handle");
	return true;
}

/* A buffer without a length has a fixed size; one with room for what a term says has a length, by which the
 * C code knows. */
static bool judge_buffer(const struct step *step, struct typed_mistake *m)
{
	bool fixed = step->from->room || (step->shape->kind == JOIST_C_ARRAY && step->shape->count);

	if (!step_is_buffer(step))
		return !(step->flags & (JOIST_P_ROOM | JOIST_P_USED)) ||
		       mistake_tell(m, "is no buffer; only one that is out has room");
	if (step->length == STEP_NONE && (!fixed || step->flags & JOIST_P_ROOM))
		return mistake_tell(m, "has no length; name the parameter that counts it, or say "
				       "how large it is");
	if (!step->reads && step->term == STEP_NONE && !fixed)
		return mistake_tell(m, "has no room; say how large it is, or take that as a term");
	return true;
}

static bool is_length(const struct shape *shape)
{
	if (shape->kind == JOIST_C_POINTER && shape->of)
		shape = shape->of;
	return shape_is_integer(shape);
}

static bool judge_length(const struct typed *typed, uint8_t length, struct typed_mistake *m)
{
	if (length == STEP_NONE)
		return true;
	if (length >= typed->count || !(typed->steps[length].flags & JOIST_P_LENGTH))
		return mistake_tell(m, "is counted by what is no length; mark that one as such");
	return is_length(typed->steps[length].shape) ||
	       mistake_tell(m, "is counted by what is no integer; use one, or a pointer to one");
}

/* Behind `...` C widens small numbers, so none arrives as such. */
static bool judge_variadic(const struct shape *shape, struct typed_mistake *m)
{
	return (shape->bytes >= 4 && shape->kind != JOIST_C_FLOAT) ||
	       mistake_tell(m, "is too small to stand for `...`; use int or double");
}

static bool counts_something(const struct typed *typed, unsigned i)
{
	bool counts = typed->result_length == i;

	for (unsigned j = 0; j < typed->count; j++)
		counts = counts || typed->steps[j].length == i;
	return counts;
}

static bool judge_result(const struct typed *typed, struct typed_mistake *m)
{
	const struct shape *result = typed->result;
	uint32_t flags = typed->signature->flags;

	switch (result->kind) {
	case JOIST_C_BYTES:
	case JOIST_C_ARRAY:
		if (typed->result_length == STEP_NONE && !result->count)
			return mistake_tell(m, "has no length; name the parameter that counts it");
		break;
	case JOIST_C_POINTER:
		if (!result->of || result->of->kind == JOIST_C_HANDLE)
			return mistake_tell(m, "points to what is not known; make it a handle");
		break;
	case JOIST_C_CALLBACK:
	case JOIST_C_CHARS:
	case JOIST_C_ACTOR:
	case JOIST_C_STATE:
		return mistake_tell(m, "cannot be %s; use another type", result->type->name);
	default:
		break;
	}
	if (flags & JOIST_F_STATUS && !shape_is_countable(result))
		return mistake_tell(m, "is no number, and so no status; leave that out");
	return judge_length(typed, typed->result_length, m);
}

/* A callback that lives as long as a handle needs one that comes before it. */
static bool judge_scope(const struct typed *typed, unsigned i, struct typed_mistake *m)
{
	unsigned scope = typed->steps[i].from->scope;

	if (!scope)
		return true;
	if (typed->steps[i].shape->kind != JOIST_C_CALLBACK)
		return mistake_tell(m, "has a scope, but is no callback; leave that out");
	return (scope <= i && typed->steps[scope - 1].shape->kind == JOIST_C_HANDLE) ||
	       mistake_tell(m, "lives as long as what is no handle before it; name one");
}

static bool judge(const struct typed *typed, struct typed_mistake *m)
{
	const struct joist_signature *s = typed->signature;

	for (unsigned i = 0; i < typed->count; i++) {
		const struct step *step = &typed->steps[i];

		m->parameter = (int)i + 1;
		if (!judge_step(step, m) || !judge_length(typed, step->length, m))
			return false;
		if (step->flags & JOIST_P_LENGTH ? !counts_something(typed, i)
						 : !judge_buffer(step, m))
			return mistake_tell(m, "counts nothing; leave that out");
		if (!judge_scope(typed, i, m))
			return false;
		if (step->flags & JOIST_P_USED && !shape_is_integer(typed->result))
			return mistake_tell(m, "is counted by a result that is no integer");
		if (s->fixed && i >= s->fixed && !judge_variadic(step->shape, m))
			return false;
	}
	m->parameter = 0;
	return judge_result(typed, m);
}

static bool takes_term(const struct step *step)
{
	if (step->flags & JOIST_P_LENGTH || step->shape->kind == JOIST_C_ACTOR ||
	    step->shape->kind == JOIST_C_STATE ||
	    (step->shape->kind == JOIST_C_POINTER && !step->shape->of))
		return false;
	return step->reads || step->flags & JOIST_P_ROOM;
}

/* A function that the library calls: its arguments become terms, and a term its result. */
static bool judge_callback(const struct typed *plan, struct typed_mistake *m)
{
	enum joist_ctype_kind result = plan->result->kind;

	for (unsigned i = 0; i < plan->count; i++) {
		const struct step *step = &plan->steps[i];
		enum joist_ctype_kind kind = step->shape->kind;

		m->parameter = (int)i + 1;
		if (step->writes || kind == JOIST_C_VOID || kind == JOIST_C_CHARS ||
		    kind == JOIST_C_HANDLE || kind == JOIST_C_CALLBACK || kind == JOIST_C_ACTOR ||
		    kind == JOIST_C_STATE ||
		    (step->shape->of && step->shape->of->kind == JOIST_C_HANDLE))
			return mistake_tell(m,
					    "is of a kind that no callback is given; use another");
		if (!judge_length(plan, step->length, m) || !judge_buffer(step, m))
			return false;
		if (step->length != STEP_NONE &&
		    plan->steps[step->length].shape->kind == JOIST_C_POINTER)
			return mistake_tell(m, "is counted by a pointer; use an integer");
	}
	m->parameter = 0;
	return result == JOIST_C_VOID || result == JOIST_C_FLOAT || result == JOIST_C_DOUBLE ||
	       shape_is_countable(plan->result) ||
	       mistake_tell(m, "is no number; callbacks return those, or nothing");
}

typedef bool (*judgement)(const struct typed *typed, struct typed_mistake *m);

static struct typed *prepare(const struct joist_signature *signature, void (*code)(void),
			     judgement judge_it, struct typed_mistake *ret_mistake);

static bool fill_plan(struct typed *typed, struct step *step, struct typed_mistake *m)
{
	struct typed_mistake inner;

	typed->has_callbacks = true;
	if (!step->shape->type->calls || typed->is_plan)
		return mistake_tell(m, "is a callback of no type, or of a callback; use another");
	step->plan = prepare(step->shape->type->calls, NULL, judge_callback, &inner);
	if (!step->plan && inner.what[0])
		mistake_tell(m, "is a callback whose parameter %d %.100s", inner.parameter,
			     inner.what);
	return step->plan;
}

static bool fill_step(struct typed *typed, struct step *step, const struct joist_parameter *from,
		      struct typed_mistake *m)
{
	*step = (struct step){
		.shape = shape_make(&typed->arena, from->type, m),
		.from = from,
		.flags = from->flags,
		.term = STEP_NONE,
		.length = from->length ? (uint8_t)(from->length - 1) : STEP_NONE,
		.reads = !(from->flags & JOIST_P_OUT),
		.writes = from->flags & (JOIST_P_OUT | JOIST_P_INOUT),
	};
	if (!step->shape)
		return false;
	if (takes_term(step))
		step->term = typed->arity++;
	typed->has_lengths |= (step->flags & JOIST_P_LENGTH) != 0;
	typed->has_handles |= step->shape->kind == JOIST_C_HANDLE ||
			      (step->shape->of && step->shape->of->kind == JOIST_C_HANDLE);
	if (step->shape->kind == JOIST_C_CALLBACK && !fill_plan(typed, step, m))
		return false;
	/* The result says how much of the buffer is used, and that is seen from the buffer. */
	typed->is_valued &= !(step->flags & JOIST_P_USED);
	return true;
}

static bool fill_steps(struct typed *typed, struct typed_mistake *m)
{
	const struct joist_signature *s = typed->signature;

	typed->result = shape_make(&typed->arena, s->result.type, m);
	if (!typed->result)
		return false;
	typed->result_length = s->result.length ? (uint8_t)(s->result.length - 1) : STEP_NONE;
	typed->has_handles = typed->result->kind == JOIST_C_HANDLE;
	typed->is_valued = typed->result->kind != JOIST_C_VOID && !(s->flags & JOIST_F_STATUS);
	for (; typed->count < s->count; typed->count++) {
		m->parameter = typed->count + 1;
		if (!fill_step(typed, &typed->steps[typed->count], &s->parameters[typed->count], m))
			return false;
	}
	return true;
}

static bool fill_foreign(struct typed *typed, struct typed_mistake *m)
{
	const struct shape *parameters[JOIST_PARAMETERS_MAX];

	m->parameter = -1;
	for (unsigned i = 0; i < typed->count; i++)
		parameters[i] = typed->steps[i].shape;
	typed->foreign = foreign_make(&typed->arena, typed->result, parameters, typed->count,
				      typed->signature->fixed, m);
	return typed->foreign;
}

static bool judge_counts(const struct joist_signature *s, struct typed_mistake *m)
{
	m->parameter = -1;
	if (s->size < sizeof(*s))
		return mistake_tell(m, "has a signature of %u bytes, or no name; set both",
				    s->size);
	if (s->count > JOIST_PARAMETERS_MAX)
		return mistake_tell(m, "has %u parameters; %d are the most", s->count,
				    JOIST_PARAMETERS_MAX);
	return s->fixed <= s->count ||
	       mistake_tell(m, "has fewer parameters than stand before ...");
}

static struct typed *prepare(const struct joist_signature *signature, void (*code)(void),
			     judgement judge_it, struct typed_mistake *ret_mistake)
{
	struct typed *typed;

	*ret_mistake = (struct typed_mistake){ .parameter = 0 };
	if (!judge_counts(signature, ret_mistake))
		return NULL;
	typed = heap_take_zero(sizeof(*typed));
	if (!typed)
		return NULL;
	typed->signature = signature;
	typed->code = code;
	typed->is_plan = judge_it == judge_callback;
	if (fill_steps(typed, ret_mistake) && judge_it(typed, ret_mistake) &&
	    fill_foreign(typed, ret_mistake)) {
		typed->is_plain = registers_suffice(typed);
		return typed;
	}
	typed_free(typed);
	return NULL;
}

struct typed *typed_prepare(const struct joist_signature *signature, void (*code)(void),
			    struct typed_mistake *ret_mistake)
{
	return prepare(signature, code, judge, ret_mistake);
}

void typed_free(struct typed *typed)
{
	if (!typed)
		return;
	for (unsigned i = 0; i < typed->count; i++)
		typed_free(typed->steps[i].plan);
	closures_free(typed);
	arena_empty(&typed->arena);
	heap_give(typed, sizeof(*typed));
}

void typed_take_turns(struct typed *typed, struct serial *serial)
{
	typed->serial = serial;
}

uint32_t typed_arity(const struct typed *typed)
{
	return typed->arity;
}
