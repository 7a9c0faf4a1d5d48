/* Time-outs of servers and state machines: a short list, as an actor rarely has more than three. Owned
 * by one actor. */
#include "timeout.h"

static bool timeout_is(const struct timeout *timeout, enum timeout_kind kind, joist_term name)
{
	return timeout->kind == kind && (kind != TIMEOUT_NAMED || joist_equal(timeout->name, name));
}

void timeout_free(struct joist_actor *self, struct timeout *timeout)
{
	joist_drop(self, timeout->name);
	joist_drop(self, timeout->content);
	joist_free(self, timeout);
}

static void timeout_end(struct joist_actor *self, struct timeout **at)
{
	struct timeout *timeout = *at;

	*at = timeout->next;
	joist_cancel(self, timeout->timer);
	timeout_free(self, timeout);
}

void timeout_clear(struct joist_actor *self, struct timeouts *timeouts, enum timeout_kind kind,
		   uint64_t last)
{
	struct timeout **at = &timeouts->first;

	while (*at) {
		if ((*at)->kind == kind && (*at)->serial <= last)
			timeout_end(self, at);
		else
			at = &(*at)->next;
	}
}

static void timeout_end_named(struct joist_actor *self, struct timeouts *timeouts,
			      enum timeout_kind kind, joist_term name)
{
	struct timeout **at;

	for (at = &timeouts->first; *at; at = &(*at)->next) {
		if (timeout_is(*at, kind, name)) {
			timeout_end(self, at);
			return;
		}
	}
}

void timeout_set(struct joist_actor *self, struct timeouts *timeouts, enum timeout_kind kind,
		 joist_term name, int64_t ms, joist_term content)
{
	struct timeout *timeout;

	timeout_end_named(self, timeouts, kind, name);
	if (ms == JOIST_INFINITY)
		return;
	timeout = joist_alloc(self, sizeof(*timeout));
	timeout->kind = kind;
	timeout->serial = ++timeouts->serial;
	timeout->name = joist_keep(self, name);
	timeout->content = joist_keep(self, content);
	timeout->timer =
		joist_send_after(self, ms, joist_self(self),
				 joist_make(self, "{'$timeout', Serial}", timeout->serial));
	timeout->next = timeouts->first;
	timeouts->first = timeout;
}

struct timeout *timeout_take(struct timeouts *timeouts, uint64_t serial)
{
	struct timeout **at;

	for (at = &timeouts->first; *at; at = &(*at)->next) {
		struct timeout *timeout = *at;

		if (timeout->serial == serial) {
			*at = timeout->next;
			return timeout;
		}
	}
	return NULL;
}
