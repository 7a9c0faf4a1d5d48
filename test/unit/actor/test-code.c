/* What belongs to loaded code, and names of exports. */
#include "vm/actor/code.h"

#include <pthread.h>
#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"

static bool splits(const char *name, const char *plugin, const char *export)
{
	struct joist_bytes a, b;

	return code_split(name, &a, &b) && a.size == strlen(plugin) && b.size == strlen(export) &&
	       !memcmp(a.data, plugin, a.size) && !memcmp(b.data, export, b.size);
}

TEST(names_are_cut_at_their_colon)
{
	struct joist_bytes a, b;

	CHECK(splits("counter:add", "counter", "add"));
	CHECK(splits("a:b", "a", "b"));
	CHECK(splits("a:b:c", "a", "b:c"));
	CHECK(!code_split("", &a, &b));
	CHECK(!code_split("counter", &a, &b));
	CHECK(!code_split(":add", &a, &b));
	CHECK(!code_split("counter:", &a, &b));
	CHECK(!code_split(":", &a, &b));
}

static atomic_int freed;

static void free_it(void *what)
{
	atomic_fetch_add((atomic_int *)what, 1);
}

TEST_LEAK_FREE(what_is_owned_goes_once)
{
	struct code code = { .version = "1" };

	code_free_owned(&code);
	for (int i = 0; i < 3; i++)
		code_own(&code, &freed, free_it);
	CHECK_INT(atomic_load(&freed), 0);
	code_free_owned(&code);
	CHECK_INT(atomic_load(&freed), 3);
	code_free_owned(&code);
	CHECK_INT(atomic_load(&freed), 3);
	heap_fail(1, false);
	CHECK(!code_own(&code, &freed, free_it));
	heap_fail(0, false);
	code_free_owned(&code);
	CHECK_INT(atomic_load(&freed), 3);
}

enum { THREADS = 4, EACH = 5000 };

static struct code shared = { .version = "1" };

static void *own_many(void *unused)
{
	for (int i = 0; i < EACH; i++)
		code_own(&shared, &freed, free_it);
	heap_flush();
	return unused;
}

TEST_LEAK_FREE(any_thread_may_add)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, own_many, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	code_free_owned(&shared);
	CHECK_INT(atomic_load(&freed), THREADS * EACH);
}
