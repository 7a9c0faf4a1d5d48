/* ${NAME} in strings. */
#include "loader/env.h"

#include <stdlib.h>
#include <string.h>

#include "test/harness.h"

static struct arena arena;
static struct report report;

/* The only string of a list, expanded; NULL if that failed. */
static const char *expanded(const char *json)
{
	struct value *list = value_read("f", json, strlen(json), &arena, &report);

	CHECK(list);
	return env_expand(list, "f", &arena, &report) ? list->first->text : NULL;
}

static const char *first_error(void)
{
	static char text[1024];

	CHECK(report.count);
	report_line_text(&report.lines[0], text, sizeof(text));
	return text;
}

TEST(puts_values_in)
{
	setenv("LOADER_A", "one", 1);
	setenv("LOADER_B", "", 1);
	CHECK_STR(expanded("[\"x${LOADER_A}y${LOADER_B}z${LOADER_A}\"]"), "xoneyzone");
	CHECK_STR(expanded("[\"no $ {signs} here\"]"), "no $ {signs} here");
}

TEST(leaves_doubled_signs)
{
	setenv("LOADER_A", "one", 1);
	CHECK_STR(expanded("[\"$${LOADER_A} ${LOADER_A}\"]"), "${LOADER_A} one");
}

TEST(does_not_expand_what_it_put_in)
{
	setenv("LOADER_A", "${LOADER_B}", 1);
	CHECK_STR(expanded("[\"${LOADER_A}\"]"), "${LOADER_B}");
}

TEST(reaches_every_string)
{
	const char *json = "[{\"${LOADER_A}\": [\"${LOADER_A}\"]}]";
	struct value *list = value_read("f", json, strlen(json), &arena, &report);

	setenv("LOADER_A", "one", 1);
	CHECK(env_expand(list, "f", &arena, &report));
	CHECK_STR(list->first->first->key, "${LOADER_A}");
	CHECK_STR(list->first->first->first->text, "one");
}

TEST(tells_of_a_name_that_is_not_set)
{
	unsetenv("LOADER_A");
	CHECK(!expanded("[\n  \"${LOADER_A}\"]"));
	CHECK_STR(first_error(),
		  "f:2:3: error: the environment has no LOADER_A; export it, or write "
		  "$${ for the signs themselves");
}

TEST(tells_of_a_bad_form)
{
	CHECK(!expanded("[\"${}\"]"));
	CHECK(!expanded("[\"${LOADER_A\"]"));
	CHECK(!expanded("[\"${LOADER A}\"]"));
	CHECK_INT(report.errors, 3);
	CHECK(strstr(first_error(), "write ${NAME}"));
}

TEST(tells_of_a_text_without_end)
{
	static char large[70000];

	memset(large, 'x', sizeof(large) - 1);
	setenv("LOADER_A", large, 1);
	CHECK(!expanded("[\"${LOADER_A}\"]"));
	CHECK(strstr(first_error(), "is longer than 65536 bytes"));
}
