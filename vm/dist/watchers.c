/* The list of those who hear of nodes, under the lock of the dist. An actor that has ended is
 * found out when it is told. */
#include "vm/dist/watchers.h"

#include "vm/base/heap.h"
#include "vm/sched/send.h"
#include "vm/term/atom.h"

struct watcher {
	struct watcher *next;
	joist_pid pid;
	joist_atom node; /* zero: any, of `kind` */
	enum watch_kind kind;
};

static bool add(struct dist *d, struct watcher given)
{
	struct watcher *w = heap_take(sizeof(*w));

	if (!w)
		return false;
	*w = given;
	mutex_take(&d->lock);
	w->next = d->watchers;
	d->watchers = w;
	mutex_give(&d->lock);
	return true;
}

bool watchers_add(struct dist *d, joist_pid pid, enum watch_kind kind)
{
	return add(d, (struct watcher){ .pid = pid, .kind = kind });
}

bool watchers_add_node(struct dist *d, joist_pid pid, joist_atom node)
{
	return add(d, (struct watcher){ .pid = pid, .node = node });
}

static bool is_same(const struct watcher *w, const struct watcher *other)
{
	return joist_pid_equal(w->pid, other->pid) && atom_equal(w->node, other->node) &&
	       w->kind == other->kind;
}

/* Takes those that are the same out of the list; `most` of them. */
static void drop(struct dist *d, struct watcher given, int most)
{
	struct watcher *gone = NULL;

	mutex_take(&d->lock);
	for (struct watcher **link = &d->watchers; *link;) {
		struct watcher *w = *link;
		if (most <= 0 || !is_same(w, &given)) {
			link = &w->next;
			continue;
		}
		*link = w->next;
		w->next = gone;
		gone = w;
		most--;
	}
	mutex_give(&d->lock);
	for (struct watcher *next; gone; gone = next) {
		next = gone->next;
		heap_give(gone, sizeof(*gone));
	}
}

void watchers_remove(struct dist *d, joist_pid pid, enum watch_kind kind)
{
	drop(d, (struct watcher){ .pid = pid, .kind = kind }, INT32_MAX);
}

void watchers_remove_node(struct dist *d, joist_pid pid, joist_atom node)
{
	drop(d, (struct watcher){ .pid = pid, .node = node }, 1);
}

/* What there is to tell. */
struct news {
	joist_atom node;
	bool hidden, up, refused;
};

static bool concerns(const struct watcher *w, const struct news *news)
{
	if (w->node.word)
		return !news->up && atom_equal(w->node, news->node);
	return !news->refused &&
	       (w->kind == WATCH_ALL || (w->kind == WATCH_HIDDEN) == news->hidden);
}

/* Takes those whom it concerns, and who hear of it once, and those who have ended, out of the
 * list; the others' pids are copied. Sending is done without the lock. */
static struct watcher *take_concerned(struct dist *d, const struct news *news)
{
	struct watcher *told = NULL;

	mutex_take(&d->lock);
	for (struct watcher **link = &d->watchers; *link;) {
		struct watcher *w = *link, *copy = NULL;
		bool lives = table_lives(&d->vm->table, w->pid);
		if (lives && (!concerns(w, news) || !w->node.word)) {
			link = &w->next;
			if (!concerns(w, news) || !(copy = heap_take(sizeof(*copy))))
				continue;
			*copy = *w;
			w = copy;
		} else {
			*link = w->next;
		}
		w->next = told;
		told = w;
	}
	mutex_give(&d->lock);
	return told;
}

static void tell(struct dist *d, const struct news *news)
{
	uint64_t words[4];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));
	joist_term what = term_tuple_of(&arena, news->up ? ATOM(nodeup) : ATOM(nodedown),
					atom_term(news->node));

	for (struct watcher *w = take_concerned(d, news), *next; w; w = next) {
		struct signal *s = signal_make_copy(SIGNAL_MESSAGE, w->pid, what);
		next = w->next;
		if (s)
			send_message(d->vm, NULL, w->pid, s);
		heap_give(w, sizeof(*w));
	}
}

void watchers_tell(struct dist *d, joist_atom node, bool hidden, bool up)
{
	tell(d, &(const struct news){ .node = node, .hidden = hidden, .up = up });
}

void watchers_tell_refused(struct dist *d, joist_atom node)
{
	tell(d, &(const struct news){ .node = node, .refused = true });
}

void watchers_finish(struct dist *d)
{
	for (struct watcher *w = d->watchers, *next; w; w = next) {
		next = w->next;
		heap_give(w, sizeof(*w));
	}
	d->watchers = NULL;
}
