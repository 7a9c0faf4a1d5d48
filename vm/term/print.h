/* Terms as Erlang text on one line, as ~p would write them. */
#ifndef JOIST_VM_TERM_PRINT_H
#define JOIST_VM_TERM_PRINT_H

#include "vm/base/text.h"
#include "vm/term/term.h"

/* What print_term writes at most, as a term that has its parts many times may stand for any size. */
#define PRINT_BYTES_MAX ((size_t)1 << 28)

/* Adds `t`. Lists of printable characters are "text", binaries of them <<"text">>. False when memory
 * is short or the text would be larger than PRINT_BYTES_MAX. What parse_term reads of it is `t` again,
 * unless it has pids, references, ports or funs. */
bool print_term(struct text *text, joist_term t);

/* The same, but cut after about `bytes` bytes, with ... behind. */
bool print_cut(struct text *text, joist_term t, size_t bytes);

#endif
