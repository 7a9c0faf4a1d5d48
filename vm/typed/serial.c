/* One actor at a time. Which one, and who waits, is under a spin lock; how often an actor has it, in a
 * record of the actor's own, whose tie gives it on if the actor ends within. */
#include "vm/typed/serial.h"

#include "vm/api/enter.h"
#include "vm/api/self.h"
#include "vm/base/heap.h"
#include "vm/base/spin.h"

struct waiter {
	struct waiter *next;
	struct serial *serial;
	struct joist_actor *actor;
	struct self_waker waker;
};

struct serial {
	struct spin lock;
	struct joist_actor *holder;
	struct waiter *first, **last;
};

/* Of an actor that has ever had it. */
struct serial_record {
	struct serial_record *next;
	struct serial *serial;
	unsigned depth;
};

struct serial *serial_create(void)
{
	struct serial *serial = heap_take_zero(sizeof(*serial));

	if (serial)
		serial->last = &serial->first;
	return serial;
}

void serial_destroy(struct serial *serial)
{
	heap_give(serial, sizeof(*serial));
}

/* Takes the one that waits longest, which has it now, off the queue; false if nobody waits. */
static bool pass(struct serial *serial, struct self_waker *ret_waker)
{
	struct waiter *next = serial->first;

	serial->holder = next ? next->actor : NULL;
	if (!next)
		return false;
	serial->first = next->next;
	if (!serial->first)
		serial->last = &serial->first;
	*ret_waker = next->waker;
	return true;
}

static void give_on(struct serial *serial)
{
	struct self_waker waker;
	bool waits;

	spin_take(&serial->lock);
	waits = pass(serial, &waker);
	spin_give(&serial->lock);
	if (waits)
		self_waker_use(&waker);
}

/* Whether it was free. Else the waiter, if there is one, is in the queue. */
static bool seize(struct serial *serial, struct joist_actor *self, struct waiter *waiter)
{
	bool free;

	spin_take(&serial->lock);
	free = !serial->holder;
	if (free) {
		serial->holder = self;
	} else if (waiter) {
		*serial->last = waiter;
		serial->last = &waiter->next;
	}
	spin_give(&serial->lock);
	return free;
}

/* The actor ends while it waits: whether it waits still, or has just been given it. */
static void withdraw(void *argument)
{
	struct waiter *waiter = argument;
	struct serial *serial = waiter->serial;
	struct waiter **at = &serial->first;
	bool waits;

	spin_take(&serial->lock);
	while (*at && *at != waiter)
		at = &(*at)->next;
	waits = *at;
	if (waits) {
		*at = waiter->next;
		if (serial->last == &waiter->next)
			serial->last = at;
	}
	spin_give(&serial->lock);
	if (waits)
		signal_free(waiter->waker.signal);
	else
		give_on(serial);
}

static void wait(struct joist_actor *self, struct serial *serial)
{
	struct waiter waiter = { .serial = serial, .actor = self };
	struct cover cover = { .run = withdraw, .argument = &waiter };

	if (!self_waker(self, &waiter.waker))
		self_short(self);
	if (seize(serial, self, &waiter)) {
		signal_free(waiter.waker.signal);
		return;
	}
	self_cover(self, &cover);
	self_park(self, INT64_MAX);
	self_uncover(self, &cover);
}

static void end_record(void *argument)
{
	struct serial_record *record = argument;

	if (record->depth > 0) {
		record->depth = 0;
		give_on(record->serial);
	}
}

static struct serial_record *find(struct joist_actor *self, struct serial *serial)
{
	struct serial_record *record = self->extra ? self->extra->serials : NULL;

	while (record && record->serial != serial)
		record = record->next;
	return record;
}

static struct serial_record *make(struct joist_actor *self, struct serial *serial)
{
	struct serial_record *record = joist_alloc(self, sizeof(*record));
	struct actor_extra *extra = actor_extra(self);

	if (!extra)
		self_short(self);
	*record = (struct serial_record){ extra->serials, serial, 0 };
	joist_defer(self, end_record, record);
	extra->serials = record;
	return record;
}

void serial_take(struct joist_actor *self, struct serial *serial)
{
	struct serial_record *record = serial ? find(self, serial) : NULL;

	if (!serial)
		return;
	if (!record)
		record = make(self, serial);
	if (record->depth == 0) {
		enter(self, 1);
		if (!seize(serial, self, NULL))
			wait(self, serial);
	}
	record->depth++;
}

void serial_give(struct joist_actor *self, struct serial *serial)
{
	struct serial_record *record = serial ? find(self, serial) : NULL;

	if (!record || --record->depth > 0)
		return;
	enter(self, 0);
	give_on(serial);
}
