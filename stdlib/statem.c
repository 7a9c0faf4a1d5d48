/* State machines: the events of gen, given to the function of the state that the machine is in. What is
 * postponed is stashed, and a change of state unstashes it. */
#include <joist/statem.h>

#include <string.h>

#include "life.h"

/* Behind the author's data. */
struct statem {
	struct gen gen;
	uint32_t current, next;
};

static struct statem *statem_of(struct joist_actor *self)
{
	return (struct statem *)gen_of(self);
}

static struct statem *statem_turn_of(struct joist_actor *self, const char *function)
{
	return (struct statem *)gen_turn_of(self, function);
}

static size_t statem_size(const void *data)
{
	return gen_offset(data) + sizeof(struct statem);
}

static joist_term statem_name(const struct joist_statem *table, uint32_t state)
{
	return joist_atom_term(joist_atom_new(table->states[state].name));
}

static void statem_enter(struct joist_actor *self, void *data, uint32_t last)
{
	const struct joist_statem *table = joist_export_data(self);
	const struct joist_statem_state *state = &table->states[statem_of(self)->current];
	struct joist_event event = { .kind = JOIST_EVENT_ENTER,
				     .content = statem_name(table, last) };

	if (state->enter)
		state->handle(self, data, &event);
}

/* The change of state that a callback asked for, and those that `enter` asks for then. The state
 * time-outs up to `serial` are of the old state; later ones were set for the new one. */
static void statem_change(struct joist_actor *self, void *data, uint64_t serial)
{
	struct statem *statem = statem_of(self);

	while (statem->next != statem->current && joist_is_none(statem->gen.turn->stop)) {
		struct gen_extra *extra = statem->gen.extra;
		uint32_t last = statem->current;

		statem->current = statem->next;
		if (extra) {
			timeout_clear(self, &extra->timeouts, TIMEOUT_STATE, serial);
			stash_prepend(self, &extra->ready, &extra->stashed);
			serial = extra->timeouts.serial;
		}
		statem_enter(self, data, last);
	}
}

static uint64_t statem_serial(const struct statem *statem)
{
	return statem->gen.extra ? statem->gen.extra->timeouts.serial : 0;
}

static void statem_init(struct joist_actor *self, void *data, joist_term args)
{
	const struct joist_statem *table = joist_export_data(self);
	struct statem *statem = statem_of(self);

	if (table->init)
		table->init(self, data, args);
	statem->current = statem->next;
	if (!joist_is_none(statem->gen.turn->stop))
		return;
	statem_enter(self, data, statem->current);
	statem_change(self, data, statem_serial(statem));
}

static enum joist_event_kind statem_kind(const struct gen_event *event)
{
	static const enum joist_event_kind kinds[] = {
		[GEN_CALL] = JOIST_EVENT_CALL,
		[GEN_CAST] = JOIST_EVENT_CAST,
		[GEN_INFO] = JOIST_EVENT_INFO,
		[GEN_CONTINUE] = JOIST_EVENT_INTERNAL,
	};
	static const enum joist_event_kind timeouts[] = {
		[TIMEOUT_EVENT] = JOIST_EVENT_TIMEOUT,
		[TIMEOUT_STATE] = JOIST_EVENT_STATE_TIMEOUT,
		[TIMEOUT_NAMED] = JOIST_EVENT_NAMED_TIMEOUT,
	};

	return event->kind == GEN_TIMEOUT ? timeouts[event->timeout->kind] : kinds[event->kind];
}

static void statem_handle(struct joist_actor *self, void *data, const struct gen_event *given)
{
	const struct joist_statem *table = joist_export_data(self);
	struct statem *statem = statem_of(self);
	struct joist_event event = { .kind = statem_kind(given),
				     .content = given->content,
				     .from = given->from };

	uint64_t serial = statem_serial(statem);

	if (given->timeout)
		event.name = given->timeout->name;
	table->states[statem->current].handle(self, data, &event);
	statem_change(self, data, serial);
}

static void statem_terminate(struct joist_actor *self, void *data, joist_term reason)
{
	const struct joist_statem *table = joist_export_data(self);

	if (table->terminate)
		table->terminate(self, data, reason);
}

static joist_term statem_look(struct joist_actor *self, void *data)
{
	const struct joist_statem *table = joist_export_data(self);

	return joist_make(self, "{State, Data}", statem_name(table, statem_of(self)->current),
			  ((struct joist_bytes){ data, table->data_size }));
}

static const struct gen_ops statem_ops = {
	.init = statem_init,
	.handle = statem_handle,
	.terminate = statem_terminate,
	.look = statem_look,
};

static void statem_start(struct joist_actor *self, void *data, joist_term args)
{
	life_start(self, &statem_ops, data, args);
}

static void statem_message(struct joist_actor *self, void *data, joist_term message)
{
	life_message(self, &statem_ops, data, message);
}

static void statem_stop(struct joist_actor *self, void *data, joist_term reason)
{
	life_stop(self, &statem_ops, data, reason);
}

/* The machine is in the state of the same name; its data goes over by its fields. */
static bool statem_go_over(struct joist_actor *self, const struct joist_change *change, void *data)
{
	const struct joist_statem *table = joist_export_data(self), *old_table = change->old_data;
	const struct statem *old =
		(const void *)((const char *)change->old_state + gen_offset(old_table));
	struct statem *statem = statem_of(self);

	(void)data;
	*statem = *old;
	for (uint32_t i = 0; i < table->state_count; i++) {
		if (!strcmp(table->states[i].name, old_table->states[old->current].name)) {
			statem->current = statem->next = i;
			return change->carried;
		}
	}
	return false;
}

static bool statem_changes(const void *data)
{
	(void)data;
	return false;
}

const struct joist_handler joist_statem_handler = {
	.size = sizeof(struct joist_handler),
	.state_size = statem_size,
	.start = statem_start,
	.message = statem_message,
	.stop = statem_stop,
	.change = statem_go_over,
	.changes = statem_changes,
};

void joist_next_state(struct joist_actor *self, unsigned state)
{
	struct statem *statem = statem_turn_of(self, "joist_next_state");
	const struct joist_statem *table = joist_export_data(self);

	if (state >= table->state_count)
		gen_badarg(self, "joist_next_state");
	statem->next = state;
}

void joist_postpone(struct joist_actor *self)
{
	struct gen_turn *turn = gen_turn_of(self, "joist_postpone")->turn;

	if (joist_is_none(turn->message))
		gen_badarg(self, "joist_postpone");
	stash_add(self, &gen_extra_of(self)->stashed, turn->message);
}

void joist_next_event(struct joist_actor *self, joist_term content)
{
	gen_turn_of(self, "joist_next_event")->turn->next = content;
}

void joist_event_timeout(struct joist_actor *self, int64_t ms, joist_term content)
{
	gen_turn_of(self, "joist_event_timeout");
	timeout_set(self, &gen_extra_of(self)->timeouts, TIMEOUT_EVENT, joist_nil(), ms, content);
}

void joist_state_timeout(struct joist_actor *self, int64_t ms, joist_term content)
{
	gen_turn_of(self, "joist_state_timeout");
	timeout_set(self, &gen_extra_of(self)->timeouts, TIMEOUT_STATE, joist_nil(), ms, content);
}

void joist_named_timeout(struct joist_actor *self, joist_term name, int64_t ms, joist_term content)
{
	gen_turn_of(self, "joist_named_timeout");
	timeout_set(self, &gen_extra_of(self)->timeouts, TIMEOUT_NAMED, name, ms, content);
}
