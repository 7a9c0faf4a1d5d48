/* A term is a 64-bit word: three bits of tag, and a value or an address.
 *
 *   000  a box: a header word and what it says, in an arena or a message (0 itself: no term)
 *   001  a cons cell: two words, head and tail
 *   010  an integer of 61 bits
 *   011  an atom: its index in the table
 *   100  the pid of an actor of this node: 32 bits of serial, 28 of slot
 *   101  the empty list
 *   111  never a term: the header of a box
 *
 * Terms never change once built, and a term's parts are in the same arena or message as itself. What
 * makes one takes the arena to build in and returns TERM_NONE when memory is short. Functions here walk
 * deep terms without recursion, so no depth of nesting can overflow a stack. */
#ifndef JOIST_VM_TERM_TERM_H
#define JOIST_VM_TERM_TERM_H

#include <joist/term.h>

#include "vm/base/arena.h"

enum term_tag {
	TAG_BOX = 0,
	TAG_CONS = 1,
	TAG_INT = 2,
	TAG_ATOM = 3,
	TAG_PID = 4,
	TAG_NIL = 5,
	TAG_HEADER = 7,
};

/* The header of a box: tag 3 bits, kind 5 bits, and 56 bits of `extra`, whose meaning is the kind's. */
enum box_kind {
	BOX_TUPLE, /* extra: arity. Then the elements. */
	BOX_BIG, /* extra: limbs * 2 + 1 if below zero. Then the limbs, lowest first, no leading zero. */
	BOX_FLOAT, /* Then the double. */
	BOX_MAP, /* extra: pairs. Then the keys in order (order.h: term_compare_keys), then the values. */
	BOX_BIN, /* extra: bits. Then the bytes, padded by zeros to a word. At most 64 bytes. */
	BOX_BINREF, /* extra: bits. Then struct bin *, the next box of arena.bins, the byte offset. */
	BOX_REF, /* extra: count * 2^32 + node. Then the 32-bit ids, two to a word, lowest first. */
	BOX_PID, /* of another node. extra: node. Then the id: serial * 2^32 + number. */
	BOX_PORT, /* extra: node. Then the id. */
	BOX_FUN, /* extra: bytes. Then its external form, from the tag byte on, padded by zeros. */
	BOX_TOKEN, /* a reference that is counted: struct bin *, the next box of arena.bins, a BOX_REF. */
};

#define TERM_NONE ((joist_term){ 0 })
#define TERM_NIL ((joist_term){ TAG_NIL })

/* Integers from here to there need no box. */
#define TERM_INT_MAX ((INT64_C(1) << 60) - 1)
#define TERM_INT_MIN (-(INT64_C(1) << 60))

static inline enum term_tag term_tag(joist_term t)
{
	return (enum term_tag)(t.word & 7);
}

/* Whether the term has memory: a box or a cons cell. */
static inline bool term_is_pointer(joist_term t)
{
	return (t.word & 7) <= TAG_CONS;
}

static inline uint64_t *term_box(joist_term t)
{
	return (uint64_t *)(uintptr_t)t.word;
}

static inline uint64_t *term_cell(joist_term t)
{
	return (uint64_t *)(uintptr_t)(t.word - TAG_CONS);
}

static inline joist_term term_at(const uint64_t *word)
{
	return (joist_term){ *word };
}

static inline joist_term term_head(joist_term t)
{
	return term_at(&term_cell(t)[0]);
}

static inline joist_term term_tail(joist_term t)
{
	return term_at(&term_cell(t)[1]);
}

static inline uint64_t box_header(enum box_kind kind, uint64_t extra)
{
	return extra << 8 | (uint64_t)kind << 3 | TAG_HEADER;
}

static inline enum box_kind box_kind(uint64_t header)
{
	return (enum box_kind)(header >> 3 & 31);
}

static inline uint64_t box_extra(uint64_t header)
{
	return header >> 8;
}

/* Whether the term is a box of that kind. */
static inline bool term_is_box(joist_term t, enum box_kind kind)
{
	return term_tag(t) == TAG_BOX && t.word && box_kind(*term_box(t)) == kind;
}

static inline bool term_is_tuple(joist_term t, size_t arity)
{
	return term_tag(t) == TAG_BOX && t.word && *term_box(t) == box_header(BOX_TUPLE, arity);
}

/* The element at `index` of a tuple, from 0; unchecked. */
static inline joist_term tuple_at(joist_term t, size_t index)
{
	return term_at(&term_box(t)[1 + index]);
}

static inline joist_term term_from_box(const uint64_t *box)
{
	return (joist_term){ (uint64_t)(uintptr_t)box };
}

static inline joist_term term_from_cell(const uint64_t *cell)
{
	return (joist_term){ (uint64_t)(uintptr_t)cell + TAG_CONS };
}

/* Of a reference, the BOX_REF: a counted one has it behind what counts it. */
static inline const uint64_t *box_ref(const uint64_t *box)
{
	return box_kind(*box) == BOX_TOKEN ? box + 3 : box;
}

/* How many words a box has, its header included. */
size_t box_words(const uint64_t *box);

/* ---- integers and floats ---- */

static inline bool term_is_int(joist_term t)
{
	return term_tag(t) == TAG_INT;
}

static inline int64_t int_value(joist_term t)
{
	return (int64_t)t.word >> 3;
}

/* A small integer; unchecked. */
static inline joist_term term_small(int64_t value)
{
	return (joist_term){ (uint64_t)value << 3 | TAG_INT };
}

joist_term term_int(struct arena *arena, int64_t value);
joist_term term_uint(struct arena *arena, uint64_t value);

/* The integer of `count` limbs, lowest first, below zero if `negative`. Leading zeros are cut. */
joist_term term_big(struct arena *arena, bool negative, const uint64_t *limbs, size_t count);

joist_term term_float(struct arena *arena, double value);

static inline double float_value(joist_term t)
{
	double value;

	__builtin_memcpy(&value, &term_box(t)[1], sizeof(value));
	return value;
}

/* ---- atoms ---- */

static inline bool term_is_atom(joist_term t)
{
	return term_tag(t) == TAG_ATOM;
}

/* ---- pids, references, ports ---- */

/* A joist_pid of this node has id = serial << 28 | slot, above 0. */
#define PID_SLOT_BITS 28

static inline joist_pid pid_local(uint32_t slot, uint32_t serial)
{
	return (joist_pid){ .id = (uint64_t)serial << PID_SLOT_BITS | slot };
}

static inline uint32_t pid_slot(joist_pid pid)
{
	return (uint32_t)(pid.id & ((1u << PID_SLOT_BITS) - 1));
}

static inline uint32_t pid_serial(joist_pid pid)
{
	return (uint32_t)(pid.id >> PID_SLOT_BITS);
}

/* A local pid needs no arena. */
static inline joist_term term_pid_local(joist_pid pid)
{
	return (joist_term){ pid.id << 3 | TAG_PID };
}

/* A reference of this node: four ids, the first two a number that is never used twice, the others the
 * pid of the actor that made it, so that an alias says where to send. */
static inline joist_ref ref_local(uint64_t number, joist_pid owner)
{
	return (joist_ref){ .count = 4,
			    .id = { (uint32_t)number, (uint32_t)(number >> 32), (uint32_t)owner.id,
				    (uint32_t)(owner.id >> 32) } };
}

/* Whether it is a reference at all, and not what a zeroed or wild joist_ref has. */
static inline bool ref_is_valid(joist_ref ref)
{
	return ref.count >= 1 && ref.count <= sizeof(ref.id) / sizeof(ref.id[0]);
}

static inline uint64_t ref_number(joist_ref ref)
{
	return (uint64_t)ref.id[1] << 32 | ref.id[0];
}

static inline joist_pid ref_owner(joist_ref ref)
{
	return (joist_pid){ .id = (uint64_t)ref.id[3] << 32 | ref.id[2] };
}

/* Such a reference as a term: a header, its number, its owner. */
#define REF_LOCAL_WORDS 3

static inline bool term_is_local_ref(joist_term t)
{
	return term_is_box(t, BOX_REF) && *term_box(t) == box_header(BOX_REF, UINT64_C(4) << 32);
}

static inline uint64_t local_ref_number(joist_term t)
{
	return term_box(t)[1];
}

static inline joist_pid local_ref_owner(joist_term t)
{
	return (joist_pid){ .id = term_box(t)[2] };
}

/* Writes one to REF_LOCAL_WORDS words. */
static inline joist_term term_local_ref(uint64_t *to, uint64_t number, joist_pid owner)
{
	to[0] = box_header(BOX_REF, UINT64_C(4) << 32);
	to[1] = number;
	to[2] = owner.id;
	return term_from_box(to);
}

joist_term term_pid(struct arena *arena, joist_pid pid);
joist_term term_ref(struct arena *arena, joist_ref ref);
joist_term term_port(struct arena *arena, uint32_t node, uint64_t id);

/* ---- lists and tuples ---- */

joist_term term_cons(struct arena *arena, joist_term head, joist_term tail);
joist_term term_tuple(struct arena *arena, const joist_term *elements, size_t arity);

#define term_tuple_of(arena, ...)                                                                  \
	term_tuple((arena), (const joist_term[]){ __VA_ARGS__ },                                   \
		   sizeof((const joist_term[]){ __VA_ARGS__ }) / sizeof(joist_term))

/* ---- funs ---- */

/* A fun by its external form, which is not looked into. */
joist_term term_fun(struct arena *arena, const void *external, size_t bytes);

#endif
