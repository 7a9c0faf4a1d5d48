/* Reasons to end that need no memory. They are shared by all actors, and nothing in them ever changes: an
 * actor's end is read, and given to signal_free, which leaves them alone. */
#include "vm/actor/reason.h"

#include "vm/term/atom.h"

struct signal reason_normal = { .embedded = true, .term = { ATOM_WORD(normal) } };
struct signal reason_system_limit = { .embedded = true, .term = { ATOM_WORD(system_limit) } };
struct signal reason_badarg = { .embedded = true, .term = { ATOM_WORD(badarg) } };
struct signal reason_undef = { .embedded = true, .term = { ATOM_WORD(undef) } };
