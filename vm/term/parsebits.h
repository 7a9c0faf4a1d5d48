/* Binaries and bitstrings in Erlang text. */
#ifndef JOIST_VM_TERM_PARSEBITS_H
#define JOIST_VM_TERM_PARSEBITS_H

#include "vm/term/lex.h"
#include "vm/term/term.h"

/* The bitstring whose << the lexer has read last; leaves the lexer at its >>. None, with `*ret_message`
 * if memory is not what was short, if it is none. */
joist_term parsebits(struct arena *arena, struct lex *lex, const char **ret_message);

#endif
