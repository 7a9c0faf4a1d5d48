/* Reasons that need no memory. */
#include "vm/actor/reason.h"

#include "test/harness.h"
#include "vm/term/atom.h"

static void check(struct signal *reason, joist_term term)
{
	CHECK(reason->term.word == term.word);
	CHECK_INT(reason->kind, SIGNAL_MESSAGE);
	signal_free(reason); /* as the end of each actor that has it does */
	signal_free(reason);
	CHECK(reason->term.word == term.word);
}

TEST_LEAK_FREE(are_there_for_every_end)
{
	check(&reason_normal, ATOM(normal));
	check(&reason_system_limit, ATOM(system_limit));
	check(&reason_badarg, ATOM(badarg));
	check(&reason_undef, ATOM(undef));
}
