/* Who runs next. */
#include "vm/sched/next.h"

#include <string.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/vm.h"

/* What ran, in order, as one letter each. */
static char trace[1024];
static size_t traced;

static void note(char letter)
{
	CHECK(traced + 1 < sizeof(trace));
	trace[traced++] = letter;
	trace[traced] = '\0';
}

static void clear(void)
{
	traced = 0;
	trace[0] = '\0';
}

static void note_and_yield(struct joist_actor *self, joist_term args)
{
	struct joist_bytes letter;

	CHECK(joist_get_bytes(args, &letter));
	for (int i = 0; i < 3; i++) {
		note(*(const char *)letter.data);
		joist_yield(self);
	}
}

static joist_term letter_term(struct joist_actor *self, const char *letter)
{
	return joist_binary(self, (struct joist_bytes){ letter, 1 });
}

static void start(struct joist_actor *self, const char *letter, enum joist_priority priority,
		  joist_ref *ret_monitor)
{
	struct joist_spawn_options options = { .monitor = true, .priority = priority };

	joist_spawn_with(self, "test:note_and_yield", letter_term(self, letter), &options,
			 ret_monitor);
}

static void take_turns(struct joist_actor *self, joist_term args)
{
	joist_ref monitors[3];

	(void)args;
	clear();
	for (int i = 0; i < 3; i++)
		start(self, &"abc"[i], JOIST_PRIORITY_NORMAL, &monitors[i]);
	for (int i = 0; i < 3; i++)
		CHECK_STR(stage_down(self, monitors[i]), "normal");
	/* Each three times, and none is over before the others have begun. */
	CHECK_INT(strlen(trace), 9);
	CHECK(memchr(trace, 'a', 6) && memchr(trace, 'b', 6) && memchr(trace, 'c', 6));
}

static void prefer_the_urgent(struct joist_actor *self, joist_term args)
{
	joist_ref monitors[4];

	(void)args;
	clear();
	start(self, "l", JOIST_PRIORITY_LOW, &monitors[0]);
	start(self, "n", JOIST_PRIORITY_NORMAL, &monitors[1]);
	start(self, "h", JOIST_PRIORITY_HIGH, &monitors[2]);
	start(self, "m", JOIST_PRIORITY_MAX, &monitors[3]);
	for (int i = 0; i < 4; i++)
		CHECK_STR(stage_down(self, monitors[i]), "normal");
	/* The low one is let in between now and then. */
	for (char *low; (low = strchr(trace, 'l'));)
		memmove(low, low + 1, strlen(low));
	CHECK_STR(trace, "mmmhhhnnn");
}

/* ---- one that is told something runs at once, but not for ever ---- */

static void answer_forever(struct joist_actor *self, joist_term args)
{
	joist_pid from;

	(void)args;
	for (;;) {
		CHECK(joist_match(joist_receive(self), "From", &from));
		joist_send(self, from, joist_pid_term(self, joist_self(self)));
	}
}

static void two_talk(struct joist_actor *self, joist_term args)
{
	joist_ref monitor;

	(void)args;
	joist_pid a = joist_spawn(self, "test:answer_forever", joist_nil());
	joist_pid b = joist_spawn(self, "test:answer_forever", joist_nil());
	joist_send(self, a, joist_pid_term(self, b));
	/* Between themselves they are never done; this one and those that it starts run all the same. */
	for (int i = 0; i < 50; i++)
		joist_yield(self);
	clear();
	start(self, "x", JOIST_PRIORITY_NORMAL, &monitor);
	CHECK_STR(stage_down(self, monitor), "normal");
	joist_exit_to(self, a, joist_make(self, "kill"));
	joist_exit_to(self, b, joist_make(self, "kill"));
}

/* ---- seeds ---- */

static void send_letters(struct joist_actor *self, joist_term args)
{
	struct joist_bytes letter;
	joist_pid to;

	CHECK(joist_match(args, "{To, Letter}", &to, &letter));
	for (int i = 0; i < 5; i++) {
		joist_send(self, to, joist_binary(self, letter));
		joist_yield(self);
	}
}

static void hear_letters(struct joist_actor *self, joist_term args)
{
	struct joist_bytes letter;

	(void)args;
	clear();
	for (int i = 0; i < 6; i++) {
		struct joist_bytes name = { &"uvwxyz"[i], 1 };
		joist_spawn(self, "test:send_letters",
			    joist_make(self, "{To, Name}", joist_self(self), name));
	}
	for (int i = 0; i < 30; i++) {
		CHECK(joist_get_bytes(joist_receive(self), &letter));
		note(*(const char *)letter.data);
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(note_and_yield),    STAGE_LOOP(take_turns),
	STAGE_LOOP(prefer_the_urgent), STAGE_LOOP(answer_forever),
	STAGE_LOOP(two_talk),	       STAGE_LOOP(send_letters),
	STAGE_LOOP(hear_letters),      { 0 },
};

TEST_LEAK_FREE(actors_take_turns)
{
	stage_run(exports, 1, "take_turns");
}

TEST_LEAK_FREE(the_urgent_run_first)
{
	stage_run(exports, 1, "prefer_the_urgent");
}

TEST_LEAK_FREE(two_that_talk_do_not_keep_the_others_waiting)
{
	stage_run(exports, 1, "two_talk");
	stage_run(exports, 2, "two_talk");
}

TEST_LEAK_FREE(a_seed_repeats_what_happened)
{
	char traces[3][64];

	for (int i = 0; i < 3; i++) {
		struct vm_options options = { .seed = i == 1 ? 99 : 7, .virtual_clock = true };
		stage_run_with(exports, &options, "hear_letters");
		memcpy(traces[i], trace, 31);
	}
	CHECK_STR(traces[2], traces[0]);
	CHECK(strcmp(traces[1], traces[0]) != 0);
}
