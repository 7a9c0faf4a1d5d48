/* joist plugins, load and unload: what code another node of Joist has. The node does it all
 * (code_server.c); a path is as this program would open it, so the node must see the same files. */
#include "loader/verb.h"

#include <stdio.h>
#include <string.h>

#include <joist/joist.h>

#include "loader/far_ask.h"
#include "loader/image.h"

/* Digits of a hash that a table has: enough to tell files apart. */
#define HASH_SHOWN 12

static bool purges;

static const char *bytes_text(struct joist_bytes bytes, char *ret_text, size_t size)
{
	snprintf(ret_text, size, "%.*s", (int)bytes.size, (const char *)bytes.data);
	return ret_text;
}

/* ---- plugins ---- */

static void print_generation(struct joist_actor *self, joist_term one)
{
	joist_term number, pins, memory;
	struct joist_bytes version, hash, file;
	joist_atom plugin, state;
	char text[64];

	if (!joist_match(one,
			 "#{plugin := P, generation := N, version := V, state := S, pins := Pins, "
			 "memory := M, hash := H, file := F}",
			 &plugin, &number, &version, &state, &pins, &memory, &hash, &file))
		return;
	hash.size = hash.size < HASH_SHOWN ? hash.size : HASH_SHOWN;
	printf("%s\t%s\t%s\t%s\t%s\t%s\t%.*s\t%.*s\n", (const char *)joist_atom_name(plugin).data,
	       joist_format(self, number), bytes_text(version, text, sizeof(text)),
	       (const char *)joist_atom_name(state).data, joist_format(self, pins),
	       joist_format(self, memory), (int)hash.size, (const char *)hash.data, (int)file.size,
	       (const char *)file.data);
}

static void plugins_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);
	joist_term list = far_apply(self, &q, joist_make(self, "{code, plugins, []}")), one;

	if (joist_is_none(list))
		return;
	if (far_given.json) {
		far_done(self, list);
		return;
	}
	puts("plugin\tgeneration\tversion\tstate\tpins\tmemory\thash\tfile");
	while (joist_list_next(&list, &one))
		print_generation(self, one);
	far_printed();
}

static enum verb_result plugins(int count, char **arguments)
{
	(void)count;
	return far_ask(arguments[0], "[]", plugins_body);
}

/* ---- load ---- */

static void load_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);
	joist_term answer =
		far_apply(self, &q, joist_make(self, "{code, load, [File]}", q.request));
	joist_term what, generation, lines;
	struct joist_bytes version;
	joist_atom plugin;
	char text[64];

	if (joist_is_none(answer))
		return;
	if (joist_match(answer, "{error, Lines}", &lines)) {
		far_tell(lines);
		return;
	}
	if (far_given.json || !joist_match(answer, "{ok, What}", &what) ||
	    !joist_match(what, "#{plugin := P, version := V, generation := N}", &plugin, &version,
			 &generation)) {
		far_done(self, answer);
		return;
	}
	printf("%s %s is generation %s\n", (const char *)joist_atom_name(plugin).data,
	       bytes_text(version, text, sizeof(text)), joist_format(self, generation));
	far_printed();
}

static enum verb_result load(int count, char **arguments)
{
	struct text text = { 0 };
	enum verb_result result = VERB_FAILED;

	(void)count;
	if (far_path(&text, arguments[1]))
		result = far_ask(arguments[0], text.data, load_body);
	text_finish(&text);
	return result;
}

/* ---- unload ---- */

static void tell_users(struct joist_actor *self, joist_term users, FILE *out)
{
	joist_term user, name, function;
	joist_pid pid;

	while (joist_list_next(&users, &user)) {
		if (joist_match(user, "#{pid := P, name := N, function := F}", &pid, &name,
				&function))
			fprintf(out, "%s\t%s\t%s\n", far_pid_text(self, joist_pid_term(self, pid)),
				joist_type(name) == JOIST_ATOM ? joist_format(self, name) : "-",
				joist_format(self, function));
	}
}

static void unload_body(struct joist_actor *self, joist_term args)
{
	const struct far_question q = far_question_of(args);
	joist_term answer = far_apply(
		self, &q, joist_make(self, "{code, unload, [Plugin, Purges]}", q.request, purges));
	joist_term users, lines;

	if (joist_is_none(answer))
		return;
	if (joist_match(answer, "{error, Lines}", &lines)) {
		fprintf(stderr, "%s: error: ", joist_format(self, q.request));
		far_tell(lines);
	} else if (joist_match(answer, "{pinned, Users}", &users)) {
		fprintf(stderr,
			"%s: error: it is in use by these actors; stop them, or give --purge, "
			"which ends them\n",
			joist_format(self, q.request));
		tell_users(self, users, stderr);
	} else if (far_given.json || !joist_match(answer, "{ok, Users}", &users)) {
		far_done(self, answer);
	} else {
		tell_users(self, users, stdout);
		far_printed();
	}
}

static enum verb_result unload(int count, char **arguments)
{
	(void)count;
	if (!image_name_fits(arguments[1])) {
		fprintf(stderr, "joist: error: \"%s\" is no plugin's name; see joist plugins\n",
			arguments[1]);
		return VERB_MISUSED;
	}
	return far_ask(arguments[0], arguments[1], unload_body);
}

static const struct option options[] = { FAR_OPTIONS };

static const struct option unload_options[] = { { "--purge", OPTION_FLAG, &purges, NULL,
						  "end the actors that it is in use by", 0, 0 },
						FAR_OPTIONS };

const struct verb verb_generations = {
	.name = "plugins",
	.arguments = "NODE",
	.about = "Lists the plugins that a node has loaded, with all their generations.",
	.options = options,
	.arguments_min = 1,
	.arguments_max = 1,
	.run = plugins,
};

const struct verb verb_load = {
	.name = "load",
	.arguments = "NODE FILE",
	.about =
		"Loads a plugin into a node: new actors start on it, others stay on what they run.",
	.options = options,
	.arguments_min = 2,
	.arguments_max = 2,
	.run = load,
};

const struct verb verb_unload = {
	.name = "unload",
	.arguments = "NODE PLUGIN",
	.about = "Unloads a plugin that nothing uses; else it lists the actors that do.",
	.options = unload_options,
	.arguments_min = 2,
	.arguments_max = 2,
	.run = unload,
};
