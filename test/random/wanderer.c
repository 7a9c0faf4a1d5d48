/* A random actor: takes a number of steps, then rests and only answers. It does so as a loop, or as a
 * handler, which takes its steps in its first turn. What it hears that breaks a rule it tells the world. */
#include "test/random/wanderer.h"

#include <stdatomic.h>

void (*trace_step)(joist_pid who, const char *step);

void wanderer_complain(struct wanderer *w, const char *what)
{
	joist_send(w->self, w->world, joist_make(w->self, "{violation, Text}", joist_text(what)));
}

void wanderer_trace(struct wanderer *w, const char *step)
{
	if (trace_step)
		trace_step(joist_self(w->self), step);
}

/* ---- what it hears ---- */

void wanderer_meet(struct wanderer *w, joist_pid pid)
{
	for (size_t i = 0; i < w->friend_count; i++)
		if (joist_pid_equal(w->friends[i].pid, pid))
			return;
	if (w->friend_count < FRIENDS_MAX && !joist_pid_equal(pid, joist_self(w->self)))
		w->friends[w->friend_count++] = (struct friend){ .pid = pid };
}

static struct voice *voice_of(struct wanderer *w, joist_pid pid)
{
	struct voice *voice;

	for (size_t i = 0; i < w->voice_count; i++)
		if (joist_pid_equal(w->voices[i].pid, pid))
			return &w->voices[i];
	w->voices = joist_realloc(w->self, w->voices, (w->voice_count + 1) * sizeof(*w->voices));
	voice = &w->voices[w->voice_count++];
	voice->pid = pid;
	return voice;
}

static void hear_down(struct wanderer *w, joist_ref ref)
{
	for (size_t i = 0; i < w->watch_count; i++)
		if (joist_ref_equal(w->watches[i].ref, ref)) {
			w->watches[i] = w->watches[--w->watch_count];
			return;
		}
	wanderer_complain(w, "a DOWN of no monitor");
}

void wanderer_hear(struct wanderer *w, joist_term message)
{
	joist_term from, request;
	joist_pid pid;
	joist_ref ref;
	int64_t number;

	wanderer_trace(w, "hear");
	if (joist_match(message, "{number, Pid, N}", &pid, &number)) {
		if (++voice_of(w, pid)->heard != number)
			wanderer_complain(w, "a message out of order");
	} else if (joist_match(message, "{meet, Pid}", &pid)) {
		wanderer_meet(w, pid);
	} else if (joist_match(message, "{'DOWN', Ref, process, _, _}", &ref)) {
		hear_down(w, ref);
	} else if (joist_match(message, "{'$gen_call', From, Request}", &from, &request)) {
		joist_reply(w->self, from, request);
	} else if (joist_match(message, "audit")) {
		joist_send(w->self, w->world,
			   joist_make(w->self, "{watches, Self, Count}", joist_self(w->self),
				      (uint64_t)w->watch_count));
	}
}

/* ---- its life ---- */

/* The steps, up to its rest. */
static void wander(struct wanderer *w, joist_term args)
{
	joist_pid parent = joist_parent(w->self);
	int64_t step_count;

	if (!joist_match(args, "{Seed, World, Steps, Depth}", &w->dice, &w->world, &step_count,
			 &w->depth))
		joist_exit(w->self, args);
	joist_send(w->self, w->world, joist_make(w->self, "{born, Self}", joist_self(w->self)));
	if (!joist_pid_equal(parent, w->world))
		wanderer_meet(w, parent);
	for (int64_t i = 0; i < step_count; i++)
		steps_take(w);
	joist_send(w->self, w->world, joist_make(w->self, "{rests, Self}", joist_self(w->self)));
}

void wanderer(struct joist_actor *self, joist_term args)
{
	struct wanderer *w = joist_alloc(self, sizeof(*w));

	w->self = self;
	wander(w, args);
	for (;;)
		wanderer_hear(w, joist_receive(self));
}

static size_t resident_size(const void *data)
{
	(void)data;
	return sizeof(struct wanderer);
}

static void resident_start(struct joist_actor *self, void *state, joist_term args)
{
	struct wanderer *w = state;

	w->self = self;
	w->resides = true;
	wander(w, args);
}

static void resident_message(struct joist_actor *self, void *state, joist_term message)
{
	(void)self;
	wanderer_hear(state, message);
}

/* As a resident of another generation. Once in a while it will not, or crashes; which nobody may see. */
static bool resident_change(struct joist_actor *self, const struct joist_change *change,
			    void *state)
{
	static atomic_uint count;
	unsigned n = atomic_fetch_add(&count, 1);
	struct wanderer *w = state;

	*w = *(const struct wanderer *)change->old_state;
	w->voices = joist_realloc(self, w->voices, (w->voice_count + 1) * sizeof(*w->voices));
	wanderer_trace(w, "change");
	if (n % 101 == 100)
		__builtin_trap();
	return n % 83 != 82;
}

const struct joist_handler resident = {
	.size = sizeof(resident),
	.state_size = resident_size,
	.start = resident_start,
	.message = resident_message,
	.change = resident_change,
};
