/* Functions of libc by which an actor's code could take the node's handling of faults away: for that code
 * faults cannot be handled, blocked, or moved to another stack. Any thread.
 *
 * A sanitizer has functions of these names that come before ours, and calls them before it is ready. */
#include <errno.h>
#include <signal.h>

#include "vm/base/annotate.h"
#include "vm/fault/faultsignals.h"
#include "vm/fault/landing.h"
#include "vm/fault/real.h"

#if !ANNOTATE_ASAN && !ANNOTATE_TSAN

static bool is_refused(int number)
{
	if (!faultsignals_has(number) || !landing_actor())
		return false;
	errno = EINVAL; /* as for SIGKILL */
	return true;
}

STANDS_BEFORE int sigaction(int number, const struct sigaction *action, struct sigaction *ret_old)
{
	return action && is_refused(number) ? -1 : REAL(sigaction)(number, action, ret_old);
}

STANDS_BEFORE sighandler_t signal(int number, sighandler_t handler)
{
	return is_refused(number) ? SIG_ERR : REAL(signal)(number, handler);
}

STANDS_BEFORE int sigaltstack(const stack_t *stack, stack_t *ret_old)
{
	if (stack && landing_actor()) {
		errno = EPERM;
		return -1;
	}
	return REAL(sigaltstack)(stack, ret_old);
}

/* What may be blocked of `set`: NULL if that is NULL. */
static const sigset_t *blockable(const sigset_t *set, sigset_t *room)
{
	if (!set || !landing_actor())
		return set;
	*room = *set;
	faultsignals_remove(room);
	return room;
}

STANDS_BEFORE int pthread_sigmask(int how, const sigset_t *set, sigset_t *ret_old)
{
	sigset_t room;

	return REAL(pthread_sigmask)(how, how == SIG_UNBLOCK ? set : blockable(set, &room),
				     ret_old);
}

STANDS_BEFORE int sigprocmask(int how, const sigset_t *set, sigset_t *ret_old)
{
	sigset_t room;

	return REAL(sigprocmask)(how, how == SIG_UNBLOCK ? set : blockable(set, &room), ret_old);
}

#endif
