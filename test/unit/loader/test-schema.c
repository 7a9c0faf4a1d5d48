/* The table of a boot script's keys, and what is said of scripts that do not keep to it. */
#include "loader/schema.h"

#include <string.h>

#include "test/harness.h"

static struct arena arena;

/* Checks a script; the first error without "f:1:", or "" if there is none. */
static const char *said_of(const char *json)
{
	static char text[1024];
	struct report report = { 0 };
	struct value *root = value_read("f", json, strlen(json), &arena, &report);
	bool fine = root && schema_check(&schema_boot, root, "f", &report);

	CHECK_INT(fine, report.errors == 0);
	text[0] = 0;
	if (report.count)
		report_line_text(&report.lines[0], text, sizeof(text));
	report_finish(&report);
	return text[0] ? text + 2 : text;
}

#define CHILD(keys) "{\"supervisor\": {\"children\": [{\"id\": \"a\", " keys "}]}}"

TEST(takes_a_whole_script)
{
	CHECK_STR(said_of("{\"node\": {\"name\": \"demo@127.0.0.1\", \"cookie_file\": \"cookie\","
			  "\"listen\": \"127.0.0.1:0\", \"hidden\": false, \"epmd\": \"auto\","
			  "\"net_ticktime_s\": 60, \"connect\": [\"b@127.0.0.1\"]},"
			  "\"schedulers\": 2, \"plugin_path\": [\".\"],"
			  "\"plugins\": [{\"name\": \"counter\", \"file\": \"counter.so\","
			  "\"config\": {\"limit\": 10}}],"
			  "\"supervisor\": {\"strategy\": \"one_for_one\", \"intensity\": 3,"
			  "\"period_s\": 5, \"children\": [{\"id\": \"c1\","
			  "\"start\": \"counter:counter\", \"args\": \"[]\","
			  "\"register\": \"counter\", \"restart\": \"permanent\","
			  "\"shutdown_ms\": 5000, \"significant\": false,"
			  "\"backoff\": {\"min_ms\": 100, \"max_ms\": 10000, \"jitter\": 0.2},"
			  "\"thread\": true, \"limits\": {\"stack_bytes\": 65536,"
			  "\"descriptors\": 20}},"
			  "{\"id\": \"sub\", \"supervisor\": {\"strategy\": \"rest_for_one\","
			  "\"children\": []}}]},"
			  "\"limits\": {\"slice_us\": 2000, \"atoms\": 1048576,"
			  "\"actor_memory_bytes\": 0, \"mailbox\": {\"messages\": 0, \"bytes\": 0,"
			  "\"policy\": \"error_to_sender\"}, \"threads\": 64,"
			  "\"descriptors\": 100},"
			  "\"log\": {\"level\": \"info\", \"format\": \"text\", \"file\": \"-\"}}"),
		  "");
}

TEST(names_the_nearest_key)
{
	CHECK_STR(said_of("{\"supervisr\": {}, \"supervisor\": {}}"),
		  "1:2: error: the boot script has no key \"supervisr\"; did you mean "
		  "\"supervisor\"?");
	CHECK_STR(said_of("{\"supervisor\": {}, \"log\": {\"colour\": 1}}"),
		  "1:28: error: \"log\" has no key \"colour\"; its keys are level, format, file");
}

TEST(wants_what_is_required)
{
	CHECK_STR(said_of("{}"), "1:1: error: the boot script has no \"supervisor\"; add it");
	CHECK_STR(said_of("[]"), "1:1: error: the boot script is a list; write an object");
}

TEST(checks_kinds)
{
	CHECK_STR(said_of("{\"supervisor\": {}, \"schedulers\": \"2\"}"),
		  "1:34: error: \"schedulers\" is a string; write an integer");
	CHECK_STR(said_of("{\"supervisor\": 7}"),
		  "1:16: error: \"supervisor\" is an integer; write an object");
	CHECK_STR(said_of("{\"supervisor\": {}, \"plugins\": {}}"),
		  "1:31: error: \"plugins\" is an object; write a list");
	CHECK_STR(said_of("{\"supervisor\": {}, \"plugins\": [1]}"),
		  "1:32: error: \"plugins\" is an integer; write an object in it");
	CHECK_STR(said_of("{\"supervisor\": {}, \"plugin_path\": [null]}"),
		  "1:36: error: \"plugin_path\" is null; write a string in it");
	CHECK_STR(said_of("{\"supervisor\": {}, \"node\": {\"hidden\": \"no\"}}"),
		  "1:39: error: \"hidden\" is a string; write true or false");
	CHECK_STR(said_of(CHILD("\"significant\": 1")),
		  "1:57: error: \"significant\" is an integer; write true or false");
}

TEST(checks_ranges)
{
	CHECK_STR(said_of("{\"supervisor\": {}, \"schedulers\": 0}"),
		  "1:34: error: \"schedulers\" is out of range; write a number from 1 to 1024");
	CHECK_STR(said_of("{\"supervisor\": {}, \"limits\": {\"actor_memory_bytes\": -1}}"),
		  "1:53: error: \"actor_memory_bytes\" is out of range; write 0 or more");
	CHECK_STR(said_of(CHILD("\"backoff\": {\"jitter\": 1.5}")),
		  "1:64: error: \"jitter\" is out of range; write a number from 0 to 1");
	CHECK_STR(
		said_of(CHILD("\"shutdown_ms\": -5")),
		"1:57: error: \"shutdown_ms\" is out of range; write a number from 0 to 86400000");
}

TEST(checks_choices)
{
	CHECK_STR(said_of("{\"supervisor\": {\"strategy\": \"one_for_al\"}}"),
		  "1:29: error: \"strategy\" is \"one_for_al\"; did you mean \"one_for_all\"?");
	CHECK_STR(said_of("{\"supervisor\": {}, \"log\": {\"format\": \"xml\"}}"),
		  "1:38: error: \"format\" is \"xml\"; write one of text, json");
	CHECK_STR(said_of(CHILD("\"shutdown_ms\": \"never\"")),
		  "1:57: error: \"shutdown_ms\" is \"never\"; write one of brutal_kill, infinity");
}

TEST(checks_forms)
{
	CHECK_STR(said_of("{\"supervisor\": {}, \"node\": {\"name\": \"demo\"}}"),
		  "1:37: error: \"name\" is \"demo\"; write NAME@HOST, such as demo@127.0.0.1");
	CHECK_STR(said_of(CHILD("\"start\": \"counter\"")),
		  "1:51: error: \"start\" is \"counter\"; write plugin:export, such as "
		  "counter:counter");
	CHECK_STR(said_of("{\"supervisor\": {}, \"node\": {\"listen\": \"127.0.0.1\"}}"),
		  "1:39: error: \"listen\" is \"127.0.0.1\"; write ADDRESS:PORT, such as "
		  "127.0.0.1:0");
	CHECK_STR(said_of(CHILD("\"start\": \"\"")),
		  "1:51: error: \"start\" is \"\"; write plugin:export, such as counter:counter");
}
