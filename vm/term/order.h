/* Erlang's total order, equality and hashes of terms.
 *
 *   number < atom < reference < fun < port < pid < tuple < map < nil < list < bitstring
 *
 * Tuples and maps are compared by size first, maps then by their keys in order and then by the values;
 * atoms by their code points. Pids are compared by serial and number, then by node; references and ports
 * by node first; nodes by name, then creation. Funs are compared by their external form, which orders
 * them in some way, not in Erlang's. As from OTP 27 on, 0.0 and -0.0 are two values that compare equal.
 *
 * A term may be of any depth. If memory is short while one is walked that is nested more than
 * about forty deep, its parts below count as different, in the order of their addresses. */
#ifndef JOIST_VM_TERM_ORDER_H
#define JOIST_VM_TERM_ORDER_H

#include "vm/term/term.h"

/* By value: 1 and 1.0 are equal. */
int term_compare(joist_term a, joist_term b);

/* As the keys of maps are: integers are less than floats, at any depth. Zero only for the same value. */
int term_compare_keys(joist_term a, joist_term b);

/* Whether they are the same value (=:=). */
static inline bool term_equal(joist_term a, joist_term b)
{
	if (a.word == b.word)
		return true;
	return term_is_pointer(a) && term_tag(a) == term_tag(b) && !term_compare_keys(a, b);
}

/* Equal terms have equal hashes, in this run of the process. */
uint64_t term_hash(joist_term term);

#endif
