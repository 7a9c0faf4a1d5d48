/* joist/io.h, part two: looking up hosts. getaddrinfo knows no deadline, so it runs on a blocking thread
 * which is left alone when nobody waits any more. */
#include <joist/io.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vm/api/enter.h"
#include "vm/api/lookup.h"
#include "vm/api/outside.h"
#include "vm/api/self.h"
#include "vm/base/heap.h"
#include "vm/io/net.h"
#include "vm/sched/deadline.h"
#include "vm/sched/park.h"
#include "vm/term/bin.h"

struct lookup {
	struct outside_job job;
	char host[ADDRESS_HOST_MAX];
	int result;
	struct address found[LOOKUP_MAX];
};

static void lookup_run(void *argument)
{
	struct lookup *lookup = argument;

	lookup->result = net_find_blocking(lookup->host, lookup->found, LOOKUP_MAX);
}

static void lookup_drop(struct outside_job *job)
{
	struct lookup *lookup = container_of(job, struct lookup, job);

	heap_give(lookup, sizeof(*lookup));
}

int lookup_host(struct joist_actor *self, const char *host, uint16_t port, int64_t deadline_ns,
		struct address ret_addresses[LOOKUP_MAX])
{
	if (address_literal(host, port, &ret_addresses[0]))
		return 1;
	if (strlen(host) >= ADDRESS_HOST_MAX)
		return -EINVAL;
	struct lookup *lookup = heap_take(sizeof(*lookup));
	if (!lookup)
		return -ENOMEM;
	*lookup = (struct lookup){ .job = { .blocking = { .run = lookup_run, .argument = lookup },
					    .drop = lookup_drop } };
	strcpy(lookup->host, host);
	if (!outside_ask(self, &lookup->job, deadline_ns))
		return -ETIMEDOUT;
	int result = lookup->result;
	for (int i = 0; i < result; i++) {
		ret_addresses[i] = lookup->found[i];
		address_set_port(&ret_addresses[i], port);
	}
	lookup_drop(&lookup->job);
	return result;
}

int lookup_text(struct joist_actor *self, const char *text, int64_t deadline_ns,
		struct address ret_addresses[LOOKUP_MAX])
{
	char host[ADDRESS_HOST_MAX];
	uint16_t port;

	if (address_split(text, host, &port) < 0)
		return -EINVAL;
	return lookup_host(self, host, port, deadline_ns, ret_addresses);
}

/* The list of them, as binaries; none when memory is short. */
static joist_term list_of(struct arena *arena, const struct address *addresses, int count)
{
	joist_term list = TERM_NIL;

	while (count-- > 0 && !joist_is_none(list)) {
		char host[ADDRESS_TEXT_MAX];

		address_host(&addresses[count], host);
		joist_term item = term_binary(arena, host, strlen(host));
		list = joist_is_none(item) ? item : term_cons(arena, item, list);
	}
	return list;
}

joist_term joist_lookup(struct joist_actor *self, const char *host, int64_t timeout_ms,
			int *ret_error)
{
	struct address found[LOOKUP_MAX];
	joist_term list = TERM_NONE;

	enter(self, 1);
	int count = lookup_host(self, host, 0, deadline_after(timeout_ms), found);
	if (count < 0) {
		if (ret_error)
			*ret_error = count;
	} else {
		list = list_of(self_arena(self), found, count);
		if (joist_is_none(list))
			self_short(self);
	}
	enter_yield(self);
	return list;
}
