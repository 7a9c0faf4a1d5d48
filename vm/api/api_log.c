/* What an actor says, as the SDK has it. */
#include <joist/log.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vm/api/enter.h"
#include "vm/api/far.h"
#include "vm/api/self.h"
#include "vm/base/log.h"
#include "vm/sched/crash.h"
#include "vm/sched/send.h"
#include "vm/sched/worker.h"
#include "vm/term/atom.h"
#include "vm/term/bin.h"

/* With its newline: what a pipe takes in one piece. */
#define LINE_MAX_BYTES 4096

/* The text of a line, ended by a zero byte, which a newline may replace; its size. */
static size_t format_line(char line[LINE_MAX_BYTES], const char *format, va_list arguments)
{
	int n = vsnprintf(line, LINE_MAX_BYTES, format, arguments);
	size_t size = n < 0 ? 0 : (size_t)n;

	return size < LINE_MAX_BYTES ? size : LINE_MAX_BYTES - 1;
}

void joist_log(struct joist_actor *self, enum joist_log_level level, const char *format, ...)
{
	char line[LINE_MAX_BYTES], pid[32];
	va_list arguments;

	enter_alone(self, 2);
	if ((unsigned)level > JOIST_ERROR)
		self_badarg(self, "joist_log");
	if (!log_wants((enum log_level)level))
		return;
	va_start(arguments, format);
	format_line(line, format, arguments);
	va_end(arguments);
	snprintf(pid, sizeof(pid), "<0.%u.%u>", pid_slot(actor_pid(self)),
		 pid_serial(actor_pid(self)));
	struct joist_bytes plugin = atom_name(self->export->code->plugin);
	struct joist_bytes name = atom_name(self->export->name);
	struct log_field fields[] = {
		LOG_FIELD_TEXT("pid", pid),
		LOG_FIELD_BYTES("plugin", plugin.data, plugin.size),
		LOG_FIELD_BYTES("export", name.data, name.size),
	};
	log_write(&(struct log_event){ (enum log_level)level, "actor", line, fields,
				       sizeof(fields) / sizeof(*fields) });
}

void joist_hold_crashes(struct joist_actor *self)
{
	enter(self, 1);
	self->holds_crashes = true;
}

static void tell_gave_up(struct joist_actor *self, joist_pid pid)
{
	joist_pid me = actor_pid(self);

	alarm_raise(&self->worker->vm->alarms.ear, ALARM_CRASH_LOOP,
		    "the supervisor <0.%u.%u> has given up: <0.%u.%u> was not the first of its "
		    "children that ended",
		    pid_slot(me), pid_serial(me), pid_slot(pid), pid_serial(pid));
}

void joist_report_crash(struct joist_actor *self, joist_pid pid, const char *restart)
{
	char copy[64];

	enter(self, 1);
	if (pid.node) /* its own node tells of its crash */
		return;
	snprintf(copy, sizeof(copy), "%s", restart ? restart : "");
	if (strcmp(copy, "gave_up") == 0)
		tell_gave_up(self, pid);
	crash_tell(self->worker->vm, self->id, joist_pid_is_none(pid) ? CRASH_UNSTARTED : CRASH_OF,
		   pid.id, restart ? copy : NULL);
}

/* By Erlang's I/O protocol. Who is told that it is done is not the actor, which has more to do than to
 * wait for a node that may be gone, but `user`, which drops that. */
static void print_to(struct joist_actor *self, joist_pid leader, struct joist_bytes line)
{
	uint64_t words[64];
	struct arena arena = arena_over(words, sizeof(words) / sizeof(*words));
	struct worker *w = self->worker;
	joist_pid user = names_find(&w->vm->names, ATOM_NAME(user));

	if (joist_pid_is_none(user))
		user = pid_local(1, 0); /* nobody's, for serials begin at 1 */
	joist_term chars = term_tuple_of(&arena, ATOM(put_chars), ATOM(unicode),
					 term_binary(&arena, line.data, line.size));
	joist_term request = joist_is_none(chars)
				     ? chars
				     : term_tuple_of(&arena, ATOM(io_request), term_pid_local(user),
						     term_pid_local(actor_pid(self)), chars);
	struct signal *s =
		joist_is_none(request) ? NULL : signal_make_copy(SIGNAL_MESSAGE, leader, request);
	bins_drop(&arena);
	if (!s)
		self_short(self);
	send_message(w->vm, w, leader, s);
	if (leader.node)
		far_wait(self, leader.node);
}

static void print_here(struct joist_vm *vm, struct joist_bytes line)
{
	const char *text = line.data;

	for (size_t done = 0; done < line.size;) {
		ssize_t n = write(vm->stdout_fd, text + done, line.size - done);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
}

void joist_print(struct joist_actor *self, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	enter(self, 2);
	va_start(arguments, format);
	size_t size = format_line(line, format, arguments);
	va_end(arguments);
	line[size++] = '\n';
	const struct joist_bytes bytes = { line, size };
	joist_pid leader = joist_group_leader(self);
	if (joist_pid_is_none(leader))
		print_here(self->worker->vm, bytes);
	else
		print_to(self, leader, bytes);
}
