/* The end of a process in which Joist finds itself wrong. Any thread, with any lock held. */
#include "vm/base/bug.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "vm/base/log.h"

void bug(const char *file, int line, const char *what)
{
	log_say(LOG_LEVEL_ERROR, "halt", "the node stops: a bug of Joist's at %s:%d: %s", file,
		line, what);
	/* Not by exit or abort, which would be the end of the actor that runs. */
	syscall(SYS_exit_group, FAULT_EXIT_STATUS);
	__builtin_unreachable();
}
