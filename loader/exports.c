/* Judges the descriptor of a plugin. Owns nothing; any thread. */
#include "loader/exports.h"

#include <string.h>

#include "vm/actor/code.h"
#include "vm/actor/stack.h"

#define refuse(...) report_error(report, file, (struct place){ 0 }, __VA_ARGS__)

bool exports_plugin(const char *file, const struct joist_plugin *from,
		    struct joist_plugin *ret_plugin, struct report *report)
{
	size_t size = from->size;

	if (size < PLUGIN_BYTES_MIN || from->export_size < EXPORT_BYTES_MIN)
		return refuse(
			"has a joist_plugin with impossible sizes; declare it with JOIST_PLUGIN");
	if (!from->export_count || from->export_count > EXPORTS_MAX)
		return refuse("has %zu exports; give it from 1 to %d", from->export_count,
			      EXPORTS_MAX);
	*ret_plugin = (struct joist_plugin){ 0 };
	memcpy(ret_plugin, from, size < sizeof(*from) ? size : sizeof(*from));
	return true;
}

static bool is_identifier(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t size = strlen(name);

	return size && size < 256 && strchr(letters, name[0]) &&
	       strspn(name + 1,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") ==
		       size - 1;
}

static bool is_state(const struct joist_export *export)
{
	return export->kind == JOIST_EXPORT_STATE;
}

size_t exports_count(const struct joist_export *exports, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += !is_state(&exports[i]);
	return n;
}

static bool judge_one(const char *file, const struct joist_export *export, struct report *report)
{
	if (!export->name || !is_identifier(export->name))
		return refuse("has an export named \"%s\"; use letters, digits and _",
			      export->name ? export->name : "");
	switch (export->kind) {
	case JOIST_EXPORT_LOOP:
		if (!export->code)
			return refuse("has no code for %s; give JOIST_ACTOR a function",
				      export->name);
		if (export->stack_bytes > STACK_BYTES_MAX)
			return refuse("wants a stack of %zu bytes for %s; ask for at most %d",
				      export->stack_bytes, export->name, STACK_BYTES_MAX);
		return true;
	case JOIST_EXPORT_HANDLER:
		return export->handler ||
		       refuse("has no handler for %s; give JOIST_HANDLER a table", export->name);
	case JOIST_EXPORT_FUN:
	case JOIST_EXPORT_TYPED:
		if (!export->code)
			return refuse("has no code for %s; give JOIST_FUN a function",
				      export->name);
		if (export->kind == JOIST_EXPORT_TYPED && !export->data)
			return refuse("has no types for %s; give JOIST_FUNCTION a function",
				      export->name);
		return export->arity <= JOIST_ARITY_MAX ||
		       refuse("has %s of arity %u; take at most %d terms", export->name,
			      export->arity, JOIST_ARITY_MAX);
	case JOIST_EXPORT_STATE:
		return export->data ||
		       refuse("has a JOIST_STATE without fields; name what the state is made of");
	default:
		return refuse("exports %s of the unknown kind %u; run a newer joist", export->name,
			      export->kind);
	}
}

/* What can be started shares one space of names; functions differ by their arity too. */
static bool are_same(const struct joist_export *a, const struct joist_export *b)
{
	bool is_fun = code_is_called(a->kind);

	return is_fun == code_is_called(b->kind) && !strcmp(a->name, b->name) &&
	       (!is_fun || a->arity == b->arity);
}

bool exports_judge(const char *file, const struct joist_export *exports, size_t count,
		   struct report *report)
{
	for (size_t i = 0; i < count; i++) {
		if (!judge_one(file, &exports[i], report))
			return false;
		if (is_state(&exports[i]) &&
		    (i == 0 ||
		     (!is_state(&exports[i - 1]) && exports[i - 1].kind != JOIST_EXPORT_HANDLER)))
			return refuse("has a JOIST_STATE that follows no server; put it behind the "
				      "one whose state it tells of");
		for (size_t j = 0; j < i && !is_state(&exports[i]); j++) {
			if (!is_state(&exports[j]) && are_same(&exports[i], &exports[j]))
				return refuse("exports %s twice; give each a name of its own",
					      exports[i].name);
		}
	}
	return true;
}
