/* What is logged of an actor that ended in error by its own doing.
 *
 * What becomes of a supervised one is known to its supervisor, a moment later; so the report waits, as a
 * copy of its fields, in the node's list, until the supervisor tells or ends. The dying actor looks under
 * the list's lock whether its parent still lives, and the parent empties the list after its own pid is
 * dead: one of the two sees the other. Any thread enters; lines are written outside the lock. */
#include "vm/sched/crash.h"

#include <stdio.h>
#include <string.h>

#include "vm/actor/actor.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/base/text.h"
#include "vm/term/atom.h"
#include "vm/term/print.h"

/* More do not wait: their lines say nothing of a restart. */
#define WAITING_MAX 1024

struct crash {
	struct crash *next;
	uint64_t pid, parent; /* pid ids */
	bool started; /* its first turn was over */
	int64_t system_ns; /* when it ended */
	size_t bytes; /* of this block, with the texts behind the fields */
	size_t count;
	struct log_field fields[]; /* and room for one more */
};

static void write_fields(int64_t system_ns, const struct log_field *fields, size_t count)
{
	log_write_at(system_ns, &(struct log_event){ LOG_LEVEL_ERROR, "crash",
						     "an actor ended in error", fields, count });
}

static void write_crash(struct crash *crash, const char *restart)
{
	if (restart)
		crash->fields[crash->count++] = LOG_FIELD_TEXT("restart", restart);
	write_fields(crash->system_ns, crash->fields, crash->count);
}

/* A copy of the fields, whose keys are constants; NULL when memory is short. */
static struct crash *crash_make(const struct joist_actor *a, const struct log_field *fields,
				size_t count)
{
	size_t bytes = sizeof(struct crash) + (count + 1) * sizeof(*fields);

	for (size_t i = 0; i < count; i++)
		bytes += fields[i].size;
	struct crash *crash = heap_take(bytes);
	if (!crash)
		return NULL;
	*crash = (struct crash){ .pid = a->id,
				 .parent = a->parent,
				 .started = a->started,
				 .system_ns = clock_system_ns(),
				 .bytes = bytes,
				 .count = count };
	char *text = (char *)&crash->fields[count + 1];
	for (size_t i = 0; i < count; i++) {
		crash->fields[i] = fields[i];
		if (!fields[i].size)
			continue;
		memcpy(text, fields[i].text, fields[i].size);
		crash->fields[i].text = text;
		text += fields[i].size;
	}
	return crash;
}

/* Whether the report waits from now on. */
static bool wait_for_word(struct joist_vm *vm, const struct joist_actor *a,
			  const struct log_field *fields, size_t count)
{
	struct crashes *list = &vm->crashes;
	struct crash *crash = crash_make(a, fields, count);

	if (!crash)
		return false;
	spin_take(&list->lock);
	bool waits = list->count < WAITING_MAX &&
		     table_lives(&vm->table, (joist_pid){ .id = a->parent });
	if (waits) {
		if (list->first)
			list->last->next = crash;
		else
			list->first = crash;
		list->last = crash;
		list->count++;
	}
	spin_give(&list->lock);
	if (!waits)
		heap_give(crash, crash->bytes);
	return waits;
}

static bool is_orderly(joist_term reason)
{
	return reason.word == ATOM(normal).word || reason.word == ATOM(shutdown).word ||
	       (term_is_tuple(reason, 2) && tuple_at(reason, 0).word == ATOM(shutdown).word);
}

void crash_report(struct joist_vm *vm, const struct joist_actor *a)
{
	struct text reason = { 0 };
	char pid[32];
	struct joist_bytes plugin = atom_name(a->export->code->plugin);
	struct joist_bytes export = atom_name(a->export->name);
	joist_atom registered = names_of(a->entry);
	struct log_field fields[9];
	size_t n = 0;

	if (a->end_kind == END_SIGNAL || is_orderly(a->end->term) || !log_wants(LOG_LEVEL_ERROR))
		return;
	print_term(&reason, a->end->term);
	snprintf(pid, sizeof(pid), "<0.%u.%u>", pid_slot(actor_pid(a)), pid_serial(actor_pid(a)));
	fields[n++] = LOG_FIELD_TEXT("pid", pid);
	if (registered.word) {
		struct joist_bytes name = atom_name(registered);
		fields[n++] = LOG_FIELD_BYTES("name", name.data, name.size);
	}
	fields[n++] = LOG_FIELD_BYTES("plugin", plugin.data, plugin.size);
	fields[n++] = LOG_FIELD_TEXT("version", a->export->code->version);
	fields[n++] = LOG_FIELD_BYTES("export", export.data, export.size);
	fields[n++] = LOG_FIELD_INT("generation", a->export->code->generation);
	fields[n++] = LOG_FIELD_BYTES("reason", reason.data ? reason.data : "", reason.size);
	fields[n++] = LOG_FIELD_INT("message_queue_len", a->message_count);
	fields[n++] = LOG_FIELD_INT("links", ties_count(&a->links));
	if (!a->crash_waits || !wait_for_word(vm, a, fields, n))
		write_fields(clock_system_ns(), fields, n);
	text_finish(&reason);
}

static bool is_meant(const struct crash *crash, uint64_t parent, enum crash_which which,
		     uint64_t pid)
{
	if (crash->parent != parent)
		return false;
	return which == CRASH_ALL ||
	       (which == CRASH_UNSTARTED ? !crash->started : crash->pid == pid);
}

/* Takes the first one that is meant off the list; NULL if there is none. */
static struct crash *take(struct crashes *list, uint64_t parent, enum crash_which which,
			  uint64_t pid)
{
	struct crash *before = NULL, *crash;

	spin_take(&list->lock);
	for (crash = list->first; crash && !is_meant(crash, parent, which, pid);
	     crash = crash->next)
		before = crash;
	if (crash) {
		*(before ? &before->next : &list->first) = crash->next;
		if (list->last == crash)
			list->last = before;
		list->count--;
	}
	spin_give(&list->lock);
	return crash;
}

void crash_tell(struct joist_vm *vm, uint64_t parent, enum crash_which which, uint64_t pid,
		const char *restart)
{
	struct crash *crash;

	do {
		crash = take(&vm->crashes, parent, which, pid);
		if (!crash)
			return;
		write_crash(crash, restart);
		heap_give(crash, crash->bytes);
	} while (which == CRASH_ALL);
}
