/* Exports by name, as a worker remembers them. */
#include "vm/sched/known.h"

#include <string.h>

#include "test/harness.h"

static struct code code;
static struct export first = { .code = &code }, second = { .code = &code }, *answer;
static atomic_uint_least64_t version;
static int asked;

static struct export *find(void *owner, struct joist_bytes plugin, struct joist_bytes name,
			   int arity)
{
	(void)owner, (void)name;
	asked++;
	return arity < 0 && plugin.size == 1 ? answer : NULL;
}

static struct known known;
static struct code_port port = { .find = find, .version = &version };

TEST(what_was_found_is_remembered_till_the_port_says_otherwise)
{
	const char *name = "p:loop";

	answer = &first;
	CHECK(known_find(&known, &port, name, -1) == &first);
	CHECK(known_find(&known, &port, name, -1) == &first);
	CHECK_INT(asked, 1);
	answer = &second;
	atomic_fetch_add(&version, 1);
	CHECK(known_find(&known, &port, name, -1) == &second);
	CHECK(!known_find(&known, &port, name, 2));
	CHECK(known_find(&known, &port, name, -1) == &second);
	CHECK_INT(asked, 3);
}

TEST(another_name_at_the_same_place_is_looked_up)
{
	char name[16] = "p:a";

	answer = &first;
	CHECK(known_find(&known, &port, name, -1) == &first);
	strcpy(name, "pp:b");
	CHECK(!known_find(&known, &port, name, -1));
	CHECK(!known_find(&known, &port, name, -1)); /* what is not there may come */
	CHECK_INT(asked, 3);
	CHECK(!known_find(&known, &port, "no colon", -1));
}

TEST(without_a_worker_or_a_version_the_port_is_asked_each_time)
{
	struct code_port unversioned = { .find = find };

	answer = &first;
	for (int i = 0; i < 2; i++) {
		CHECK(known_find(NULL, &port, "p:a", -1) == &first);
		CHECK(known_find(&known, &unversioned, "p:a", -1) == &first);
	}
	CHECK_INT(asked, 4);
}

TEST(a_long_name_is_found_but_not_remembered)
{
	const char *name = "p:a_name_that_has_more_than_forty_bytes_with_its_end";

	answer = &first;
	CHECK(known_find(&known, &port, name, -1) == &first);
	CHECK(known_find(&known, &port, name, -1) == &first);
	CHECK_INT(asked, 2);
}
