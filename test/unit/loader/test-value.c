/* JSON with places. */
#include "loader/value.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"

static struct arena arena;
static struct report report;

static struct value *read_text(const char *text)
{
	return value_read("f", text, strlen(text), &arena, &report);
}

static const char *first_error(void)
{
	static char text[1024];

	CHECK(report.count);
	report_line_text(&report.lines[0], text, sizeof(text));
	return text;
}

#define CHECK_PLACE(place, line_, column_)                                                         \
	do {                                                                                       \
		CHECK_INT((place).line, line_);                                                    \
		CHECK_INT((place).column, column_);                                                \
	} while (0)

TEST(knows_every_place)
{
	struct value *root = read_text("{\"a\": 1,\n"
				       "  \"\\\"b\\\\\" : [ true, -2.5e3,\n"
				       "\t{\"\xc3\xa9\": null}, \"x,]}\"], \"c\":{}}\n");
	struct value *list, *last;

	CHECK(root && root->kind == VALUE_OBJECT);
	CHECK_PLACE(root->at, 1, 1);
	CHECK_PLACE(value_get(root, "a")->key_at, 1, 2);
	CHECK_PLACE(value_get(root, "a")->at, 1, 7);
	CHECK_INT(value_get(root, "a")->whole, 1);
	list = value_get(root, "\"b\\");
	CHECK(list && list->kind == VALUE_LIST);
	CHECK_PLACE(list->key_at, 2, 3);
	CHECK_PLACE(list->at, 2, 13);
	CHECK(list->first->kind == VALUE_BOOL && list->first->truth);
	CHECK_PLACE(list->first->at, 2, 15);
	CHECK_PLACE(list->first->next->at, 2, 21);
	CHECK(list->first->next->kind == VALUE_REAL && list->first->next->real == -2500);
	last = list->first->next->next;
	CHECK_PLACE(last->at, 3, 2);
	CHECK_PLACE(last->first->at, 3, 8);
	CHECK_INT(last->first->kind, VALUE_NULL);
	CHECK_PLACE(last->next->at, 3, 15);
	CHECK_STR(last->next->text, "x,]}");
	CHECK_PLACE(value_get(root, "c")->at, 3, 28);
	CHECK(!value_get(root, "d"));
	CHECK(!value_get(list, "a"));
	CHECK(!value_get(NULL, "a"));
}

TEST(tells_where_the_syntax_is_wrong)
{
	CHECK(!read_text("{\"a\": 1,\n \"b\" 2}"));
	CHECK_STR(first_error(), "f:2:6: error: ':' expected near '2'; write correct JSON");
}

TEST(refuses_keys_twice)
{
	CHECK(!read_text("{\"a\": 1, \"a\": 2}"));
	CHECK(strstr(first_error(), "; keep one of them"));
}

TEST(refuses_what_is_too_deep)
{
	char text[2 * VALUE_DEPTH_MAX + 3] = "";

	memset(text, '[', VALUE_DEPTH_MAX + 1);
	memset(text + VALUE_DEPTH_MAX + 1, ']', VALUE_DEPTH_MAX + 1);
	CHECK(!read_text(text));
	CHECK_STR(first_error(), "f:1:65: error: is nested deeper than 64; make it flatter");
}

TEST(refuses_what_is_too_long)
{
	static char text[VALUE_BYTES_MAX + 2];

	memset(text, ' ', sizeof(text) - 1);
	CHECK(!read_text(text));
	CHECK(strstr(first_error(), "is longer than 1048576 bytes"));
}

TEST(refuses_no_text_at_all)
{
	CHECK(!read_text(""));
	CHECK_STR(first_error(),
		  "f:1:1: error: '[' or '{' expected near end of file; write correct JSON");
}

TEST(survives_want_of_memory)
{
	for (int nth = 1; nth < 10; nth++) {
		heap_fail(nth, true);
		if (read_text("{\"a\": [1, {\"b\": \"c\"}], \"d\": {}}")) {
			CHECK(nth > 1);
			heap_fail(0, false);
			return;
		}
		heap_fail(0, false);
		CHECK(strstr(first_error(), "memory is short"));
		report_finish(&report);
		arena_empty(&arena);
	}
	CHECK(!"it must work in the end");
}
