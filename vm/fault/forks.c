/* A forked child has one thread, and the memory, the locks and the descriptors of a node that it is not.
 * So an actor's code is refused to fork, and starts programs by posix_spawn. Any thread. */
#include "vm/fault/forks.h"

#include <errno.h>
#include <pthread.h>
#include <pty.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/fault/landing.h"
#include "vm/fault/real.h"

pid_t _Fork(void);

/* Whether the thread that forks runs an actor's code. */
static __thread bool is_actors;

static void before(void)
{
	is_actors = landing_actor();
}

/* Not from `fork`, which answers itself: some function of libc has forked. */
static void in_child(void)
{
	static const char why[] = "joist: an actor's code cannot fork; use posix_spawn\n";

	if (!is_actors)
		return;
	if (write(STDERR_FILENO, why, sizeof(why) - 1) < 0)
		errno = 0;
	syscall(SYS_exit_group, FAULT_EXIT_STATUS);
}

void forks_forbid(void)
{
	pthread_atfork(before, NULL, in_child);
}

static bool is_refused(void)
{
	if (!landing_actor())
		return false;
	errno = ENOSYS;
	return true;
}

STANDS_BEFORE pid_t fork(void)
{
	return is_refused() ? -1 : REAL(fork)();
}

/* A function that stands before it cannot lend its frame: this is the other thing that POSIX allows. */
STANDS_BEFORE pid_t vfork(void)
{
	return fork();
}

STANDS_BEFORE pid_t _Fork(void)
{
	return is_refused() ? -1 : REAL(_Fork)();
}

STANDS_BEFORE int daemon(int keep_folder, int keep_output)
{
	return is_refused() ? -1 : REAL(daemon)(keep_folder, keep_output);
}

STANDS_BEFORE pid_t forkpty(int *ret_terminal, char *ret_name, const struct termios *modes,
			    const struct winsize *size)
{
	return is_refused() ? -1 : REAL(forkpty)(ret_terminal, ret_name, modes, size);
}
