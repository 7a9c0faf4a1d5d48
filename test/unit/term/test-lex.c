/* The lexer. */
#include "vm/term/lex.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/utf8.h"

static struct lex lex_of(const char *text)
{
	struct lex lex;

	lex_init(&lex, (struct joist_bytes){ text, strlen(text) });
	return lex;
}

/* That the text is the tokens, the last of which is TOKEN_END or TOKEN_BAD. */
static void tokens_check(const char *text, const enum token *expected)
{
	struct lex lex = lex_of(text);

	for (size_t i = 0;; i++) {
		enum token token = lex_next(&lex);
		if (token != expected[i])
			test_fail(__FILE__, __LINE__, "%s: token %zu is %d, not %d", text, i, token,
				  expected[i]);
		if (token == TOKEN_END || token == TOKEN_BAD)
			return;
	}
}
#define TOKENS(text, ...) tokens_check(text, (const enum token[]){ __VA_ARGS__ })

TEST(tokens)
{
	TOKENS("", TOKEN_END);
	TOKENS(" % nothing\n\t% more", TOKEN_END);
	TOKENS("{a,_B}.", TOKEN_OPEN, TOKEN_ATOM, TOKEN_COMMA, TOKEN_NAME, TOKEN_CLOSE, TOKEN_DOT,
	       TOKEN_END);
	TOKENS("#{k=>1,l:=[]|-}", TOKEN_MAP, TOKEN_ATOM, TOKEN_ARROW, TOKEN_INTEGER, TOKEN_COMMA,
	       TOKEN_ATOM, TOKEN_ASSIGN, TOKEN_LIST, TOKEN_LIST_END, TOKEN_BAR, TOKEN_MINUS,
	       TOKEN_CLOSE, TOKEN_END);
	TOKENS("<<1:2,\"x\"/utf8>>", TOKEN_BITS, TOKEN_INTEGER, TOKEN_COLON, TOKEN_INTEGER,
	       TOKEN_COMMA, TOKEN_STRING, TOKEN_SLASH, TOKEN_ATOM, TOKEN_BITS_END, TOKEN_END);
	TOKENS("^X $a 1.5 1.", TOKEN_PIN, TOKEN_NAME, TOKEN_CHAR, TOKEN_FLOAT, TOKEN_INTEGER,
	       TOKEN_DOT, TOKEN_END);
}

TEST(what_is_no_token)
{
	TOKENS("\xFF", TOKEN_BAD);
	TOKENS("\xE2\x82\xAC", TOKEN_BAD);
	TOKENS("'a", TOKEN_BAD);
	TOKENS("\"\\xZZ\"", TOKEN_BAD);
	TOKENS("\"\\x{110000}\"", TOKEN_BAD);
	TOKENS("\"\\", TOKEN_BAD);
	TOKENS("$", TOKEN_BAD);
	TOKENS("1#0", TOKEN_BAD);
	TOKENS("37#0", TOKEN_BAD);
	TOKENS("16#", TOKEN_BAD);
	TOKENS("1.0e", TOKEN_BAD);
	TOKENS("a.b", TOKEN_ATOM, TOKEN_BAD);
	TOKENS("=", TOKEN_BAD);
	TOKENS("!", TOKEN_BAD);
}

static void text_check(const char *text, const char *expected)
{
	struct lex lex = lex_of(text);

	lex_next(&lex);
	CHECK_INT(lex.text.size, strlen(expected));
	CHECK(!memcmp(lex.text.data, expected, strlen(expected)));
}

TEST(tokens_have_their_text)
{
	text_check("  ab_C@1-", "ab_C@1");
	text_check("'a\\'b' c", "a\\'b");
	text_check("\xC3\xA9\xC3\xA0", "\xC3\xA9\xC3\xA0");
	text_check("1_000_", "1_000");
	text_check("1__0", "1");
	text_check("16#fF,", "fF");
	text_check("1.5e-3.", "1.5e-3");
	text_check("1.5.", "1.5");
}

TEST(escapes)
{
	static const struct {
		const char *text;
		uint32_t character;
	} cases[] = { { "\\n", 10 },
		      { "\\s", 32 },
		      { "\\d", 127 },
		      { "\\e", 27 },
		      { "\\x41", 65 },
		      { "\\x4", UTF8_BAD },
		      { "\\x{1F600}", 0x1F600 },
		      { "\\x{D800}", UTF8_BAD },
		      { "\\101", 65 },
		      { "\\0", 0 },
		      { "\\777", 511 },
		      { "\\^A", 1 },
		      { "\\^", UTF8_BAD },
		      { "\\q", 'q' },
		      { "\\\"", '"' },
		      { "\xC3\xA9", 0xE9 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const unsigned char *at = (const unsigned char *)cases[i].text;
		CHECK_INT(lex_char(&at, at + strlen(cases[i].text)), cases[i].character);
	}
}
