/* Options of the command line. */
#include "loader/options.h"

#include <string.h>
#include <unistd.h>

#include "test/harness.h"

static struct {
	bool flag;
	const char *text;
	struct option_texts texts;
	int64_t number;
} given;

static const struct option options[] = {
	{ "--flag", OPTION_FLAG, &given.flag, NULL, "a flag", 0, 0 },
	{ "--text", OPTION_TEXT, &given.text, "TEXT", "a text", 0, 0 },
	{ "--add", OPTION_TEXTS, &given.texts, "TEXT", "many", 0, 0 },
	{ "--number", OPTION_NUMBER, &given.number, "N", "a number", 1, 10 },
	{ 0 },
};

/* Parses words, of which the first ones are then the rest. */
static int parse(char **words)
{
	return options_parse(options, words);
}

#define WORDS(...) ((char *[]){ __VA_ARGS__, NULL })

/* Parsing fails, with exactly this on standard error. */
static void check_failure(char **words, const char *expected)
{
	char said[256] = "";
	int ends[2];
	ssize_t size;

	CHECK(!pipe(ends) && dup2(ends[1], STDERR_FILENO) >= 0);
	CHECK_INT(parse(words), -1);
	size = read(ends[0], said, sizeof(said) - 1);
	CHECK(size > 0);
	said[size] = 0;
	CHECK_STR(said, expected);
}

TEST(takes_options_wherever_they_stand)
{
	char **words = WORDS("a", "--flag", "b", "--text", "t", "--number=7", "--add", "x", "c",
			     "--add=y");

	CHECK_INT(parse(words), 3);
	CHECK_STR(words[0], "a");
	CHECK_STR(words[2], "c");
	CHECK(!words[3]);
	CHECK(given.flag);
	CHECK_STR(given.text, "t");
	CHECK_INT(given.number, 7);
	CHECK_INT(given.texts.count, 2);
	CHECK_STR(given.texts.items[1], "y");
	CHECK(!given.texts.items[2]);
}

TEST(stops_at_two_dashes)
{
	char **words = WORDS("--flag", "--", "--text", "-");

	CHECK_INT(parse(words), 2);
	CHECK_STR(words[0], "--text");
}

TEST(leaves_a_lone_dash)
{
	CHECK_INT(parse(WORDS("-", "--flag")), 1);
}

TEST(names_the_nearest_option)
{
	check_failure(WORDS("--txet", "t"), "joist: unknown option --txet; did you mean --text?\n");
}

TEST(refuses_unknown_ones)
{
	check_failure(WORDS("--colour=red"), "joist: unknown option --colour; see joist help\n");
}

TEST(wants_values)
{
	check_failure(WORDS("--text"), "joist: no value for --text; give it one\n");
}

TEST(wants_no_value_for_a_flag)
{
	check_failure(WORDS("--flag=1"), "joist: a value for --flag; it takes none\n");
}

TEST(checks_numbers)
{
	check_failure(WORDS("--number", "11"),
		      "joist: no value for --number; give it a number from 1 to 10\n");
}

TEST(checks_that_numbers_are_numbers)
{
	check_failure(WORDS("--number", "7x"),
		      "joist: no value for --number; give it a number from 1 to 10\n");
}
