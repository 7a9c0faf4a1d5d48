/* Forking, which an actor's code cannot do. */
#include "vm/fault/forks.h"

#include <errno.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/vm.h"

pid_t _Fork(void);

static void cannot_fork(struct joist_actor *self, joist_term args)
{
	int terminal;

	(void)self, (void)args;
	CHECK_INT(fork(), -1);
	CHECK_INT(errno, ENOSYS);
	CHECK_INT(vfork(), -1);
	CHECK_INT(_Fork(), -1);
	CHECK_INT(daemon(1, 1), -1);
	CHECK_INT(forkpty(&terminal, NULL, NULL, NULL), -1);
}

static void can_start_programs(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	CHECK_INT(WEXITSTATUS(system("exit 3")), 3);
}

static const struct stage_export exports[] = {
	STAGE_LOOP(cannot_fork),
	STAGE_LOOP(can_start_programs),
	{ 0 },
};

TEST(cannot_fork)
{
	stage_run(exports, 1, "cannot_fork");
}

TEST(can_start_programs)
{
	stage_run(exports, 1, "can_start_programs");
}

TEST(elsewhere_a_fork_is_one)
{
	int status;

	for (volatile int i = 0; i < 3; i++) {
		pid_t child = i == 0 ? fork() : i == 1 ? vfork() : _Fork();

		if (!child)
			_exit(7);
		CHECK_INT(waitpid(child, &status, 0), child);
		CHECK_INT(WEXITSTATUS(status), 7);
	}
}
