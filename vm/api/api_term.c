/* Terms, as the SDK has them: kinds, numbers, atoms, pids and references. Any thread; what builds, only
 * the actor's own. */
#include <math.h>
#include <string.h>

#include "vm/api/built.h"
#include "vm/term/atom.h"
#include "vm/term/get.h"
#include "vm/term/number.h"
#include "vm/term/order.h"

static enum joist_type box_type(const uint64_t *box)
{
	static const unsigned char types[] = {
		[BOX_TUPLE] = JOIST_TUPLE,     [BOX_BIG] = JOIST_INTEGER,
		[BOX_FLOAT] = JOIST_FLOAT,     [BOX_MAP] = JOIST_MAP,
		[BOX_BIN] = JOIST_BITSTRING,   [BOX_BINREF] = JOIST_BITSTRING,
		[BOX_REF] = JOIST_REFERENCE,   [BOX_PID] = JOIST_PID,
		[BOX_PORT] = JOIST_PORT,       [BOX_FUN] = JOIST_FUN,
		[BOX_TOKEN] = JOIST_REFERENCE,
	};

	return (enum joist_type)types[box_kind(*box)];
}

enum joist_type joist_type(joist_term term)
{
	switch (term_tag(term)) {
	case TAG_BOX:
		return term.word ? box_type(term_box(term)) : JOIST_NONE;
	case TAG_CONS:
		return JOIST_CONS;
	case TAG_INT:
		return JOIST_INTEGER;
	case TAG_ATOM:
		return JOIST_ATOM;
	case TAG_PID:
		return JOIST_PID;
	case TAG_NIL:
		return JOIST_NIL;
	case TAG_HEADER:
		break;
	}
	return JOIST_NONE;
}

bool joist_equal(joist_term a, joist_term b)
{
	return term_equal(a, b);
}

int joist_compare(joist_term a, joist_term b)
{
	return term_compare(a, b);
}

uint64_t joist_hash(joist_term term)
{
	return term_hash(term);
}

/* ---- integers and floats ---- */

joist_term joist_int(struct joist_actor *self, int64_t value)
{
	return built(self, term_int(self_arena(self), value));
}

joist_term joist_uint(struct joist_actor *self, uint64_t value)
{
	return built(self, term_uint(self_arena(self), value));
}

joist_term joist_big(struct joist_actor *self, bool negative, struct joist_bytes digits)
{
	struct arena *arena = self_arena(self);
	size_t count = digits.size / 8 + (digits.size % 8 != 0);
	uint64_t few[8], *limbs = count <= 8 ? few : arena_take(arena, count);

	if (!limbs)
		return built(self, TERM_NONE);
	if (count) {
		limbs[count - 1] = 0;
		memcpy(limbs, digits.data, digits.size);
	}
	return built(self, term_big(arena, negative, limbs, count));
}

joist_term joist_float(struct joist_actor *self, double value)
{
	if (!isfinite(value))
		self_badarg(self, "joist_float");
	return built(self, term_float(self_arena(self), value));
}

bool joist_get_int(joist_term term, int64_t *ret_value)
{
	return get_int64(term, ret_value);
}

bool joist_get_uint(joist_term term, uint64_t *ret_value)
{
	return get_uint64(term, ret_value);
}

bool joist_get_big(joist_term term, uint64_t *space, bool *ret_negative,
		   struct joist_bytes *ret_digits)
{
	if (!term_is_integer(term))
		return false;
	struct integer i = integer_of(term, space);
	size_t size = i.count * 8;
	if (size)
		size -= (size_t)__builtin_clzll(i.limbs[i.count - 1]) / 8;
	*ret_negative = i.negative;
	*ret_digits = (struct joist_bytes){ i.limbs, size };
	return true;
}

bool joist_get_float(joist_term term, double *ret_value)
{
	return get_double(term, ret_value);
}

/* ---- atoms ---- */

joist_atom joist_atom_new(const char *name)
{
	joist_atom atom = atom_make(name, strlen(name));
	struct joist_actor *self = self_current();

	if (atom.word || !self)
		return atom;
	if (atom_is_valid(name, strlen(name)))
		self_short(self);
	self_badarg(self, "joist_atom_new");
}

struct joist_bytes joist_atom_name(joist_atom atom)
{
	return atom_name(atom);
}

joist_term joist_atom_term(joist_atom atom)
{
	return atom_term(atom);
}

joist_term joist_bool(bool value)
{
	return value ? ATOM(true) : ATOM(false);
}

bool joist_get_atom(joist_term term, joist_atom *ret_atom)
{
	return get_atom(term, ret_atom);
}

bool joist_is_atom(joist_term term, const char *name)
{
	return term_is_atom(term) && !strcmp(atom_name(atom_of(term)).data, name);
}

/* ---- pids and references ---- */

bool joist_ref_equal(joist_ref a, joist_ref b)
{
	return a.node == b.node && a.count == b.count && ref_is_valid(a) &&
	       !memcmp(a.id, b.id, a.count * sizeof(a.id[0]));
}

joist_term joist_pid_term(struct joist_actor *self, joist_pid pid)
{
	if (joist_pid_is_none(pid))
		self_badarg(self, "joist_pid_term");
	return built(self, term_pid(self_arena(self), pid));
}

joist_term joist_ref_term(struct joist_actor *self, joist_ref ref)
{
	if (!ref_is_valid(ref))
		self_badarg(self, "joist_ref_term");
	return built(self, term_ref(self_arena(self), ref));
}

bool joist_get_pid(joist_term term, joist_pid *ret_pid)
{
	return get_pid(term, ret_pid);
}

bool joist_get_ref(joist_term term, joist_ref *ret_ref)
{
	return get_ref(term, ret_ref);
}
