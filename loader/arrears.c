/* What is still to be told of crashes. The thread that writes their reports owns it, and alone enters. */
#include "loader/arrears.h"

#include <stdio.h>
#include <string.h>

#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/term/atom.h"

/* A little longer than what the quota counts. */
#define DUE_NS (1100 * CLOCK_NS_PER_MS)

void arrears_note(struct arrears *arrears, joist_atom plugin, joist_atom export_name)
{
	if (arrears->count == ARREARS_MAX)
		return;
	arrears->list[arrears->count++] =
		(struct arrear){ plugin, export_name, clock_now_ns() + DUE_NS };
}

int64_t arrears_due(const struct arrears *arrears)
{
	return arrears->count ? arrears->list[0].due_ns : INT64_MAX;
}

static void tell(struct registry *registry, const struct arrear *arrear, bool at_once)
{
	struct joist_bytes plugin = atom_name(arrear->plugin),
			   name = atom_name(arrear->export_name);
	struct export *export = registry_find(registry, plugin, name, -1);
	uint32_t skipped = export ? log_quota_settle(&export->crashes, at_once) : 0;
	char message[640];

	if (!skipped)
		return;
	struct log_field fields[] = {
		LOG_FIELD_BYTES("plugin", plugin.data, plugin.size),
		LOG_FIELD_BYTES("export", name.data, name.size),
		LOG_FIELD_INT("skipped", skipped),
	};
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		fields[i].kind |= LOG_HIDDEN;
	snprintf(message, sizeof(message), "%u more actors of %.*s:%.*s ended in error", skipped,
		 (int)plugin.size, (const char *)plugin.data, (int)name.size,
		 (const char *)name.data);
	log_write(&(struct log_event){ LOG_LEVEL_ERROR, "crashes_skipped", message, fields,
				       sizeof(fields) / sizeof(*fields) });
}

void arrears_tell(struct arrears *arrears, struct registry *registry, int64_t now_ns)
{
	uint32_t told = 0;

	while (told < arrears->count && arrears->list[told].due_ns <= now_ns)
		tell(registry, &arrears->list[told++], now_ns == INT64_MAX);
	arrears->count -= told;
	memmove(arrears->list, arrears->list + told, arrears->count * sizeof(*arrears->list));
}
