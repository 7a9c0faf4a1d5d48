/* Closing descriptors: an actor's code may close all but the node's own, without which its workers would
 * not wake any more, or its log be lost. Any thread.
 *
 * A sanitizer calls them before it is ready; under one they are libc's. */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "vm/base/annotate.h"
#include "vm/base/log.h"
#include "vm/base/ownfd.h"
#include "vm/fault/landing.h"
#include "vm/fault/real.h"
#include "vm/term/atom.h"

#if !ANNOTATE_ASAN && !ANNOTATE_TSAN

static void tell(const struct joist_actor *a, int fd)
{
	static struct log_rate rate = { .per_ns = INT64_C(1000000000) };
	struct joist_bytes plugin = atom_name(a->export->code->plugin);
	int64_t skipped;

	if (log_limit(&rate, &skipped))
		log_say(LOG_LEVEL_WARNING, "process",
			"the plugin %.*s closes the descriptor %d, which is not its own but the "
			"node's; that was refused",
			(int)plugin.size, (const char *)plugin.data, fd);
}

static bool is_refused(int fd)
{
	const struct joist_actor *a = ownfd_has(fd) ? landing_actor() : NULL;

	if (!a)
		return false;
	tell(a, fd);
	errno = EBADF;
	return true;
}

STANDS_BEFORE int close(int fd)
{
	return is_refused(fd) ? -1 : REAL(close)(fd);
}

STANDS_BEFORE int dup2(int from, int to)
{
	return from != to && is_refused(to) ? -1 : REAL(dup2)(from, to);
}

STANDS_BEFORE int dup3(int from, int to, int flags)
{
	return is_refused(to) ? -1 : REAL(dup3)(from, to, flags);
}

/* Closes what lies between the node's own. */
STANDS_BEFORE int close_range(unsigned first, unsigned last, int flags)
{
	int own, result = 0;

	if (!landing_actor())
		return REAL(close_range)(first, last, flags);
	while (first <= last && first <= INT_MAX && !result) {
		own = ownfd_next((int)first);
		if (own < 0 || (unsigned)own > last)
			return REAL(close_range)(first, last, flags);
		if ((unsigned)own > first)
			result = REAL(close_range)(first, (unsigned)own - 1, flags);
		first = (unsigned)own + 1;
	}
	return result;
}

STANDS_BEFORE void closefrom(int first)
{
	close_range(first < 0 ? 0 : (unsigned)first, UINT_MAX, 0);
}

#endif
