/* One upgrade: the file is judged and loaded as a candidate, the VM takes the actors over, and the
 * candidate is committed or withdrawn. One at a time. */
#include "loader/renewal.h"

#include <errno.h>
#include <string.h>

#include "loader/blame.h"
#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/sched/change.h"
#include "vm/sched/sched.h"
#include "vm/sched/upgrade.h"
#include "vm/term/atom.h"

static bool refuse(struct renewal *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static bool refuse(struct renewal *r, const char *format, ...)
{
	char line[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	text_addf(&r->said, "%s%s", r->said.size ? "\n" : "", line);
	return false;
}

static bool refuse_all(struct renewal *r, const struct report *report)
{
	char line[1024];

	for (size_t i = 0; i < report->count; i++) {
		report_line_text(&report->lines[i], line, sizeof(line));
		refuse(r, "%s", line);
	}
	return false;
}

/* ---- the generations ---- */

static int64_t count_actors(const struct code *code, bool handlers)
{
	int64_t n = 0;

	for (size_t i = 0; i < code->export_count; i++) {
		if ((code->exports[i].kind == JOIST_EXPORT_HANDLER) == handlers)
			/* relaxed: for people */
			n += atomic_load_explicit(&code->exports[i].actors, memory_order_relaxed);
	}
	return n;
}

/* The generation of that plugin in that state that came last; NULL if there is none. */
static struct generation *find(const struct renewal *r, const char *plugin,
			       enum generation_state wanted)
{
	struct generation *g = NULL;
	enum generation_state state;

	while ((g = registry_next(r->live->registry, joist_text(plugin), g, &state))) {
		if (state == wanted)
			return g;
	}
	return NULL;
}

/* Those whose actors go over: all that have any, and the committed one. They are pinned. */
static bool find_from(struct renewal *r, struct upgrade_order *order)
{
	struct generation *g = NULL;
	enum generation_state state;

	while ((g = registry_next(r->live->registry, joist_text(r->name), g, &state))) {
		if (&g->code == order->to ||
		    (state != GENERATION_COMMITTED && count_actors(&g->code, true) == 0))
			continue;
		if (order->from_count == UPGRADE_FROM_MAX)
			return refuse(r, "%s has actors of more than %d generations; end some",
				      r->name, UPGRADE_FROM_MAX);
		code_pin(&g->code);
		order->from[order->from_count++] = &g->code;
	}
	return true;
}

static void unpin(const struct upgrade_order *order)
{
	for (size_t i = 0; i < order->from_count; i++)
		code_unpin(order->from[i]);
}

/* The file as a candidate, or a generation that has its bytes; NULL if it is refused. */
static struct code *load(struct renewal *r, struct report *report)
{
	struct code *to = live_candidate(r->live, r->file, r->config, report);

	if (!to)
		return NULL;
	struct joist_bytes name = joist_atom_name(to->plugin);
	snprintf(r->name, sizeof(r->name), "%.*s", (int)name.size, (const char *)name.data);
	return to;
}

/* Unless a few actors have gone ahead to it, or it was there before. */
static void withdraw(struct renewal *r, struct code *to)
{
	if (find(r, r->name, GENERATION_CANDIDATE) == container_of(to, struct generation, code))
		registry_withdraw(r->live->registry, to);
}

/* ---- what is said ---- */

static const char *name_of(joist_atom atom)
{
	return joist_atom_name(atom).data;
}

static void say_way(struct renewal *r, const struct export *from, const struct way *way)
{
	/* relaxed: for people */
	int64_t actors = atomic_load_explicit(&from->actors, memory_order_relaxed);

	if (from->kind == JOIST_EXPORT_FUN)
		return;
	text_addf(&r->said, "%s:%s\t%lld actors of generation %u\t", r->name, name_of(from->name),
		  (long long)actors, from->code->generation);
	if (way->how == WAY_STAYS)
		text_addf(&r->said, "stay as they are; each goes over by joist_become\n");
	else if (way->how == WAY_CANNOT)
		text_addf(&r->said, "cannot go over: %s\n", way->why);
	else if (way->how == WAY_KEEPS)
		text_addf(&r->said, "go over with their state as it is\n");
	else
		text_addf(&r->said, "state %u", from->state_version);
	if (way->how != WAY_CONVERTS_STATE)
		return;
	for (size_t i = 1; i < way->path.count; i++)
		text_addf(&r->said, " -> %u by its fields", way->path.steps[i]->version);
	if (!way->path.count)
		text_addf(&r->said, " -> %u by its code_change", way->to->state_version);
	else if (way->to->handler.changes && way->to->handler.changes(way->to->data) &&
		 from->state_version < way->to->state_version)
		text_addf(&r->said, " and its code_change");
	text_addf(&r->said, "\n");
}

/* What is done to whom; whether nothing is in the way. Only of those that there are. */
static bool look_at_ways(struct renewal *r, const struct upgrade_order *order, bool say)
{
	bool fine = true;

	for (size_t i = 0; i < order->from_count; i++) {
		const struct code *from = order->from[i];
		size_t bytes = from->export_count * sizeof(struct way);
		struct way *ways = heap_take(bytes);

		if (!ways)
			return refuse(r, "memory is short");
		way_find(from, order->to, ways);
		for (size_t k = 0; k < from->export_count; k++) {
			const struct export *export = &from->exports[k];
			/* relaxed: for people */
			bool lives = atomic_load_explicit(&export->actors, memory_order_relaxed);

			if (say && (lives || i == 0))
				say_way(r, export, &ways[k]);
			if (ways[k].how != WAY_CANNOT || !lives)
				continue;
			fine = false;
			if (!say)
				refuse(r, "%s:%s cannot go over to %s: %s", r->name,
				       name_of(export->name), order->to->version, ways[k].why);
		}
		heap_give(ways, bytes);
	}
	return fine;
}

static void say_failure(struct renewal *r, const struct upgrade_order *order,
			const struct ballot_failure *f)
{
	char who[256] = "", where[512] = "";

	if (!joist_pid_is_none(f->pid))
		snprintf(who, sizeof(who), "<0.%u.%u> (%s:%s %s)", pid_slot(f->pid),
			 pid_serial(f->pid), r->name, name_of(f->export->name),
			 f->export->code->version);
	if (f->fault.count)
		blame_find(&f->fault, r->live->registry, where, sizeof(where));
	if (f->is_late)
		refuse(r, "not done within %lld ms: %s%s%s; all is as before",
		       (long long)order->deadline_ms, f->reason,
		       who[0] ? ", of which one waits in the middle of a turn: " : "", who);
	else
		refuse(r, "%s cannot become %s: %s%s%s; all is as before", who, order->to->version,
		       f->reason, where[0] ? " at " : "", where);
}

static void say_done(struct renewal *r, const struct upgrade_order *order,
		     const struct upgrade_report *report, const char *before)
{
	static const char *const what[] = {
		[RENEWAL_COMMIT] = "", [RENEWAL_DRY] = " would go over"
	};

	text_addf(&r->said, "%s %s -> %s (generation %u): %llu actors%s, %lld ms\n", r->name,
		  before, order->to->version, order->to->generation,
		  (unsigned long long)report->actors, what[r->mode],
		  (long long)(report->took_ns / CLOCK_NS_PER_MS));
	if (order->few)
		text_addf(&r->said, "the others stay until it is done without --canary\n");
}

/* ---- doing it ---- */

static bool commit(void *registry, struct code *to)
{
	registry_commit(registry, to);
	return true;
}

static uint64_t count_few(const struct renewal *r, const struct upgrade_order *order)
{
	uint64_t actors = 0;

	for (size_t i = 0; i < order->from_count; i++)
		actors += (uint64_t)count_actors(order->from[i], true);
	uint64_t few = r->few ? r->few : (actors * r->percent + 99) / 100;
	return r->percent == 100 || few >= actors ? 0 : few;
}

/* By the next boot, too. */
static bool record(struct renewal *r, struct code *to)
{
	struct report report = { 0 };
	bool done = live_commit(r->live, to, &report) || refuse_all(r, &report);

	report_finish(&report);
	return done;
}

/* Whether the order was carried out. */
static bool carry_out(struct renewal *r, struct upgrade_order *order)
{
	struct upgrade_report report;

	order->dry = r->mode == RENEWAL_DRY;
	order->deadline_ms = r->deadline_ms;
	order->few = count_few(r, order);
	if (!order->few)
		order->commit = commit;
	order->owner = r->live->registry;
	const struct generation *found = find(r, r->name, GENERATION_COMMITTED);
	const char *before = found ? found->code.version : order->to->version;
	int error = upgrade_run(r->vm, order, &report);
	if (error)
		return refuse(r, "%s",
			      error == -EBUSY ? "another upgrade is under way; try again"
					      : "memory is short");
	if (!report.done) {
		say_failure(r, order, &report.failure);
		return false;
	}
	say_done(r, order, &report, before);
	if (order->dry)
		return true;
	r->generation = order->to->generation;
	return order->few || record(r, order->to);
}

static bool go(struct renewal *r, struct code *to)
{
	struct upgrade_order order = { .to = to };
	bool done = find_from(r, &order);

	if (done && r->mode == RENEWAL_PLAN)
		look_at_ways(r, &order, true);
	else if (done)
		done = look_at_ways(r, &order, false) && carry_out(r, &order);
	unpin(&order);
	return done;
}

static bool renew(struct renewal *r)
{
	struct report report = { 0 };
	struct code *to = load(r, &report);
	bool done = to ? go(r, to) : refuse_all(r, &report);

	if (to && (!done || r->mode != RENEWAL_COMMIT))
		withdraw(r, to);
	report_finish(&report);
	return done;
}

/* To the generation that was found before; or, while a few actors have gone ahead, back from that one. */
static bool roll_back(struct renewal *r)
{
	snprintf(r->name, sizeof(r->name), "%s", r->plugin);
	struct generation *ahead = find(r, r->name, GENERATION_CANDIDATE);
	bool few = ahead && count_actors(&ahead->code, true) > 0;
	struct generation *to = find(r, r->name, few ? GENERATION_COMMITTED : GENERATION_PREVIOUS);

	if (!to)
		return refuse(r, "%s has no generation to go back to", r->name);
	return go(r, &to->code);
}

void renewal_run(struct renewal *r)
{
	r->done = r->file ? renew(r) : roll_back(r);
	live_sweep(r->live);
}

int64_t renewal_crashes(struct live *live, struct joist_bytes plugin, uint32_t generation)
{
	struct code *found = registry_plugin(live->registry, plugin);

	if (!found || found->generation != generation)
		return -1;
	/* relaxed: a count */
	return atomic_load_explicit(&found->crashes, memory_order_relaxed);
}
