/* Timers, in places of a table that a reference can name. Each worker's are under a spin lock, since any
 * actor may cancel; it is not held while a message is sent. */
#include "vm/sched/timers.h"

#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"
#include "vm/sched/sched.h"
#include "vm/sched/send.h"

struct timer {
	struct wheel_timer wheel;
	uint64_t number; /* of its reference; 0: the place is free */
	struct signal *message;
	joist_pid to, owner;
	joist_atom name; /* zero: `to` is meant */
	int64_t interval_ns; /* 0: once */
	struct timer *next; /* spare */
	uint32_t place;
};

#define CHUNK 1024

void timers_init(struct timers *timers, uint32_t worker_index)
{
	timers->worker_index = worker_index;
	wheel_init(&timers->wheel, clock_now_ns());
}

static struct timer *at(const struct timers *timers, uint32_t place)
{
	return place < timers->used ? &timers->chunks[place / CHUNK][place % CHUNK] : NULL;
}

void timers_finish(struct timers *timers)
{
	for (uint32_t place = 0; place < timers->used; place++) {
		struct timer *t = at(timers, place);
		if (t->number)
			signal_free(t->message);
	}
	for (uint32_t i = 0; i < timers->chunk_count; i++)
		heap_give(timers->chunks[i], CHUNK * sizeof(struct timer));
	heap_give(timers->chunks, timers->chunk_count * sizeof(*timers->chunks));
	timers->chunks = NULL;
	timers->chunk_count = timers->used = 0;
	timers->spare = NULL;
}

static bool add_chunk(struct timers *timers)
{
	uint32_t n = timers->chunk_count;
	struct timer *chunk = heap_take_zero(CHUNK * sizeof(*chunk));
	struct timer **chunks =
		chunk ? heap_resize(timers->chunks, n * sizeof(*chunks), (n + 1) * sizeof(*chunks))
		      : NULL;

	if (!chunks) {
		heap_give(chunk, CHUNK * sizeof(*chunk));
		return false;
	}
	chunks[n] = chunk;
	timers->chunks = chunks;
	timers->chunk_count = n + 1;
	return true;
}

static struct timer *take_place(struct timers *timers)
{
	struct timer *t = timers->spare;

	if (t) {
		timers->spare = t->next;
		return t;
	}
	if (timers->used == timers->chunk_count * CHUNK && !add_chunk(timers))
		return NULL;
	t = at(timers, timers->used++);
	t->place = timers->used - 1;
	return t;
}

static void give_place(struct timers *timers, struct timer *t)
{
	t->number = 0;
	t->next = timers->spare;
	timers->spare = t;
}

/* The ids of a timer's reference: its number, its place, its worker. */
static joist_ref ref_of(const struct timers *timers, const struct timer *t)
{
	return (joist_ref){ .count = 4,
			    .id = { (uint32_t)t->number, (uint32_t)(t->number >> 32), t->place,
				    timers->worker_index } };
}

joist_ref timers_start(struct worker *w, joist_pid to, joist_atom name, struct signal *message,
		       int64_t ms, bool interval, joist_pid owner)
{
	struct timers *timers = &w->timers;
	joist_ref ref = { 0 };
	int64_t delay = ms > INT64_MAX / 4000000 ? INT64_MAX / 4 : ms * 1000000;
	int64_t due = clock_now_ns() + delay;

	spin_take(&timers->lock);
	struct timer *t = take_place(timers);
	if (t) {
		t->number = worker_number(w);
		t->message = message;
		t->to = to;
		t->owner = owner;
		t->name = name;
		t->interval_ns = interval ? delay : 0;
		wheel_set(&timers->wheel, &t->wheel, due);
		ref = ref_of(timers, t);
	}
	spin_give(&timers->lock);
	if (!t)
		signal_free(message);
	return ref;
}

int64_t timers_cancel(struct worker *w, joist_ref ref)
{
	struct signal *message = NULL;
	int64_t left = -1;

	if (ref.node != 0 || ref.count != 4 || ref.id[3] >= w->vm->worker_count)
		return -1;
	struct timers *timers = &w->vm->workers[ref.id[3]].timers;
	spin_take(&timers->lock);
	struct timer *t = at(timers, ref.id[2]);
	if (t && t->number && t->number == ref_number(ref)) {
		left = t->wheel.due_ns - clock_now_ns();
		wheel_clear(&timers->wheel, &t->wheel);
		message = t->message;
		give_place(timers, t);
	}
	spin_give(&timers->lock);
	if (!message)
		return -1;
	signal_free(message);
	return left > 0 ? (left + 999999) / 1000000 : 0;
}

static bool is_alive(struct joist_vm *vm, joist_pid pid)
{
	return entry_is(table_entry(&vm->table, pid_slot(pid)), pid);
}

/* Whether an interval goes on: who started it lives, and so does who gets its messages, if that is not
 * whoever has a name. */
static bool goes_on(struct joist_vm *vm, const struct timer *t)
{
	return is_alive(vm, t->owner) && (t->name.word || is_alive(vm, t->to));
}

static struct signal *copy_message(const struct timer *t)
{
	const struct signal *message = t->message;

	if (message->kind == SIGNAL_MESSAGE)
		return signal_make_copy(SIGNAL_MESSAGE, t->to, message->term);
	struct signal_from *copy = signal_make_from(
		SIGNAL_ALIAS, t->to, t->owner, signal_from_of(t->message)->number, message->term);
	return copy ? &copy->signal : NULL;
}

/* Takes the next due timer's message off, or a copy of it, if it repeats. */
static struct signal *next_due(struct worker *w, int64_t now_ns, struct timer *ret_timer)
{
	struct timers *timers = &w->timers;
	struct wheel_timer *fired = wheel_expire(&timers->wheel, now_ns);

	if (!fired)
		return NULL;
	struct timer *t = container_of(fired, struct timer, wheel);
	struct signal *message = t->message;
	*ret_timer = *t;
	if (!t->interval_ns) {
		give_place(timers, t);
	} else if (goes_on(w->vm, t)) {
		int64_t late = now_ns - t->wheel.due_ns;
		wheel_set(&timers->wheel, &t->wheel,
			  t->wheel.due_ns + (late / t->interval_ns + 1) * t->interval_ns);
		message = copy_message(t);
	} else {
		give_place(timers, t);
		ret_timer->to = (joist_pid){ 0 };
		ret_timer->name = (joist_atom){ 0 };
	}
	return message;
}

static void send_due(struct worker *w, const struct timer *t, struct signal *message)
{
	joist_pid to = t->to;

	if (t->name.word)
		to = names_find(&w->vm->names, t->name);
	message->to = to.id;
	if (message->kind == SIGNAL_MESSAGE)
		send_message(w->vm, w, to, message);
	else
		send_signal(w->vm, w, to, message);
}

void timers_expire(struct worker *w, int64_t now_ns)
{
	struct timer t = { 0 };
	struct signal *message;

	if (timers_next_ns(&w->timers) > now_ns)
		return;
	do {
		spin_take(&w->timers.lock);
		message = next_due(w, now_ns, &t);
		spin_give(&w->timers.lock);
		if (message)
			send_due(w, &t, message);
	} while (message);
}

int64_t timers_next_ns(struct timers *timers)
{
	spin_take(&timers->lock);
	int64_t next = wheel_next_ns(&timers->wheel);
	spin_give(&timers->lock);
	return next;
}
