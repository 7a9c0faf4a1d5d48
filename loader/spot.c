/* Lines about places in source code. What is read may be any bytes: a helper process that has just
 * worked on a damaged file wrote it. Works in the caller's memory only. */
#include "loader/spot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The rest of a line that is being read. */
struct rest {
	const char *at, *end;
};

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != 0x7f;
}

void spot_copy(char *to, size_t room, const char *text)
{
	size_t size = strlen(text);

	if (size >= room)
		text += size - (room - 1);
	for (; *text; text++)
		*to++ = is_plain(*text) ? *text : '?';
	*to = 0;
}

static size_t line_size(int size)
{
	return size > 0 && size < SPOT_LINE_MAX ? (size_t)size : 0;
}

size_t spot_ask(const struct spot_question *question, char line[static SPOT_LINE_MAX])
{
	for (const char *c = question->file; *c; c++) {
		if (!is_plain(*c))
			return 0;
	}
	return line_size(snprintf(line, SPOT_LINE_MAX, "%" PRIu64 " %" PRIx64 " %s\n",
				  question->number, question->address, question->file));
}

size_t spot_answer(uint64_t number, const struct spot *spot, char line[static SPOT_LINE_MAX])
{
	return line_size(snprintf(line, SPOT_LINE_MAX, "%" PRIu64 " %u %" PRIu64 " %s\t%s\n",
				  number, spot->line, spot->distance, spot->function,
				  spot->source));
}

/* A number in `base` and the space behind it. */
static bool take_number(struct rest *rest, unsigned base, uint64_t *ret_number)
{
	const char *start = rest->at;
	uint64_t number = 0;

	for (; rest->at < rest->end && *rest->at != ' '; rest->at++) {
		static const char digits[] = "0123456789abcdef";
		const char *digit = *rest->at ? strchr(digits, *rest->at) : NULL;
		uint64_t value = digit ? (uint64_t)(digit - digits) : base;

		if (value >= base || number > (UINT64_MAX - value) / base)
			return false;
		number = number * base + value;
	}
	if (rest->at == start || rest->at == rest->end)
		return false;
	rest->at++;
	*ret_number = number;
	return true;
}

/* What comes before `mark`, or all if that is 0. */
static bool take_text(struct rest *rest, char mark, char *to, size_t room)
{
	size_t left = (size_t)(rest->end - rest->at), size = left;

	if (mark) {
		const char *at = memchr(rest->at, mark, left);

		if (!at)
			return false;
		size = (size_t)(at - rest->at);
	}
	if (size >= room)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (!is_plain(rest->at[i]))
			return false;
	}
	memcpy(to, rest->at, size);
	to[size] = 0;
	rest->at += size + (mark != 0);
	return true;
}

bool spot_read_question(const char *line, size_t size, struct spot_question *ret_question)
{
	struct rest rest = { line, line + size };

	return take_number(&rest, 10, &ret_question->number) &&
	       take_number(&rest, 16, &ret_question->address) &&
	       take_text(&rest, 0, ret_question->file, sizeof(ret_question->file)) &&
	       ret_question->file[0];
}

bool spot_read_answer(const char *line, size_t size, uint64_t *ret_number, struct spot *ret_spot)
{
	struct rest rest = { line, line + size };
	uint64_t source_line;

	if (!take_number(&rest, 10, ret_number) || !take_number(&rest, 10, &source_line) ||
	    source_line > UINT32_MAX || !take_number(&rest, 10, &ret_spot->distance) ||
	    !take_text(&rest, '\t', ret_spot->function, sizeof(ret_spot->function)) ||
	    !take_text(&rest, 0, ret_spot->source, sizeof(ret_spot->source)))
		return false;
	ret_spot->line = (unsigned)source_line;
	return true;
}
