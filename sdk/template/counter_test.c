/* What must hold of the server. Time stands still here while anything runs. */
#include <joist/test.h>

JOIST_TEST(counts)
{
	joist_pid server = joist_spawn_link(self, "counter:counter", joist_make(self, "[40]"));
	joist_term reply = joist_nil();

	joist_call(self, server, joist_make(self, "{add, 2}"), 1000, &reply);
	joist_test_match(self, reply, "42");
	joist_call(self, server, joist_make(self, "get"), 1000, &reply);
	joist_test_match(self, reply, "42");
}

JOIST_TEST(refuses_what_it_does_not_know)
{
	joist_pid server = joist_spawn(self, "counter:counter", joist_nil());
	joist_term reason = joist_nil();

	joist_test_check(self, joist_call(self, server, joist_make(self, "nonsense"), 1000,
					  &reason) == JOIST_DOWN);
	joist_test_match(self, reason, "{bad_request, nonsense}");
}

JOIST_PLUGIN("counter_test", "0.1.0", JOIST_ACTOR(test_counts),
	     JOIST_ACTOR(test_refuses_what_it_does_not_know));
