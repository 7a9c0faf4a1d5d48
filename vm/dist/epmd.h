/* What is said to Erlang's port mapper, and what it answers. Requests have two bytes of length in
 * front, answers have not: who reads one reads until it is whole or the other end closes. */
#ifndef JOIST_VM_DIST_EPMD_H
#define JOIST_VM_DIST_EPMD_H

#include "vm/base/text.h"
#include "vm/term/term.h"

#define EPMD_PORT 4369

enum epmd_answer {
	EPMD_MORE, /* it is not whole yet */
	EPMD_YES,
	EPMD_NO, /* no such node; the name is taken */
	EPMD_BAD,
};

/* Adds the request to note a node: its name without the host, and where it listens. */
bool epmd_put_alive(struct text *to, struct joist_bytes name, uint16_t port, bool hidden);

/* The answer to that, as far as it has come. `*ret_creation`: a number for this life of the
 * node. */
enum epmd_answer epmd_get_alive(struct joist_bytes answer, uint32_t *ret_creation);

/* Adds the question where a node listens. */
bool epmd_put_port_please(struct text *to, struct joist_bytes name);

/* The answer to that, as far as it has come. */
enum epmd_answer epmd_get_port(struct joist_bytes answer, uint16_t *ret_port);

#endif
