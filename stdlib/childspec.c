/* Child specifications: each key is read by a function of its own, which says what was wrong with it by
 * OTP's words. Text may be a binary or an atom. Owned by the supervisor. */
#include "childspec.h"

#include <stdio.h>
#include <string.h>

/* What the node takes; more would be a wrong argument of ours. */
#define STACK_BYTES_MAX (256 * 1024 * 1024)

#define NODES_MAX 255 /* that one child may name */
#define FAR_START_MS 5000 /* what a start on another node may take, if not told */

/* What is being read, and the first thing that was wrong with it. */
struct reading {
	struct joist_actor *self;
	joist_term map;
	struct childspec *spec;
	joist_term error; /* none: nothing yet */
};

joist_term childspec_field(joist_term map, const char *key)
{
	return joist_map_get(map, joist_atom_term(joist_atom_new(key)));
}

static void reading_fail(struct reading *reading, const char *what, joist_term value)
{
	if (joist_is_none(reading->error))
		reading->error =
			joist_make(reading->self, "{What, Value}", joist_atom_new(what), value);
}

/* A zero-ended copy; NULL if `term` is neither a binary nor an atom, or empty. */
static char *reading_text(struct reading *reading, joist_term term)
{
	struct joist_bytes bytes;
	joist_atom atom;
	char *text;

	if (joist_get_atom(term, &atom))
		bytes = joist_atom_name(atom);
	else if (!joist_get_bytes(term, &bytes))
		return NULL;
	if (!bytes.size || memchr(bytes.data, 0, bytes.size))
		return NULL;
	text = joist_alloc(reading->self, bytes.size + 1);
	memcpy(text, bytes.data, bytes.size);
	return text;
}

/* What the child is started with, as a part of `map`. */
static joist_term childspec_args(joist_term map)
{
	joist_term supervisor = childspec_field(map, "supervisor");
	joist_term args = childspec_field(map, "args");

	if (!joist_is_none(supervisor))
		return supervisor;
	if (joist_match(childspec_field(map, "start"), "{_, _, Args}", &args))
		return args;
	return joist_is_none(args) ? joist_nil() : args;
}

/* "plugin:export" or OTP's {Plugin, Export, Args}. */
static void reading_start(struct reading *reading, joist_term start)
{
	struct childspec *spec = reading->spec;
	joist_atom export;
	char *colon;

	if (joist_match(start, "{Plugin, Export, _}", &spec->plugin, &export)) {
		const char *plugin = joist_atom_name(spec->plugin).data;
		size_t size = joist_atom_name(spec->plugin).size + joist_atom_name(export).size + 2;

		spec->start = joist_alloc(reading->self, size);
		snprintf(spec->start, size, "%s:%s", plugin,
			 (const char *)joist_atom_name(export).data);
		return;
	}
	spec->start = reading_text(reading, start);
	colon = spec->start ? strchr(spec->start, ':') : NULL;
	if (!colon) {
		reading_fail(reading, "invalid_mfa", start);
		return;
	}
	*colon = 0;
	spec->plugin = joist_atom_new(spec->start);
	*colon = ':';
}

/* What runs: a worker's export, or the supervisor's own. */
static void reading_what(struct reading *reading)
{
	struct childspec *spec = reading->spec;
	joist_term start = childspec_field(reading->map, "start");

	spec->supervisor = joist_is_atom(childspec_field(reading->map, "type"), "supervisor");
	if (!joist_is_none(childspec_field(reading->map, "supervisor"))) {
		spec->supervisor = true;
		start = joist_binary(reading->self, joist_text("supervisor:supervisor"));
	}
	if (joist_is_none(start))
		reading_fail(reading, "missing_key", joist_make(reading->self, "start"));
	else
		reading_start(reading, start);
}

/* The place of the atom `term` in `words`, which NULL ends; `otherwise` if it is none, -1 if unknown. */
static int reading_word(joist_term term, const char *const *words, int otherwise)
{
	if (joist_is_none(term))
		return otherwise;
	for (int i = 0; words[i]; i++) {
		if (joist_is_atom(term, words[i]))
			return i;
	}
	return -1;
}

static void reading_restart(struct reading *reading)
{
	static const char *const words[] = { "permanent", "transient", "temporary", NULL };
	joist_term given = childspec_field(reading->map, "restart");
	int restart = reading_word(given, words, RESTART_PERMANENT);

	if (restart < 0)
		reading_fail(reading, "invalid_restart_type", given);
	else
		reading->spec->restart = (enum childspec_restart)restart;
}

static void reading_shutdown(struct reading *reading)
{
	struct childspec *spec = reading->spec;
	joist_term given = childspec_field(reading->map, "shutdown_ms");

	if (joist_is_none(given))
		given = childspec_field(reading->map, "shutdown");
	if (joist_is_none(given))
		spec->shutdown_ms = spec->supervisor ? JOIST_INFINITY : 5000;
	else if (joist_is_atom(given, "infinity"))
		spec->shutdown_ms = JOIST_INFINITY;
	else if (joist_is_atom(given, "brutal_kill"))
		spec->shutdown_ms = CHILDSPEC_BRUTAL_KILL;
	else if (!joist_get_int(given, &spec->shutdown_ms) || spec->shutdown_ms < 0)
		reading_fail(reading, "invalid_shutdown", given);
}

/* A number of milliseconds, or infinity. */
static void reading_time(struct reading *reading, const char *key, int64_t otherwise,
			 const char *what, int64_t *ret_ms)
{
	joist_term given = childspec_field(reading->map, key);

	*ret_ms = otherwise;
	if (joist_is_atom(given, "infinity"))
		*ret_ms = JOIST_INFINITY;
	else if (!joist_is_none(given) && (!joist_get_int(given, ret_ms) || *ret_ms < 0))
		reading_fail(reading, what, given);
}

static void reading_node(struct reading *reading, joist_term given)
{
	struct childspec *spec = reading->spec;
	char *text = reading_text(reading, given);
	joist_atom node = text && strchr(text, '@') ? joist_atom_new(text) : (joist_atom){ 0 };

	joist_free(reading->self, text);
	for (size_t i = 0; i < spec->node_count; i++) {
		if (spec->nodes[i].word == node.word)
			return;
	}
	if (!node.word || spec->node_count == NODES_MAX)
		reading_fail(reading, "invalid_node", given);
	else
		spec->nodes[spec->node_count++] = node;
}

/* `node` comes first, if there is one, and `nodes` behind it. */
static void reading_nodes(struct reading *reading)
{
	static const char *const words[] = { "wait", "elsewhere", "give_up", NULL };
	joist_term node = childspec_field(reading->map, "node"), item;
	joist_term nodes = childspec_field(reading->map, "nodes");
	joist_term given = childspec_field(reading->map, "on_node_loss");
	int loss = reading_word(given, words, joist_is_none(nodes) ? LOSS_WAIT : LOSS_ELSEWHERE);
	struct childspec *spec = reading->spec;

	if (!joist_is_none(node) || !joist_is_none(nodes))
		spec->nodes = joist_alloc(reading->self, NODES_MAX * sizeof(*spec->nodes));
	if (!joist_is_none(node))
		reading_node(reading, node);
	while (joist_list_next(&nodes, &item))
		reading_node(reading, item);
	if (!joist_is_none(nodes) && joist_type(nodes) != JOIST_NIL)
		reading_fail(reading, "invalid_nodes", childspec_field(reading->map, "nodes"));
	if (loss < 0)
		reading_fail(reading, "invalid_on_node_loss", given);
	else
		spec->loss = (enum childspec_loss)loss;
	reading_time(reading, "node_wait_ms", JOIST_INFINITY, "invalid_node_wait",
		     &spec->node_wait_ms);
	reading_time(reading, "start_ms", spec->node_count ? FAR_START_MS : JOIST_INFINITY,
		     "invalid_start_ms", &spec->start_ms);
}

static void reading_significant(struct reading *reading, bool allowed)
{
	joist_term given = childspec_field(reading->map, "significant");

	if (joist_is_none(given) || joist_is_atom(given, "false"))
		return;
	if (!joist_is_atom(given, "true"))
		reading_fail(reading, "invalid_significant", given);
	else if (reading->spec->restart == RESTART_PERMANENT)
		reading_fail(reading, "bad_combination",
			     joist_make(reading->self,
					"[{restart, permanent}, {significant, true}]"));
	else if (!allowed)
		reading_fail(reading, "bad_combination",
			     joist_make(reading->self,
					"[{auto_shutdown, never}, {significant, true}]"));
	reading->spec->significant = true;
}

static void reading_backoff(struct reading *reading)
{
	joist_term given = childspec_field(reading->map, "backoff");
	struct childspec_backoff *backoff = &reading->spec->backoff;
	joist_term min = childspec_field(given, "min_ms"), max = childspec_field(given, "max_ms");
	joist_term jitter = childspec_field(given, "jitter");

	if (joist_is_none(given))
		return;
	*backoff = (struct childspec_backoff){ 100, 10000, 0.2 };
	if ((!joist_is_none(min) && !joist_get_int(min, &backoff->min_ms)) ||
	    (!joist_is_none(max) && !joist_get_int(max, &backoff->max_ms)) ||
	    (!joist_is_none(jitter) && !joist_get_float(jitter, &backoff->jitter)) ||
	    backoff->min_ms < 0 || backoff->max_ms < 1 || backoff->max_ms < backoff->min_ms ||
	    backoff->max_ms > INT64_C(1) << 40 || !(backoff->jitter >= 0 && backoff->jitter <= 1))
		reading_fail(reading, "invalid_backoff", given);
}

static void reading_limit(struct reading *reading, joist_term limits, const char *key,
			  uint64_t *ret_limit)
{
	joist_term given = childspec_field(limits, key);

	if (!joist_is_none(given) && !joist_get_uint(given, ret_limit))
		reading_fail(reading, "invalid_limits", limits);
}

static void reading_limits(struct reading *reading)
{
	static const char *const policies[] = { "error_to_sender", "drop_new", "drop_old", "exit",
						"block",	   NULL };
	joist_term limits = childspec_field(reading->map, "limits");
	joist_term policy = childspec_field(limits, "mailbox_policy");
	struct joist_spawn_options *options = &reading->spec->options;
	uint64_t memory = 0, stack = 0, descriptors = 0;
	int at = reading_word(policy, policies, -2);

	reading_limit(reading, limits, "memory_bytes", &memory);
	options->memory_bytes_max = memory;
	reading_limit(reading, limits, "stack_bytes", &stack);
	reading_limit(reading, limits, "descriptors", &descriptors);
	if (stack > STACK_BYTES_MAX || descriptors > UINT32_MAX)
		reading_fail(reading, "invalid_limits", limits);
	options->stack_bytes = (uint32_t)stack;
	options->descriptors_max = (uint32_t)descriptors;
	reading_limit(reading, limits, "mailbox_messages", &options->mailbox_messages_max);
	reading_limit(reading, limits, "mailbox_bytes", &options->mailbox_bytes_max);
	if (at == -1)
		reading_fail(reading, "invalid_limits", limits);
	options->mailbox_policy = at >= 0 ? policies[at] : NULL;
}

static void reading_options(struct reading *reading)
{
	/* In the order of enum joist_priority. */
	static const char *const priorities[] = { "normal", "low", "high", "max", NULL };
	struct childspec *spec = reading->spec;
	joist_term priority = childspec_field(reading->map, "priority");
	joist_term name = childspec_field(reading->map, "register");
	joist_term thread = childspec_field(reading->map, "thread");
	int at = reading_word(priority, priorities, JOIST_PRIORITY_NORMAL);

	if (at < 0)
		reading_fail(reading, "invalid_priority", priority);
	spec->options.priority = (enum joist_priority)(at < 0 ? 0 : at);
	spec->options.link = true;
	spec->options.thread = joist_is_atom(thread, "true");
	if (!joist_is_none(thread) && !spec->options.thread && !joist_is_atom(thread, "false"))
		reading_fail(reading, "invalid_thread", thread);
	if (joist_is_none(name) || joist_is_atom(name, "undefined"))
		return;
	spec->name = reading_text(reading, name);
	if (!spec->name)
		reading_fail(reading, "invalid_register", name);
	spec->options.name = spec->name;
}

static void reading_all(struct reading *reading, bool significant_allowed)
{
	if (joist_type(reading->map) != JOIST_MAP) {
		reading_fail(reading, "invalid_child_spec", reading->map);
	} else if (joist_is_none(childspec_field(reading->map, "id"))) {
		reading_fail(reading, "missing_key", joist_make(reading->self, "id"));
	} else {
		reading_what(reading);
		reading_restart(reading);
		reading_shutdown(reading);
		reading_nodes(reading);
		reading_significant(reading, significant_allowed);
		reading_backoff(reading);
		reading_limits(reading);
		reading_options(reading);
	}
}

struct childspec *childspec_read(struct joist_actor *self, joist_term map, bool significant_allowed,
				 joist_term *ret_error)
{
	struct childspec *spec = joist_alloc(self, sizeof(*spec));
	struct reading reading = { .self = self, .map = map, .spec = spec };

	reading_all(&reading, significant_allowed);
	if (!joist_is_none(reading.error)) {
		*ret_error = reading.error;
		childspec_free(self, spec);
		return NULL;
	}
	spec->kept = joist_keep(self, map);
	spec->id = childspec_field(spec->kept, "id");
	spec->args = childspec_args(spec->kept);
	spec->options.label = spec->id;
	return spec;
}

void childspec_free(struct joist_actor *self, struct childspec *spec)
{
	if (!spec)
		return;
	joist_drop(self, spec->kept);
	joist_free(self, spec->start);
	joist_free(self, spec->name);
	joist_free(self, spec->nodes);
	joist_free(self, spec);
}

int64_t childspec_backoff_ms(const struct childspec_backoff *backoff, uint32_t attempt,
			     uint64_t random)
{
	double part = (double)(random >> 11) / (double)(UINT64_C(1) << 52) - 1;
	int64_t ms = backoff->min_ms ? backoff->min_ms : 1;

	for (; attempt && ms < backoff->max_ms; attempt--)
		ms *= 2;
	if (ms > backoff->max_ms)
		ms = backoff->max_ms;
	return ms + (int64_t)((double)ms * backoff->jitter * part);
}
