/* C declarations: what is made of them, and what is said of wrong ones. */
#include "loader/prototype.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"

static struct prototypes all;
static struct report report;

static bool read_text(const char *text)
{
	struct prototype_source source = { .file = "f",
					   .text = joist_text(text),
					   .start = { 1, 1 } };

	return prototype_read(&all, &source, &report);
}

static void finish(void)
{
	prototype_finish(&all);
	report_finish(&report);
}

static const struct prototype_item *function(const char *name)
{
	const struct prototype_item *item = prototype_find(&all.functions, name);

	CHECK(item);
	return item;
}

static const struct prototype_item *parameter(const struct prototype_item *of, size_t index)
{
	const struct prototype_item *item = of->type->parameters.first;

	while (index--)
		item = item->next;
	return item;
}

TEST_LEAK_FREE(a_function_has_a_result_and_parameters)
{
	const struct prototype_item *crc;

	CHECK(read_text("typedef unsigned char Bytef;\n"
			"unsigned long crc32(unsigned long crc, const Bytef *buf [[len=len]], "
			"unsigned len);"));
	crc = function("crc32");
	CHECK_INT(crc->type->kind, PROTOTYPE_FUNCTION);
	CHECK_INT(crc->type->of->kind, PROTOTYPE_INTEGER);
	CHECK_INT(crc->type->of->bytes, sizeof(long));
	CHECK(!crc->type->of->is_signed);
	CHECK_INT(crc->type->parameters.count, 3);
	CHECK_STR(parameter(crc, 1)->name, "buf");
	CHECK_INT(parameter(crc, 1)->type->kind, PROTOTYPE_POINTER);
	CHECK(parameter(crc, 1)->type->of->is_const && !parameter(crc, 1)->type->of->is_char);
	CHECK_STR(prototype_note(parameter(crc, 1), NOTE_LEN)->word, "len");
	CHECK(!prototype_note(parameter(crc, 0), NOTE_LEN));
	CHECK_INT(crc->at.line, 2);
	CHECK_INT(crc->at.column, 15);
	CHECK_INT(prototype_note(parameter(crc, 1), NOTE_LEN)->value_at.column, 63);
	finish();
}

TEST_LEAK_FREE(words_make_a_type_in_any_order)
{
	static const struct {
		const char *text;
		size_t bytes;
		bool is_signed;
	} types[] = {
		{ "unsigned", 4, false },	  { "long unsigned int", sizeof(long), false },
		{ "int long long", 8, true },	  { "short const unsigned", 2, false },
		{ "signed char", 1, true },	  { "signed", 4, true },
		{ "uint16_t", 2, false },	  { "const ssize_t", sizeof(long), true },
		{ "enum e { A = -1 }", 4, true },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		char text[64];

		snprintf(text, sizeof(text), "%s f(void)", types[i].text);
		CHECK(read_text(text));
		CHECK_INT(function("f")->type->of->bytes, types[i].bytes);
		CHECK_INT(function("f")->type->of->is_signed, types[i].is_signed);
		CHECK_INT(function("f")->type->parameters.count, 0);
		finish();
	}
}

TEST_LEAK_FREE(a_struct_is_laid_out_as_in_c)
{
	struct line {
		char name[3];
		struct point {
			double x;
			float y;
		} at[2];
		short grid[2][3];
		void *next;
		char last;
	};
	const struct prototype_tag *tag;
	const struct prototype_item *field;
	static const size_t offsets[] = { offsetof(struct line, name), offsetof(struct line, at),
					  offsetof(struct line, grid), offsetof(struct line, next),
					  offsetof(struct line, last) };

	CHECK(read_text("struct point { double x; float y; };\n"
			"struct line { char name[3]; struct point at[2]; short grid[2][3];\n"
			"	struct line *next; char last; };"));
	tag = all.tags;
	CHECK_STR(tag->name, "line");
	CHECK_INT(tag->bytes, sizeof(struct line));
	CHECK_INT(tag->alignment, _Alignof(struct line));
	CHECK_INT(tag->depth, 2);
	field = tag->items.first;
	for (size_t i = 0; i < tag->items.count; i++, field = field->next)
		CHECK_INT(field->value, offsets[i]);
	finish();
}

TEST_LEAK_FREE(an_enum_counts_on)
{
	const struct prototype_item *item;

	CHECK(read_text("enum color { RED [[as=red]], GREEN = -7, BLUE, LAST = 0x10, };"));
	item = all.tags->items.first;
	CHECK_INT(item->value, 0);
	CHECK_STR(prototype_note(item, NOTE_AS)->word, "red");
	CHECK_INT((item = item->next)->value, -7);
	CHECK_INT((item = item->next)->value, -6);
	CHECK_INT((item = item->next)->value, 16);
	finish();
}

TEST_LEAK_FREE(declarators_are_read_from_the_inside)
{
	const struct prototype_type *type;

	CHECK(read_text("int *(*pick(int (*)(void), char v[4]))[3];"));
	type = function("pick")->type;
	CHECK_INT(type->of->kind, PROTOTYPE_POINTER);
	CHECK_INT(type->of->of->kind, PROTOTYPE_ARRAY);
	CHECK_INT(type->of->of->count, 3);
	CHECK_INT(type->of->of->of->kind, PROTOTYPE_POINTER);
	CHECK_INT(type->parameters.first->type->of->kind, PROTOTYPE_FUNCTION);
	CHECK(!type->parameters.first->name);
	CHECK_INT(type->parameters.last->type->kind, PROTOTYPE_POINTER);
	CHECK_STR(type->parameters.last->name, "v");
	finish();
}

TEST_LEAK_FREE(behind_dots_stand_the_parameters_of_one_use)
{
	CHECK(read_text(
		"int open2(const char *path, int flags, ..., unsigned mode) [[errno, as=open_]];"
		"int open1(const char *path, int flags, ...);"));
	CHECK(function("open2")->type->is_variadic);
	CHECK_INT(function("open2")->type->fixed, 2);
	CHECK_INT(function("open2")->type->parameters.count, 3);
	CHECK_STR(prototype_note(function("open2"), NOTE_AS)->word, "open_");
	CHECK(prototype_note(function("open2"), NOTE_ERRNO));
	CHECK_INT(function("open1")->type->fixed, 2);
	finish();
}

TEST_LEAK_FREE(a_struct_may_become_complete_later)
{
	CHECK(read_text("typedef struct p point; struct p { int x; };"));
	CHECK(read_text("point move(point at)"));
	CHECK_INT(function("move")->type->of->bytes, 4);
	finish();
}

TEST_LEAK_FREE(in_a_json_string_a_line_end_has_two_columns)
{
	struct prototype_source source = { .file = "f",
					   .text = joist_text("int f(void);\n\tin g(void)"),
					   .start = { 7, 10 },
					   .quoted = true };
	char line[256];

	CHECK(!prototype_read(&all, &source, &report));
	report_line_text(&report.lines[0], line, sizeof(line));
	CHECK_STR(line, "f:7:26: error: there is no type \"in\"; did you mean \"int\"?");
	finish();
}

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "int f(void) /* and", "1:13: error: the comment does not end; close it with */" },
	{ "#define X",
	  "1:1: error: a binding has no preprocessor; write what the line stands for" },
	{ "int f(int \xc3\xa9)",
	  "1:11: error: there is a byte 0xc3; write C declarations in ASCII" },
	{ "int f(int @)", "1:11: error: there is a @, which no declaration has; take it out" },
	{ "int f(int x[99999999999999999999])",
	  "1:13: error: 99999999999999999999 is no integer of 64 bits; write one, such as 10 or "
	  "0x1f" },
	{ "int f(int x[1.5])",
	  "1:13: error: 1.5 is no integer of 64 bits; write one, such as 10 or 0x1f" },
	{ "unt f(void)", "1:1: error: there is no type \"unt\"; did you mean \"int\"?" },
	{ "ZEXTERN int f(void)", "1:1: error: there is no type \"ZEXTERN\"; declare it with "
				 "typedef before, or take it out "
				 "if it is a macro" },
	{ "[[errno]] int f(void)",
	  "1:1: error: there are notes before what they are about; move them behind it" },
	{ "int f(\n\tuint16 x)",
	  "2:2: error: there is no type \"uint16\"; did you mean \"uint16_t\"?" },
	{ "enum e f(void)", "1:6: error: there is no enum \"e\"; write its values before" },
	{ "static int f(void)",
	  "1:1: error: static has no meaning in a binding; take it out, and the "
	  "function if it is not in the library" },
	{ "union u *f(void)",
	  "1:1: error: a union has no term; write a pointer to an opaque struct in "
	  "its place" },
	{ "int char f(void)",
	  "1:1: error: these words are no type together; write one such as unsigned long" },
	{ "int struct s f(void)",
	  "1:5: error: struct cannot stand after the words before it; write "
	  "one type" },
	{ "long long long f(void)",
	  "1:11: error: long cannot stand after the words before it; write "
	  "one type" },
	{ "long double f(void)", "1:1: error: a long double has no term; write a function with a "
				 "double around it" },
	{ "int f(int *****x)", "1:15: error: there are more than 4 stars; write fewer" },
	{ "struct s; int f(struct s x)",
	  "1:26: error: a parameter of that type has no size; declare its "
	  "parts before, or write a pointer to it" },
	{ "int f(const char *s, ..., float x)",
	  "1:33: error: behind ... a float is given as a double; "
	  "write double" },
	{ "int f(const char *s, ..., char x)",
	  "1:32: error: behind ... a small integer is given as an "
	  "int; write int" },
	{ "int f(int a, int a)", "1:18: error: the name \"a\" is used twice; choose another" },
	{ "int f(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k, int "
	  "l, "
	  "int m, int n, int o, int p, int q)",
	  "1:119: error: there are more than 16 parameters; wrap the function in one with fewer" },
	{ "int f(...)",
	  "1:7: error: ... stands once, after the parameters that all calls have; move "
	  "it there" },
	{ "int f()", "1:7: error: () leaves the parameters open; write (void) for none" },
	{ "int f(int a int b)", "1:13: error: there is int where ) should be; write , or ) after a "
				"parameter" },
	{ "int f(int a",
	  "1:12: error: the text ends where ) should be; write , or ) after a parameter" },
	{ "int f(int)(int)",
	  "1:11: error: there is ( where ; should be; end a declaration with ;" },
	{ "int f(void v[3])", "1:14: error: elements of that type have no size; write pointers to "
			      "them" },
	{ "int f(int v[65536])",
	  "1:13: error: the array is longer than 65536 bytes; write a pointer "
	  "and its len=" },
	{ "int f(int v[n])", "1:13: error: there is n where ] should be; write a number in the "
			     "brackets" },
	{ "int x", "1:5: error: a binding has functions and types only; take the variable out" },
	{ "int (*f)(int)", "1:7: error: a binding has functions and types only; take the variable "
			   "out" },
	{ "struct s; struct s f(void)",
	  "1:20: error: the result has no size; declare its type before, "
	  "or return a pointer" },
	{ "int f(void); int f(int)", "1:18: error: \"f\" is declared on line 1 too; keep one of "
				     "them" },
	{ "typedef int t; typedef long t",
	  "1:29: error: \"t\" is declared on line 1 too; keep one of "
	  "them" },
	{ "int (void)", "1:5: error: the declaration has no name; write one" },
	{ "struct s { int a; }; struct s { int b; }",
	  "1:31: error: \"s\" is declared on line 1 too; keep one of them" },
	{ "struct s { struct t { int a; } b; }", "1:21: error: a type is declared in another "
						 "declaration; write it before" },
	{ "struct s { int a:3; }",
	  "1:17: error: fields of bits have no place of their own; write an "
	  "opaque struct, and functions that read it" },
	{ "struct s { int; }", "1:15: error: the field has no name; write one" },
	{ "struct s { int a, a; }", "1:19: error: the name \"a\" is used twice; choose another" },
	{ "struct s { struct s a; }", "1:21: error: a field of that type has no size; declare its "
				      "parts before" },
	{ "struct s { char a[65536]; int b; }",
	  "1:31: error: the struct is longer than 65536 bytes; "
	  "write a pointer in it" },
	{ "struct s { int a }", "1:18: error: there is } where ; should be; end a field with ;" },
	{ "enum e { }", "1:10: error: there is } where a name should be; write that of a value" },
	{ "enum e { A, A }", "1:13: error: there is a value \"A\" already; choose another" },
	{ "enum e { A = B }", "1:14: error: there is B where a number should be; write the value" },
	{ "enum e { A = 0x80000000 }", "1:14: error: the value does not fit an int; write one that "
				       "does" },
	{ "int f(int *x [[ot]])", "1:16: error: a parameter has no note \"ot\"; did you mean "
				  "\"out\"?" },
	{ "int f(int *x [[errno]])",
	  "1:16: error: a parameter has no note \"errno\"; its notes are failure, free, in, inout, "
	  "len, null, nullable, out, scope, used" },
	{ "int f(int *x [[out, out]])", "1:21: error: \"out\" stands twice; keep one of them" },
	{ "int f(int *x [[out=1]])", "1:19: error: \"out\" has no value; take the = out" },
	{ "int f(int *x [[len]])", "1:16: error: \"len\" has no value; write len=NAME" },
	{ "int f(int *x [[len=]])", "1:20: error: \"len\" has no number there; write one, such as "
				    "len=16" },
	{ "int f(int *x [[free=3]])", "1:21: error: \"free\" has no name there; write one, such as "
				      "free=size" },
	{ "int f(int *x [[out in]])", "1:20: error: there is in where ]] should be; end the notes "
				      "with ]]" },
};

TEST_LEAK_FREE(each_mistake_has_its_place)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char line[512];

		CHECK(!read_text(wrong[i].text));
		CHECK_INT(report.count, 1);
		report_line_text(&report.lines[0], line, sizeof(line));
		CHECK_STR(line + 2, wrong[i].error);
		finish();
	}
}

TEST_LEAK_FREE(all_mistakes_are_told)
{
	CHECK(!read_text("unt a(void);\nstruct s { unt b; int c; };\nint d(void);\nunt e(void);"));
	CHECK_INT(report.errors, 3);
	CHECK(function("d"));
	finish();
}

TEST_LEAK_FREE(short_memory_is_an_error)
{
	heap_fail(1, true);
	CHECK(!read_text("int f(int a, const char *b [[len=a]]);"));
	heap_fail(0, false);
	CHECK(report.errors);
	finish();
}
