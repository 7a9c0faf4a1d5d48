/* The places in plugin code that hold a pattern. */
#ifndef JOIST_VM_API_SITE_H
#define JOIST_VM_API_SITE_H

#include <joist/match.h>

#include "vm/term/pattern.h"

/* The slow half: what a site has when it is used first. */
const struct pattern *site_compile(struct joist_actor *self, struct joist_site *site,
				   const unsigned char *types, enum pattern_use use,
				   const char *function);

/* The site's pattern, compiled if this is its first use. Ends `self` (NULL: none, then NULL is returned)
 * with badarg of `function` if it is wrong, and for want of memory. */
static inline const struct pattern *site_pattern(struct joist_actor *self, struct joist_site *site,
						 const unsigned char *types, enum pattern_use use,
						 const char *function)
{
	/* acquire: pairs with the release in site_compile */
	const struct pattern *pattern = __atomic_load_n(&site->program, __ATOMIC_ACQUIRE);

	return __builtin_expect(pattern != NULL, 1)
		       ? pattern
		       : site_compile(self, site, types, use, function);
}

#endif
