/* Stacks for handlers of signals. */
#include "vm/base/altstack.h"

#include <signal.h>
#include <stdint.h>

#include "test/harness.h"

static uintptr_t handler_frame;

static void handle(int number)
{
	(void)number;
	handler_frame = (uintptr_t)__builtin_frame_address(0);
}

TEST(a_handler_runs_there)
{
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_ONSTACK };
	stack_t before, now, after;

	sigaltstack(NULL, &before);
	CHECK_INT(altstack_begin(), 0);
	sigaltstack(NULL, &now);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	CHECK(handler_frame > (uintptr_t)now.ss_sp);
	CHECK(handler_frame < (uintptr_t)now.ss_sp + now.ss_size);
	altstack_end();
	sigaltstack(NULL, &after);
	CHECK(after.ss_sp == before.ss_sp);
	CHECK_INT(after.ss_flags, before.ss_flags);
	altstack_end(); /* there is none: nothing */
}
