/* Children by pid: a chained hash that doubles when it is full, so that start and end cost the same
 * however many there are. The order of starts is a list, as a supervisor with specifications has few.
 * Owned by the supervisor. */
#include "children.h"

static size_t children_bucket(const struct children *children, joist_pid pid)
{
	uint64_t hash = (pid.id ^ (uint64_t)pid.node << 40) * UINT64_C(0x9e3779b97f4a7c15);

	return (hash >> 32) & (children->bucket_count - 1);
}

static void children_insert(struct children *children, struct child *child)
{
	struct child **bucket = &children->buckets[children_bucket(children, child->pid)];

	child->chain = *bucket;
	*bucket = child;
}

void children_reserve(struct joist_actor *self, struct children *children)
{
	struct children old = *children;
	size_t bucket_count = old.bucket_count ? 2 * old.bucket_count : 4;

	if (children->count < children->bucket_count)
		return;
	children->buckets = joist_alloc(self, bucket_count * sizeof(struct child *));
	children->bucket_count = bucket_count;
	for (size_t i = 0; i < old.bucket_count; i++) {
		struct child *child = old.buckets[i];

		while (child) {
			struct child *next = child->chain;

			children_insert(children, child);
			child = next;
		}
	}
	joist_free(self, old.buckets);
}

void children_put(struct joist_actor *self, struct children *children, struct child *child)
{
	children_reserve(self, children);
	children_insert(children, child);
	children->count++;
}

void children_remove(struct children *children, struct child *child)
{
	struct child **at = &children->buckets[children_bucket(children, child->pid)];

	while (*at != child)
		at = &(*at)->chain;
	*at = child->chain;
	children->count--;
}

void children_put_away(struct children *children, struct child *child)
{
	child->status = CHILD_AWAY;
	child->chain = NULL;
	if (children->last_away)
		children->last_away->chain = child;
	else
		children->away = child;
	children->last_away = child;
	children->away_count++;
}

struct child *children_take_away(struct children *children)
{
	struct child *child = children->away;

	if (child)
		children_remove_away(children, child);
	return child;
}

void children_remove_away(struct children *children, struct child *child)
{
	struct child *before = NULL, **at = &children->away;

	for (; *at != child; at = &before->chain)
		before = *at;
	*at = child->chain;
	if (children->last_away == child)
		children->last_away = before;
	children->away_count--;
	child->status = CHILD_STOPPED;
}

struct child *children_find(const struct children *children, joist_pid pid)
{
	struct child *child = NULL;

	if (children->count)
		child = children->buckets[children_bucket(children, pid)];
	while (child && !joist_pid_equal(child->pid, pid))
		child = child->chain;
	if (child)
		return child;
	child = children->away;
	while (child && !joist_pid_equal(child->pid, pid))
		child = child->chain;
	return child;
}

struct child *children_next(const struct children *children, const struct child *child)
{
	size_t i = 0;

	if (child && child->chain)
		return child->chain;
	if (child)
		i = children_bucket(children, child->pid) + 1;
	for (; i < children->bucket_count; i++) {
		if (children->buckets[i])
			return children->buckets[i];
	}
	return NULL;
}

/* Puts one that is nowhere at the end of the order. */
static void children_append(struct children *children, struct named_child *named)
{
	named->after = NULL;
	named->before = children->last;
	if (children->last)
		children->last->after = named;
	else
		children->first = named;
	children->last = named;
}

struct named_child *children_add(struct joist_actor *self, struct children *children,
				 struct childspec *spec)
{
	struct named_child *named = joist_alloc(self, sizeof(*named));

	named->spec = spec;
	children_append(children, named);
	return named;
}

struct named_child *children_named(const struct children *children, joist_term id)
{
	struct named_child *named = children->first;

	while (named && !joist_equal(named->spec->id, id))
		named = named->after;
	return named;
}

/* Takes it out of the order. */
static void children_unlink(struct children *children, struct named_child *named)
{
	if (named->before)
		named->before->after = named->after;
	else
		children->first = named->after;
	if (named->after)
		named->after->before = named->before;
	else
		children->last = named->before;
}

void children_move_last(struct children *children, struct named_child *named)
{
	children_unlink(children, named);
	children_append(children, named);
}

void children_delete(struct joist_actor *self, struct children *children, struct named_child *named)
{
	children_unlink(children, named);
	childspec_free(self, named->spec);
	joist_free(self, named);
}
