/* Parses options of the command line. Owns nothing. One thread. */
#include "loader/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "loader/report.h"

#define OPTIONS_MAX 32

static bool fail(const char *what, const char *name, const char *remedy)
{
	fprintf(stderr, "joist: %s %s; %s\n", what, name, remedy);
	return false;
}

/* The option that `argument` names, which may have "=VALUE" behind it. */
static const struct option *find(const struct option *options, const char *argument)
{
	size_t size = strcspn(argument, "=");

	for (; options->name; options++) {
		if (strlen(options->name) == size && !strncmp(options->name, argument, size))
			return options;
	}
	return NULL;
}

static bool tell_unknown(const struct option *options, const char *argument)
{
	const char *words[OPTIONS_MAX + 1] = { 0 }, *nearest;
	char remedy[128], name[64];

	for (size_t i = 0; i < OPTIONS_MAX && options[i].name; i++)
		words[i] = options[i].name;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(argument, "="), argument);
	nearest = report_nearest(name, words);
	if (!nearest)
		return fail("unknown option", name, "see joist help");
	snprintf(remedy, sizeof(remedy), "did you mean %s?", nearest);
	return fail("unknown option", name, remedy);
}

static bool set_number(const struct option *option, const char *value)
{
	char *end, remedy[96];
	long long number;

	errno = 0;
	number = strtoll(value, &end, 10);
	if (*value && !*end && !errno && number >= option->low && number <= option->high) {
		*(int64_t *)option->to = number;
		return true;
	}
	snprintf(remedy, sizeof(remedy), "give it a number from %" PRId64 " to %" PRId64,
		 option->low, option->high);
	return fail("no value for", option->name, remedy);
}

static bool set(const struct option *option, const char *value)
{
	struct option_texts *texts = option->to;

	switch (option->type) {
	case OPTION_FLAG:
		*(bool *)option->to = true;
		return true;
	case OPTION_TEXT:
		*(const char **)option->to = value;
		return true;
	case OPTION_TEXTS:
		if (texts->count == OPTION_TEXTS_MAX)
			return fail("too many of", option->name, "give it less often");
		texts->items[texts->count++] = value;
		return true;
	case OPTION_NUMBER:
		return set_number(option, value);
	}
	return false;
}

/* Takes one option, and its value if that is the next argument: how many arguments that were, or 0. */
static int take(const struct option *options, char **arguments)
{
	const struct option *option = find(options, arguments[0]);
	const char *value = strchr(arguments[0], '=');

	if (!option)
		return tell_unknown(options, arguments[0]) ? 1 : 0;
	if (option->type == OPTION_FLAG) {
		if (value)
			return fail("a value for", option->name, "it takes none") ? 1 : 0;
		return set(option, NULL) ? 1 : 0;
	}
	if (value)
		return set(option, value + 1) ? 1 : 0;
	if (!arguments[1])
		return fail("no value for", option->name, "give it one") ? 1 : 0;
	return set(option, arguments[1]) ? 2 : 0;
}

int options_parse(const struct option *options, char **arguments)
{
	int kept = 0;

	for (char **at = arguments; *at;) {
		int taken;

		if (!strcmp(*at, "--")) {
			for (at++; *at; at++)
				arguments[kept++] = *at;
			break;
		}
		if ((*at)[0] != '-' || !(*at)[1]) {
			arguments[kept++] = *at++;
			continue;
		}
		taken = take(options, at);
		if (!taken)
			return -1;
		at += taken;
	}
	arguments[kept] = NULL;
	return kept;
}

void options_print(const struct option *options, FILE *out)
{
	for (; options->name; options++) {
		char name[64];

		snprintf(name, sizeof(name), "%s%s%s", options->name, options->value ? " " : "",
			 options->value ? options->value : "");
		fprintf(out, "  %-24s %s\n", name, options->about);
	}
}

bool options_ms(const char *text, int64_t usual, int64_t *ret_ms)
{
	char *rest;

	*ret_ms = usual;
	if (!text)
		return true;
	long number = strtol(text, &rest, 10);
	bool seconds = !strcmp(rest, "s");
	*ret_ms = seconds ? (int64_t)number * 1000 : number;
	return rest != text && number >= 0 && number <= 86400 &&
	       (seconds || !*rest || !strcmp(rest, "ms"));
}
