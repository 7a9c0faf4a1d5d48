/* Tests of actors, written as actors. `joist test PLUGIN.so` runs every export whose name begins with
 * test_, each in a node of its own whose clock stands still while anything runs and then jumps to the
 * next timer: a time-out of an hour takes no time, and no test has to sleep.
 *
 *   JOIST_TEST(adds)
 *   {
 *           joist_pid counter = joist_spawn_link(self, "counter:counter", joist_nil());
 *           joist_term sum;
 *
 *           joist_test_check(self, joist_call(self, counter, joist_make(self, "{add, 2}"), 1000,
 *                                             &sum) == JOIST_OK);
 *           joist_test_match(self, sum, "2");
 *   }
 *
 *   JOIST_PLUGIN("counter_test", "1.0", JOIST_ACTOR(test_adds));
 *
 * A test passes when it returns or exits with the reason normal. It is its own probe: give its pid to
 * what it tests and expect the messages. */
#ifndef JOIST_TEST_H
#define JOIST_TEST_H

#include <joist/joist.h>

JOIST_BEGIN

/* Ends the test: {test_failed, <<"FILE:LINE">>, <<"what">>}.
 * [actor] borrows format and arguments; never returns */
JOIST_PUBLIC JOIST_NORETURN void joist_test_fail(struct joist_actor *self, const char *file,
						 int line, const char *format, ...)
	JOIST_PRINTF(4, 5);

JOIST_END

/* A test: the loop that JOIST_ACTOR(test_name) exports. */
#define JOIST_TEST(name)                                                                           \
	static void test_##name(struct joist_actor *self __attribute__((unused)),                  \
				joist_term args __attribute__((unused)))

/* Fails unless `condition` holds.
 * [actor] */
#define joist_test_check(self, condition)                                                          \
	((condition)                                                                               \
		 ? (void)0                                                                         \
		 : joist_test_fail((self), __FILE__, __LINE__, "%s does not hold", #condition))

/* joist_test_match(self, joist_term term, "pattern", &hole...)
 * Fails unless `term` matches.
 * [actor] */
#define joist_test_match(self, term, ...)                                                          \
	(joist_match((term), __VA_ARGS__)                                                          \
		 ? (void)0                                                                         \
		 : joist_test_fail((self), __FILE__, __LINE__, "%s does not match %s",             \
				   joist_format((self), (term)),                                   \
				   JOIST_TEST_FIRST(__VA_ARGS__, _)))

/* joist_test_expect(self, int64_t timeout_ms, "pattern", &hole...)
 * Takes the next message that matches; fails when `timeout_ms` have passed first.
 * [actor, yields] */
#define joist_test_expect(self, timeout_ms, ...)                                                   \
	(joist_receive_match((self), (timeout_ms), __VA_ARGS__)                                    \
		 ? (void)0                                                                         \
		 : joist_test_fail((self), __FILE__, __LINE__, "no message %s",                    \
				   JOIST_TEST_FIRST(__VA_ARGS__, _)))

/* joist_test_refuse(self, int64_t timeout_ms, "pattern", &hole...)
 * Fails if a message that matches comes within `timeout_ms`.
 * [actor, yields] */
#define joist_test_refuse(self, timeout_ms, ...)                                                   \
	(!joist_receive_match((self), (timeout_ms), __VA_ARGS__)                                   \
		 ? (void)0                                                                         \
		 : joist_test_fail((self), __FILE__, __LINE__, "a message %s came",                \
				   JOIST_TEST_FIRST(__VA_ARGS__, _)))

#define JOIST_TEST_FIRST(first, ...) first

#endif
