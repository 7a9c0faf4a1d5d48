/* What of a plan is about children. The tree that runs becomes the script's by one step after the other,
 * and each step has the tree that it starts from and the one that it makes: so it can be taken back. In
 * a supervisor, what is gone is stopped first, from the last one on; then it is gone through in order,
 * and through those below it where they stand. Of one turn of one actor; owns nothing. */
#include <string.h>

#include "loader/plan.h"
#include "loader/tree.h"

/* The children of a supervisor, to be changed. */
struct row {
	joist_term *items;
	size_t count;
};

/* With room for one more. */
static struct row row_of(struct plan *plan, joist_term map)
{
	joist_term list = tree_field(map, "children"), child;
	struct row row = { .count = 0 };

	row.items =
		joist_alloc(plan->self, ((size_t)joist_list_size(list) + 1) * sizeof(*row.items));
	while (joist_list_next(&list, &child))
		row.items[row.count++] = child;
	return row;
}

static void row_remove(struct row *row, size_t at)
{
	row->count--;
	memmove(row->items + at, row->items + at + 1, (row->count - at) * sizeof(*row->items));
}

static void row_insert(struct row *row, size_t at, joist_term child)
{
	memmove(row->items + at + 1, row->items + at, (row->count - at) * sizeof(*row->items));
	row->items[at] = child;
	row->count++;
}

/* ---- steps ---- */

/* The step after which the supervisor at `path` is `map`, with these children. */
static struct step *add(struct plan *plan, enum step_kind kind, joist_term path, joist_term id,
			const char *about, joist_term map, const struct row *row)
{
	struct joist_actor *self = plan->self;
	joist_term whole = joist_is_none(id) ? path : tree_below(self, path, id);
	const char *what = tree_text(self, whole);
	struct step *step = plan_add(plan, kind, *what ? what : "supervisor", about);

	step->path = path;
	step->id = kind == STEP_CHANGE ? (joist_term){ 0 } : id;
	step->from = plan->tree;
	map = tree_with(self, map, row->items, row->count);
	step->to = plan->tree = tree_put(self, plan->tree, path, map);
	return step;
}

static joist_term at(const struct plan *plan, joist_term path)
{
	return tree_at(plan->tree, path);
}

/* ---- comparing ---- */

/* What holds for a child's key that is not there; none: nothing does. */
static joist_term preset(struct plan *plan, joist_term key)
{
	return joist_map_get(joist_make(plan->self,
					"#{args => [], restart => permanent, nodes => [], "
					"node_wait_ms => infinity, significant => false, "
					"priority => normal, thread => false}"),
			     key);
}

static bool is_same(struct plan *plan, joist_term key, joist_term a, joist_term b)
{
	if (joist_is_none(a))
		a = preset(plan, key);
	if (joist_is_none(b))
		b = preset(plan, key);
	return joist_is_none(a) || joist_is_none(b) ? joist_is_none(a) && joist_is_none(b)
						    : joist_equal(a, b);
}

/* Whether only its supervisor needs to know of it. */
static bool is_soft(joist_term key)
{
	static const char *const soft[] = { "restart",	    "shutdown_ms", "start_ms",
					    "significant",  "backoff",	   "on_node_loss",
					    "node_wait_ms", NULL };

	for (const char *const *word = soft; *word; word++) {
		if (joist_is_atom(key, *word))
			return true;
	}
	return false;
}

/* What is different of two children or supervisors. */
struct difference {
	const char *keys; /* "args, limits"; empty: nothing */
	bool restarts;
};

static void note(struct plan *plan, struct difference *d, joist_term key)
{
	d->keys = plan_text(plan, "%s%s%s", d->keys, *d->keys ? ", " : "",
			    joist_format(plan->self, key));
	d->restarts |= !is_soft(key);
}

/* But for what is below a supervisor. */
static struct difference compare(struct plan *plan, joist_term have, joist_term want)
{
	struct difference d = { .keys = "" };
	joist_term key, value;
	size_t position = 0;

	while (joist_map_next(want, &position, &key, &value)) {
		if (!joist_is_atom(key, "supervisor") && !joist_is_atom(key, "children") &&
		    !is_same(plan, key, joist_map_get(have, key), value))
			note(plan, &d, key);
	}
	position = 0;
	while (joist_map_next(have, &position, &key, &value)) {
		if (joist_is_none(joist_map_get(want, key)) &&
		    (joist_is_atom(key, "supervisor") ||
		     !is_same(plan, key, value, (joist_term){ 0 })))
			note(plan, &d, key);
	}
	return d;
}

static bool is_pattern(joist_term map)
{
	return joist_is_atom(tree_field(map, "strategy"), "simple_one_for_one");
}

/* A temporary child that has run already, and was to be the same. */
static bool has_been(struct plan *plan, joist_term want, joist_term was)
{
	joist_term before = { 0 };

	if (!joist_is_none(was))
		before = tree_child(was, tree_field(want, "id"));
	return joist_is_atom(tree_field(want, "restart"), "temporary") && !joist_is_none(before) &&
	       !*compare(plan, before, want).keys;
}

/* ---- one supervisor ---- */

static void become(struct plan *plan, joist_term path, joist_term want, joist_term was);

static void stop_those_gone(struct plan *plan, joist_term path, joist_term want)
{
	joist_term map = at(plan, path);
	struct row row = row_of(plan, map);

	for (size_t i = row.count; i-- > 0;) {
		joist_term id = tree_field(row.items[i], "id");

		if (!joist_is_none(tree_child(want, id)))
			continue;
		row_remove(&row, i);
		add(plan, STEP_STOP, path, id, "", map, &row);
	}
}

/* Those of `row`, all of which `want` has, in its order; whether that is another one. */
static bool put_in_order(struct plan *plan, joist_term want, struct row *row)
{
	joist_term list = tree_field(want, "children"), child;
	struct row before = row_of(plan, want);
	bool moved = false;
	size_t count = 0;

	memcpy(before.items, row->items, row->count * sizeof(*row->items));
	before.count = row->count;
	while (joist_list_next(&list, &child)) {
		for (size_t i = 0; i < before.count; i++) {
			if (!joist_equal(tree_field(before.items[i], "id"),
					 tree_field(child, "id")))
				continue;
			moved |= i != count;
			row->items[count++] = before.items[i];
		}
	}
	joist_free(plan->self, before.items);
	return moved;
}

static void change_flags(struct plan *plan, joist_term path, joist_term want)
{
	joist_term map = at(plan, path), key, value;
	struct difference d = compare(plan, map, want);
	struct row row = row_of(plan, map);
	size_t position = 0;

	if (put_in_order(plan, want, &row))
		note(plan, &d, joist_make(plan->self, "order"));
	if (!*d.keys)
		return;
	while (joist_map_next(want, &position, &key, &value)) {
		if (!joist_is_atom(key, "children"))
			map = joist_map_put(plan->self, map, key, value);
	}
	add(plan, STEP_CHANGE, path, (joist_term){ 0 }, d.keys, map, &row);
}

static joist_term with_supervisor(struct plan *plan, joist_term child, joist_term map)
{
	return joist_map_put(plan->self, child, joist_make(plan->self, "supervisor"), map);
}

/* The child at that place, which is to be `want`. */
static void fit(struct plan *plan, joist_term path, size_t place, joist_term want, joist_term was)
{
	joist_term map = at(plan, path);
	struct row row = row_of(plan, map);
	joist_term have = row.items[place], id = tree_field(want, "id");
	joist_term below = tree_field(have, "supervisor"), wanted = tree_field(want, "supervisor");
	struct difference d = compare(plan, have, want);
	bool nests = !joist_is_none(below) && !joist_is_none(wanted);
	joist_term deeper = tree_below(plan->self, path, id);
	bool runs = nests && !joist_pid_is_none(tree_pid(plan->self, plan->root, deeper));

	if (joist_is_none(below) && !joist_is_none(wanted))
		note(plan, &d, joist_make(plan->self, "supervisor"));
	if (nests && is_pattern(below) != is_pattern(wanted))
		note(plan, &d, joist_make(plan->self, "strategy"));
	if (!runs && nests && !joist_equal(tree_whole(plan->self, below), wanted))
		note(plan, &d, joist_make(plan->self, "supervisor"));
	if (!runs && nests)
		d.restarts = false;
	row.items[place] = runs && !d.restarts ? with_supervisor(plan, want, below) : want;
	if (*d.keys)
		add(plan, d.restarts ? STEP_RESTART : STEP_CHANGE, path, id, d.keys, map, &row);
	if (runs && !d.restarts)
		become(plan, deeper, wanted,
		       joist_is_none(was) ? was : tree_field(tree_child(was, id), "supervisor"));
}

static void start(struct plan *plan, joist_term path, size_t place, joist_term want)
{
	joist_term map = at(plan, path), what = tree_field(want, "start");
	struct row row = row_of(plan, map);
	struct joist_bytes name = joist_text("supervisor");

	if (!joist_is_none(what))
		joist_get_bytes(what, &name);
	row_insert(&row, place, want);
	add(plan, STEP_START, path, tree_field(want, "id"),
	    plan_text(plan, "%.*s", (int)name.size, (const char *)name.data), map, &row);
}

/* The one child is the pattern of all, which go on as they are. */
static void change_pattern(struct plan *plan, joist_term path, joist_term want)
{
	joist_term map = at(plan, path), wanted = row_of(plan, want).items[0];
	struct row row = row_of(plan, map);
	struct difference d = compare(plan, row.items[0], wanted);

	if (!joist_equal(tree_field(tree_whole(plan->self, map), "children"),
			 tree_field(want, "children")) &&
	    !*d.keys)
		note(plan, &d, joist_make(plan->self, "supervisor"));
	row.items[0] = wanted;
	if (*d.keys)
		add(plan, STEP_CHANGE, path, tree_field(wanted, "id"), d.keys, map, &row);
}

/* The supervisor at `path` becomes `want`; when the node's script was read, it was to be `was`. */
static void become(struct plan *plan, joist_term path, joist_term want, joist_term was)
{
	joist_term list = tree_field(want, "children"), child;
	size_t place = 0;

	if (is_pattern(want)) {
		change_flags(plan, path, want);
		change_pattern(plan, path, want);
		return;
	}
	stop_those_gone(plan, path, want);
	change_flags(plan, path, want);
	while (joist_list_next(&list, &child)) {
		joist_term id = tree_field(child, "id");
		bool is_there = !joist_is_none(tree_child(at(plan, path), id));

		if (is_there)
			fit(plan, path, place, child, was);
		else if (has_been(plan, child, was))
			continue;
		else
			start(plan, path, place, child);
		place++;
	}
}

bool plan_tree(struct plan *plan)
{
	struct joist_actor *self = plan->self;
	joist_term want = tree_whole(self, plan->script->tree);

	plan->tree = tree_running(self, plan->root);
	if (joist_is_none(plan->tree))
		return false;
	if (is_pattern(plan->tree) != is_pattern(want))
		plan_add(plan, STEP_CANNOT, "supervisor.strategy",
			 "to or from simple_one_for_one; start the node again with this script");
	else
		become(plan, joist_nil(), want, tree_whole(self, plan->old->tree));
	return true;
}
