/* What is known while terms are read from the external format. */
#ifndef JOIST_VM_TERM_DECODING_H
#define JOIST_VM_TERM_DECODING_H

#include "vm/term/term.h"

/* Integers of more bytes are refused. */
#define DECODE_BIG_BYTES_MAX (1u << 23)

/* How many atoms and nodes, which stay for good, the bytes may yet make. */
struct decode_budget {
	uint32_t atoms, nodes;
};

struct decode {
	const unsigned char *at, *end; /* what is left of the bytes */
	struct arena *arena; /* to build in; its bytes_max limits what is built */
	const joist_atom *atoms; /* that the bytes may refer to by number */
	size_t atom_count;
	struct decode_budget *budget; /* NULL: no limit */
	int error; /* 0; -EBADMSG for bytes that are no term, -E2BIG past a limit, -ENOMEM */
};

#endif
