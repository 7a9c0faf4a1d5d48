/* Timers, in places of a table that a reference can name. Each worker's are under a spin lock, since any
 * actor may cancel; what is due is taken off, and sent without it (fire.c). */
#include "vm/sched/timers.h"

#include "vm/base/bug.h"
#include "vm/base/clock.h"
#include "vm/base/heap.h"

/* There may be millions, each of them touched when memory has long forgotten it: one line of cache. */
struct timer {
	struct wheel_timer wheel;
	uint64_t number; /* of its reference; 0: the place is free */
	union {
		struct signal *message;
		struct timer *next; /* spare */
	};
	uint64_t owner; /* the pid's id */
	int64_t interval_ns; /* 0: once */
	uint32_t name; /* the atom's word: there are fewer than 2^29 */
	uint32_t place;
};
_Static_assert(sizeof(struct timer) == 64, "a timer is a line of cache");

#define CHUNK 1024 /* in a block that begins with a page */

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

joist_ref timers_start(struct timers *timers, uint64_t number, const struct timer_what *what,
		       int64_t ms, bool interval)
{
	joist_ref ref = { 0 };
	int64_t delay = ms > INT64_MAX / 4000000 ? INT64_MAX / 4 : ms * 1000000;
	int64_t due = clock_now_ns() + delay;

	spin_take(&timers->lock);
	struct timer *t = take_place(timers);
	if (t) {
		t->number = number;
		t->message = what->message;
		t->owner = what->owner.id;
		t->name = (uint32_t)what->name.word;
		t->interval_ns = interval ? delay : 0;
		wheel_set(&timers->wheel, &t->wheel, due);
		ref = ref_of(timers, t);
	}
	spin_give(&timers->lock);
	if (!t)
		signal_free(what->message);
	return ref;
}

int64_t timers_cancel(struct timers *timers, joist_ref ref)
{
	struct signal *message = NULL;
	int64_t due = 0;

	spin_take(&timers->lock);
	struct timer *t = at(timers, ref.id[2]);
	if (t && t->number && t->number == ref_number(ref)) {
		due = t->wheel.due_ns;
		wheel_clear(&timers->wheel, &t->wheel);
		message = t->message;
		give_place(timers, t);
	}
	spin_give(&timers->lock);
	if (!message)
		return -1;
	signal_free(message);
	int64_t left = due - clock_now_ns();
	return left > 0 ? (left + 999999) / 1000000 : 0;
}

static struct signal *copy_message(const struct timer *t)
{
	struct signal *message = t->message;
	joist_pid to = { .id = message->to };

	if (message->kind == SIGNAL_MESSAGE)
		return signal_make_copy(SIGNAL_MESSAGE, to, message->term);
	struct signal_from *copy = signal_make_from(SIGNAL_ALIAS, to, (joist_pid){ .id = t->owner },
						    signal_from_of(message)->number, message->term);
	return copy ? &copy->signal : NULL;
}

/* Takes one off that has fired, or sets it again if it repeats. */
static struct signal *fire(struct timers *timers, struct timer *t, int64_t now_ns)
{
	struct signal *message = t->message;

	if (!t->interval_ns) {
		give_place(timers, t);
		return message;
	}
	int64_t late = now_ns - t->wheel.due_ns;
	wheel_set(&timers->wheel, &t->wheel,
		  t->wheel.due_ns + (late / t->interval_ns + 1) * t->interval_ns);
	return copy_message(t);
}

bool timers_take_due(struct timers *timers, int64_t now_ns, struct timer_what *ret_what,
		     joist_ref *ret_repeats)
{
	spin_take(&timers->lock);
	struct wheel_timer *due = wheel_expire(&timers->wheel, now_ns);
	if (due) {
		struct timer *t = container_of(due, struct timer, wheel);
		*ret_repeats = t->interval_ns ? ref_of(timers, t) : (joist_ref){ 0 };
		*ret_what = (struct timer_what){ .name = { t->name }, .owner = { .id = t->owner } };
		ret_what->message = fire(timers, t, now_ns);
	}
	spin_give(&timers->lock);
	return due;
}

int64_t timers_next_ns(struct timers *timers)
{
	spin_take(&timers->lock);
	int64_t next = wheel_next_ns(&timers->wheel);
	spin_give(&timers->lock);
	return next;
}
