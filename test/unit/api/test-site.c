/* The places that hold patterns. */
#include "vm/api/site.h"

#include <pthread.h>

#include "test/harness.h"
#include "test/unit/api/self-stub.h"

static const unsigned char types[] = { JOIST_HOLE_TERM, JOIST_HOLE_END };

TEST_LEAK_FREE(the_first_to_publish_wins)
{
	struct joist_site site = { "{X}", NULL };
	const struct pattern *first = site_compile(STUB_SELF, &site, types, PATTERN_MATCH, "f");

	CHECK(first && site.program == first);
	/* As another thread does that saw no program yet. */
	CHECK(site_compile(STUB_SELF, &site, types, PATTERN_MATCH, "f") == first);
	CHECK(site_pattern(STUB_SELF, &site, types, PATTERN_MATCH, "f") == first);
	stub_finish();
}

TEST_LEAK_FREE(one_that_nobody_would_free_is_not_kept)
{
	struct joist_site site = { "{X}", NULL };

	stub.owns_nothing = true;
	CHECK_STR(STUB_EXIT(site_compile(STUB_SELF, &site, types, PATTERN_MATCH, "f")), "");
	CHECK(!site.program);
}

TEST_LEAK_FREE(a_wrong_one_stays_empty)
{
	struct joist_site site = { "{X, Y}", NULL };

	CHECK_STR(STUB_EXIT(site_compile(STUB_SELF, &site, types, PATTERN_MATCH, "f")), "f");
	CHECK(!site.program);
	CHECK(!site_compile(NULL, &site, types, PATTERN_MATCH, "f"));
}
