/* Sending what timers hold when they are due. Only the worker's own thread enters. */
#include "vm/sched/fire.h"

#include "vm/sched/sched.h"
#include "vm/sched/send.h"
#include "vm/sched/worker.h"

/* Whether an interval goes on: who started it lives, and so does who gets its messages, if that is not
 * whoever has a name. */
static bool goes_on(struct joist_vm *vm, const struct timer_what *what)
{
	return table_lives(&vm->table, what->owner) &&
	       (what->name.word || table_lives(&vm->table, (joist_pid){ .id = what->message->to }));
}

static void send(struct worker *w, const struct timer_what *what)
{
	struct signal *message = what->message;
	joist_pid to = { .id = message->to };

	if (what->name.word)
		to = names_find(&w->vm->names, what->name);
	message->to = to.id;
	if (message->kind == SIGNAL_MESSAGE)
		send_message(w->vm, w, to, message);
	else
		send_signal(w->vm, w, to, message);
}

void fire_due(struct worker *w, int64_t now_ns)
{
	struct timer_what what;
	joist_ref repeats;

	if (timers_next_ns(&w->timers) > now_ns)
		return;
	while (timers_take_due(&w->timers, now_ns, &what, &repeats)) {
		if (!what.message)
			continue;
		if (!repeats.count || goes_on(w->vm, &what)) {
			send(w, &what);
		} else {
			timers_cancel(&w->timers, repeats);
			signal_free(what.message);
		}
	}
}
