/* Supervision trees, written on the SDK alone. Owns nothing. */
#include "loader/tree.h"

#include <stdio.h>
#include <string.h>

joist_term tree_field(joist_term map, const char *key)
{
	return joist_is_none(map) ? map : joist_map_get(map, joist_atom_term(joist_atom_new(key)));
}

static joist_term put(struct joist_actor *self, joist_term map, const char *key, joist_term value)
{
	return joist_map_put(self, map, joist_atom_term(joist_atom_new(key)), value);
}

/* The children of a map, `*ret_count` of them, in memory of the actor's that the caller frees. */
static joist_term *children_of(struct joist_actor *self, joist_term map, size_t *ret_count)
{
	joist_term list = tree_field(map, "children"), child;
	int64_t size = joist_is_none(list) ? 0 : joist_list_size(list);
	joist_term *children = joist_alloc(self, (size_t)(size > 0 ? size : 1) * sizeof(*children));

	*ret_count = 0;
	while (size-- > 0 && joist_list_next(&list, &child))
		children[(*ret_count)++] = child;
	return children;
}

joist_term tree_with(struct joist_actor *self, joist_term map, const joist_term *children,
		     size_t count)
{
	return put(self, map, "children", joist_list(self, children, count));
}

joist_term tree_whole(struct joist_actor *self, joist_term tree)
{
	joist_term whole = joist_make(self,
				      "#{strategy => one_for_one, intensity => 3, period_s => 5, "
				      "auto_shutdown => never, children => []}"),
		   key, value;
	size_t position = 0, count;

	while (joist_map_next(tree, &position, &key, &value))
		whole = joist_map_put(self, whole, key, value);
	joist_term *children = children_of(self, whole, &count);
	for (size_t i = 0; i < count; i++) {
		joist_term below = tree_field(children[i], "supervisor");

		if (!joist_is_none(below))
			children[i] = put(self, children[i], "supervisor", tree_whole(self, below));
	}
	whole = tree_with(self, whole, children, count);
	joist_free(self, children);
	return whole;
}

/* ---- what runs ---- */

joist_term tree_state(struct joist_actor *self, joist_pid supervisor, joist_term id)
{
	joist_term list, child, name, what;

	if (joist_call(self, supervisor, joist_make(self, "which_children"), JOIST_INFINITY,
		       &list) != JOIST_OK)
		return (joist_term){ 0 };
	while (joist_list_next(&list, &child)) {
		if (joist_match(child, "{Name, What, _, _}", &name, &what) && joist_equal(name, id))
			return what;
	}
	return (joist_term){ 0 };
}

joist_pid tree_pid(struct joist_actor *self, joist_pid root, joist_term path)
{
	joist_pid pid = root;
	joist_term id, what;

	while (joist_list_next(&path, &id)) {
		what = tree_state(self, pid, id);
		if (joist_is_none(what) || !joist_get_pid(what, &pid))
			return (joist_pid){ 0 };
	}
	return pid;
}

/* The child as it runs: a supervisor's map may be another one by now. */
static joist_term running_child(struct joist_actor *self, joist_pid supervisor, joist_term child)
{
	joist_term what, below;
	joist_pid pid;

	if (joist_is_none(tree_field(child, "supervisor")))
		return child;
	what = tree_state(self, supervisor, tree_field(child, "id"));
	if (joist_is_none(what) || !joist_get_pid(what, &pid))
		return child;
	below = tree_running(self, pid);
	return joist_is_none(below) ? child : put(self, child, "supervisor", below);
}

joist_term tree_running(struct joist_actor *self, joist_pid root)
{
	joist_term answer, map;
	size_t count;

	if (joist_call(self, root, joist_make(self, "get_specification"), JOIST_INFINITY,
		       &answer) != JOIST_OK ||
	    !joist_match(answer, "{ok, Map}", &map))
		return (joist_term){ 0 };
	joist_term *children = children_of(self, map, &count);
	for (size_t i = 0; i < count; i++)
		children[i] = running_child(self, root, children[i]);
	map = tree_with(self, map, children, count);
	joist_free(self, children);
	return map;
}

/* ---- paths ---- */

joist_term tree_child(joist_term map, joist_term id)
{
	joist_term list = tree_field(map, "children"), child;

	while (!joist_is_none(list) && joist_list_next(&list, &child)) {
		if (joist_equal(tree_field(child, "id"), id))
			return child;
	}
	return (joist_term){ 0 };
}

joist_term tree_at(joist_term tree, joist_term path)
{
	joist_term id;

	while (joist_list_next(&path, &id))
		tree = tree_field(tree_child(tree, id), "supervisor");
	return tree;
}

joist_term tree_put(struct joist_actor *self, joist_term tree, joist_term path, joist_term map)
{
	joist_term id;
	size_t count;

	if (!joist_list_next(&path, &id))
		return map;
	joist_term *children = children_of(self, tree, &count);
	for (size_t i = 0; i < count; i++) {
		joist_term below = tree_field(children[i], "supervisor");

		if (joist_equal(tree_field(children[i], "id"), id))
			children[i] = put(self, children[i], "supervisor",
					  tree_put(self, below, path, map));
	}
	tree = tree_with(self, tree, children, count);
	joist_free(self, children);
	return tree;
}

joist_term tree_below(struct joist_actor *self, joist_term path, joist_term id)
{
	joist_term first;

	if (!joist_list_next(&path, &first))
		return joist_make(self, "[Id]", id);
	return joist_cons(self, first, tree_below(self, path, id));
}

const char *tree_text(struct joist_actor *self, joist_term path)
{
	size_t size = 1, used = 0;
	struct joist_bytes name;
	joist_term ids = path, id;

	while (joist_list_next(&ids, &id))
		size += joist_get_bytes(id, &name) ? name.size + 1
						   : strlen(joist_format(self, id)) + 1;
	char *text = joist_alloc(self, size);
	while (joist_list_next(&path, &id)) {
		if (!joist_get_bytes(id, &name))
			name = joist_text(joist_format(self, id));
		used += (size_t)snprintf(text + used, size - used, "%s%.*s", used ? "/" : "",
					 (int)name.size, (const char *)name.data);
	}
	return text;
}
