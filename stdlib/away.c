/* Lost nodes. A child of one is in the list of those away, and under no pid, until it can be started. That
 * is tried when a node comes, and each second, for to try is what connects to a node. It does not count
 * towards the intensity: a child that was lost soon after its start waits for a second at least.
 *
 * One that was started elsewhere may still run where it was, if only the connection was lost: it is told
 * to end when that node is back, lest it be one that takes no notice of its parent's loss. Owned by the
 * supervisor. */
#include "away.h"

#include "childrun.h"

#define LOOK_MS 1000
#define NS_PER_MS INT64_C(1000000)

/* One that has been started elsewhere since, and where it was. */
struct stray {
	struct stray *next;
	joist_pid pid;
	joist_atom node;
	int64_t shutdown_ms;
};

void away_listen(struct joist_actor *self, struct supervisor *supervisor)
{
	if (!supervisor->hears_nodes)
		joist_nodes_monitor(self, JOIST_NODES_CONNECTED, true);
	supervisor->hears_nodes = true;
}

void away_look_now(struct joist_actor *self)
{
	joist_send(self, joist_self(self), joist_make(self, "{'$gen_cast', {look, now}}"));
}

/* How long the first may still wait whose time is limited; LOOK_MS at most. */
static int64_t away_left_ms(struct joist_actor *self, const struct supervisor *supervisor)
{
	int64_t now_ns = joist_now_ns(self), left_ms = LOOK_MS;
	const struct child *child = supervisor->children.away;

	for (; child; child = child->chain) {
		const struct childspec *spec = supervision_spec(supervisor, child);
		int64_t ms = spec->node_wait_ms - (now_ns - child->started_ns) / NS_PER_MS;

		if (spec->node_wait_ms != JOIST_INFINITY && ms < left_ms)
			left_ms = ms > 0 ? ms : 0;
	}
	return left_ms;
}

static void away_look_later(struct joist_actor *self, struct supervisor *supervisor)
{
	if (supervisor->looks_later)
		return;
	supervisor->looks_later = true;
	joist_send_after(self, away_left_ms(self, supervisor), joist_self(self),
			 joist_make(self, "{'$gen_cast', {look, later}}"));
}

/* ---- losing them ---- */

bool away_is_lost(const struct childspec *spec, const struct child *child, joist_term reason)
{
	return spec->node_count && child->pid.node && joist_is_atom(reason, "noconnection");
}

bool away_may_hurry(struct joist_actor *self, const struct child *child)
{
	return joist_now_ns(self) - child->started_ns > LOOK_MS * NS_PER_MS;
}

void away_put(struct joist_actor *self, struct supervisor *supervisor, struct child *child)
{
	if (!child->was_away)
		child->started_ns = joist_now_ns(self);
	child->was_away = true;
	children_put_away(&supervisor->children, child);
	away_look_later(self, supervisor);
}

void away_add_stray(struct joist_actor *self, struct supervisor *supervisor,
		    const struct child *child)
{
	const struct childspec *spec = supervision_spec(supervisor, child);
	struct stray *stray = joist_alloc(self, sizeof(*stray));

	stray->pid = child->pid;
	stray->node = spec->nodes[child->place];
	stray->shutdown_ms = spec->shutdown_ms;
	stray->next = supervisor->strays;
	supervisor->strays = stray;
}

bool away_is_overdue(struct joist_actor *self, const struct childspec *spec,
		     const struct child *child)
{
	return spec->node_wait_ms != JOIST_INFINITY &&
	       joist_now_ns(self) - child->started_ns >= spec->node_wait_ms * NS_PER_MS;
}

/* ---- finding them ---- */

/* Asks it to end, and has it killed when its time is up. */
static void away_end_stray(struct joist_actor *self, const struct stray *stray)
{
	joist_term kill = joist_make(self, "{'$gen_cast', {kill, Pid}}", stray->pid);

	if (stray->shutdown_ms == CHILDSPEC_BRUTAL_KILL) {
		childrun_kill(self, stray->pid);
		return;
	}
	joist_exit_to(self, stray->pid, joist_make(self, "shutdown"));
	if (stray->shutdown_ms != JOIST_INFINITY)
		joist_send_after(self, stray->shutdown_ms, joist_self(self), kill);
}

void away_nodeup(struct joist_actor *self, struct supervisor *supervisor, joist_atom node)
{
	struct stray **link = &supervisor->strays;

	while (*link) {
		struct stray *stray = *link;

		if (stray->node.word != node.word) {
			link = &stray->next;
			continue;
		}
		away_end_stray(self, stray);
		*link = stray->next;
		joist_free(self, stray);
	}
	if (supervisor->children.away)
		away_look_now(self);
}
