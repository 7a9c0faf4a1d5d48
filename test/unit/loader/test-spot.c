/* Lines about places in source code. */
#include "loader/spot.h"

#include <string.h>

#include "test/harness.h"

static struct spot_question question;
static struct spot spot;
static uint64_t number;

static bool read_question(const char *line)
{
	return spot_read_question(line, strlen(line), &question);
}

static bool read_answer(const char *line)
{
	return spot_read_answer(line, strlen(line), &number, &spot);
}

TEST(a_question_comes_through)
{
	struct spot_question asked = { 12, UINT64_MAX, "/a path/with \"all\".so" };
	char line[SPOT_LINE_MAX];
	size_t size = spot_ask(&asked, line);

	CHECK(size && line[size - 1] == '\n');
	CHECK(spot_read_question(line, size - 1, &question));
	CHECK_INT(question.number, 12);
	CHECK(question.address == UINT64_MAX);
	CHECK_STR(question.file, asked.file);
}

TEST(an_answer_comes_through)
{
	struct spot found = { "bump", 20, "../counter.c", 27 }, none = { .line = 0 };
	char line[SPOT_LINE_MAX];
	size_t size = spot_answer(3, &found, line);

	CHECK(spot_read_answer(line, size - 1, &number, &spot));
	CHECK_INT(number, 3);
	CHECK_STR(spot.function, "bump");
	CHECK_INT(spot.distance, 20);
	CHECK_STR(spot.source, "../counter.c");
	CHECK_INT(spot.line, 27);
	size = spot_answer(4, &none, line);
	CHECK(spot_read_answer(line, size - 1, &number, &spot));
	CHECK(!spot.function[0] && !spot.source[0] && !spot.line);
}

TEST(what_is_no_line_is_refused)
{
	static const char *const no_questions[] = { "",
						    "1",
						    "1 2",
						    "1 2 ",
						    "x 2 f",
						    "1 g f",
						    " 2 f",
						    "1  f",
						    "-1 2 f",
						    "1 2 a\nb",
						    "99999999999999999999 2 f" };
	static const char *const no_answers[] = { "",
						  "1 2 3",
						  "1 2 3 f",
						  "1 2 x f\ts",
						  "1 2 3 \x01\ts",
						  "4294967296 x 1 f\ts",
						  "1 4294967296 1 f\ts" };
	char large[5000];

	for (size_t i = 0; i < sizeof(no_questions) / sizeof(*no_questions); i++)
		CHECK(!read_question(no_questions[i]));
	for (size_t i = 0; i < sizeof(no_answers) / sizeof(*no_answers); i++)
		CHECK(!read_answer(no_answers[i]));
	memset(large, 'x', sizeof(large));
	memcpy(large, "1 2 ", 4);
	CHECK(!spot_read_question(large, sizeof(large), &question));
	memcpy(large, "1 2 3 ", 6);
	large[400] = '\t';
	CHECK(!spot_read_answer(large, 405, &number, &spot));
	CHECK(read_question("1 2 f") && read_answer("1 2 3 f\ts"));
}

TEST(a_file_whose_name_has_lines_is_not_asked_for)
{
	struct spot_question asked = { 1, 2, "two\nlines" };
	char line[SPOT_LINE_MAX];

	CHECK_INT(spot_ask(&asked, line), 0);
}

TEST(texts_are_made_to_fit)
{
	char small[6];

	spot_copy(small, sizeof(small), "far/x.c");
	CHECK_STR(small, "r/x.c");
	spot_copy(small, sizeof(small), "a\tb\n");
	CHECK_STR(small, "a?b?");
}
