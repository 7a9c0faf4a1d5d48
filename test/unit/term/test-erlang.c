/* A second opinion: Erlang reads what is printed here, prints it the same way, and finds the same order
 * and equalities among random terms. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/unit/term/random-term.h"
#include "vm/term/bin.h"
#include "vm/term/decode.h"
#include "vm/term/encode.h"
#include "vm/term/nodes.h"
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

/* ---- the external format ---- */

/* Reads terms, each with its size in front, and writes them again as it would send them. */
static const char mirror[] = "{ok, In} = file:read_file(os:getenv(\"TERMS\")),"
			     "F = fun G(<<>>) -> []; G(<<N:32, B:N/binary, R/binary>>) ->"
			     "<<131, O/binary>> = term_to_binary(binary_to_term(<<131, "
			     "B/binary>>), [{minor_version, 2}]),"
			     "[<<(byte_size(O)):32>>, O | G(R)] end,"
			     "ok = file:write_file(os:getenv(\"TERMS\"), F(In)), halt().";

/* A random one, or at last one of each kind that those do not have. */
static joist_term sample(struct random *r, struct arena *a, size_t i)
{
	static const char export[] = "qw\5listsw\3mapa\2";
	const joist_ref ref = { .node = nodes_make(atom_make("x@y", 3), 77),
				.count = 3,
				.id = { 1, 0xFFFFFFFF, 3 } };

	switch (TERMS - i) {
	case 1:
		return term_ref(a, ref);
	case 2:
		return term_pid(a, (joist_pid){ .id = UINT64_C(0xFFFFFFFEFFFFFFFF),
						.node = ref.node });
	case 3:
		return term_port(a, ref.node, UINT64_MAX);
	case 4:
		return term_fun(a, export, sizeof(export) - 1);
	default:
		return random_term(r, a, 5);
	}
}

static void samples_write(const char *path, const joist_term *terms, struct text *texts)
{
	FILE *file = fopen(path, "w");

	CHECK(file);
	for (size_t i = 0; i < TERMS; i++) {
		CHECK_INT(encode_term(&texts[i], terms[i]), 0);
		const uint32_t size = htonl((uint32_t)texts[i].size);
		fwrite(&size, sizeof(size), 1, file);
		fwrite(texts[i].data, 1, texts[i].size, file);
	}
	CHECK(!fclose(file));
}

TEST(reads_and_writes_the_same_bytes, .seconds_max = 60)
{
	struct random r = { .state = 99, .data_only = true };
	char path[] = "/tmp/joist-terms-XXXXXX", command[sizeof(mirror) + 100];
	static joist_term terms[TERMS];
	static struct text texts[TERMS];
	static unsigned char bytes[1 << 20];
	struct arena a = { 0 };
	uint32_t size, same = 0;

	if (system("command -v erl >/dev/null"))
		SKIP("no erl");
	close(mkstemp(path));
	for (size_t i = 0; i < TERMS; i++)
		terms[i] = sample(&r, &a, i);
	samples_write(path, terms, texts);
	setenv("TERMS", path, 1);
	snprintf(command, sizeof(command), "erl -noshell -eval '%s'", mirror);
	CHECK_INT(system(command), 0);
	FILE *file = fopen(path, "r");
	for (size_t i = 0; i < TERMS; i++) {
		CHECK(fread(&size, sizeof(size), 1, file) == 1 && ntohl(size) <= sizeof(bytes));
		CHECK(fread(bytes, 1, ntohl(size), file) == ntohl(size));
		struct decode d = { .at = bytes, .end = bytes + ntohl(size), .arena = &a };
		CHECK(term_equal(terms[i], decode_term(&d)) && d.at == d.end);
		same += texts[i].size == ntohl(size) && !memcmp(texts[i].data, bytes, ntohl(size));
	}
	fclose(file);
	unlink(path);
	/* But for maps, whose order OTP does not keep, they are. */
	CHECK(same > TERMS / 2);
}
