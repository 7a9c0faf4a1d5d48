/* A node for tests of the standard library and of shipped plugins: the VM with the plugins that the
 * library brings along, the one that the test is linked with, and one of the test's own, named "t",
 * without files. Time is virtual, so that waits cost nothing. */
#ifndef JOIST_TEST_YARD_H
#define JOIST_TEST_YARD_H

#include <joist/test.h>

#include "test/harness.h"

/* Defined by each test: what its cases start as "t:name". Ends with a zeroed one. */
extern const struct joist_export yard_exports[];

/* Runs `body` as an actor of a new node, and fails the case unless that ends well. */
void yard_run(void (*body)(struct joist_actor *self), bool virtual_clock);

/* A case whose body is an actor. */
#define YARD_TEST(name, ...) YARD_CASE(name, true, ##__VA_ARGS__)

/* One that waits for the world outside, whose time is real. */
#define YARD_TEST_OUTSIDE(name, ...) YARD_CASE(name, false, ##__VA_ARGS__)

#define YARD_CASE(name, virtual_clock, ...)                                                        \
	static void body_##name(struct joist_actor *self);                                         \
	TEST(name, ##__VA_ARGS__)                                                                  \
	{                                                                                          \
		yard_run(body_##name, virtual_clock);                                              \
	}                                                                                          \
	static void body_##name(struct joist_actor *self)

/* The term that the Erlang text `text` stands for. */
joist_term yard_term(struct joist_actor *self, const char *text);

/* Starts "t:..." or another export with args as Erlang text, linked; it must start. */
joist_pid yard_start(struct joist_actor *self, const char *name, const char *args);

/* Calls, which must be answered; request and answer as Erlang text. */
const char *yard_call(struct joist_actor *self, joist_pid to, const char *request);

/* Fails unless the answer is that text. */
#define YARD_CALL(self, to, request, answer) CHECK_STR(yard_call(self, to, request), answer)

#endif
