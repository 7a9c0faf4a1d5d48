/* Terms: the values that actors hold and send, of Erlang's data model.
 *
 * A term that an actor receives or builds lives until the actor's turn ends (joist/actor.h says when);
 * joist_keep keeps one longer. Nothing is freed by hand. Pids, references and atoms also exist as plain
 * C values, which may be stored anywhere for as long as one likes. */
#ifndef JOIST_TERM_H
#define JOIST_TERM_H

#include <joist/abi.h>

JOIST_BEGIN

/* Any term. Opaque; a zero-initialised one is no term at all (joist_is_none). */
typedef struct {
	uint64_t word;
} joist_term;

/* A name, interned for the life of the process: equal atoms have equal `word`s. */
typedef struct {
	uint64_t word;
} joist_atom;

/* The identity of an actor, on this node or another. Zero-initialised: nobody (joist_pid_is_none). */
typedef struct {
	uint64_t id;
	uint32_t node; /* 0 for this node */
	uint32_t reserved;
} joist_pid;

/* A unique reference, of this node or another: of a monitor, a timer, an alias, a call. */
typedef struct {
	uint32_t node; /* 0 for this node */
	uint32_t count; /* words of `id` in use */
	uint32_t id[6];
} joist_ref;

/* Bytes that somebody else owns. */
struct joist_bytes {
	const void *data;
	size_t size;
};

enum joist_type {
	JOIST_NONE, /* no term */
	JOIST_INTEGER, /* of any size */
	JOIST_FLOAT,
	JOIST_ATOM,
	JOIST_TUPLE,
	JOIST_NIL, /* the empty list */
	JOIST_CONS, /* a list with a head and a tail */
	JOIST_MAP,
	JOIST_BITSTRING, /* a binary is a bitstring of whole bytes */
	JOIST_PID,
	JOIST_REFERENCE,
	JOIST_PORT,
	JOIST_FUN, /* carried, compared and sent on; never called here */
};

/* ---- what a term is ---- */

/* The kind of `term`.
 * [any] */
JOIST_PUBLIC enum joist_type joist_type(joist_term term);

/* Whether `term` is the zero-initialised one, which is no term.
 * [any] */
static inline bool joist_is_none(joist_term term)
{
	return term.word == 0;
}

/* Whether `a` and `b` are the same value: Erlang's =:=, by which 1 and 1.0 differ.
 * [any] */
JOIST_PUBLIC bool joist_equal(joist_term a, joist_term b);

/* Erlang's total order (number < atom < reference < fun < port < pid < tuple < map < nil < list <
 * bitstring; 1 == 1.0): below, at or above zero as `a` is less than, equal to or greater than `b`.
 * [any] */
JOIST_PUBLIC int joist_compare(joist_term a, joist_term b);

/* A hash of `term`; equal terms have equal hashes. Not the same from one run of a node to the next.
 * [any] */
JOIST_PUBLIC uint64_t joist_hash(joist_term term);

/* ---- integers and floats ---- */

/* The integer `value`.
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_int(struct joist_actor *self, int64_t value);

/* The integer `value`.
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_uint(struct joist_actor *self, uint64_t value);

/* The integer whose magnitude is the little-endian `digits`, below zero if `negative`: of any size.
 * [actor] borrows digits; exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_big(struct joist_actor *self, bool negative,
				  struct joist_bytes digits);

/* The float `value`.
 * [actor] exits {badarg, <<"joist_float">>} if it is infinite or not a number, as Erlang has none */
JOIST_PUBLIC joist_term joist_float(struct joist_actor *self, double value);

/* Whether `term` is an integer that fits; writes it only then.
 * [any] */
JOIST_PUBLIC bool joist_get_int(joist_term term, int64_t *ret_value);
JOIST_PUBLIC bool joist_get_uint(joist_term term, uint64_t *ret_value);

/* Whether `term` is an integer; its sign, and its magnitude as little-endian bytes without leading
 * zeros. The bytes are in `space` (8 of them) for a small one, else in the term.
 * [any] the bytes live as long as the term and `space` do */
JOIST_PUBLIC bool joist_get_big(joist_term term, uint64_t *space, bool *ret_negative,
				struct joist_bytes *ret_digits);

/* Whether `term` is a float, or an integer that a double holds near enough; writes it only then.
 * [any] */
JOIST_PUBLIC bool joist_get_float(joist_term term, double *ret_value);

/* ---- atoms ---- */

/* The atom named by the UTF-8 text `name`, at most 255 characters.
 * [any] exits {badarg, <<"joist_atom_new">>} for a wrong name, system_limit when the table is full;
 *       outside an actor such a name gives the zero atom */
JOIST_PUBLIC joist_atom joist_atom_new(const char *name);

/* The name of `atom`, UTF-8, ended by a zero byte.
 * [any] the text lives as long as the process */
JOIST_PUBLIC struct joist_bytes joist_atom_name(joist_atom atom);

/* `atom` as a term; `value` as the atom true or false.
 * [any] */
JOIST_PUBLIC joist_term joist_atom_term(joist_atom atom);
JOIST_PUBLIC joist_term joist_bool(bool value);

/* Whether `term` is an atom; writes it only then.
 * [any] */
JOIST_PUBLIC bool joist_get_atom(joist_term term, joist_atom *ret_atom);

/* Whether `term` is the atom named `name`.
 * [any] borrows name */
JOIST_PUBLIC bool joist_is_atom(joist_term term, const char *name);

/* ---- pids and references ---- */

/* Whether `pid` is nobody.
 * [any] */
static inline bool joist_pid_is_none(joist_pid pid)
{
	return pid.id == 0 && pid.node == 0;
}

/* Whether `a` and `b` are the same actor.
 * [any] */
static inline bool joist_pid_equal(joist_pid a, joist_pid b)
{
	return a.id == b.id && a.node == b.node;
}

/* Whether `a` and `b` are the same reference.
 * [any] */
JOIST_PUBLIC bool joist_ref_equal(joist_ref a, joist_ref b);

/* A reference that nothing else has had or will have.
 * [actor] */
JOIST_PUBLIC joist_ref joist_ref_new(struct joist_actor *self);

/* `pid` or `ref` as a term.
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_pid_term(struct joist_actor *self, joist_pid pid);
JOIST_PUBLIC joist_term joist_ref_term(struct joist_actor *self, joist_ref ref);

/* Whether `term` is a pid or a reference; writes it only then.
 * [any] */
JOIST_PUBLIC bool joist_get_pid(joist_term term, joist_pid *ret_pid);
JOIST_PUBLIC bool joist_get_ref(joist_term term, joist_ref *ret_ref);

/* ---- tuples ---- */

/* The tuple of the `size` terms at `elements`.
 * [actor] borrows elements; exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_tuple(struct joist_actor *self, const joist_term *elements,
				    size_t size);

/* How many elements `tuple` has; 0 for what is no tuple.
 * [any] */
JOIST_PUBLIC size_t joist_tuple_size(joist_term tuple);

/* The element at `index`, from 0; none if there is none.
 * [any] */
JOIST_PUBLIC joist_term joist_element(joist_term tuple, size_t index);

/* ---- lists ---- */

/* The empty list.
 * [any] */
JOIST_PUBLIC joist_term joist_nil(void);

/* [head | tail].
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_cons(struct joist_actor *self, joist_term head, joist_term tail);

/* The list of the `size` terms at `items`.
 * [actor] borrows items; exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_list(struct joist_actor *self, const joist_term *items, size_t size);

/* The list of the code points of the UTF-8 text `text`: what Erlang writes as "text".
 * [actor] borrows text; exits {badarg, <<"joist_string">>} if it is not UTF-8 */
JOIST_PUBLIC joist_term joist_string(struct joist_actor *self, const char *text);

/* Takes the next item off `*list`: false at its end (nil or an improper tail, left in `*list`).
 *
 *   while (joist_list_next(&list, &item))
 *           ...
 *
 * [any] */
JOIST_PUBLIC bool joist_list_next(joist_term *list, joist_term *ret_item);

/* How many items a proper list has; -1 if `list` is none.
 * [any] */
JOIST_PUBLIC int64_t joist_list_size(joist_term list);

/* ---- maps ---- */

/* The map of `pairs` keys and values, which stand at `items` in turn (key, value, key, value, ...).
 * Of equal keys the last one stays.
 * [actor] borrows items; exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_map(struct joist_actor *self, const joist_term *items, size_t pairs);

/* How many pairs `map` has; 0 for what is no map.
 * [any] */
JOIST_PUBLIC size_t joist_map_size(joist_term map);

/* The value at `key`; none if there is none. Found by halving: log n comparisons.
 * [any] */
JOIST_PUBLIC joist_term joist_map_get(joist_term map, joist_term key);

/* `map` with `value` at `key`, or without `key`. Copies the pairs: build a large map with joist_map.
 * [actor] exits {badarg, <<"joist_map_put">>} or {badarg, <<"joist_map_remove">>} if it is no map,
 *         system_limit when memory is short */
JOIST_PUBLIC joist_term joist_map_put(struct joist_actor *self, joist_term map, joist_term key,
				      joist_term value);
JOIST_PUBLIC joist_term joist_map_remove(struct joist_actor *self, joist_term map, joist_term key);

/* The pair at `*position` (0 before the first call), then the next one: false at the end. Pairs come
 * in the order of their keys.
 * [any] */
JOIST_PUBLIC bool joist_map_next(joist_term map, size_t *position, joist_term *ret_key,
				 joist_term *ret_value);

/* ---- binaries ---- */

/* `text` as bytes, without its last zero.
 * [any] the bytes are the text's own */
JOIST_PUBLIC struct joist_bytes joist_text(const char *text);

/* A binary with a copy of `bytes`. Above 64 bytes it is counted: actors of a node share it.
 * [actor] borrows bytes; exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_binary(struct joist_actor *self, struct joist_bytes bytes);

/* A binary of `size` bytes to be filled at `*ret_data` before it is sent or kept, and not after.
 * [actor] exits system_limit when memory is short */
JOIST_PUBLIC joist_term joist_binary_new(struct joist_actor *self, size_t size, void **ret_data);

/* The part of `binary` from byte `offset` on, `size` bytes long; a counted one shares its bytes.
 * [actor] exits {badarg, <<"joist_binary_part">>} if it is no binary or the part lies outside it */
JOIST_PUBLIC joist_term joist_binary_part(struct joist_actor *self, joist_term binary,
					  size_t offset, size_t size);

/* The bitstring of the first `bits` bits of `bytes`, from the highest bit of the first byte on.
 * [actor] borrows bytes; exits {badarg, <<"joist_bitstring">>} if there are fewer */
JOIST_PUBLIC joist_term joist_bitstring(struct joist_actor *self, struct joist_bytes bytes,
					size_t bits);

/* Whether `term` is a binary (a bitstring of whole bytes); its bytes.
 * [any] the bytes live as long as the term */
JOIST_PUBLIC bool joist_get_bytes(joist_term term, struct joist_bytes *ret_bytes);

/* Whether `term` is a bitstring; its bits, from the highest of the first byte on, padded by zeros.
 * [any] the bytes live as long as the term */
JOIST_PUBLIC bool joist_get_bits(joist_term term, struct joist_bytes *ret_bytes, size_t *ret_bits);

/* ---- text ---- */

/* `term` as Erlang text, on one line, ended by a zero byte.
 * [actor] the text lives until the turn ends; exits system_limit when memory is short */
JOIST_PUBLIC const char *joist_format(struct joist_actor *self, joist_term term);

/* The term that the Erlang text `text` stands for; none, with a reason in `*ret_error` (which may be
 * NULL), if it stands for none. Makes no atom past the node's limit.
 * [actor] borrows text; the reason lives until the turn ends */
JOIST_PUBLIC joist_term joist_parse(struct joist_actor *self, const char *text,
				    const char **ret_error);

/* ---- terms outside actors ---- */

/* A term that belongs to no actor, counted: for C memory that several actors share. */
struct joist_box;

/* A copy of `term`, with one reference; NULL when memory is short.
 * [any] returns owned: joist_box_free */
JOIST_PUBLIC struct joist_box *joist_box(joist_term term);

/* One more reference to `box`, which it returns.
 * [any] returns owned */
JOIST_PUBLIC struct joist_box *joist_box_hold(struct joist_box *box);

/* Drops a reference; with the last one goes the box. NULL is fine.
 * [any] takes box */
JOIST_PUBLIC void joist_box_free(struct joist_box *box);

/* The term in `box`, to be compared, hashed and matched, not sent or built with.
 * [any] lives as long as the box */
JOIST_PUBLIC joist_term joist_box_look(const struct joist_box *box);

/* A copy of the term in `box`, whose reference is dropped, also when the actor ends for it: whoever
 * wants the box for longer holds it before.
 * [actor] takes box; exits {limit, memory} or system_limit when memory is short */
JOIST_PUBLIC joist_term joist_unbox(struct joist_actor *self, struct joist_box *box);

JOIST_END

#endif
