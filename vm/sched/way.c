/* What goes over to what: judged by names, kinds, and what both generations say of their states. Any
 * thread; it owns nothing. */
#include "vm/sched/way.h"

static struct export *counterpart(const struct code *to, const struct export *from)
{
	for (size_t i = 0; i < to->export_count; i++) {
		struct export *export = &to->exports[i];

		if (export->name.word == from->name.word && export->kind == from->kind)
			return export;
	}
	return NULL;
}

/* Whether the new version's own code makes its state of what cannot be carried. It only knows older
 * ones. */
static bool changes(const struct export *from, const struct export *to)
{
	if (!to->handler.change || from->state_version > to->state_version)
		return false;
	return !to->handler.changes || to->handler.changes(to->data);
}

static struct way way_of(const struct export *from, struct export *to)
{
	struct way way = { .to = to, .how = WAY_CANNOT };

	if (from->kind != JOIST_EXPORT_HANDLER) {
		way.how = WAY_STAYS;
	} else if (!to) {
		way.why = "the new version has no such export";
	} else if (from->state_version == to->state_version) {
		way.why = "its state has another size in the same state version";
		if (from->state_bytes == to->state_bytes)
			way.how = WAY_KEEPS;
	} else {
		way.path = layout_path(from, to, &way.why);
		if (way.path.count || changes(from, to))
			way.how = WAY_CONVERTS_STATE;
		else if (!way.why)
			way.why = from->state_version < to->state_version
					  ? "the new version cannot convert its state"
					  : "there is no way back for its state";
	}
	if (way.how != WAY_CANNOT)
		way.why = NULL;
	return way;
}

void way_find(const struct code *from, const struct code *to, struct way *ways)
{
	for (size_t i = 0; i < from->export_count; i++)
		ways[i] = way_of(&from->exports[i], counterpart(to, &from->exports[i]));
}
