/* Calls whose arguments and result fit in registers. On x86-64 and on aarch64 alike, integers and pointers
 * go to one row of registers and floating-point numbers to another, each in their order, and what nobody
 * reads there does no harm: so one type of function stands for all of them. Only the actor itself; as
 * plugin code. */
#include "vm/typed/registers.h"

#include <math.h>
#include <string.h>

#include "vm/term/get.h"
#include "vm/typed/outcome.h"

/* As many registers as both have. */
#define WORDS 6
#define REALS 8

struct registers {
	uint64_t words[WORDS];
	double reals[REALS];
};

#define WORD_TYPES uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t
#define REAL_TYPES double, double, double, double, double, double, double, double
typedef uint64_t (*of_words)(WORD_TYPES);
typedef uint64_t (*of_both)(WORD_TYPES, REAL_TYPES);
typedef double (*gives_double)(WORD_TYPES, REAL_TYPES);
typedef float (*gives_float)(WORD_TYPES, REAL_TYPES);

static bool is_real(const struct shape *shape)
{
	return shape->kind == JOIST_C_DOUBLE || shape->kind == JOIST_C_FLOAT;
}

static bool is_word(const struct shape *shape)
{
	return shape_is_integer(shape) || shape->kind == JOIST_C_BOOL;
}

bool registers_suffice(const struct typed *typed)
{
	unsigned words = 0, reals = 0;

	for (unsigned i = 0; i < typed->count; i++) {
		const struct step *step = &typed->steps[i];
		enum joist_ctype_kind kind = step->shape->kind;

		if (is_real(step->shape))
			reals++;
		else if (is_word(step->shape) || kind == JOIST_C_STATE || kind == JOIST_C_ACTOR)
			words++;
		else
			return false;
		if (step->flags)
			return false;
	}
	return words <= WORDS && reals <= REALS && !typed->signature->fixed &&
	       !(typed->signature->flags & ~JOIST_F_THREADSAFE) &&
	       (is_word(typed->result) || is_real(typed->result) ||
		typed->result->kind == JOIST_C_VOID);
}

static bool load_word(const struct shape *shape, joist_term term, uint64_t *ret)
{
	int64_t value;
	bool truth;

	if (shape->kind == JOIST_C_BOOL) {
		*ret = get_bool(term, &truth) && truth;
		return *ret || term.word == ATOM_WORD(false);
	}
	if (!term_is_int(term))
		return false;
	value = int_value(term);
	*ret = (uint64_t)value;
	return value >= shape->least && value <= shape->most;
}

/* A float is the lower half of its register. */
static bool load_real(const struct shape *shape, joist_term term, double *ret)
{
	double value;
	float narrow;

	if (!get_double(term, &value))
		return false;
	*ret = value;
	if (shape->kind == JOIST_C_DOUBLE)
		return true;
	narrow = (float)value;
	*ret = 0;
	memcpy(ret, &narrow, sizeof(narrow));
	return isfinite(narrow);
}

static bool load(struct joist_actor *self, const struct typed *typed, void *state,
		 const joist_term *arguments, struct registers *r, unsigned *ret_reals)
{
	uint64_t *word = r->words;
	double *real = r->reals;

	for (unsigned i = 0; i < typed->count; i++) {
		const struct step *step = &typed->steps[i];

		if (step->shape->kind == JOIST_C_STATE)
			*word++ = (uintptr_t)state;
		else if (step->shape->kind == JOIST_C_ACTOR)
			*word++ = (uintptr_t)self;
		else if (is_real(step->shape)) {
			if (!load_real(step->shape, arguments[step->term], real++))
				return false;
		} else if (!load_word(step->shape, arguments[step->term], word++)) {
			return false;
		}
	}
	*ret_reals = (unsigned)(real - r->reals);
	return true;
}

#define W(r) r.words[0], r.words[1], r.words[2], r.words[3], r.words[4], r.words[5]
#define R(r)                                                                                       \
	r.reals[0], r.reals[1], r.reals[2], r.reals[3], r.reals[4], r.reals[5], r.reals[6],        \
		r.reals[7]

bool registers_call(struct joist_actor *self, const struct typed *typed, void *state,
		    const joist_term *arguments, joist_term *ret_outcome)
{
	void (*code)(void) = typed->code;
	struct registers r = { 0 };
	uint64_t result = 0;
	unsigned reals;

	if (!load(self, typed, state, arguments, &r, &reals))
		return false;
	if (typed->result->kind == JOIST_C_DOUBLE) {
		double real = ((gives_double)code)(W(r), R(r));
		memcpy(&result, &real, sizeof(real));
	} else if (typed->result->kind == JOIST_C_FLOAT) {
		float real = ((gives_float)code)(W(r), R(r));
		memcpy(&result, &real, sizeof(real));
	} else if (reals > 0) {
		result = ((of_both)code)(W(r), R(r));
	} else {
		result = ((of_words)code)(W(r));
	}
	*ret_outcome = typed->is_valued ? outcome_value(self, typed->result, &result)
					: atom_term(ATOM_NAME(ok));
	return true;
}
