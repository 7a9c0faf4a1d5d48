/* What docs/differences-with-erlang.md says of Joist alone: each case holds a sentence of it. What can
 * be said of both is in differences.scn. */
#include <joist/joist.h>

#include "test/harness.h"
#include "test/linked.h"

/* Runs the export `name` alone on a node; the reason that it ended with, as text. */
static const char *end_of(const char *name)
{
	struct vm_options options = { .schedulers = 1, .virtual_clock = true };
	const char *reason = linked_run(&options, name, joist_nil());

	CHECK(reason);
	return reason;
}

/* Ends whose reason is true or false. */
JOIST_NORETURN static void verdict(struct joist_actor *self, bool holds)
{
	joist_exit(self, joist_bool(holds));
}

/* The reason that `pid`, which `ref` monitors, ends with. */
static joist_term reason_of(struct joist_actor *self, joist_ref ref)
{
	joist_term reason;

	joist_receive_match(self, JOIST_INFINITY, "{'DOWN', ^Ref, process, _, Reason}", &ref,
			    &reason);
	return reason;
}

/* Waits until told to go on. */
static void sleeper(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_receive_match(self, JOIST_INFINITY, "go");
}

/* ---- errors and ends ---- */

static void send_to_nobody(struct joist_actor *self, joist_term args)
{
	joist_send(self, (joist_pid){ 0 }, args);
}

TEST(a_wrong_argument_names_the_function)
{
	CHECK_STR(end_of("differences:send_to_nobody"), "{badarg,<<\"joist_send\">>}");
}

static void register_twice(struct joist_actor *self, joist_term args)
{
	(void)args;
	verdict(self, joist_register(self, "the_name", joist_self(self)) &&
			      !joist_register(self, "the_name", joist_self(self)) &&
			      joist_unregister(self, "the_name") &&
			      !joist_unregister(self, "the_name"));
}

TEST(names_answer_where_erlang_raises)
{
	CHECK_STR(end_of("differences:register_twice"), "true");
}

static void spawn_under_a_taken_name(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .name = "the_name", .monitor = true };
	joist_ref ref;

	joist_register(self, "the_name", joist_self(self));
	joist_spawn_with(self, "differences:sleeper", args, &options, &ref);
	joist_exit(self, reason_of(self, ref));
}

TEST(a_taken_name_ends_the_new_actor)
{
	CHECK_STR(end_of("differences:spawn_under_a_taken_name"), "badarg");
}

static void send_go(void *argument)
{
	joist_pid *to = argument;

	joist_post(joist_vm_of(joist_current()), *to, "go");
}

static void deferring(struct joist_actor *self, joist_term args)
{
	static joist_pid parent;

	(void)args;
	parent = joist_parent(self);
	joist_defer(self, send_go, &parent);
	joist_exit(self, joist_make(self, "kill"));
}

static void outlive_a_deferring(struct joist_actor *self, joist_term args)
{
	joist_ref ref;

	joist_spawn_monitor(self, "differences:deferring", args, &ref);
	reason_of(self, ref);
	verdict(self, joist_receive_match(self, 0, "go"));
}

TEST(what_is_deferred_runs_however_the_actor_ends)
{
	CHECK_STR(end_of("differences:outlive_a_deferring"), "true");
}

/* ---- handlers, turns and terms ---- */

static size_t no_state(const void *data)
{
	(void)data;
	return 0;
}

static void receive_at_start(struct joist_actor *self, void *state, joist_term args)
{
	(void)state, (void)args;
	joist_receive(self);
}

static void receive_by_pattern_at_start(struct joist_actor *self, void *state, joist_term args)
{
	int64_t n;

	(void)state, (void)args;
	joist_send(self, joist_self(self), joist_make(self, "{x, 1}"));
	joist_send(self, joist_self(self), joist_make(self, "{y, 2}"));
	joist_receive_match(self, JOIST_INFINITY, "{y, N}", &n);
}

static void end_with(struct joist_actor *self, void *state, joist_term message)
{
	(void)state;
	joist_exit(self, message);
}

static const struct joist_handler any_handler = {
	.size = sizeof(any_handler),
	.state_size = no_state,
	.start = receive_at_start,
	.message = end_with,
};
static const struct joist_handler pattern_handler = {
	.size = sizeof(pattern_handler),
	.state_size = no_state,
	.start = receive_by_pattern_at_start,
	.message = end_with,
};

TEST(a_handler_does_not_receive_any_message)
{
	CHECK_STR(end_of("differences:any_handler"), "{badarg,<<\"joist_receive\">>}");
}

TEST(a_handler_may_receive_by_pattern)
{
	CHECK_STR(end_of("differences:pattern_handler"), "{x,1}");
}

static void keep_over_turns(struct joist_actor *self, joist_term args)
{
	joist_term kept = joist_keep(self, joist_make(self, "{kept, <<\"text\">>}"));

	for (int i = 0; i < 100; i++) {
		joist_send(self, joist_self(self), joist_make(self, "{noise, [1, 2, 3]}"));
		joist_receive(self);
	}
	verdict(self, joist_match(kept, "{kept, <<\"text\">>}") && joist_match(args, "[]"));
}

TEST(kept_terms_and_arguments_outlive_a_turn)
{
	CHECK_STR(end_of("differences:keep_over_turns"), "true");
}

static void map_in_order(struct joist_actor *self, joist_term args)
{
	joist_term map = joist_map(self, NULL, 0), key, value;
	size_t position = 0;
	int64_t expected = 0, n;

	(void)args;
	for (int64_t i = 99; i >= 0; i--)
		map = joist_map_put(self, map, joist_int(self, i), joist_nil());
	while (joist_map_next(map, &position, &key, &value))
		if (!joist_get_int(key, &n) || n != expected++)
			verdict(self, false);
	verdict(self, expected == 100);
}

TEST(large_maps_are_in_order_of_their_keys)
{
	CHECK_STR(end_of("differences:map_in_order"), "true");
}

/* ---- limits ---- */

static void fill_a_mailbox(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_messages_max = 10 };
	joist_pid to = joist_spawn_with(self, "differences:sleeper", args, &options, NULL);

	for (int i = 0; i < 100; i++)
		joist_send(self, to, args);
}

TEST(a_full_mailbox_ends_the_sender)
{
	CHECK_STR(end_of("differences:fill_a_mailbox"), "{limit,mailbox}");
}

static void narrow(struct joist_actor *self, joist_term args)
{
	int64_t sum = 0;

	(void)args;
	for (int i = 0; i < 100; i++) {
		int64_t n = 0;
		joist_get_int(joist_receive(self), &n);
		sum += n;
	}
	joist_exit(self, joist_int(self, sum));
}

static void fill_a_narrow_mailbox(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_messages_max = 10,
					       .mailbox_policy = "block" };
	joist_pid to = joist_spawn_with(self, "differences:narrow", args, &options, NULL);
	joist_ref ref = joist_monitor(self, to);

	for (int i = 0; i < 100; i++)
		joist_send(self, to, joist_int(self, i));
	joist_exit(self, reason_of(self, ref));
}

TEST(a_full_mailbox_holds_the_sender)
{
	CHECK_STR(end_of("differences:fill_a_narrow_mailbox"), "4950");
}

static void signal_a_full_mailbox(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .mailbox_messages_max = 1,
					       .mailbox_policy = "drop_new" };
	joist_pid to = joist_spawn_with(self, "differences:sleeper", args, &options, NULL);
	joist_ref ref = joist_monitor(self, to);

	for (int i = 0; i < 100; i++)
		joist_send(self, to, args);
	joist_exit_to(self, to, joist_make(self, "boom"));
	joist_exit(self, reason_of(self, ref));
}

TEST(a_full_mailbox_takes_signals)
{
	CHECK_STR(end_of("differences:signal_a_full_mailbox"), "boom");
}

static void eater(struct joist_actor *self, joist_term args)
{
	(void)args;
	for (;;)
		joist_alloc(self, 4096);
}

static void watch_an_eater(struct joist_actor *self, joist_term args)
{
	struct joist_spawn_options options = { .memory_bytes_max = 1 << 20, .monitor = true };
	joist_ref ref;

	joist_spawn_with(self, "differences:eater", args, &options, &ref);
	joist_exit(self, reason_of(self, ref));
}

TEST(a_memory_limit_ends_the_actor)
{
	CHECK_STR(end_of("differences:watch_an_eater"), "{limit,memory}");
}

/* ---- looking, time ---- */

static void info_keys(struct joist_actor *self, joist_term args)
{
	joist_term info = joist_info(self, joist_self(self)), keys = joist_nil(), key, value;
	size_t position = 0;

	(void)args;
	while (joist_map_next(info, &position, &key, &value))
		keys = joist_cons(self, key, keys);
	joist_exit(self, keys);
}

TEST(info_is_a_map_of_these_items)
{
	CHECK_STR(end_of("differences:info_keys"),
		  "[trap_exit,status,registered_name,reductions,priority,monitors,monitored_by,"
		  "message_queue_len,memory,links,label,group_leader,generation,current_function]");
}

static void interval_starter(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_send_interval(self, 10, joist_parent(self), joist_make(self, "tick"));
	joist_sleep(self, 25);
}

static void outlive_an_interval(struct joist_actor *self, joist_term args)
{
	joist_ref ref;
	bool ticked;

	joist_spawn_monitor(self, "differences:interval_starter", args, &ref);
	reason_of(self, ref);
	ticked = joist_receive_match(self, 0, "tick");
	while (joist_receive_match(self, 0, "tick"))
		;
	verdict(self, ticked && !joist_receive_match(self, 100, "tick"));
}

TEST(an_interval_ends_with_who_started_it)
{
	CHECK_STR(end_of("differences:outlive_an_interval"), "true");
}

static void cancel_twice(struct joist_actor *self, joist_term args)
{
	joist_ref timer = joist_send_after(self, 1000, joist_self(self), args);
	int64_t left = joist_cancel(self, timer);

	verdict(self, left > 0 && left <= 1000 && joist_cancel(self, timer) == -1);
}

TEST(a_timer_that_is_gone_has_less_than_nothing_left)
{
	CHECK_STR(end_of("differences:cancel_twice"), "true");
}

static void call_the_dead(struct joist_actor *self, joist_term args)
{
	joist_term reason;

	if (joist_call(self, "no_such_name", args, 1000, &reason) == JOIST_DOWN)
		joist_exit(self, joist_make(self, "{down, Reason}", reason));
}

TEST(a_call_that_fails_is_a_result)
{
	CHECK_STR(end_of("differences:call_the_dead"), "{down,noproc}");
}

JOIST_PLUGIN("differences", "1.0", JOIST_ACTOR(send_to_nobody), JOIST_ACTOR(register_twice),
	     JOIST_ACTOR(spawn_under_a_taken_name), JOIST_ACTOR(sleeper), JOIST_ACTOR(deferring),
	     JOIST_ACTOR(outlive_a_deferring), JOIST_HANDLER(any_handler),
	     JOIST_HANDLER(pattern_handler), JOIST_ACTOR(keep_over_turns),
	     JOIST_ACTOR(map_in_order), JOIST_ACTOR(fill_a_mailbox), JOIST_ACTOR(narrow),
	     JOIST_ACTOR(fill_a_narrow_mailbox), JOIST_ACTOR(signal_a_full_mailbox),
	     JOIST_ACTOR(eater), JOIST_ACTOR(watch_an_eater), JOIST_ACTOR(info_keys),
	     JOIST_ACTOR(interval_starter), JOIST_ACTOR(outlive_an_interval),
	     JOIST_ACTOR(cancel_twice), JOIST_ACTOR(call_the_dead));
