/* Floats as text. */
#include "vm/term/double.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "test/harness.h"

static void print_check(double value, const char *expected)
{
	struct text text = { 0 };
	double back;

	CHECK(double_print(&text, value));
	CHECK_STR(text_end(&text), expected);
	const char *digits = text.data + (text.data[0] == '-');
	CHECK(double_parse((struct joist_bytes){ digits, strlen(digits) }, &back));
	CHECK(back == fabs(value));
	text_finish(&text);
}

/* What erl 25 prints. */
TEST_LEAK_FREE(as_erlang_prints_them)
{
	print_check(0.0, "0.0");
	print_check(-0.0, "-0.0");
	print_check(0.1, "0.1");
	print_check(0.0001, "0.0001");
	print_check(0.00012345, "1.2345e-4");
	print_check(1e-5, "1.0e-5");
	print_check(100.0, "100.0");
	print_check(1e4, "1.0e4");
	print_check(123.456, "123.456");
	print_check(1e22, "1.0e22");
	print_check(9007199254740991.0, "9007199254740991.0");
	print_check(9007199254740992.0, "9.007199254740992e15");
	print_check(5e-324, "5.0e-324");
	print_check(-1.7976931348623157e308, "-1.7976931348623157e308");
}

TEST_LEAK_FREE(every_power_of_two_and_its_neighbours_survive)
{
	for (int e = -1074; e < 1024; e++) {
		for (int i = -1; i <= 1; i++) {
			double value = ldexp(1, e), back;
			struct text text = { 0 };
			uint64_t word;
			memcpy(&word, &value, sizeof(word));
			word += (uint64_t)(int64_t)i;
			memcpy(&value, &word, sizeof(word));
			CHECK(double_print(&text, value));
			CHECK(double_parse((struct joist_bytes){ text.data, text.size }, &back));
			CHECK(back == value);
			text_finish(&text);
		}
	}
}

static bool parses(const char *text, double *ret_value)
{
	return double_parse((struct joist_bytes){ text, strlen(text) }, ret_value);
}

TEST(parses_what_is_a_float)
{
	double d;

	CHECK(parses("1_0.2_5e1_0", &d) && d == 10.25e10);
	CHECK(parses("0.000000000000000000000000000000000001", &d) && d == 1e-36);
	CHECK(parses("1.0e-999999999999999999999", &d) && d == 0);
	CHECK(!parses("1.0e999999999999999999999", &d));
	CHECK(!parses("2.0e308", &d));
	char text[2000];
	memset(text, '1', sizeof(text));
	CHECK(!double_parse((struct joist_bytes){ text, sizeof(text) }, &d));
	text[1] = '.';
	CHECK(double_parse((struct joist_bytes){ text, 1024 }, &d) && d == 1.1111111111111112);
}

TEST(the_locale_does_not_matter)
{
	if (!setlocale(LC_ALL, "de_DE.UTF-8"))
		SKIP("no locale with a comma");
	print_check(1.5, "1.5");
}
