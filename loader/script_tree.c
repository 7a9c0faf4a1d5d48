/* Makes terms of a boot script that has been checked. What the script leaves out is left out here: the
 * supervisor has the same defaults. Terms live in the caller's arena. Any thread. */
#include "loader/script_tree.h"

#include <string.h>

#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/map.h"
#include "vm/term/parse.h"

/* The pairs of a map that is being made; no object has more keys than this. */
struct pairs {
	struct arena *arena;
	joist_term items[2 * 32];
	size_t count;
	bool failed; /* memory is short */
};

static joist_term word(const char *name)
{
	return atom_term(atom_make(name, strlen(name)));
}

static void put(struct pairs *pairs, const char *key, joist_term value)
{
	joist_term name = word(key);

	if (!name.word || !value.word)
		pairs->failed = true;
	if (pairs->failed)
		return;
	pairs->items[2 * pairs->count] = name;
	pairs->items[2 * pairs->count + 1] = value;
	pairs->count++;
}

static joist_term finish(struct pairs *pairs)
{
	return pairs->failed ? TERM_NONE : term_map(pairs->arena, pairs->items, pairs->count);
}

static joist_term text_term(const char *text, struct arena *arena)
{
	return term_binary(arena, text, strlen(text));
}

/* The list of what `make` makes of the parts of `list`. */
static joist_term list_term(const struct value *list, struct arena *arena,
			    joist_term (*make)(const struct value *, struct arena *))
{
	joist_term reversed = TERM_NIL, result = TERM_NIL;

	for (const struct value *item = list->first; item; item = item->next) {
		joist_term term = make(item, arena);

		reversed = term.word ? term_cons(arena, term, reversed) : TERM_NONE;
		if (!reversed.word)
			return TERM_NONE;
	}
	for (; reversed.word != TERM_NIL.word; reversed = term_tail(reversed)) {
		result = term_cons(arena, term_head(reversed), result);
		if (!result.word)
			return TERM_NONE;
	}
	return result;
}

static joist_term object_term(const struct value *object, struct arena *arena)
{
	size_t count = 0, at = 0;
	joist_term *items;

	for (const struct value *member = object->first; member; member = member->next)
		count++;
	items = (joist_term *)arena_take(arena, 2 * count + 1);
	if (!items)
		return TERM_NONE;
	for (const struct value *member = object->first; member; member = member->next) {
		items[at++] = text_term(member->key, arena);
		items[at++] = script_value_term(member, arena);
		if (!items[at - 2].word || !items[at - 1].word)
			return TERM_NONE;
	}
	return term_map(arena, items, count);
}

joist_term script_value_term(const struct value *value, struct arena *arena)
{
	switch (value->kind) {
	case VALUE_NULL:
		return word("null");
	case VALUE_BOOL:
		return word(value->truth ? "true" : "false");
	case VALUE_WHOLE:
		return term_int(arena, value->whole);
	case VALUE_REAL:
		return term_float(arena, value->real);
	case VALUE_TEXT:
		return text_term(value->text, arena);
	case VALUE_LIST:
		return list_term(value, arena, script_value_term);
	case VALUE_OBJECT:
		return object_term(value, arena);
	}
	return TERM_NONE;
}

/* Numbers and truths as they are, words as atoms. */
static void put_plain(struct pairs *pairs, const struct value *object, const char *key)
{
	const struct value *value = value_get(object, key);

	if (!value)
		return;
	put(pairs, key,
	    value->kind == VALUE_TEXT ? word(value->text) : script_value_term(value, pairs->arena));
}

static void put_text(struct pairs *pairs, const struct value *object, const char *key)
{
	const char *text = script_text(object, key);

	if (text)
		put(pairs, key, text_term(text, pairs->arena));
}

static void put_backoff(struct pairs *pairs, const struct value *child)
{
	const struct value *backoff = value_get(child, "backoff");
	struct pairs inner = { .arena = pairs->arena };

	if (!backoff)
		return;
	put_plain(&inner, backoff, "min_ms");
	put_plain(&inner, backoff, "max_ms");
	put_plain(&inner, backoff, "jitter");
	put(pairs, "backoff", finish(&inner));
}

static void put_limits(struct pairs *pairs, const struct value *child)
{
	const struct value *limits = value_get(child, "limits");
	const struct value *mailbox = value_get(limits, "mailbox");
	const char *policy = script_text(mailbox, "policy");
	struct pairs inner = { .arena = pairs->arena };

	if (!limits)
		return;
	put_plain(&inner, limits, "memory_bytes");
	put_plain(&inner, limits, "stack_bytes");
	put_plain(&inner, limits, "descriptors");
	if (value_get(mailbox, "messages"))
		put(&inner, "mailbox_messages",
		    term_int(pairs->arena, script_whole(mailbox, "messages", 0)));
	if (value_get(mailbox, "bytes"))
		put(&inner, "mailbox_bytes",
		    term_int(pairs->arena, script_whole(mailbox, "bytes", 0)));
	if (policy)
		put(&inner, "mailbox_policy", word(policy));
	put(pairs, "limits", finish(&inner));
}

static joist_term child_term(const struct value *child, struct arena *arena)
{
	const struct value *supervisor = value_get(child, "supervisor");
	const char *args = script_text(child, "args");
	struct pairs pairs = { .arena = arena };

	put_text(&pairs, child, "id");
	put_text(&pairs, child, "start");
	put_text(&pairs, child, "register");
	if (args)
		put(&pairs, "args", parse_term(arena, joist_text(args), NULL));
	put_plain(&pairs, child, "restart");
	put_plain(&pairs, child, "shutdown_ms");
	put_plain(&pairs, child, "start_ms");
	put_plain(&pairs, child, "node");
	if (value_get(child, "nodes"))
		put(&pairs, "nodes", script_value_term(value_get(child, "nodes"), arena));
	put_plain(&pairs, child, "on_node_loss");
	put_plain(&pairs, child, "node_wait_ms");
	put_plain(&pairs, child, "significant");
	put_plain(&pairs, child, "priority");
	put_plain(&pairs, child, "thread");
	put_backoff(&pairs, child);
	put_limits(&pairs, child);
	if (supervisor)
		put(&pairs, "supervisor", script_tree(supervisor, arena));
	return finish(&pairs);
}

joist_term script_tree(const struct value *supervisor, struct arena *arena)
{
	const struct value *children = value_get(supervisor, "children");
	struct pairs pairs = { .arena = arena };

	put_plain(&pairs, supervisor, "strategy");
	put_plain(&pairs, supervisor, "intensity");
	put_plain(&pairs, supervisor, "period_s");
	put_plain(&pairs, supervisor, "auto_shutdown");
	put(&pairs, "children", children ? list_term(children, arena, child_term) : TERM_NIL);
	return finish(&pairs);
}
