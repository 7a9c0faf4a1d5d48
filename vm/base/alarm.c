/* What a node is near to or out of, as a line of the log and for whoever listens. Listeners are few, and
 * come and go with nodes; alarms of the whole process are told to each. Any thread; raised without a lock
 * of the VM. */
#include "vm/base/alarm.h"

#include <stdarg.h>
#include <stdio.h>

#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/base/spin.h"

/* What is told of one actor is told more often than what is told of all. */
static const struct {
	const char *name;
	uint32_t per_s;
} kinds[ALARM_COUNT] = {
	[ALARM_MAILBOX_FULL] = { "mailbox_full", 10 },
	[ALARM_MEMORY_HIGH] = { "memory_high", 10 },
	[ALARM_DESCRIPTORS_HIGH] = { "descriptors_high", 10 },
	[ALARM_ATOMS_HIGH] = { "atoms_high", 1 },
	[ALARM_STACKS_HIGH] = { "stacks_high", 1 },
	[ALARM_STACKS_FULL] = { "stacks_full", 1 },
	[ALARM_THREADS_HIGH] = { "threads_high", 1 },
	[ALARM_THREADS_FULL] = { "threads_full", 1 },
	[ALARM_THREAD_ABANDONED] = { "thread_abandoned", 1 },
	[ALARM_NO_HAND_OVER] = { "no_hand_over", 1 },
	[ALARM_CRASH_LOOP] = { "crash_loop", 10 },
};

static struct log_quota quotas[2][ALARM_COUNT]; /* of those that are raised, and that are over */
static struct spin lock; /* of the list */
static struct alarm_ear *ears;

const char *alarm_name(enum alarm kind)
{
	return kinds[kind].name;
}

void alarm_listen(struct alarm_ear *ear)
{
	spin_take(&lock);
	ear->next = ears;
	ears = ear;
	spin_give(&lock);
}

void alarm_ignore(struct alarm_ear *ear)
{
	spin_take(&lock);
	for (struct alarm_ear **link = &ears; *link; link = &(*link)->next) {
		if (*link == ear) {
			*link = ear->next;
			break;
		}
	}
	spin_give(&lock);
}

static void tell_all(enum alarm kind, bool over, const char *description)
{
	spin_take(&lock);
	for (struct alarm_ear *ear = ears; ear; ear = ear->next)
		ear->hear(ear, kind, over, description);
	spin_give(&lock);
}

__attribute__((format(printf, 4, 0))) static void tell(struct alarm_ear *ear, enum alarm kind,
						       bool over, const char *format, va_list args)
{
	char description[512], message[640];
	uint32_t skipped;
	bool last;

	if (!log_quota_take(&quotas[over][kind], kinds[kind].per_s, clock_cycles_per_us() * 1000000,
			    &skipped, &last))
		return;
	vsnprintf(description, sizeof(description), format, args);
	snprintf(message, sizeof(message), "%s%s: %s", kinds[kind].name, over ? " is over" : "",
		 description);
	log_write(&(struct log_event){ .level = over ? LOG_LEVEL_NOTICE : LOG_LEVEL_WARNING,
				       .event = over ? "alarm_cleared" : "alarm",
				       .message = message });
	if (ear)
		ear->hear(ear, kind, over, description);
	else
		tell_all(kind, over, description);
}

void alarm_raise(struct alarm_ear *ear, enum alarm kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(ear, kind, false, format, args);
	va_end(args);
}

void alarm_clear(struct alarm_ear *ear, enum alarm kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(ear, kind, true, format, args);
	va_end(args);
}
