/* Copies of what an actor owns: whatever becomes of that, it is as it was, at the same addresses. */
#include "vm/actor/keepsake.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/fence.h"
#include "vm/base/heap.h"

static struct code code;
static struct export export = { .code = &code, .kind = JOIST_EXPORT_HANDLER, .state_bytes = 24 };

static void nothing(void *argument)
{
	(void)argument;
}

TEST_LEAK_FREE(puts_all_back)
{
	struct joist_actor *a = actor_create(&export);
	char *state = actor_state(a), *one = estate_alloc(&a->estate, 100),
	     *two = estate_alloc(&a->estate, 5000);
	struct keepsake *keepsake;

	memcpy(state, "the state", 10);
	memcpy(one, "one", 4);
	memcpy(two + 4990, "two", 4);
	CHECK(estate_defer(&a->estate, nothing, one));
	size_t bytes = a->estate.bytes;
	keepsake = keepsake_take(a);
	CHECK(keepsake);
	memcpy(state, "something", 10);
	strcpy(one, "else");
	CHECK(estate_alloc(&a->estate, 7));
	estate_free(&a->estate, two);
	one = estate_realloc(&a->estate, one, 200);
	estate_free(&a->estate, one);
	CHECK(estate_defer(&a->estate, nothing, state));
	keepsake_restore(a, keepsake);
	CHECK_STR(state, "the state");
	CHECK_STR(two + 4990, "two");
	CHECK_INT(a->estate.bytes, bytes);
	struct estate_defer defer;
	CHECK(estate_next_defer(&a->estate, &defer));
	CHECK_STR(defer.argument, "one");
	CHECK(!estate_next_defer(&a->estate, &defer));
	estate_free(&a->estate, two);
	actor_destroy(a);
}

TEST_LEAK_FREE(frees_late_what_was_freed)
{
	struct joist_actor *a = actor_create(&export);
	char *one = estate_alloc(&a->estate, 100);
	size_t bytes = a->estate.bytes;
	struct keepsake *keepsake = keepsake_take(a);
	char *two = estate_alloc(&a->estate, 100);

	strcpy(one, "still there");
	estate_free(&a->estate, one);
	CHECK_STR(one, "still there");
	keepsake_drop(a, keepsake);
	CHECK_INT(a->estate.bytes, bytes + FENCE_BYTES);
	estate_free(&a->estate, two);
	CHECK_INT(a->estate.bytes, 0);
	actor_destroy(a);
}

TEST_LEAK_FREE(may_lack_memory)
{
	struct joist_actor *a = actor_create(&export);

	heap_fail(1, false);
	CHECK(!keepsake_take(a));
	heap_fail(0, false);
	estate_free(&a->estate, estate_alloc(&a->estate, 1));
	CHECK_INT(a->estate.bytes, 0);
	actor_destroy(a);
}
