/* Patterns, as the SDK has them. */
#include "vm/api/self.h"
#include "vm/api/site.h"
#include "vm/term/make.h"
#include "vm/term/match.h"

bool joist_match_at(joist_term term, struct joist_site *site, const unsigned char *types,
		    void *const *holes)
{
	const struct pattern *pattern = __atomic_load_n(&site->program, __ATOMIC_ACQUIRE);

	/* acquire: pairs with the release in site_compile. Who calls matters only for the first use. */
	if (!pattern)
		pattern = site_pattern(self_current(), site, types, PATTERN_MATCH, "joist_match");
	return pattern && match_run(pattern, term, holes);
}

/* The holes, with terms of an open parcel's outside copied into it. */
static void holes_inside(struct joist_actor *self, const struct pattern *pattern,
			 void *const *holes, void **to, joist_term *parts)
{
	for (unsigned i = 0; i < pattern->hole_count; i++) {
		to[i] = holes[i];
		if (pattern->types[i] != JOIST_HOLE_TERM)
			continue;
		parts[i] = self_part(self, *(const joist_term *)holes[i]);
		to[i] = &parts[i];
	}
}

joist_term joist_make_at(struct joist_actor *self, struct joist_site *site,
			 const unsigned char *types, void *const *holes)
{
	const struct pattern *pattern = site_pattern(self, site, types, PATTERN_MAKE, "joist_make");
	void *inside[JOIST_HOLES_MAX];
	joist_term parts[JOIST_HOLES_MAX];

	if (!pattern)
		return TERM_NONE;
	if (make_is_wrong(pattern, holes))
		self_badarg(self, "joist_make");
	holes_inside(self, pattern, holes, inside, parts);
	joist_term term = make_run(self_arena(self), pattern, inside);
	if (joist_is_none(term))
		self_short(self);
	return term;
}
