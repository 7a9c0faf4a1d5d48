/* Looks at all actors at once: each link is known at both ends, and so is each monitor. What an actor
 * tells of itself is turned into ties with a weight, whose sum is zero if both ends agree. */
#include <stdio.h>
#include <stdlib.h>

#include "test/soak/soak.h"

struct tie {
	uint64_t from, to;
	bool monitor; /* else a link, from the lower to the higher */
	int weight;
};

struct ties {
	struct joist_actor *self;
	struct tie *at;
	size_t count, room;
};

static void add(struct ties *ties, struct tie tie)
{
	if (ties->count == ties->room) {
		ties->room = ties->room ? 2 * ties->room : 1024;
		ties->at = joist_realloc(ties->self, ties->at, ties->room * sizeof(*ties->at));
	}
	ties->at[ties->count++] = tie;
}

static void add_link(struct ties *ties, uint64_t own, uint64_t other)
{
	if (own < other)
		add(ties, (struct tie){ own, other, false, 1 });
	else
		add(ties, (struct tie){ other, own, false, -1 });
}

static joist_term item_of(joist_term info, const char *item)
{
	return joist_map_get(info, joist_atom_term(joist_atom_new(item)));
}

static void add_ties(struct ties *ties, joist_pid own, joist_term info)
{
	joist_term links = item_of(info, "links"), item;
	joist_term monitors = item_of(info, "monitors");
	joist_term monitored = item_of(info, "monitored_by");
	joist_pid pid;

	while (joist_list_next(&links, &item))
		if (joist_get_pid(item, &pid))
			add_link(ties, own.id, pid.id);
	while (joist_list_next(&monitors, &item))
		if (joist_match(item, "{process, Pid}", &pid))
			add(ties, (struct tie){ own.id, pid.id, true, 1 });
	while (joist_list_next(&monitored, &item))
		if (joist_get_pid(item, &pid))
			add(ties, (struct tie){ pid.id, own.id, true, -1 });
}

static int order(const void *a, const void *b)
{
	const struct tie *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return (int)x->monitor - (int)y->monitor;
}

/* Who `id` is, for people. */
static const char *name_of(struct joist_actor *self, uint64_t id)
{
	joist_pid pid = { .id = id };
	joist_term info = joist_info(self, pid), function, status, traps;

	if (joist_is_none(info) ||
	    !joist_match(info, "#{current_function := F, status := S, trap_exit := T}", &function,
			 &status, &traps))
		return joist_format(self, joist_make(self, "{Pid, ended}", pid));
	return joist_format(self, joist_make(self, "{Pid, F, S, T}", pid, function, status, traps));
}

static const char *describe(struct joist_actor *self, const struct tie *tie, int weight)
{
	static char text[400];

	snprintf(text, sizeof(text), "%s from %s to %s, of which only the %s knows",
		 tie->monitor ? "a monitor" : "a link", name_of(self, tie->from),
		 name_of(self, tie->to), weight > 0 ? "first" : "second");
	return text;
}

static const char *balance(struct ties *ties)
{
	int weight = 0;

	if (ties->count)
		qsort(ties->at, ties->count, sizeof(*ties->at), order);
	for (size_t i = 0; i < ties->count; i++) {
		weight += ties->at[i].weight;
		if (i + 1 < ties->count && order(&ties->at[i], &ties->at[i + 1]) == 0)
			continue;
		if (weight != 0)
			return describe(ties->self, &ties->at[i], weight);
	}
	return NULL;
}

const char *audit_ties(struct joist_actor *self)
{
	struct ties ties = { .self = self };
	joist_term pids = joist_actors(self), item;
	joist_pid pid;

	while (joist_list_next(&pids, &item)) {
		joist_term info =
			joist_get_pid(item, &pid) ? joist_info(self, pid) : (joist_term){ 0 };
		if (!joist_is_none(info))
			add_ties(&ties, pid, info);
	}
	const char *wrong = balance(&ties);
	joist_free(self, ties.at);
	return wrong;
}
