/* A supervisor as a map, in both directions. Another one is read whole before anything changes, and its
 * children's specifications then take the places of those that have the same ids. Owned by the supervisor,
 * whose turns these are. */
#include "specification.h"

#define INTENSITY_MAX 1000000
#define NS_PER_S 1000000000

/* In the order of the enums. */
static const char *const strategies[] = { "one_for_one", "one_for_all", "rest_for_one",
					  "simple_one_for_one", NULL };
static const char *const shutdowns[] = { "never", "any_significant", "all_significant", NULL };

/* ---- reading ---- */

struct reading {
	struct joist_actor *self;
	joist_term map;
	joist_term error; /* none: nothing was wrong yet */
};

static void reading_fail(struct reading *r, const char *what, joist_term value)
{
	if (joist_is_none(r->error))
		r->error = joist_make(r->self, "{supervisor_data, {What, Value}}",
				      joist_atom_new(what), value);
}

/* The place of the atom at `key` in `words`; the first one if there is none. */
static int reading_word(struct reading *r, const char *key, const char *const *words,
			const char *what)
{
	joist_term given = childspec_field(r->map, key);

	if (joist_is_none(given))
		return 0;
	for (int i = 0; words[i]; i++) {
		if (joist_is_atom(given, words[i]))
			return i;
	}
	reading_fail(r, what, given);
	return 0;
}

static int64_t reading_number(struct reading *r, const char *key, int64_t otherwise, int64_t min,
			      int64_t max, const char *what)
{
	joist_term given = childspec_field(r->map, key);
	int64_t number = otherwise;

	if (!joist_is_none(given) &&
	    (!joist_get_int(given, &number) || number < min || number > max))
		reading_fail(r, what, given);
	return number;
}

static void reading_flags(struct reading *r, struct supervisor *supervisor)
{
	supervisor->strategy =
		(enum strategy)reading_word(r, "strategy", strategies, "invalid_strategy");
	supervisor->auto_shutdown = (enum auto_shutdown)reading_word(r, "auto_shutdown", shutdowns,
								     "invalid_auto_shutdown");
	supervisor->restarts.max =
		(uint32_t)reading_number(r, "intensity", 3, 0, INTENSITY_MAX, "invalid_intensity");
	supervisor->restarts.period_ns =
		reading_number(r, "period_s", 5, 1, UINT32_MAX, "invalid_period") * NS_PER_S;
}

static void reading_children(struct reading *r, struct supervisor *supervisor, joist_term list)
{
	bool significant_allowed = supervisor->auto_shutdown != AUTO_SHUTDOWN_NEVER;
	joist_term map, error;

	while (joist_is_none(r->error) && joist_list_next(&list, &map)) {
		struct childspec *spec = childspec_read(r->self, map, significant_allowed, &error);

		if (!spec) {
			r->error = joist_make(r->self, "{start_spec, Error}", error);
			return;
		}
		if (children_named(&supervisor->children, spec->id))
			r->error = joist_make(r->self, "{start_spec, {duplicate_child_name, Id}}",
					      childspec_field(map, "id"));
		children_add(r->self, &supervisor->children, spec);
	}
	if (joist_is_none(r->error) && joist_type(list) != JOIST_NIL)
		reading_fail(r, "invalid_children", list);
}

/* With simple_one_for_one the one specification becomes the pattern. */
static void reading_pattern(struct reading *r, struct supervisor *supervisor, joist_term list)
{
	struct named_child *only = supervisor->children.first;

	if (!only || only->after) {
		reading_fail(r, "bad_start_spec", list);
		return;
	}
	supervisor->pattern = only->spec;
	/* They have no ids to be told apart by, and may be a million. */
	supervisor->pattern->options.label = (joist_term){ 0 };
	supervisor->children = (struct children){ 0 };
	joist_free(r->self, only);
}

/* Frees the specifications of one that nothing was started of. */
static void specification_free(struct joist_actor *self, struct supervisor *supervisor)
{
	childspec_free(self, supervisor->pattern);
	while (supervisor->children.first)
		children_delete(self, &supervisor->children, supervisor->children.first);
}

bool specification_read(struct joist_actor *self, struct supervisor *supervisor, joist_term map,
			joist_term *ret_error)
{
	struct reading r = { .self = self, .map = map };
	joist_term list = childspec_field(map, "children");

	if (joist_is_none(list))
		list = joist_nil();
	if (joist_type(map) != JOIST_MAP)
		reading_fail(&r, "invalid_type", map);
	else
		reading_flags(&r, supervisor);
	reading_children(&r, supervisor, list);
	if (joist_is_none(r.error) && supervisor->strategy == SIMPLE_ONE_FOR_ONE)
		reading_pattern(&r, supervisor, list);
	if (joist_is_none(r.error))
		return true;
	specification_free(self, supervisor);
	*ret_error = r.error;
	return false;
}

/* ---- telling ---- */

joist_term specification_get(struct joist_actor *self, const struct supervisor *supervisor)
{
	const struct named_child *named = supervisor->children.last;
	joist_term children = joist_nil();

	if (supervisor->pattern)
		children = joist_cons(self, supervisor->pattern->kept, children);
	for (; named; named = named->before)
		children = joist_cons(self, named->spec->kept, children);
	return joist_make(self,
			  "#{strategy => S, intensity => I, period_s => P, auto_shutdown => A, "
			  "children => C}",
			  joist_atom_new(strategies[supervisor->strategy]),
			  supervisor->restarts.max, supervisor->restarts.period_ns / NS_PER_S,
			  joist_atom_new(shutdowns[supervisor->auto_shutdown]), children);
}

/* ---- exchanging ---- */

/* Whether what is known of a child that runs is wrong with the other one. */
static bool specification_moves(const struct childspec *a, const struct childspec *b)
{
	bool moves = a->node_count != b->node_count;

	for (size_t i = 0; !moves && i < a->node_count; i++)
		moves = a->nodes[i].word != b->nodes[i].word;
	return moves;
}

/* Why the supervisor cannot become what `next` is; none if it can. */
static joist_term specification_why_not(struct joist_actor *self,
					const struct supervisor *supervisor,
					const struct supervisor *next)
{
	const struct named_child *named = supervisor->children.first;

	if (!supervisor->pattern != !next->pattern)
		return joist_make(self, "{error, simple_one_for_one}");
	/* Nobody knows the args of temporary ones. */
	if (next->pattern && next->pattern->restart != supervisor->pattern->restart &&
	    supervisor->pattern->restart == RESTART_TEMPORARY && supervisor->children.count)
		return joist_make(self, "{error, {running, Id}}", supervisor->pattern->id);
	for (; named; named = named->after) {
		const struct named_child *other = children_named(&next->children, named->spec->id);

		if (named->child.status != CHILD_STOPPED &&
		    (!other || specification_moves(named->spec, other->spec)))
			return joist_make(self, "{error, {running, Id}}", named->spec->id);
	}
	return (joist_term){ 0 };
}

static void specification_swap(struct childspec **a, struct childspec **b)
{
	struct childspec *spec = *a;

	*a = *b;
	*b = spec;
}

/* Puts the children in the order of `next` behind those that it does not have, and deletes these. What
 * `next` has then are specifications that are no more. */
static void specification_merge(struct joist_actor *self, struct children *children,
				struct children *next)
{
	struct named_child *last = children->last, *old;

	for (struct named_child *named = next->first; named; named = named->after) {
		old = children_named(children, named->spec->id);
		if (old && old == last)
			last = old->before;
		if (old)
			children_move_last(children, old);
		else
			old = children_add(self, children, NULL);
		specification_swap(&old->spec, &named->spec);
	}
	while (last) {
		old = last;
		last = last->before;
		children_delete(self, children, old);
	}
}

static void specification_take(struct joist_actor *self, struct supervisor *supervisor,
			       struct supervisor *next)
{
	supervisor->strategy = next->strategy;
	supervisor->auto_shutdown = next->auto_shutdown;
	if (supervisor->restarts.max != next->restarts.max) {
		joist_free(self, supervisor->restarts.at_ns);
		supervisor->restarts = next->restarts;
	}
	supervisor->restarts.period_ns = next->restarts.period_ns;
	if (next->pattern)
		specification_swap(&supervisor->pattern, &next->pattern);
	specification_merge(self, &supervisor->children, &next->children);
}

joist_term specification_set(struct joist_actor *self, struct supervisor *supervisor,
			     joist_term map)
{
	struct supervisor next = { 0 };
	joist_term error;

	if (!specification_read(self, &next, map, &error))
		return joist_make(self, "{error, Error}", error);
	error = specification_why_not(self, supervisor, &next);
	if (joist_is_none(error))
		specification_take(self, supervisor, &next);
	specification_free(self, &next);
	return joist_is_none(error) ? joist_make(self, "ok") : error;
}
