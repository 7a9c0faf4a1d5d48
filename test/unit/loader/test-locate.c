/* The helper process that knows files and lines, and what becomes of who asks when it fails. */
#include "loader/locate.h"

#include <link.h>
#include <signal.h>

#include "test/harness.h"
#include "test/unit/loader/symbolizer.h"
#include "vm/base/clock.h"

static struct locator locator;
static struct spot spot;

static int some_function(void)
{
	return getpid(); /* the line that is looked for is in this function */
}

static int find_base(struct dl_phdr_info *object, size_t size, void *base)
{
	(void)size;
	*(uintptr_t *)base = object->dlpi_addr;
	return 1; /* the program is the first */
}

static bool ask(int64_t within_ns)
{
	uintptr_t base = 0;

	dl_iterate_phdr(find_base, &base);
	return locator_ask(&locator, "/proc/self/exe", (uintptr_t)some_function - base,
			   clock_now_ns() + within_ns, &spot);
}

static bool ask_long(void)
{
	return ask(15 * CLOCK_NS_PER_S);
}

TEST(knows_a_line)
{
	need_helper();
	CHECK(some_function() > 0);
	locator_init(&locator);
	if (!ask_long() && locator.lacking)
		SKIP("libdw is not here");
	CHECK_STR(spot.function, "some_function");
	CHECK_INT(spot.distance, 0);
	CHECK(strstr(spot.source, "test-locate.c"));
	CHECK(spot.line > 0);
	CHECK(!locator_ask(&locator, "", 0, 0, &spot));
	CHECK(locator_ask(&locator, "/nonexistent", 1, clock_now_ns() + CLOCK_NS_PER_S * 15,
			  &spot));
	CHECK(!spot.line && !spot.function[0]);
	locator_finish(&locator);
	CHECK(!locator.child);
}

TEST(starts_again_after_an_end)
{
	need_helper();
	locator_init(&locator);
	if (!ask_long() && locator.lacking)
		SKIP("libdw is not here");
	pid_t first = locator.child;
	CHECK(first > 0);
	kill(first, SIGKILL);
	while (ask_long()) /* it may still have been answered */
		;
	CHECK(!locator.child);
	locator.next_start_ns = 0;
	CHECK(ask_long());
	CHECK(locator.child && locator.child != first);
	locator_finish(&locator);
}

TEST(waits_before_it_starts_again)
{
	need_helper();
	setenv("HELPER", "dies", 1);
	locator_init(&locator);
	for (int64_t pause = 100 * CLOCK_NS_PER_MS; pause < 4 * CLOCK_NS_PER_S; pause *= 2) {
		locator.next_start_ns = 0;
		CHECK(!ask_long());
		CHECK_INT(locator.pause_ns, pause);
		CHECK(!locator.child);
		locator.next_start_ns = INT64_MAX;
		CHECK(!ask_long());
		CHECK(!locator.child);
	}
	locator_finish(&locator);
}

TEST(is_not_held_up)
{
	need_helper();
	setenv("HELPER", "hangs", 1);
	locator_init(&locator);
	CHECK(!ask(1));
	CHECK(!ask(1));
	CHECK(locator.child && locator.silent_since_ns);
	pid_t first = locator.child;
	unsetenv("HELPER");
	locator.silent_since_ns = clock_now_ns() - 60 * CLOCK_NS_PER_S;
	locator.next_start_ns = 0;
	ask_long();
	CHECK(locator.child != first);
	CHECK(kill(first, 0) < 0); /* not even a zombie is left */
	locator_finish(&locator);
}

TEST(gives_up_where_it_cannot_work)
{
	need_helper();
	setenv("HELPER", "lacks", 1);
	locator_init(&locator);
	CHECK(!ask_long());
	CHECK(locator.lacking && !locator.child);
	locator.next_start_ns = 0;
	CHECK(!ask_long());
	CHECK(!locator.child);
	locator_finish(&locator);
}

TEST(passes_over_what_is_no_answer)
{
	need_helper();
	setenv("HELPER", "babbles", 1);
	locator_init(&locator);
	if (!ask_long() && locator.lacking)
		SKIP("libdw is not here");
	CHECK_STR(spot.function, "some_function");
	locator_finish(&locator);
}
