/* One line of the log. */
#include "vm/base/logline.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "test/harness.h"
#include "vm/base/clock.h"

/* The line of `event` at 2001-02-03 04:05:06.000007, as a string without its newline. */
static const char *line_of(bool json, const struct log_event *event)
{
	static struct logline line;

	logline_make(&line, json, INT64_C(981173106) * CLOCK_NS_PER_S + 7000, event);
	CHECK(line.size <= LOG_LINE_MAX);
	CHECK(line.bytes[line.size - 1] == '\n');
	line.bytes[line.size - 1] = '\0';
	CHECK_INT(strlen(line.bytes), line.size - 1);
	return line.bytes;
}

/* A text field's value, once through JSON and back. */
static const char *through_json(const char *text, size_t size)
{
	struct log_event event = { .event = "e",
				   .fields = &LOG_FIELD_BYTES("k", text, size),
				   .count = 1 };
	json_t *object = json_loads(line_of(true, &event), 0, NULL);
	static char value[LOG_LINE_MAX];

	CHECK(object);
	snprintf(value, sizeof(value), "%s", json_string_value(json_object_get(object, "k")));
	json_decref(object);
	return value;
}

static const struct log_field fields[] = {
	{ "name", LOG_TEXT, "counter", 7, 0 },
	{ "label", LOG_TEXT, "two words", 9, 0 },
	{ "generation", LOG_INT, NULL, 0, -3 },
	{ "frames", LOG_JSON, "[1,2]", 5, 0 },
};

static const struct log_event event_all = { .level = LOG_LEVEL_WARNING,
					    .event = "crash",
					    .message = "it \"fell\"",
					    .fields = fields,
					    .count = 4 };

TEST(writes_text)
{
	CHECK_STR(line_of(false, &event_all),
		  "2001-02-03T04:05:06.000007Z warning crash: it \\\"fell\\\" name=counter "
		  "label=\"two words\" generation=-3 frames=[1,2]");
}

TEST(writes_json)
{
	CHECK_STR(line_of(true, &event_all),
		  "{\"time\":\"2001-02-03T04:05:06.000007Z\",\"level\":\"warning\",\"event\":"
		  "\"crash\",\"message\":\"it \\\"fell\\\"\",\"name\":\"counter\",\"label\":"
		  "\"two words\",\"generation\":-3,\"frames\":[1,2]}");
}

TEST(knows_leap_years)
{
	static struct logline line;
	static const struct {
		int64_t second;
		const char *date;
	} days[] = {
		{ 0, "1970-01-01T00:00:00" },	       { 951782399, "2000-02-28T23:59:59" },
		{ 951782400, "2000-02-29T00:00:00" },  { 1709251199, "2024-02-29T23:59:59" },
		{ 1709251200, "2024-03-01T00:00:00" }, { 4107542400, "2100-03-01T00:00:00" },
	};

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		logline_make(&line, false, days[i].second * CLOCK_NS_PER_S, &event_all);
		line.bytes[19] = '\0';
		CHECK_STR(line.bytes, days[i].date);
	}
}

TEST(every_byte_stays_in_its_line)
{
	for (int c = 1; c < 128; c++) {
		char text[2] = { (char)c, '\0' };
		CHECK_STR(through_json(text, 1), text);
	}
	CHECK_STR(through_json("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80", 15),
		  "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
}

TEST(bytes_that_are_no_utf8_are_replaced)
{
	CHECK_STR(through_json("a\xff\x80z", 4), "a\xef\xbf\xbd\xef\xbf\xbdz");
	CHECK_STR(through_json("\xc3", 1), "\xef\xbf\xbd"); /* cut off */
	CHECK_STR(through_json("\xc0\xaf", 2), "\xef\xbf\xbd\xef\xbf\xbd"); /* overlong */
	CHECK_STR(through_json("\xed\xa0\x80", 3), /* a surrogate */
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	CHECK_STR(through_json("\xf4\x90\x80\x80", 4), /* above U+10FFFF */
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

/* Whatever the length of a text, the line is valid JSON and says that it was cut. */
TEST(what_is_too_long_is_cut)
{
	static char text[6000];

	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xbc", 2);
	for (size_t size = 3800; size < 4200; size++) {
		struct log_field two[] = { LOG_FIELD_BYTES("long", text, size / 2 * 2),
					   LOG_FIELD_JSON("more", "[1,2,3]", 7) };
		struct log_event event = { .event = "e", .fields = two, .count = 2 };
		json_t *object = json_loads(line_of(true, &event), 0, NULL);

		CHECK(object);
		bool cut = json_is_true(json_object_get(object, "cut"));
		const char *value = json_string_value(json_object_get(object, "long"));
		CHECK(cut || (strlen(value) == size / 2 * 2 && json_object_get(object, "more")));
		CHECK(cut == (size > 4000) || (size > 3950 && size <= 4100));
		json_decref(object);
	}
}

TEST(tells_people_and_programs_apart)
{
	struct logline line;
	struct log_field parts[] = { LOG_FIELD_TEXT("pid", "<0.1.1>"), LOG_FIELD_INT("links", 2),
				     LOG_FIELD_MORE("  one\n  two\nno line") };
	const struct log_event event = { LOG_LEVEL_ERROR, "crash", "alas", parts, 3 };

	parts[0].kind |= LOG_HIDDEN;
	logline_make(&line, false, 0, &event);
	line.bytes[line.size] = '\0';
	CHECK_STR(strstr(line.bytes, " error"), " error crash: alas links=2\n  one\n  two\n");
	logline_make(&line, true, 0, &event);
	line.bytes[line.size] = '\0';
	CHECK_STR(strstr(line.bytes, ",\"pid\""), ",\"pid\":\"<0.1.1>\",\"links\":2}\n");
}

TEST(leaves_out_lines_without_room)
{
	static char long_line[LOG_LINE_MAX];
	struct logline line;
	struct log_field parts[] = { LOG_FIELD_MORE("  one\n"), LOG_FIELD_MORE(long_line),
				     LOG_FIELD_MORE("  two\n") };
	const struct log_event event = { LOG_LEVEL_ERROR, "crash", "alas", parts, 3 };

	memset(long_line, 'x', sizeof(long_line) - 2);
	long_line[sizeof(long_line) - 2] = '\n';
	parts[1].size = strlen(long_line);
	logline_make(&line, false, 0, &event);
	line.bytes[line.size] = '\0';
	CHECK_STR(strstr(line.bytes, " error"), " error crash: alas\n  one\n  two\n");
}

TEST(escapes_within_room)
{
	char text[8];

	logline_escape(text, sizeof(text), "a\"b\nc");
	CHECK_STR(text, "a\\\"b\\nc");
	logline_escape(text, 4, "ab\n");
	CHECK_STR(text, "ab");
}
