/* Patterns, as the SDK has them. */
#include "vm/api/self.h"
#include "vm/api/site.h"
#include "vm/base/bug.h"
#include "vm/term/make.h"
#include "vm/term/match.h"

/* Who calls matters only for the first use. */
static __attribute__((noinline)) bool match_first_time(joist_term term, struct joist_site *site,
						       const unsigned char *types,
						       void *const *holes)
{
	const struct pattern *pattern =
		site_pattern(self_current(), site, types, PATTERN_MATCH, "joist_match");

	return pattern && match_fully(pattern, term, holes);
}

/* What it calls, it calls last, as does joist_make_at: most often nothing, and no register is saved. */
bool joist_match_at(joist_term term, struct joist_site *site, const unsigned char *types,
		    void *const *holes)
{
	/* acquire: pairs with the release in site_compile */
	const struct pattern *pattern = __atomic_load_n(&site->program, __ATOMIC_ACQUIRE);

	if (UNLIKELY(!pattern))
		return match_first_time(term, site, types, holes);
	return match_run(pattern, term, holes);
}

/* Of terms, which are copied if they are to be in an open parcel and are not. */
static __attribute__((noinline)) joist_term make_inside(struct joist_actor *self,
							const struct pattern *pattern,
							void *const *holes)
{
	void *inside[JOIST_HOLES_MAX];
	joist_term parts[JOIST_HOLES_MAX];

	for (unsigned i = 0; i < pattern->hole_count; i++) {
		inside[i] = holes[i];
		if (pattern->types[i] != JOIST_HOLE_TERM)
			continue;
		parts[i] = *(const joist_term *)holes[i];
		if (joist_is_none(parts[i]))
			return TERM_NONE;
		parts[i] = self_part(self, parts[i]);
		inside[i] = &parts[i];
	}
	return make_run(self_arena(self), pattern, inside);
}

static __attribute__((noinline)) joist_term make_any(struct joist_actor *self,
						     const struct pattern *pattern,
						     void *const *holes)
{
	bool copies = pattern->takes_terms && self->stack->parcel_open;
	joist_term term = UNLIKELY(copies) ? make_inside(self, pattern, holes)
					   : make_run(self_arena(self), pattern, holes);

	if (UNLIKELY(joist_is_none(term))) {
		if (make_is_wrong(pattern, holes))
			self_badarg(self, "joist_make");
		self_short(self);
	}
	return term;
}

static __attribute__((noinline)) joist_term make_first_time(struct joist_actor *self,
							    struct joist_site *site,
							    const unsigned char *types,
							    void *const *holes)
{
	const struct pattern *pattern = site_pattern(self, site, types, PATTERN_MAKE, "joist_make");

	return pattern ? make_any(self, pattern, holes) : TERM_NONE;
}

joist_term joist_make_at(struct joist_actor *self, struct joist_site *site,
			 const unsigned char *types, void *const *holes)
{
	/* acquire: pairs with the release in site_compile */
	const struct pattern *pattern = __atomic_load_n(&site->program, __ATOMIC_ACQUIRE);
	joist_term term;

	if (UNLIKELY(!pattern))
		return make_first_time(self, site, types, holes);
	if (LIKELY(pattern->flat && !self->stack->parcel_open) &&
	    make_quick(&self->stack->arena, pattern, holes, &term))
		return term;
	return make_any(self, pattern, holes);
}
