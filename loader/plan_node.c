/* What of a plan is about the node itself: its keys, of which only some can change while it runs, and its
 * plugins, whose files code_server compares. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader/plan.h"
#include "loader/schema.h"
#include "loader/script_tree.h"
#include "vm/base/text.h"

#define AGAIN "start the node again with this script"

/* ---- keys ---- */

static void add_value(struct text *text, const struct value *value);

static void add_parts(struct text *text, const struct value *value)
{
	bool list = value->kind == VALUE_LIST;

	text_add_char(text, list ? '[' : '{');
	for (const struct value *part = value->first; part; part = part->next) {
		if (!list)
			text_addf(text, "\"%s\": ", part->key);
		add_value(text, part);
		if (part->next)
			text_addf(text, ", ");
	}
	text_add_char(text, list ? ']' : '}');
}

/* As JSON has it. */
static void add_value(struct text *text, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		text_addf(text, "null");
		break;
	case VALUE_BOOL:
		text_addf(text, "%s", value->truth ? "true" : "false");
		break;
	case VALUE_WHOLE:
		text_addf(text, "%" PRId64, value->whole);
		break;
	case VALUE_REAL:
		text_addf(text, "%g", value->real);
		break;
	case VALUE_TEXT:
		text_addf(text, "\"%s\"", value->text);
		break;
	case VALUE_LIST:
	case VALUE_OBJECT:
		add_parts(text, value);
		break;
	}
}

/* What holds for the key, whether it is given or not. */
static const char *value_text(const struct plan *plan, const struct schema_key *key,
			      const struct value *value)
{
	struct text text = { 0 };
	const char *said;

	if (!value)
		return key->preset ? key->preset : "nothing";
	add_value(&text, value);
	said = plan_text(plan, "%s", text_end(&text) ? text.data : "?");
	text_finish(&text);
	return said;
}

/* Whether a running node can take another value of it. */
static bool is_limit(const char *path)
{
	static const char *const limits[] = { "limits.atoms", "limits.actor_memory_bytes",
					      "limits.descriptors", "log.level", NULL };

	for (const char *const *limit = limits; *limit; limit++) {
		if (!strcmp(path, *limit))
			return true;
	}
	return !strncmp(path, "limits.mailbox.", strlen("limits.mailbox."));
}

/* What is compared in another way, or does not matter once the plugins are found. */
static bool is_apart(const char *path)
{
	return !strcmp(path, "plugins") || !strcmp(path, "supervisor") ||
	       !strcmp(path, "plugin_path");
}

static void compare_keys(struct plan *plan, const struct schema *schema, const char *above,
			 const struct value *old, const struct value *new)
{
	for (const struct schema_key *key = schema->keys; key->name; key++) {
		const char *path = plan_text(plan, "%s%s%s", above, *above ? "." : "", key->name);
		const struct value *was = value_get(old, key->name);
		const struct value *is = value_get(new, key->name);

		if (is_apart(path))
			continue;
		if (key->type == SCHEMA_OBJECT) {
			compare_keys(plan, key->schema, path, was, is);
			continue;
		}
		const char *before = value_text(plan, key, was);
		const char *after = value_text(plan, key, is);
		if (!strcmp(before, after))
			continue;
		if (is_limit(path))
			plan_add(plan, STEP_LIMIT, path,
				 plan_text(plan, "%s -> %s", before, after));
		else
			plan_add(plan, STEP_CANNOT, path,
				 plan_text(plan, "%s -> %s; " AGAIN, before, after));
	}
}

void plan_node(struct plan *plan)
{
	compare_keys(plan, &schema_boot, "", plan->old->root, plan->script->root);
}

/* ---- plugins ---- */

static joist_term path_term(struct joist_actor *self, const char *path)
{
	return joist_binary(self, joist_text(path));
}

/* What code_server says of one; none, and the plan has the error, if it is wrong. */
static joist_term compared(struct plan *plan, const struct script_plugin *plugin, joist_term config)
{
	struct joist_actor *self = plan->self;
	joist_term answer = plan_ask(plan, joist_make(self, "{compare, File, Config}",
						      path_term(self, plugin->image.file), config));
	joist_term lines;

	if (!joist_is_none(answer) && joist_match(answer, "{error, Lines}", &lines)) {
		plan->error = lines;
		return (joist_term){ 0 };
	}
	return answer;
}

/* What would become of its actors. */
static const char *look_ahead(struct plan *plan, const struct step *step)
{
	struct joist_actor *self = plan->self;
	joist_term answer =
		plan_ask(plan, joist_make(self, "{upgrade, File, {plan, 0, 0, 100, 0, 0}, Config}",
					  path_term(self, step->file), step->config));
	struct joist_bytes said;

	if (joist_is_none(answer) || !joist_get_bytes(joist_element(answer, 1), &said))
		return NULL;
	return plan_text(plan, "%.*s", (int)said.size, (const char *)said.data);
}

static void add_plugin(struct plan *plan, const struct script_plugin *plugin, joist_term config,
		       joist_term answer, bool loads)
{
	struct joist_bytes old, new;
	struct step *step = NULL;

	if (loads && joist_match(answer, "{load, New}", &new))
		step = plan_add(plan, STEP_LOAD, plugin->name,
				plan_text(plan, "%.*s", (int)new.size, (const char *)new.data));
	if (!loads && joist_match(answer, "{upgrade, Old, New}", &old, &new))
		step = plan_add(plan, STEP_UPGRADE, plugin->name,
				plan_text(plan, "%.*s -> %.*s", (int)old.size,
					  (const char *)old.data, (int)new.size,
					  (const char *)new.data));
	if (!loads && joist_is_atom(answer, "configured"))
		plan_add(plan, STEP_CANNOT, plugin->name,
			 "its config; give it with another version of the plugin, or " AGAIN);
	if (!step)
		return;
	step->file = plugin->image.file;
	step->config = config;
	if (step->kind == STEP_UPGRADE && plan->looks)
		step->more = look_ahead(plan, step);
}

/* The config as the script has it, in its arena. */
static joist_term config_of(struct plan *plan, const struct script_plugin *plugin)
{
	const struct script *script = plan->script;
	joist_term config = { 0 };

	if (plugin->config)
		config = script_value_term(plugin->config, (struct arena *)&script->arena);
	return joist_is_none(config) ? joist_make(plan->self, "#{}") : config;
}

bool plan_plugins(struct plan *plan)
{
	const struct script *script = plan->script;
	joist_term *answers =
		joist_alloc(plan->self, (2 * script->plugin_count + 1) * sizeof(*answers));

	for (size_t i = 0; i < script->plugin_count; i++) {
		const struct script_plugin *plugin = &script->plugins[i];

		answers[2 * i] = config_of(plan, plugin);
		answers[2 * i + 1] = compared(plan, plugin, answers[2 * i]);
		if (joist_is_none(answers[2 * i + 1]))
			return false;
	}
	for (int upgrades = 0; upgrades < 2; upgrades++) {
		for (size_t i = 0; i < script->plugin_count; i++)
			add_plugin(plan, &script->plugins[i], answers[2 * i], answers[2 * i + 1],
				   !upgrades);
	}
	return true;
}
