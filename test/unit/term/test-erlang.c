/* A second opinion: Erlang reads what is printed here, prints it the same way, and finds the same order
 * and equalities among random terms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/unit/term/random-term.h"
#include "vm/term/order.h"
#include "vm/term/print.h"

#define TERMS 250

/* Prints each term of the file as Erlang does, then a line for each: how it compares with all. Where
 * there is a ~k, only that prints maps in the order of their keys. */
static const char program[] =
	"io:setopts([{encoding, unicode}]),"
	"{ok, Terms} = file:consult(os:getenv(\"TERMS\")),"
	"F = try io_lib:format(\"~0tkp\", [a]), \"~0tkp~n\" catch _:_ -> \"~0tp~n\" end,"
	"[io:format(F, [T]) || T <- Terms],"
	"C = fun(A, B) when A =:= B -> $=; (A, B) when A == B -> $~; (A, B) when A < B -> $<;"
	"(_, _) -> $> end,"
	"[io:format(\"~s~n\", [[C(A, B) || B <- Terms]]) || A <- Terms], halt().";

static void terms_write(FILE *file, const joist_term *terms, char **ret_texts)
{
	fputs("%% coding: utf-8\n", file);
	for (size_t i = 0; i < TERMS; i++) {
		struct text text = { 0 };
		CHECK(print_term(&text, terms[i]));
		ret_texts[i] = strdup(text_end(&text));
		fprintf(file, "%s.\n", text.data);
		text_finish(&text);
	}
	CHECK(!fflush(file));
}

static char order_sign(joist_term a, joist_term b)
{
	int order = term_compare(a, b);

	if (order)
		return order < 0 ? '<' : '>';
	return term_equal(a, b) ? '=' : '~';
}

/* The next line, without its end. */
static char *line_read(FILE *erlang)
{
	static char *line;
	static size_t room;
	ssize_t size = getline(&line, &room, erlang);

	CHECK(size > 0);
	line[size - 1] = 0;
	return line;
}

TEST(agrees, .seconds_max = 60)
{
	struct random r = { .state = 2024, .data_only = true, .text_only = true };
	char path[] = "/tmp/joist-terms-XXXXXX", command[sizeof(program) + 100], *texts[TERMS];
	static joist_term terms[TERMS];
	struct arena a = { 0 };

	if (system("command -v erl >/dev/null"))
		SKIP("no erl");
	for (size_t i = 0; i < TERMS; i++)
		terms[i] = random_term(&r, &a, 3);
	FILE *file = fdopen(mkstemp(path), "w");
	CHECK(file);
	terms_write(file, terms, texts);
	setenv("TERMS", path, 1);
	snprintf(command, sizeof(command), "erl +pc unicode -noshell -eval '%s'", program);
	FILE *erlang = popen(command, "r");
	CHECK(erlang);
	for (size_t i = 0; i < TERMS; i++)
		CHECK_STR(line_read(erlang), texts[i]);
	for (size_t i = 0; i < TERMS; i++) {
		const char *signs = line_read(erlang);
		for (size_t j = 0; j < TERMS; j++) {
			if (signs[j] != order_sign(terms[i], terms[j]))
				test_fail(__FILE__, __LINE__, "%s %c %s", texts[i], signs[j],
					  texts[j]);
		}
	}
	for (size_t i = 0; i < TERMS; i++)
		free(texts[i]);
	pclose(erlang);
	fclose(file);
	unlink(path);
}
