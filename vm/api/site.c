/* The first use of a pattern's place. Two threads may compile one at the same time: the first to publish
 * wins, the other frees its own. The plugin whose code it is owns what is published. */
#include "vm/api/site.h"

#include <string.h>

#include "vm/api/self.h"
#include "vm/base/log.h"

/* Leaves the site as it was at first: a plugin's memory may be mapped still when its node is gone. */
static void site_free(void *what)
{
	struct joist_site *site = what;

	/* acquire: pairs with the release in site_compile */
	pattern_free(__atomic_exchange_n(&site->program, NULL, __ATOMIC_ACQUIRE));
}

static void log_wrong(const char *function, const char *pattern, const char *error)
{
	const struct log_field fields[] = {
		LOG_FIELD_TEXT("function", function),
		LOG_FIELD_TEXT("pattern", pattern),
	};
	const struct log_event event = { LOG_LEVEL_ERROR, "pattern", error, fields, 2 };

	log_write(&event);
}

const struct pattern *site_compile(struct joist_actor *self, struct joist_site *site,
				   const unsigned char *types, enum pattern_use use,
				   const char *function)
{
	struct joist_bytes text = { site->pattern, strlen(site->pattern) };
	char error[200];
	struct pattern *pattern = pattern_compile(text, types, use, error, sizeof(error));
	void *first = NULL;

	if (!pattern && *error) {
		log_wrong(function, site->pattern, error);
		if (self)
			self_badarg(self, function);
		return NULL;
	}
	/* Before others can see it, for then it cannot be taken back. */
	if (!pattern || !self_plugin_owns(site, site_free)) {
		pattern_free(pattern);
		if (self)
			self_short(self);
		return NULL;
	}
	/* release: pairs with the acquire in site_pattern; acquire, of what another thread published */
	if (!__atomic_compare_exchange_n(&site->program, &first, pattern, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE)) {
		pattern_free(pattern);
		return first;
	}
	return pattern;
}
