/* The frame of every unit test. A case is a function that registers itself; each runs in a process of
 * its own, so that a crash, a leak or a hang of one tells of that one alone.
 *
 *   TEST(adds)
 *   {
 *           CHECK_INT(1 + 1, 2);
 *   }
 *
 * A file of them is a program: it prints TAP, and takes a part of a name to run only such cases. Its
 * environment may set TEST_SLOWER to a factor for the time limit, where a tool slows everything. */
#ifndef JOIST_TEST_HARNESS_H
#define JOIST_TEST_HARNESS_H

#include <stdbool.h>
#include <stdint.h>

struct test_case {
	const char *name;
	void (*body)(void);
	bool leak_free; /* heap_in_use() must be the same after it as before */
	unsigned seconds_max; /* 0: 20 */
	struct test_case *next;
};

void test_register(struct test_case *test);

/* The options after the name are fields: TEST(slow, .seconds_max = 60). */
#define TEST(name_, ...)                                                                           \
	static void test_##name_(void);                                                            \
	__attribute__((constructor)) static void register_##name_(void)                            \
	{                                                                                          \
		static struct test_case test = { .name = #name_,                                   \
						 .body = test_##name_,                             \
						 ##__VA_ARGS__ };                                  \
		test_register(&test);                                                              \
	}                                                                                          \
	static void test_##name_(void)

/* A case that must give back all that it takes of the runtime's heap. */
#define TEST_LEAK_FREE(name, ...) TEST(name, .leak_free = true, ##__VA_ARGS__)

/* Each ends the case, with what was wrong, unless it holds. On any thread of it. */
#define CHECK(condition) ((condition) ? (void)0 : test_fail(__FILE__, __LINE__, "%s", #condition))
#define CHECK_INT(actual, expected)                                                                \
	test_check_int(__FILE__, __LINE__, #actual, (int64_t)(actual), (int64_t)(expected))
#define CHECK_STR(actual, expected)                                                                \
	test_check_str(__FILE__, __LINE__, #actual, (actual), (expected))

/* Ends the case as neither passed nor failed: it cannot be run here. */
#define SKIP(why) test_skip(why)

/* From now on the process has no system call of that number (SYS_...): it fails with ENOSYS. Skips the
 * case where that cannot be had. */
void test_forbid(long number);

__attribute__((noreturn, format(printf, 3, 4))) void test_fail(const char *file, int line,
							       const char *format, ...);
void test_check_int(const char *file, int line, const char *what, int64_t actual, int64_t expected);
void test_check_str(const char *file, int line, const char *what, const char *actual,
		    const char *expected);
__attribute__((noreturn)) void test_skip(const char *why);

#endif
