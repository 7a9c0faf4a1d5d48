/* Runs one scenario with puppets and prints what each of them observed. director.erl is the same for
 * Erlang, and has the language.
 *
 * Its turn is the whole scenario, so that every term that it sees lives to the end. */
#include <stdlib.h>
#include <string.h>

#include "test/semantics/puppet.h"

/* More than any scenario needs. */
#define NAMES_MAX 32
#define NOTES_MAX 128
#define PARTS_MAX 64

/* Longer than any scenario takes; only a puppet that waits for ever gets here. */
#define STUCK_MS 60000

/* What a name stands for; of a puppet, also what it has told and whether it has died. */
struct part {
	joist_atom name;
	joist_term value;
	bool puppet;
	joist_term observed, bound; /* of the last command; none if it has not answered */
	joist_term reason; /* none while it lives */
	bool gone; /* its death has been noted */
};

struct note {
	const struct part *puppet;
	joist_term observation;
};

struct scene {
	struct joist_actor *self;
	struct part parts[NAMES_MAX];
	size_t part_count;
	struct note notes[NOTES_MAX];
	size_t note_count;
};

/* ---- names ---- */

static joist_pid pid_of(const struct part *part)
{
	joist_pid pid = { 0 };

	joist_get_pid(part->value, &pid);
	return pid;
}

static struct part *part_named(struct scene *scene, joist_term term)
{
	joist_atom name;

	if (joist_get_atom(term, &name))
		for (size_t i = 0; i < scene->part_count; i++)
			if (scene->parts[i].name.word == name.word)
				return &scene->parts[i];
	return NULL;
}

static struct part *part_of_value(struct scene *scene, joist_term value)
{
	for (size_t i = 0; i < scene->part_count; i++)
		if (joist_equal(scene->parts[i].value, value))
			return &scene->parts[i];
	return NULL;
}

/* Gives `value` a name; another's pid is a puppet's, and watched. */
static void add_name(struct scene *scene, joist_atom name, joist_term value)
{
	struct part part = { .name = name, .value = value };
	joist_pid pid;

	part.puppet = joist_get_pid(value, &pid) && !joist_pid_equal(pid, joist_self(scene->self));
	if (part.puppet)
		joist_monitor(scene->self, pid);
	if (scene->part_count == NAMES_MAX)
		joist_exit(scene->self, joist_make(scene->self, "too_many_names"));
	scene->parts[scene->part_count++] = part;
}

/* `term` with `change` made in each of its parts. */
static joist_term walk(struct scene *scene, joist_term term,
		       joist_term (*change)(struct scene *, joist_term))
{
	struct joist_actor *self = scene->self;
	joist_term parts[PARTS_MAX], key, value, changed = term;
	size_t position = 0, size = joist_tuple_size(term);

	switch (joist_type(term)) {
	case JOIST_TUPLE:
		if (size > PARTS_MAX)
			joist_exit(self, joist_make(self, "too_large_a_tuple"));
		for (size_t i = 0; i < size; i++)
			parts[i] = change(scene, joist_element(term, i));
		return joist_tuple(self, parts, size);
	case JOIST_CONS:
		joist_list_next(&term, &value);
		value = change(scene, value);
		term = joist_type(term) == JOIST_CONS ? walk(scene, term, change)
						      : change(scene, term);
		return joist_cons(self, value, term);
	case JOIST_MAP:
		while (joist_map_next(term, &position, &key, &value))
			changed = joist_map_put(self, changed, key, change(scene, value));
		return changed;
	default:
		return term;
	}
}

static joist_term from_names(struct scene *scene, joist_term term)
{
	const struct part *part = part_named(scene, term);

	return part ? part->value : walk(scene, term, from_names);
}

static int by_order(const void *a, const void *b)
{
	return joist_compare(*(const joist_term *)a, *(const joist_term *)b);
}

static joist_term sorted(struct scene *scene, joist_term list)
{
	joist_term items[PARTS_MAX];
	size_t count = 0;

	while (count < PARTS_MAX && joist_list_next(&list, &items[count]))
		count++;
	qsort(items, count, sizeof(items[0]), by_order);
	return joist_list(scene->self, items, count);
}

static joist_term to_names(struct scene *scene, joist_term term)
{
	const struct part *part = part_of_value(scene, term);
	joist_term list, error;

	if (part)
		return joist_atom_term(part->name);
	/* Where an error arose is left out: the two systems tell it differently. */
	if (joist_match(term, "{Error, [{_, _, _, _} | _]}", &error))
		return joist_make(scene->self, "{Error, '_'}", error);
	if (joist_match(term, "{set, List}", &list))
		return sorted(scene, walk(scene, list, to_names));
	if (joist_type(term) == JOIST_PID || joist_type(term) == JOIST_REFERENCE)
		return joist_make(scene->self, "'?'");
	return walk(scene, term, to_names);
}

static void note(struct scene *scene, const struct part *puppet, joist_term observation)
{
	if (scene->note_count == NOTES_MAX)
		joist_exit(scene->self, joist_make(scene->self, "too_many_notes"));
	scene->notes[scene->note_count++] = (struct note){ puppet, to_names(scene, observation) };
}

/* ---- waiting ---- */

/* Takes the next word from a puppet; false if none comes. */
static bool hear(struct scene *scene)
{
	joist_term message, pid, observed, bound, reason;
	struct part *puppet;

	if (!joist_receive_match(scene->self, STUCK_MS, "Message", &message))
		return false;
	if (joist_match(message, "{'$done', Pid, Observed, Bound}", &pid, &observed, &bound)) {
		puppet = part_of_value(scene, pid);
		puppet->observed = observed;
		puppet->bound = bound;
	} else if (joist_match(message, "{'DOWN', _, process, Pid, Reason}", &pid, &reason)) {
		part_of_value(scene, pid)->reason = reason;
	}
	return true;
}

static void note_death(struct scene *scene, struct part *puppet)
{
	if (!puppet->gone)
		note(scene, puppet, joist_make(scene->self, "{died, Reason}", puppet->reason));
	puppet->gone = true;
}

static void await_death(struct scene *scene, struct part *puppet)
{
	while (joist_is_none(puppet->reason))
		if (!hear(scene)) {
			note(scene, puppet, joist_make(scene->self, "stuck"));
			return;
		}
	note_death(scene, puppet);
}

static void note_answer(struct scene *scene, struct part *puppet)
{
	joist_term item, value, observed = puppet->observed, bound = puppet->bound;
	joist_atom name;

	puppet->observed = puppet->bound = (joist_term){ 0 };
	while (joist_list_next(&bound, &item))
		if (joist_match(item, "{Name, Value}", &name, &value))
			add_name(scene, name, value);
	while (joist_list_next(&observed, &item))
		note(scene, puppet, item);
}

static void await(struct scene *scene, struct part *puppet)
{
	while (joist_is_none(puppet->observed) && joist_is_none(puppet->reason))
		if (!hear(scene)) {
			note(scene, puppet, joist_make(scene->self, "stuck"));
			return;
		}
	if (!joist_is_none(puppet->observed))
		note_answer(scene, puppet);
	else
		note_death(scene, puppet);
}

/* ---- steps ---- */

static void tell(struct scene *scene, const struct part *puppet, joist_term command)
{
	joist_send(scene->self, pid_of(puppet),
		   joist_make(scene->self, "{'$do', Director, Command}", joist_self(scene->self),
			      from_names(scene, command)));
}

static void settle(struct scene *scene)
{
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < scene->part_count; i++) {
			struct part *part = &scene->parts[i];

			if (!part->puppet || part->gone)
				continue;
			tell(scene, part, joist_make(scene->self, "nop"));
			await(scene, part);
		}
}

/* Its node was lost, and is there again. */
static void bring_back(struct scene *scene, struct part *puppet)
{
	puppet->gone = false;
	puppet->reason = (joist_term){ 0 };
	joist_monitor(scene->self, pid_of(puppet));
}

static void step(struct scene *scene, joist_term step)
{
	joist_term name, command;

	if (joist_match(step, "settle")) {
		settle(scene);
	} else if (joist_match(step, "{async, Puppet, Command}", &name, &command)) {
		tell(scene, part_named(scene, name), command);
	} else if (joist_match(step, "{done, Puppet}", &name)) {
		await(scene, part_named(scene, name));
	} else if (joist_match(step, "{dead, Puppet}", &name)) {
		await_death(scene, part_named(scene, name));
	} else if (joist_match(step, "{back, Puppet}", &name)) {
		bring_back(scene, part_named(scene, name));
	} else if (joist_match(step, "{Puppet, Command}", &name, &command)) {
		tell(scene, part_named(scene, name), command);
		await(scene, part_named(scene, name));
	}
}

/* ---- from the first step to the last word ---- */

/* A puppet is its name, or {Node, Name} if it is to be there. */
static void start_one(struct scene *scene, joist_term puppet)
{
	struct joist_spawn_options options = { 0 };
	joist_atom name;

	if (!joist_match(puppet, "{Node, Name}", &options.node, &name) &&
	    !joist_get_atom(puppet, &name))
		return;
	joist_pid pid =
		joist_spawn_with(scene->self, "semantics:puppet", joist_nil(), &options, NULL);
	add_name(scene, name, joist_pid_term(scene->self, pid));
}

static void start(struct scene *scene, joist_term puppets)
{
	joist_term puppet;

	add_name(scene, joist_atom_new("director"),
		 joist_pid_term(scene->self, joist_self(scene->self)));
	while (joist_list_next(&puppets, &puppet))
		start_one(scene, puppet);
}

/* Notes what is left in a puppet's mailbox. */
static void drain(struct scene *scene, struct part *puppet)
{
	struct note *last;
	joist_term message;

	while (!puppet->gone) {
		tell(scene, puppet, joist_make(scene->self, "{recv, any, 0}"));
		await(scene, puppet);
		last = &scene->notes[scene->note_count - 1];
		if (!joist_match(last->observation, "{got, M}", &message)) {
			scene->note_count -= joist_match(last->observation, "timeout");
			return;
		}
		last->observation = joist_make(scene->self, "{left, M}", message);
	}
}

static void print(const struct scene *scene, joist_term name)
{
	joist_print(scene->self, "%s", joist_format(scene->self, name));
	for (size_t p = 0; p < scene->part_count; p++)
		for (size_t n = 0; n < scene->note_count; n++)
			if (scene->notes[n].puppet == &scene->parts[p])
				joist_print(
					scene->self, "  %s: %s",
					(const char *)joist_atom_name(scene->parts[p].name).data,
					joist_format(scene->self, scene->notes[n].observation));
}

void director(struct joist_actor *self, joist_term args)
{
	struct scene *scene = joist_alloc(self, sizeof(*scene));
	joist_term name, puppets, steps, item;

	scene->self = self;
	if (!joist_match(args, "{Name, Puppets, Steps}", &name, &puppets, &steps))
		joist_exit(self, joist_make(self, "{no_scenario, A}", args));
	start(scene, puppets);
	while (joist_list_next(&steps, &item))
		step(scene, item);
	settle(scene);
	for (size_t i = 0; i < scene->part_count; i++)
		if (scene->parts[i].puppet)
			drain(scene, &scene->parts[i]);
	print(scene, name);
	for (size_t i = 0; i < scene->part_count; i++)
		if (scene->parts[i].puppet && !scene->parts[i].gone) {
			joist_exit_to(self, pid_of(&scene->parts[i]), joist_make(self, "kill"));
			await_death(scene, &scene->parts[i]);
		}
}
