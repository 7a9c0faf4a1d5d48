/* The order. Both terms are walked side by side over ranges of words: what is left of a range, while a
 * part of it is walked, waits on a stack of our own. Pure but for that stack; any thread. */
#include "vm/term/order.h"

#include <string.h>

#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/nodes.h"
#include "vm/term/number.h"
#include "vm/term/walk.h"

/* Words of both terms that are still to be compared, `count` each. */
struct pair {
	const uint64_t *a, *b;
	size_t count;
	bool exact;
};

static int order_of(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* The rank of the type among types. */
static int rank_of(joist_term t)
{
	static const unsigned char boxes[] = {
		[BOX_TUPLE] = 6, [BOX_BIG] = 0,	    [BOX_FLOAT] = 0, [BOX_MAP] = 7,
		[BOX_BIN] = 10,	 [BOX_BINREF] = 10, [BOX_REF] = 2,   [BOX_PID] = 5,
		[BOX_PORT] = 4,	 [BOX_FUN] = 3,	    [BOX_TOKEN] = 2,
	};

	switch (term_tag(t)) {
	case TAG_BOX:
		return t.word ? boxes[box_kind(*term_box(t))] : -1;
	case TAG_CONS:
		return 9;
	case TAG_INT:
		return 0;
	case TAG_ATOM:
		return 1;
	case TAG_PID:
		return 5;
	case TAG_NIL:
		return 8;
	case TAG_HEADER:
		break;
	}
	return -1;
}

static int bytes_compare(struct joist_bytes a, struct joist_bytes b)
{
	int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

	return order ? order : order_of(a.size, b.size);
}

/* UTF-8 sorts as its code points do. */
static int atom_compare(joist_term a, joist_term b)
{
	return bytes_compare(atom_name(atom_of(a)), atom_name(atom_of(b)));
}

/* Bit for bit; of two that agree as far as both go the longer is the greater. */
static int bits_compare(joist_term a, joist_term b)
{
	const unsigned char *x, *y;
	size_t m, n;

	bin_get_bits(a, &x, &m);
	bin_get_bits(b, &y, &n);
	size_t common = m < n ? m : n, rest = common % 8;
	int order = memcmp(x, y, common / 8);
	if (!order && rest)
		order = (x[common / 8] >> (8 - rest)) - (y[common / 8] >> (8 - rest));
	return order ? order : order_of(m, n);
}

static joist_pid pid_of(joist_term t)
{
	if (term_tag(t) == TAG_BOX)
		return (joist_pid){ .id = term_box(t)[1],
				    .node = (uint32_t)box_extra(*term_box(t)) };
	joist_pid local = { .id = t.word >> 3 };
	return (joist_pid){ .id = (uint64_t)pid_serial(local) << 32 | pid_slot(local) };
}

static int pid_compare(joist_term a, joist_term b)
{
	joist_pid p = pid_of(a), q = pid_of(b);

	return p.id != q.id ? order_of(p.id, q.id) : nodes_compare(p.node, q.node);
}

static uint32_t ref_word(const uint64_t *box, uint64_t index)
{
	if (index >= box_extra(*box) >> 32)
		return 0;
	return (uint32_t)(box[1 + index / 2] >> index % 2 * 32);
}

/* The last id weighs most; a missing one is zero. */
static int ref_compare(const uint64_t *a, const uint64_t *b)
{
	int order = nodes_compare((uint32_t)box_extra(*a), (uint32_t)box_extra(*b));
	uint64_t m = box_extra(*a) >> 32, n = box_extra(*b) >> 32;

	for (uint64_t i = m > n ? m : n; i-- > 0 && !order;)
		order = order_of(ref_word(a, i), ref_word(b, i));
	return order;
}

static int port_compare(const uint64_t *a, const uint64_t *b)
{
	int order = nodes_compare((uint32_t)box_extra(*a), (uint32_t)box_extra(*b));

	return order ? order : order_of(a[1], b[1]);
}

static int fun_compare(const uint64_t *a, const uint64_t *b)
{
	return bytes_compare((struct joist_bytes){ a + 1, box_extra(*a) },
			     (struct joist_bytes){ b + 1, box_extra(*b) });
}

static bool pair_push(struct walk *walk, struct pair p)
{
	if (!p.count)
		return true;
	if (!walk_room(walk, 3))
		return false;
	walk_push(walk, (uint64_t)(uintptr_t)p.a);
	walk_push(walk, (uint64_t)(uintptr_t)p.b);
	walk_push(walk, (uint64_t)p.count << 1 | p.exact);
	return true;
}

static bool pair_pop(struct walk *walk, struct pair *p)
{
	if (!walk->count)
		return false;
	uint64_t last = walk_pop(walk);
	p->b = (const uint64_t *)(uintptr_t)walk_pop(walk);
	p->a = (const uint64_t *)(uintptr_t)walk_pop(walk);
	p->count = last >> 1;
	p->exact = last & 1;
	return true;
}

/* Goes on with `part` of two compound terms: what is left of `*now` waits. */
static int pair_enter(struct walk *walk, struct pair *now, struct pair part)
{
	if (!pair_push(walk, *now))
		return order_of((uintptr_t)part.a, (uintptr_t)part.b);
	*now = part;
	return 0;
}

/* Keys first, exactly; the values wait. */
static int map_enter(struct walk *walk, struct pair *now, const uint64_t *a, const uint64_t *b)
{
	size_t size = box_extra(*a);
	struct pair keys = { a + 1, b + 1, size, true };
	struct pair values = { a + 1 + size, b + 1 + size, size, now->exact };

	if (size != box_extra(*b))
		return order_of(size, box_extra(*b));
	if (!pair_push(walk, *now) || !pair_push(walk, values))
		return order_of((uintptr_t)a, (uintptr_t)b);
	*now = keys;
	return 0;
}

/* Two terms of the same rank and different words. Zero if they are equal, or if `*now` has become what
 * decides. */
static int term_step(struct walk *walk, struct pair *now, joist_term a, joist_term b)
{
	if (term_tag(a) == TAG_CONS)
		return pair_enter(walk, now,
				  (struct pair){ term_cell(a), term_cell(b), 2, now->exact });
	if (term_is_atom(a))
		return atom_compare(a, b);
	if (term_tag(a) != TAG_BOX || term_tag(b) != TAG_BOX)
		return term_is_int(a) || term_is_int(b) ? number_compare(a, b, now->exact)
							: pid_compare(a, b);
	const uint64_t *x = term_box(a), *y = term_box(b);
	switch (box_kind(*x)) {
	case BOX_TUPLE:
		if (*x != *y)
			return order_of(box_extra(*x), box_extra(*y));
		return pair_enter(walk, now,
				  (struct pair){ x + 1, y + 1, box_extra(*x), now->exact });
	case BOX_MAP:
		return map_enter(walk, now, x, y);
	case BOX_BIG:
	case BOX_FLOAT:
		return number_compare(a, b, now->exact);
	case BOX_BIN:
	case BOX_BINREF:
		return bits_compare(a, b);
	case BOX_REF:
	case BOX_TOKEN:
		return ref_compare(box_ref(x), box_ref(y));
	case BOX_PORT:
		return port_compare(x, y);
	case BOX_FUN:
		return fun_compare(x, y);
	case BOX_PID:
		break;
	}
	return pid_compare(a, b);
}

static int compare(joist_term a, joist_term b, bool exact)
{
	struct pair now = { &a.word, &b.word, 1, exact };
	struct walk walk;
	int order = 0;

	walk_init(&walk);
	do {
		while (now.count && !order) {
			joist_term x = { *now.a++ }, y = { *now.b++ };
			now.count--;
			if (x.word == y.word)
				continue;
			int p = rank_of(x), q = rank_of(y);
			order = p != q ? p - q : term_step(&walk, &now, x, y);
		}
	} while (!order && pair_pop(&walk, &now));
	walk_finish(&walk);
	return order;
}

int term_compare(joist_term a, joist_term b)
{
	return a.word == b.word ? 0 : compare(a, b, false);
}

int term_compare_keys(joist_term a, joist_term b)
{
	if (a.word == b.word)
		return 0;
	if (term_is_atom(a) && term_is_atom(b))
		return atom_compare(a, b);
	return compare(a, b, true);
}
