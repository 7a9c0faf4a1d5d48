/* Reading those terms of the external format that have no parts. */
#ifndef JOIST_VM_TERM_DECODE_LEAF_H
#define JOIST_VM_TERM_DECODE_LEAF_H

#include "vm/term/decoding.h"

/* Notes the first error; none, for who returns it. */
static inline joist_term decode_fail(struct decode *d, int error)
{
	if (!d->error)
		d->error = error;
	return TERM_NONE;
}

static inline size_t decode_left(const struct decode *d)
{
	return (size_t)(d->end - d->at);
}

/* The next `bytes` bytes; NULL, with the error set, if they are not there. */
const unsigned char *decode_bytes(struct decode *d, size_t bytes);

/* The term with the tag `tag`, which has been read; none, also without an error if the tag is not one of
 * these. */
joist_term decode_leaf(struct decode *d, unsigned char tag);

#endif
