/* Alarms of a node as messages to the actors that asked for them. Any thread; the list's lock is not held
 * while one is sent, since the sending may raise another: that the listener's mailbox is full. */
#include "vm/sched/alarms.h"

#include <string.h>

#include "vm/base/bug.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"

/* {alarm, Name, Description}, or {alarm_cleared, ...}, to one. */
static void tell(struct joist_vm *vm, joist_pid to, enum alarm kind, bool over,
		 const char *description)
{
	uint64_t words[128];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));
	joist_term text = term_binary(&arena, description, strlen(description));
	joist_term term =
		term_tuple_of(&arena, atom_term(over ? vm->alarms.cleared : vm->alarms.alarm),
			      atom_term(vm->alarms.names[kind]), text);
	struct signal *s = joist_is_none(text) || joist_is_none(term)
				   ? NULL
				   : signal_make_copy(SIGNAL_MESSAGE, to, term);

	bins_drop(&arena);
	if (s)
		send_message(vm, NULL, to, s);
}

static void hear(struct alarm_ear *ear, enum alarm kind, bool over, const char *description)
{
	struct alarms *alarms = container_of(ear, struct alarms, ear);
	struct joist_vm *vm = container_of(alarms, struct joist_vm, alarms);
	joist_pid pids[ALARMS_HEARERS_MAX];

	spin_take(&alarms->lock);
	uint32_t count = alarms->count;
	memcpy(pids, alarms->pids, count * sizeof(*pids));
	spin_give(&alarms->lock);
	for (uint32_t i = 0; i < count; i++)
		tell(vm, pids[i], kind, over, description);
}

void alarms_init(struct alarms *alarms)
{
	alarms->alarm = atom_make("alarm", 5);
	alarms->cleared = atom_make("alarm_cleared", 13);
	for (unsigned kind = 0; kind < ALARM_COUNT; kind++) {
		const char *name = alarm_name((enum alarm)kind);
		alarms->names[kind] = atom_make(name, strlen(name));
	}
	alarms->ear.hear = hear;
	alarm_listen(&alarms->ear);
}

void alarms_finish(struct alarms *alarms)
{
	if (alarms->ear.hear)
		alarm_ignore(&alarms->ear);
}

static uint32_t find(const struct alarms *alarms, joist_pid pid)
{
	uint32_t at = 0;

	while (at < alarms->count && alarms->pids[at].id != pid.id)
		at++;
	return at;
}

bool alarms_tell(struct alarms *alarms, joist_pid pid)
{
	spin_take(&alarms->lock);
	uint32_t at = find(alarms, pid);
	bool fine = at < ALARMS_HEARERS_MAX;
	if (at == alarms->count && fine)
		alarms->pids[alarms->count++] = pid;
	spin_give(&alarms->lock);
	return fine;
}

void alarms_forget(struct alarms *alarms, joist_pid pid)
{
	spin_take(&alarms->lock);
	uint32_t at = find(alarms, pid);
	if (at < alarms->count)
		alarms->pids[at] = alarms->pids[--alarms->count];
	spin_give(&alarms->lock);
}

/* Says how it stands with one. */
static void tell_memory(struct joist_vm *vm, struct joist_actor *a, uint64_t has)
{
	void (*say)(struct alarm_ear *, enum alarm, const char *, ...) =
		a->memory_is_high ? alarm_raise : alarm_clear;
	joist_pid pid = actor_pid(a);

	say(&vm->alarms.ear, ALARM_MEMORY_HIGH,
	    "<0.%u.%u> of %s:%s has %llu of the %llu bytes that it may have", pid_slot(pid),
	    pid_serial(pid), (const char *)atom_name(a->export->code->plugin).data,
	    (const char *)atom_name(a->export->name).data, (unsigned long long)has,
	    (unsigned long long)actor_memory_max(a));
}

void alarms_compare_memory(struct joist_vm *vm, struct joist_actor *a, size_t more)
{
	uint64_t max = actor_memory_max(a), has = actor_memory(a) + more;
	bool was_high = a->memory_is_high;

	a->memory_is_high = has > (was_high ? max / 2 : max - max / 10);
	if (a->memory_is_high != was_high)
		tell_memory(vm, a, has);
}

void alarms_end(struct joist_vm *vm, struct joist_actor *a)
{
	if (!a->memory_is_high)
		return;
	a->memory_is_high = false;
	tell_memory(vm, a, 0);
}
