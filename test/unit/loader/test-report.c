/* How errors are collected and printed. */
#include "loader/report.h"

#include <string.h>

#include "test/harness.h"

/* What report_print writes. */
static const char *printed(struct report *report)
{
	static char text[65536];
	FILE *out = fmemopen(text, sizeof(text), "w");

	CHECK(out);
	report_print(report, out);
	fclose(out);
	return text;
}

TEST(orders_by_file_and_place)
{
	struct report report = { 0 };

	report_error(&report, "b.json", (struct place){ 2, 9 }, "is %s; do %s", "late", "that");
	report_error(&report, "a.so", (struct place){ 0 }, "is odd; build it");
	report_warning(&report, "b.json", (struct place){ 2, 3 }, "is early; wait");
	report_error(&report, "b.json", (struct place){ 1, 20 }, "is first; go");
	CHECK_STR(printed(&report), "b.json:1:20: error: is first; go\n"
				    "b.json:2:3: warning: is early; wait\n"
				    "b.json:2:9: error: is late; do that\n"
				    "a.so: error: is odd; build it\n");
	CHECK_INT(report.errors, 3);
	CHECK_INT(report.warnings, 1);
	report_finish(&report);
}

TEST(keeps_to_one_line)
{
	struct report report = { 0 };

	report_error(&report, "a\nb", (struct place){ 0 }, "has \"\033[1m\n\"; no");
	CHECK_STR(printed(&report), "a?b: error: has \"?[1m?\"; no\n");
	report_finish(&report);
}

TEST(counts_what_it_does_not_keep)
{
	struct report report = { 0 };

	for (unsigned i = 1; i <= REPORT_MAX + 3; i++)
		report_error(&report, "f", (struct place){ i, 1 }, "x; y");
	CHECK_INT(report.count, REPORT_MAX);
	CHECK_INT(report.errors, REPORT_MAX + 3);
	CHECK(strstr(printed(&report), "f:20:1: error: x; y\n... and 3 more\n"));
	report_finish(&report);
}

TEST(finds_the_nearest_word)
{
	static const char *const words[] = { "name", "strategy", "children", "intensity", NULL };

	CHECK_STR(report_nearest("strtegy", words), "strategy");
	CHECK_STR(report_nearest("nmae", words), "name");
	CHECK_STR(report_nearest("childs", words), "children");
	CHECK_STR(report_nearest("intensitiy", words), "intensity");
	CHECK(!report_nearest("colour", words));
	CHECK(!report_nearest("", words));
	CHECK(!report_nearest("a-word-that-is-much-longer-than-any-key-could-ever-be", words));
}
