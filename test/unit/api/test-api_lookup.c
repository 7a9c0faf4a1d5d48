/* Looking up hosts. */
#include <errno.h>
#include <joist/io.h>
#include <stdlib.h>
#include <string.h>

#include "test/harness.h"
#include "test/stage.h"

static void look_up(struct joist_actor *self, joist_term args)
{
	char longest[300];
	int error = 0;
	joist_term list, first;

	(void)args;
	CHECK(joist_match(joist_lookup(self, "10.1.2.3", 0, &error), "[<<\"10.1.2.3\">>]"));
	CHECK(joist_match(joist_lookup(self, "fe80::1", 0, NULL), "[<<\"fe80::1\">>]"));
	list = joist_lookup(self, "localhost", JOIST_INFINITY, &error);
	CHECK_INT(error, 0);
	CHECK(joist_list_next(&list, &first));
	CHECK(joist_match(first, "<<\"127.0.0.1\">>") || joist_match(first, "<<\"::1\">>"));
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	CHECK(joist_is_none(joist_lookup(self, longest, 0, &error)));
	CHECK_INT(error, -EINVAL);
	CHECK(joist_is_none(joist_lookup(self, longest, 0, NULL)));
}

/* Whoever comes first, the thread or the end of the time, nothing is lost and nothing freed twice. */
static void give_up(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 200; i++) {
		int error = 0;
		joist_term list = joist_lookup(self, "localhost", 0, &error);
		CHECK(joist_is_none(list) ? error == -ETIMEDOUT : error == 0);
	}
}

static void look_up_for_ever(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;)
		joist_lookup(self, "localhost", JOIST_INFINITY, NULL);
}

static void kill_others(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (int i = 0; i < 100; i++) {
		joist_pid pid = joist_spawn_monitor(self, "test:look_up_for_ever", joist_nil());
		for (int j = 0; j < i % 10; j++)
			joist_yield(self);
		joist_exit_to(self, pid, joist_atom_term(joist_atom_new("kill")));
		CHECK(joist_match(joist_receive(self), "{'DOWN', _, process, _, killed}"));
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(look_up),
	STAGE_LOOP(give_up),
	STAGE_LOOP(look_up_for_ever),
	STAGE_LOOP(kill_others),
	{ 0 },
};

TEST_LEAK_FREE(hosts_are_found)
{
	if (system("getent hosts localhost >/dev/null"))
		SKIP("this machine does not know localhost");
	stage_run(exports, 1, "look_up");
}

TEST_LEAK_FREE(a_search_is_given_up)
{
	stage_run(exports, 1, "give_up");
}

TEST_LEAK_FREE(a_searcher_is_killed)
{
	stage_run(exports, 2, "kill_others");
}
