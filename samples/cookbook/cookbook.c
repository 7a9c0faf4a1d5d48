/* Short recipes: each function shows one thing, and prints a line that says that it worked. The plugin
 * guide is cut from here. */
#include <joist/server.h>
#include <joist/task.h>

#include <fcntl.h>
#include <stdio.h>

static void patterns(struct joist_actor *self)
{
	joist_term order =
		joist_make(self, "#{item => <<\"tea\">>, count => 3, tags => [hot, green]}");
	joist_term tags, tag;
	struct joist_bytes item;
	uint32_t count;

	if (!joist_match(order, "#{item := Item, count := Count, tags := Tags}", &item, &count,
			 &tags))
		joist_exit(self, order);
	joist_print(self, "%u of %.*s", count, (int)item.size, (const char *)item.data);
	while (joist_list_next(&tags, &tag))
		joist_print(self, "  %s", joist_format(self, tag));
}

/* A server that remembers the last thing it was told, which a turn's end would otherwise take away. */
struct memory {
	joist_term last; /* kept */
	FILE *notes;
};

static void close_notes(void *notes)
{
	fclose(notes);
}

static void memory_init(struct joist_actor *self, void *state, joist_term args)
{
	struct memory *memory = state;

	memory->last = joist_keep(self, args);
	memory->notes = tmpfile();
	if (!memory->notes)
		joist_exit(self, joist_make(self, "no_notes"));
	joist_defer(self, close_notes, memory->notes); /* however the actor ends */
}

static joist_term memory_call(struct joist_actor *self, void *state, joist_term request)
{
	struct memory *memory = state;
	joist_term before = memory->last;

	fprintf(memory->notes, "%s\n", joist_format(self, request));
	memory->last = joist_keep(self, request);
	joist_reply(self, joist_from(self), before); /* sends a copy, so now it can go */
	joist_drop(self, before);
	return joist_noreply;
}

static const struct joist_server memory = {
	.state_size = sizeof(struct memory),
	.init = memory_init,
	.call = memory_call,
};

static void keeping(struct joist_actor *self)
{
	joist_pid pid = joist_spawn_link(self, "cookbook:memory", joist_make(self, "nothing"));
	joist_term before;

	joist_call(self, pid, joist_make(self, "{a, <<\"long\">>, [story]}"), 5000, NULL);
	joist_call(self, pid, joist_make(self, "the_end"), 5000, &before);
	joist_print(self, "before that: %s", joist_format(self, before));
}

static void calling(struct joist_actor *self)
{
	joist_term reply;

	switch (joist_call(self, "nobody", joist_make(self, "hello"), 5000, &reply)) {
	case JOIST_OK:
		joist_print(self, "the answer is %s", joist_format(self, reply));
		break;
	case JOIST_TIMEOUT:
		joist_print(self, "no answer in 5 s");
		break;
	case JOIST_DOWN:
		joist_print(self, "nobody answers: %s", joist_format(self, reply));
		break;
	}
}

/* Ends with an error. */
static void clumsy(struct joist_actor *self, joist_term args)
{
	joist_exit(self, joist_make(self, "{dropped, What}", args));
}

static void watching(struct joist_actor *self)
{
	joist_term reason = joist_nil();
	joist_ref monitor;

	joist_spawn_monitor(self, "cookbook:clumsy", joist_make(self, "vase"), &monitor);
	joist_receive_match(self, 5000, "{'DOWN', ^Monitor, process, _, Reason}", &monitor,
			    &reason);
	joist_print(self, "it ended: %s", joist_format(self, reason));
}

static void timing(struct joist_actor *self)
{
	joist_ref late =
		joist_send_after(self, 3600 * 1000, joist_self(self), joist_make(self, "late"));
	joist_ref often = joist_send_interval(self, 1, joist_self(self), joist_make(self, "tick"));
	int ticks = 0;

	while (ticks < 3 && joist_receive_match(self, 5000, "tick"))
		ticks++;
	joist_cancel(self, often);
	joist_print(self, "%d ticks, and %s", ticks,
		    joist_cancel(self, late) > 0 ? "nothing was late" : "it was late");
}

static joist_term square(struct joist_actor *self, joist_term n)
{
	int64_t value = 0;

	joist_get_int(n, &value);
	return joist_int(self, value * value);
}

static void tasks(struct joist_actor *self)
{
	struct joist_task_result results[3];
	struct joist_task several[3];
	int64_t value, sum = 0;

	for (int64_t i = 0; i < 3; i++)
		several[i] = joist_task_async(self, "cookbook:square", joist_make(self, "[N]", i));
	joist_task_await_many(self, several, 3, 5000, results);
	for (int i = 0; i < 3; i++)
		sum += joist_get_int(results[i].term, &value) ? value : 0;
	joist_print(self, "squares: %lld", (long long)sum);
}

/* Something of another library that takes its time. Calls nothing of Joist. */
static void sum_up(void *argument)
{
	int64_t *sum = argument;

	for (int64_t i = 1; i <= 1000; i++)
		*sum += i;
}

static void blocking(struct joist_actor *self)
{
	int64_t sum = 0;

	joist_blocking(self, sum_up, &sum);
	joist_print(self, "summed up meanwhile: %lld", (long long)sum);
}

static void files(struct joist_actor *self)
{
	int fd = joist_open(self, "/dev/zero", O_RDONLY, 0);
	char bytes[16] = "x";
	int64_t size = fd < 0 ? fd : joist_read(self, fd, bytes, sizeof(bytes), 5000);

	if (size < 0)
		joist_print(self, "error %lld", (long long)-size);
	else
		joist_print(self, "%lld bytes, the first is %d", (long long)size, bytes[0]);
	joist_close(self, fd); /* the end of the actor would have done that too */
}

static void configuration(struct joist_actor *self)
{
	struct joist_bytes greeting;
	int64_t times;

	if (joist_match(joist_config(self),
			"#{<<\"greeting\">> := Greeting, <<\"times\">> := Times}", &greeting,
			&times))
		joist_print(self, "%.*s, %lld times", (int)greeting.size,
			    (const char *)greeting.data, (long long)times);
}

/* Each round is a turn: what it builds is gone when the next one begins. */
static void rounds(struct joist_actor *self)
{
	for (int round = 0; round < 3; round++) {
		joist_make(self, "{round, Round, of, work}", round);
		joist_receive_timeout(self, 0);
	}
}

static uint64_t step(uint64_t i)
{
	return i % 7;
}

/* Computes for long, and says so, for others to have their turn. */
static void computing(struct joist_actor *self, uint64_t count)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < count; i++) {
		sum += step(i);
		if (i % 1000 == 999)
			joist_bump(self, 100);
	}
	joist_print(self, "computed: %llu", (unsigned long long)sum);
}

static void demo(struct joist_actor *self, joist_term args)
{
	(void)args;
	patterns(self);
	keeping(self);
	calling(self);
	watching(self);
	timing(self);
	tasks(self);
	blocking(self);
	files(self);
	configuration(self);
	rounds(self);
	computing(self, 100000);
}

JOIST_PLUGIN("cookbook", "1.0", JOIST_ACTOR(demo), JOIST_SERVER(memory), JOIST_ACTOR(clumsy),
	     JOIST_FUN(square, 1));
