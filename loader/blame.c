/* Asks a helper process of its own, which ends with the question. */
#include "loader/blame.h"

#include <stdio.h>
#include <string.h>

#include "loader/locate.h"
#include "vm/base/clock.h"

#define ANSWER_NS (2 * CLOCK_NS_PER_S)

static void ask(const char *path, uint64_t in_file, char *text, size_t size)
{
	struct locator locator;
	struct spot spot = { .line = 0 };

	locator_init(&locator);
	if (locator_ask(&locator, path, in_file, clock_now_ns() + ANSWER_NS, &spot) && spot.line) {
		const char *slash = strrchr(spot.source, '/');

		snprintf(text, size, "%s:%u", slash ? slash + 1 : spot.source, spot.line);
	}
	locator_finish(&locator);
}

void blame_find(const struct fault *fault, struct registry *registry, char *ret_text, size_t size)
{
	*ret_text = 0;
	for (uint32_t i = 0; i < fault->count && !*ret_text; i++) {
		/* A return address is behind its call. */
		uintptr_t at = fault->frames[i] - (i > 0 || !fault->signal);
		struct generation *generation = registry_at(registry, at);

		if (!generation)
			continue;
		const char *function = code_function_at(&generation->code, at);
		if (generation->path)
			ask(generation->path, at - generation->code.start + generation->first,
			    ret_text, size);
		if (!*ret_text && function)
			snprintf(ret_text, size, "%s", function);
		code_unpin(&generation->code);
	}
}
