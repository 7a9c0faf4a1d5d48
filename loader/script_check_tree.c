/* Checks the supervision tree of a boot script, down to the terms and exports that it names. One
 * thread. */
#include "loader/script_check.h"

#include <string.h>

#include "loader/script_bindings.h"
#include "vm/actor/code.h"
#include "vm/term/parse.h"

#define fault(place, ...) report_error(report, script->file, (place), __VA_ARGS__)

/* A registered name and where it was first asked for. */
struct name {
	const char *text;
	struct place at;
	struct name *next;
};

struct check {
	struct script *script;
	struct report *report;
	struct name *names;
};

/* What a child that is a supervisor cannot have. */
static const char *const actor_keys[] = { "start", "args", "priority", "thread", "limits", NULL };

static void check_args(const struct check *c, const struct value *child)
{
	struct script *script = c->script;
	struct report *report = c->report;
	const struct value *args = value_get(child, "args");
	struct parse_error error;
	size_t character = 1;

	if (!args || args->kind != VALUE_TEXT ||
	    !joist_is_none(parse_term(&script->arena, joist_text(args->text), &error)))
		return;
	if (!error.message) {
		report_short(report, script->file);
		return;
	}
	for (size_t i = 0; i < error.offset; i++)
		character += (args->text[i] & 0xc0) != 0x80;
	fault(args->at,
	      "\"args\" is no Erlang term (%s at character %zu); write one such as "
	      "[1, {a, <<\\\"b\\\">>}]",
	      error.message, character);
}

static void check_name(struct check *c, const struct value *child)
{
	struct script *script = c->script;
	struct report *report = c->report;
	const struct value *value = value_get(child, "register");
	struct name *name;

	if (!value || value->kind != VALUE_TEXT)
		return;
	if (!strcmp(value->text, "undefined")) {
		fault(value->at, "\"register\" is \"undefined\", which stands for no name; choose "
				 "another");
		return;
	}
	for (name = c->names; name; name = name->next) {
		if (!strcmp(name->text, value->text)) {
			fault(value->at,
			      "the name \"%s\" is registered on line %u too; choose another",
			      value->text, name->at.line);
			return;
		}
	}
	name = (struct name *)arena_take(&script->arena, sizeof(*name) / 8);
	if (!name) {
		report_short(report, script->file);
		return;
	}
	*name = (struct name){ value->text, value->at, c->names };
	c->names = name;
}

/* What can be started of a plugin's file, as words for a suggestion; and whether `name` is among it. */
static bool find_start(const struct image *image, const char *name, const char **words, size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < image->export_count; i++) {
		if (code_is_called(image->exports[i].kind))
			continue;
		if (!strcmp(image->exports[i].name, name))
			return true;
		if (count + 1 < room)
			words[count++] = image->exports[i].name;
	}
	words[count] = NULL;
	return false;
}

static void tell_export(const struct check *c, const struct value *start, const char *plugin,
			const char *const *words)
{
	struct script *script = c->script;
	struct report *report = c->report;
	const char *name = strchr(start->text, ':') + 1, *nearest = report_nearest(name, words);

	if (!nearest && words[0] && !words[1])
		nearest = words[0];
	if (nearest)
		fault(start->at, "the plugin %s has no \"%s\" to start; did you mean \"%s:%s\"?",
		      plugin, name, plugin, nearest);
	else
		fault(start->at,
		      "the plugin %s has no \"%s\" to start; joist check on its file lists "
		      "what it has",
		      plugin, name);
}

static void check_start(const struct check *c, const struct value *start)
{
	struct script *script = c->script;
	struct report *report = c->report;
	const char *colon = strchr(start->text, ':'), *words[64];
	struct joist_bytes name = { start->text, (size_t)(colon - start->text) };
	const struct script_plugin *plugin = script_plugin(script, name);
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)name.size, start->text);
	words[0] = NULL;
	if (plugin) {
		/* Of a plugin that is wrong itself, that has been told. */
		if (plugin->judged && !find_start(&plugin->image, colon + 1, words, 64))
			tell_export(c, start, text, words);
	} else if (script_binding(script, name)) {
		fault(start->at,
		      "\"%s\" is a binding, whose functions are called and not started; start an "
		      "actor that calls them",
		      text);
	} else if (!registry_plugin(script->built_in, name)) {
		fault(start->at, "there is no plugin \"%s\"; add it to \"plugins\"", text);
	} else if (!registry_find(script->built_in, name, joist_text(colon + 1), -1)) {
		tell_export(c, start, text, words);
	}
}

/* Whether the child is to run on other nodes, whose plugins are not known here. */
static bool is_remote(const struct value *child)
{
	const struct value *nodes = value_get(child, "nodes");

	return value_get(child, "node") || (nodes && nodes->kind == VALUE_LIST && nodes->first);
}

/* Either an actor or a supervisor. */
static void check_kind(const struct check *c, const struct value *child)
{
	struct script *script = c->script;
	struct report *report = c->report;
	const struct value *start = value_get(child, "start");

	if (!value_get(child, "supervisor")) {
		if (!start)
			fault(child->at,
			      "the child has neither \"start\" nor \"supervisor\"; add one");
		else if (start->kind == VALUE_TEXT && strchr(start->text, ':') && !is_remote(child))
			check_start(c, start);
		return;
	}
	for (const char *const *key = actor_keys; *key; key++) {
		const struct value *member = value_get(child, *key);

		if (member)
			fault(member->key_at,
			      "a child that is a supervisor has no \"%s\"; take it out", *key);
	}
}

static void check_significant(const struct check *c, const struct value *child, bool can_be)
{
	struct script *script = c->script;
	struct report *report = c->report;
	const struct value *significant = value_get(child, "significant");
	const char *restart = script_text(child, "restart");

	if (!significant || significant->kind != VALUE_BOOL || !significant->truth)
		return;
	if (!can_be)
		fault(significant->at,
		      "\"significant\" is true where \"auto_shutdown\" is never; set "
		      "that to any_significant or all_significant");
	else if (!restart || !strcmp(restart, "permanent"))
		fault(significant->at, "a significant child is never restarted for good; make its "
				       "\"restart\" transient or temporary");
}

static void check_backoff(const struct check *c, const struct value *child)
{
	struct script *script = c->script;
	struct report *report = c->report;
	const struct value *backoff = value_get(child, "backoff");
	int64_t min = script_whole(backoff, "min_ms", 100);
	int64_t max = script_whole(backoff, "max_ms", 10000);

	if (backoff && min > max)
		fault(backoff->at, "\"min_ms\" is above \"max_ms\"; make it the smaller one");
}

/* What is said of nodes is of use only where one is named. */
static void check_nodes(const struct check *c, const struct value *child)
{
	struct script *script = c->script;
	struct report *report = c->report;
	const struct value *nodes = value_get(child, "nodes");
	const struct value *loss = value_get(child, "on_node_loss");
	const struct value *wait = value_get(child, "node_wait_ms");
	const char *what = script_text(child, "on_node_loss");
	bool many = nodes && nodes->kind == VALUE_LIST && nodes->first;

	if (loss && !many && what && !strcmp(what, "elsewhere"))
		fault(loss->at,
		      "\"on_node_loss\" is elsewhere, and there is no other node; name some "
		      "in \"nodes\"");
	if (is_remote(child))
		return;
	if (loss)
		fault(loss->key_at, "\"on_node_loss\" is of a child of another node; add \"node\"");
	if (wait)
		fault(wait->key_at, "\"node_wait_ms\" is of a child of another node; add \"node\"");
}

static void check_supervisor(struct check *c, const struct value *supervisor);

static void check_child(struct check *c, const struct value *child, bool significant_can_be)
{
	check_kind(c, child);
	check_args(c, child);
	check_name(c, child);
	check_significant(c, child, significant_can_be);
	check_backoff(c, child);
	check_nodes(c, child);
	script_check_memory(c->script, value_get(child, "limits"), "memory_bytes", c->report);
	script_check_mailbox(c->script, value_get(child, "limits"), c->report);
	check_supervisor(c, value_get(child, "supervisor"));
}

static void check_id(const struct check *c, const struct value *child, const struct value *first)
{
	struct script *script = c->script;
	struct report *report = c->report;
	const char *id = script_text(child, "id");

	for (; id && first != child; first = first->next) {
		const char *other = script_text(first, "id");

		if (other && !strcmp(other, id)) {
			fault(value_get(child, "id")->at,
			      "the id \"%s\" is that of the child on line %u too; choose another",
			      id, first->at.line);
			return;
		}
	}
}

/* Of simple_one_for_one, which has one child that stands for all. */
static void check_pattern(const struct check *c, const struct value *supervisor,
			  const struct value *children)
{
	struct script *script = c->script;
	struct report *report = c->report;
	const struct value *child = children ? children->first : NULL, *member;

	if (!child || child->next) {
		fault(children ? children->at : supervisor->at,
		      "a simple_one_for_one supervisor has one child, the pattern of all; write "
		      "one");
		return;
	}
	member = value_get(child, "register");
	if (member)
		fault(member->key_at, "many children cannot have one name; take \"register\" out");
}

static void check_supervisor(struct check *c, const struct value *supervisor)
{
	const struct value *children = value_get(supervisor, "children");
	const char *strategy = script_text(supervisor, "strategy");
	const char *shutdown = script_text(supervisor, "auto_shutdown");
	bool significant_can_be = shutdown && strcmp(shutdown, "never");

	if (children && children->kind != VALUE_LIST)
		return;
	if (supervisor && strategy && !strcmp(strategy, "simple_one_for_one"))
		check_pattern(c, supervisor, children);
	for (const struct value *child = children ? children->first : NULL; child;
	     child = child->next) {
		if (child->kind != VALUE_OBJECT)
			continue;
		check_id(c, child, children->first);
		check_child(c, child, significant_can_be);
	}
}

void script_check_tree(struct script *script, struct report *report)
{
	struct check c = { script, report, NULL };

	check_supervisor(&c, value_get(script->root, "supervisor"));
}
