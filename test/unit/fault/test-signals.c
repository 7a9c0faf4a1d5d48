/* What an actor's code may do about signals. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/annotate.h"
#include "vm/fault/faultsignals.h"
#include "vm/vm.h"

static void handle(int number)
{
	(void)number;
}

static void cannot_handle_faults(struct joist_actor *self, joist_term args)
{
	struct sigaction action = { .sa_handler = handle }, now;
	static char memory[65536];
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) }, old;

	(void)self, (void)args;
	for (size_t i = 0; i < FAULTSIGNALS; i++) {
		CHECK_INT(sigaction(faultsignals[i], &action, NULL), -1);
		CHECK_INT(errno, EINVAL);
		CHECK(signal(faultsignals[i], handle) == SIG_ERR);
		CHECK_INT(sigaction(faultsignals[i], NULL, &now), 0);
		CHECK(now.sa_handler != handle);
	}
	CHECK_INT(sigaltstack(&stack, NULL), -1);
	CHECK_INT(sigaltstack(NULL, &old), 0);
	CHECK(old.ss_sp != memory);
	CHECK_INT(sigaction(SIGUSR1, &action, NULL), 0);
	CHECK_INT(sigaction(SIGUSR1, NULL, &now), 0);
	CHECK(now.sa_handler == handle);
}

static void blocks_all_and_crashes(struct joist_actor *self, joist_term args)
{
	sigset_t all, now;

	(void)self;
	sigfillset(&all);
	if (joist_is_atom(args, "process"))
		sigprocmask(SIG_SETMASK, &all, NULL);
	else
		pthread_sigmask(SIG_BLOCK, &all, NULL);
	pthread_sigmask(SIG_BLOCK, NULL, &now);
	CHECK(!sigismember(&now, SIGSEGV));
	CHECK(sigismember(&now, SIGUSR2));
	raise(SIGSEGV);
}

static void cannot_block_faults(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 2; i++) {
		const char *way = i ? "process" : "thread";
		const char *reason = stage_end_of(self, "blocks_all_and_crashes",
						  joist_atom_term(joist_atom_new(way)));

		CHECK(!strncmp(reason, "{fault,sigsegv,", 15));
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(cannot_handle_faults),
	STAGE_LOOP(blocks_all_and_crashes),
	STAGE_LOOP(cannot_block_faults),
	{ 0 },
};

/* A sanitizer's own functions of these names come before the VM's. */
static void skip_with_sanitizers(void)
{
	if (ANNOTATE_ASAN || ANNOTATE_TSAN)
		SKIP("a sanitizer's functions are called");
}

TEST(cannot_handle_faults)
{
	skip_with_sanitizers();
	stage_run(exports, 1, "cannot_handle_faults");
}

TEST(cannot_block_faults)
{
	skip_with_sanitizers();
	stage_run(exports, 1, "cannot_block_faults");
}

TEST(elsewhere_all_is_as_ever)
{
	struct sigaction action = { .sa_handler = handle }, now;

	CHECK_INT(sigaction(SIGSEGV, &action, NULL), 0);
	CHECK_INT(sigaction(SIGSEGV, NULL, &now), 0);
	CHECK(now.sa_handler == handle);
	CHECK(signal(SIGSEGV, SIG_DFL) == handle);
}
