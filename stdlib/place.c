/* Starting a child on another node. What ran there under the same name, or in its place, may not have heard
 * yet that it is to end, for each side of a connection notices its loss by itself: so its end is awaited
 * before, and there are never two. Owned by the supervisor. */
#include "place.h"

/* How many of its nodes a child may run on: others than the first only if it may move. */
static size_t place_count(const struct childspec *spec)
{
	return spec->loss == LOSS_ELSEWHERE || !spec->node_count ? spec->node_count : 1;
}

bool place_is_there(struct joist_actor *self, const struct childspec *spec)
{
	bool there = false;

	for (size_t i = 0; i < place_count(spec); i++)
		there |= joist_node_connect(self, spec->nodes[i], 0);
	return there;
}

/* Waits until nobody has the child's name on the node; false, and why, if that does not come to be. */
static bool place_await_name(struct joist_actor *self, const struct childspec *spec,
			     joist_atom node, joist_term *ret_reason)
{
	joist_term whom = joist_make(self, "{Name, Node}", joist_atom_new(spec->name), node);
	joist_ref monitor = joist_monitor(self, whom);
	joist_term why;

	if (joist_receive_match(self, spec->start_ms, "{'DOWN', ^Monitor, _, _, Why}", &monitor,
				&why)) {
		*ret_reason = why;
		return !joist_is_atom(why, "noconnection");
	}
	joist_demonitor_flush(self, monitor);
	*ret_reason = joist_make(self, "{already_started, Whom}", whom);
	return false;
}

static enum childrun_result place_start_on(struct joist_actor *self, const struct childspec *spec,
					   joist_term args, struct child *child, size_t index,
					   joist_term *ret_reason)
{
	joist_atom node = spec->nodes[index];
	bool far = node.word != joist_node(self).word;
	enum childrun_result result;

	if (far && child->pid.node && child->place == index)
		childrun_stop(self, spec, child->pid);
	if (far && spec->name && !place_await_name(self, spec, node, ret_reason))
		return CHILDRUN_FAILED;
	result = childrun_start(self, spec, node, args, &child->pid, ret_reason);
	if (result == CHILDRUN_STARTED)
		child->place = (uint8_t)index;
	return result;
}

/* Whether a start has failed for want of the node, and not of the child. One that does not answer in time
 * may be frozen. */
static bool place_is_lost(joist_term reason)
{
	return joist_is_atom(reason, "noconnection") || joist_is_atom(reason, "timeout");
}

enum childrun_result place_start(struct joist_actor *self, const struct childspec *spec,
				 joist_term args, struct child *child, bool patient,
				 joist_term *ret_reason)
{
	int64_t wait_ms = patient ? spec->start_ms : 0;

	if (!spec->node_count)
		return childrun_start(self, spec, joist_node(self), args, &child->pid, ret_reason);
	for (size_t i = 0; i < place_count(spec); i++) {
		enum childrun_result result;

		if (!joist_node_connect(self, spec->nodes[i], wait_ms))
			continue;
		result = place_start_on(self, spec, args, child, i, ret_reason);
		if (result != CHILDRUN_FAILED || !place_is_lost(*ret_reason))
			return result;
	}
	*ret_reason = joist_make(self, "noconnection");
	return CHILDRUN_AWAY;
}
