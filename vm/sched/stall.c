/* Telling of stalls: who it was, and how often nobody was told. */
#include "vm/sched/stall.h"

#include <stdio.h>

#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/sched/thread.h"
#include "vm/term/atom.h"

void stall_log(const struct thread *t, const struct joist_actor *a)
{
	static struct log_rate rate = { .per_ns = CLOCK_NS_PER_S };
	struct joist_bytes plugin = atom_name(a->export->code->plugin);
	struct joist_bytes name = atom_name(a->export->name);
	int64_t skipped;
	char pid[32];

	if (!log_wants(LOG_LEVEL_NOTICE) || !log_limit(&rate, &skipped))
		return;
	snprintf(pid, sizeof(pid), "<0.%u.%u>", pid_slot(actor_pid(a)), pid_serial(actor_pid(a)));
	struct log_field fields[] = {
		LOG_FIELD_TEXT("pid", pid),
		LOG_FIELD_BYTES("plugin", plugin.data, plugin.size),
		LOG_FIELD_BYTES("export", name.data, name.size),
		/* relaxed: for people */
		LOG_FIELD_INT("thread", atomic_load_explicit(&t->tid, memory_order_relaxed)),
		LOG_FIELD_INT("skipped", skipped),
	};
	log_write(&(struct log_event){ LOG_LEVEL_NOTICE, "stall",
				       "a turn computes or blocks for long, and goes on on a "
				       "thread of its own",
				       fields, sizeof(fields) / sizeof(*fields) });
}
