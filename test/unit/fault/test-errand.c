/* Code that joist_blocking runs: what it does wrong ends who waits for it, and nobody else. */
#include "vm/fault/errand.h"

#include <joist/io.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "test/harness.h"
#include "test/stage.h"

static void add(void *number)
{
	CHECK(errand_current());
	++*(int *)number;
}

static void crash(void *unused)
{
	(void)unused;
	raise(SIGSEGV);
}

static void leave(void *status)
{
	exit(*(int *)status);
}

static void returns(struct joist_actor *self, joist_term args)
{
	int number = 7;

	(void)args;
	joist_blocking(self, add, &number);
	CHECK_INT(number, 8);
	CHECK(!errand_current());
}

static void crashes(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_blocking(self, crash, NULL);
	CHECK(false);
}

static void leaves(struct joist_actor *self, joist_term args)
{
	int status = 3;

	(void)args;
	joist_blocking(self, leave, &status);
	CHECK(false);
}

static void ends_by(struct joist_actor *self, const char *name, const char *start)
{
	const char *reason = stage_end_of(self, name, joist_nil());

	if (strncmp(reason, start, strlen(start)) != 0)
		test_fail(__FILE__, __LINE__, "%s ended with %s", name, reason);
}

static void each_in_turn(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 20; i++) {
		ends_by(self, "returns", "normal");
		ends_by(self, "crashes", "{fault,sigsegv,");
		ends_by(self, "leaves", "{fault,exit,#{address => 3,");
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(returns),
	STAGE_LOOP(crashes),
	STAGE_LOOP(leaves),
	STAGE_LOOP(each_in_turn),
	{ 0 },
};

TEST_LEAK_FREE(an_errand_ends_who_waits_for_it)
{
	stage_run(exports, 1, "each_in_turn");
}
