/* Random terms for tests, the same for the same seed. */
#ifndef JOIST_TEST_RANDOM_TERM_H
#define JOIST_TEST_RANDOM_TERM_H

#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/map.h"

struct random {
	uint64_t state;
	bool data_only; /* nothing that has no Erlang text: no pids, references, ports */
	bool text_only; /* bytes are letters */
};

static inline uint64_t random_below(struct random *r, uint64_t limit)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return (r->state * UINT64_C(0x2545F4914F6CDD1D) >> 11) % limit;
}

static inline joist_term random_number(struct random *r, struct arena *a)
{
	static const double floats[] = { 0.0,	 1.0,
					 -1.5,	 0.1,
					 1e22,	 1e-7,
					 1e300,	 5e-324,
					 2.0,	 1152921504606846976.0,
					 3.0,	 123456.75,
					 1e15,	 9007199254740992.0,
					 -1e100, 1e4,
					 0.001,	 100.0,
					 1e3,	 2e-5 };
	uint64_t limbs[3] = { random_below(r, UINT64_C(1) << 53) << 11, random_below(r, 1000), 0 };

	switch (random_below(r, 6)) {
	case 0:
		return term_float(a, floats[random_below(r, sizeof(floats) / sizeof(*floats))]);
	case 1:
		return term_float(a, (double)(int64_t)(random_below(r, 2000000) - 1000000) /
					     (double)(1 + random_below(r, 1000)));
	case 2:
		return term_big(a, random_below(r, 2), limbs, 1 + random_below(r, 3));
	case 3:
		return term_int(
			a, (int64_t)((UINT64_C(1) << random_below(r, 64)) - random_below(r, 3)));
	default:
		return term_small((int64_t)random_below(r, 10) - 3);
	}
}

static inline joist_term random_bits(struct random *r, struct arena *a)
{
	unsigned char bytes[200];
	size_t bits = random_below(r, 4) ? random_below(r, 40) * 8 : random_below(r, 1500);
	bool text = r->text_only || random_below(r, 2);

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(text ? 'a' + random_below(r, 26) : random_below(r, 256));
	return term_bits(a, bytes, bits);
}

static inline joist_term random_atom(struct random *r)
{
	static const char *const names[] = { "ok",
					     "a",
					     "b",
					     "ab",
					     "Upper",
					     "with space",
					     "",
					     "end",
					     "it's",
					     "a@b.c",
					     "\xC3\xA9t\xC3\xA9",
					     "\xE2\x82\xAC",
					     "\n\t\x01\x7F",
					     "_x",
					     "\\",
					     "\xF0\x9F\x98\x80",
					     "x1",
					     "aB_9" };
	const char *name = names[random_below(r, sizeof(names) / sizeof(*names))];

	return atom_term(atom_make(name, __builtin_strlen(name)));
}

static inline joist_term random_identity(struct random *r, struct arena *a)
{
	joist_pid pid = pid_local((uint32_t)random_below(r, 50), 1 + (uint32_t)random_below(r, 3));

	switch (random_below(r, 4)) {
	case 0:
		return term_ref(a, ref_local(random_below(r, 1000), pid));
	case 1:
		return term_port(a, 0, random_below(r, 9));
	default:
		return term_pid(a, pid);
	}
}

static inline joist_term random_leaf(struct random *r, struct arena *a)
{
	switch (random_below(r, r->data_only ? 7 : 9)) {
	case 0:
	case 1:
		return random_atom(r);
	case 2:
		return TERM_NIL;
	case 3:
		return random_bits(r, a);
	case 7:
	case 8:
		return random_identity(r, a);
	default:
		return random_number(r, a);
	}
}

/* Of at most `depth` levels; with memory to spare. */
static inline joist_term random_term(struct random *r, struct arena *a, unsigned depth)
{
	joist_term parts[8], list;
	size_t count = random_below(r, 5);

	if (!depth || random_below(r, 3) == 0)
		return random_leaf(r, a);
	for (size_t i = 0; i < 8; i++)
		parts[i] = i < 2 * count ? random_term(r, a, depth - 1) : TERM_NIL;
	switch (random_below(r, 4)) {
	case 0:
		return term_tuple(a, parts, count);
	case 1:
		return term_map(a, parts, count);
	case 2:
		list = TERM_NIL;
		while (count--)
			list = term_cons(a, term_small((int64_t)random_below(r, 95) + 32), list);
		return list;
	default:
		list = random_below(r, 4) ? TERM_NIL : random_leaf(r, a);
		for (size_t i = 0; i < count; i++)
			list = term_cons(a, parts[i], list);
		return list;
	}
}

#endif
