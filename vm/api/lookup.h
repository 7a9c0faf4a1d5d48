/* From the texts that name hosts to their addresses, waiting for the resolver. */
#ifndef JOIST_VM_API_LOOKUP_H
#define JOIST_VM_API_LOOKUP_H

#include <joist/abi.h>

#include "vm/io/address.h"

#define LOOKUP_MAX 16

/* The addresses of `host`, with that port: how many, at least 1, or -errno. */
int lookup_host(struct joist_actor *self, const char *host, uint16_t port, int64_t deadline_ns,
		struct address ret_addresses[LOOKUP_MAX]);

/* Of "HOST:PORT". */
int lookup_text(struct joist_actor *self, const char *text, int64_t deadline_ns,
		struct address ret_addresses[LOOKUP_MAX]);

#endif
