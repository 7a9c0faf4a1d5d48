/* Options from C to terms and back. Pure, but for atoms. Any thread. */
#include "vm/dist/spawn_options.h"

#include <stddef.h>
#include <string.h>

#include "vm/actor/code.h"
#include "vm/sched/spawn.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"
#include "vm/term/get.h"

/* Numbers: 0, which is not sent, stands for what the other node has by itself. */
static const struct number {
	const char *key;
	size_t offset;
	bool is_wide; /* 64 bits, else 32 */
} numbers[] = {
	{ "stack_bytes", offsetof(struct joist_spawn_options, stack_bytes), false },
	{ "descriptors", offsetof(struct joist_spawn_options, descriptors_max), false },
	{ "memory_bytes", offsetof(struct joist_spawn_options, memory_bytes_max), true },
	{ "mailbox_messages", offsetof(struct joist_spawn_options, mailbox_messages_max), true },
	{ "mailbox_bytes", offsetof(struct joist_spawn_options, mailbox_bytes_max), true },
};

#define NUMBERS (sizeof(numbers) / sizeof(*numbers))

/* In the order of enum joist_priority. */
static const char *const priorities[] = { "normal", "low", "high", "max" };

#define PRIORITIES (sizeof(priorities) / sizeof(*priorities))

static joist_term word(const char *text)
{
	return atom_term(atom_make(text, strlen(text)));
}

static bool is_word(joist_term term, const char *text)
{
	struct joist_bytes name;
	joist_atom atom;

	if (!get_atom(term, &atom))
		return false;
	name = atom_name(atom);
	return name.size == strlen(text) && memcmp(name.data, text, name.size) == 0;
}

/* ---- to terms ---- */

/* A list that is being made; none for good once something is. */
struct list {
	struct arena *arena;
	joist_term term;
};

static void add(struct list *list, joist_term item)
{
	bool fine = !joist_is_none(item) && !joist_is_none(list->term);

	list->term = fine ? term_cons(list->arena, item, list->term) : TERM_NONE;
}

static void add_pair(struct list *list, const char *key, joist_term value)
{
	joist_term name = word(key);
	bool fine = !joist_is_none(name) && !joist_is_none(value);

	add(list, fine ? term_tuple_of(list->arena, name, value) : TERM_NONE);
}

static uint64_t number_of(const struct joist_spawn_options *o, const struct number *number)
{
	const char *at = (const char *)o + number->offset;
	uint64_t wide;
	uint32_t narrow;

	if (number->is_wide) {
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, at, sizeof(narrow));
	return narrow;
}

joist_term spawn_options_term(struct arena *arena, const struct spawn_options *options)
{
	const struct joist_spawn_options *o = &options->actor;
	struct list list = { arena, TERM_NIL };

	for (size_t i = 0; i < NUMBERS; i++) {
		uint64_t number = number_of(o, &numbers[i]);
		if (number)
			add_pair(&list, numbers[i].key, term_uint(arena, number));
	}
	if (o->thread)
		add_pair(&list, "thread", ATOM(true));
	if (o->priority)
		add_pair(&list, "priority", word(priorities[o->priority]));
	if (o->scheduler)
		add_pair(&list, "scheduler", term_small(o->scheduler));
	if (o->mailbox_policy)
		add_pair(&list, "mailbox_policy", word(o->mailbox_policy));
	if (o->name)
		add_pair(&list, "name", word(o->name));
	if (!joist_is_none(o->label))
		add_pair(&list, "label", o->label);
	if (o->link)
		add(&list, ATOM(link));
	if (o->monitor)
		add(&list, ATOM(monitor));
	if (options->started)
		add(&list, ATOM(started));
	if (options->code)
		add_pair(&list, "code", term_binary(arena, options->code, CODE_HASH_BYTES));
	return list.term;
}

/* ---- from terms ---- */

static bool read_number(joist_term key, joist_term value, struct joist_spawn_options *o)
{
	for (size_t i = 0; i < NUMBERS; i++) {
		char *at = (char *)o + numbers[i].offset;
		uint64_t wide;
		uint32_t narrow;

		if (!is_word(key, numbers[i].key))
			continue;
		if (!get_uint64(value, &wide) || (!numbers[i].is_wide && wide > UINT32_MAX))
			return false;
		narrow = (uint32_t)wide;
		if (numbers[i].is_wide)
			memcpy(at, &wide, sizeof(wide));
		else
			memcpy(at, &narrow, sizeof(narrow));
	}
	return true;
}

static bool read_priority(joist_term value, struct joist_spawn_options *o)
{
	for (size_t i = 0; i < PRIORITIES; i++) {
		if (is_word(value, priorities[i])) {
			o->priority = (uint16_t)i;
			return true;
		}
	}
	return false;
}

static bool read_scheduler(joist_term value, struct joist_spawn_options *o)
{
	uint64_t number;

	if (!get_uint64(value, &number) || number > UINT16_MAX)
		return false;
	o->scheduler = (uint16_t)number;
	return true;
}

/* The name of an atom, which stays. */
static bool read_name(joist_term value, const char **ret_name)
{
	joist_atom atom;

	if (!get_atom(value, &atom) || atom_equal(atom, ATOM_NAME(undefined)))
		return false;
	*ret_name = atom_name(atom).data;
	return true;
}

static bool read_pair(joist_term key, joist_term value, struct joist_spawn_options *o)
{
	if (is_word(key, "monitor"))
		o->monitor = true;
	else if (is_word(key, "thread"))
		o->thread = is_word(value, "true");
	else if (is_word(key, "priority"))
		return read_priority(value, o);
	else if (is_word(key, "scheduler"))
		return read_scheduler(value, o);
	else if (is_word(key, "mailbox_policy"))
		return read_name(value, &o->mailbox_policy);
	else if (is_word(key, "name"))
		return read_name(value, &o->name);
	else if (is_word(key, "label"))
		o->label = value;
	return read_number(key, value, o);
}

static bool read_code(joist_term value, const unsigned char **ret_code)
{
	struct joist_bytes hash;

	if (!bin_get_bytes(value, &hash) || hash.size != CODE_HASH_BYTES)
		return false;
	*ret_code = hash.data;
	return true;
}

static bool read_option(joist_term option, struct spawn_options *options)
{
	if (term_is_tuple(option, 2) && is_word(tuple_at(option, 0), "code"))
		return read_code(tuple_at(option, 1), &options->code);
	if (term_is_tuple(option, 2))
		return read_pair(tuple_at(option, 0), tuple_at(option, 1), &options->actor);
	if (is_word(option, "link"))
		options->actor.link = true;
	else if (is_word(option, "monitor"))
		options->actor.monitor = true;
	else if (is_word(option, "started"))
		options->started = true;
	else
		return false;
	return true;
}

bool spawn_options_read(joist_term list, struct spawn_options *ret_options)
{
	*ret_options = (struct spawn_options){ 0 };
	for (; term_tag(list) == TAG_CONS; list = term_tail(list)) {
		if (!read_option(term_head(list), ret_options))
			return false;
	}
	return list.word == TERM_NIL.word && spawn_options_fit(&ret_options->actor);
}
