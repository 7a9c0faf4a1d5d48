/* Destinations, messages, parcels. */
#include <joist/actor.h>

#include "test/harness.h"
#include "test/stage.h"

static void send_everywhere(struct joist_actor *self, joist_term args)
{
	joist_ref alias = joist_alias(self);
	joist_atom name = joist_atom_new("me"), node = joist_node(self);

	(void)args;
	CHECK(joist_register(self, "me", joist_self(self)));
	joist_send_to(self, joist_self(self), joist_int(self, 1));
	joist_send_to(self, "me", joist_int(self, 2));
	joist_send_to(self, name, joist_int(self, 3));
	joist_send_to(self, alias, joist_int(self, 4));
	joist_send_to(self, joist_make(self, "{me, Node}", node), joist_int(self, 5));
	for (int64_t i = 1; i <= 5; i++)
		CHECK(joist_receive_match(self, JOIST_INFINITY, "^I", &i));
}

static void nothing(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
}

/* Who is not there hears nothing, and nobody minds. */
static void send_to_nobody(struct joist_actor *self, joist_term args)
{
	joist_ref alias = joist_alias(self), monitor;
	joist_pid dead = joist_spawn_monitor(self, "test:nothing", args, &monitor);

	CHECK_STR(stage_down(self, monitor), "normal");
	joist_send(self, dead, joist_nil());
	joist_send_to(self, joist_make(self, "{nobody, Node}", joist_node(self)), joist_nil());
	CHECK(joist_unalias(self, alias));
	joist_send_to(self, alias, joist_nil());
	CHECK(joist_is_none(joist_receive_timeout(self, 0)));
}

static void try_to_send(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK(joist_try_send(self, joist_self(self), joist_int(self, 1)));
	CHECK(joist_match(joist_receive(self), "1"));
}

/* Sends the list that it gets on to who is its first item, without a copy. */
static void forward(struct joist_actor *self, joist_term args)
{
	joist_pid to;
	joist_term items, message = joist_receive(self);

	(void)args;
	CHECK(joist_match(message, "[To|Items]", &to, &items));
	joist_parcel(self);
	joist_adopt(self, message);
	joist_move(self, to, items);
}

static void move_list(struct joist_actor *self, joist_term args)
{
	joist_pid other = joist_spawn(self, "test:forward", args);
	joist_term list, item;
	int64_t value, expected = 0;

	joist_parcel(self);
	list = joist_nil();
	for (int64_t i = 1000; i-- > 0;)
		list = joist_cons(self, joist_int(self, i), list);
	joist_move(self, other, joist_cons(self, joist_pid_term(self, joist_self(self)), list));
	list = joist_receive(self);
	CHECK_INT(joist_list_size(list), 1000);
	while (joist_list_next(&list, &item))
		CHECK(joist_get_int(item, &value) && value == expected++);
	CHECK_INT(expected, 1000);
}

static void wrong_send(struct joist_actor *self, joist_term args)
{
	joist_send(self, (joist_pid){ 0 }, args);
}

static void wrong_try(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_try_send(self, joist_self(self), (joist_term){ 0 });
}

static void wrong_name(struct joist_actor *self, joist_term args)
{
	joist_send_to(self, "nobody", args);
}

static void wrong_parcel(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_parcel(self);
	joist_parcel(self);
}

static void wrong_adopt(struct joist_actor *self, joist_term args)
{
	joist_parcel(self);
	joist_adopt(self, args);
}

static void wrong_move(struct joist_actor *self, joist_term args)
{
	joist_move(self, joist_self(self), args);
}

static void be_wrong(struct joist_actor *self, joist_term args)
{
	CHECK_STR(stage_end_of(self, "wrong_send", args), "{badarg,<<\"joist_send\">>}");
	CHECK_STR(stage_end_of(self, "wrong_try", args), "{badarg,<<\"joist_try_send\">>}");
	CHECK_STR(stage_end_of(self, "wrong_name", args), "{badarg,<<\"joist_send_to\">>}");
	CHECK_STR(stage_end_of(self, "wrong_parcel", args), "{badarg,<<\"joist_parcel\">>}");
	CHECK_STR(stage_end_of(self, "wrong_adopt", args), "{badarg,<<\"joist_adopt\">>}");
	CHECK_STR(stage_end_of(self, "wrong_move", args), "{badarg,<<\"joist_move\">>}");
}

static const struct stage_export exports[] = {
	STAGE_LOOP(send_everywhere), STAGE_LOOP(nothing),
	STAGE_LOOP(send_to_nobody),  STAGE_LOOP(try_to_send),
	STAGE_LOOP(forward),	     STAGE_LOOP(move_list),
	STAGE_LOOP(wrong_send),	     STAGE_LOOP(wrong_try),
	STAGE_LOOP(wrong_name),	     STAGE_LOOP(wrong_parcel),
	STAGE_LOOP(wrong_adopt),     STAGE_LOOP(wrong_move),
	STAGE_LOOP(be_wrong),	     { 0 },
};

TEST_LEAK_FREE(every_destination_is_reached)
{
	stage_run(exports, 1, "send_everywhere");
}

TEST_LEAK_FREE(nobody_is_no_error)
{
	stage_run(exports, 2, "send_to_nobody");
}

TEST_LEAK_FREE(a_mailbox_with_room_takes_what_is_tried)
{
	stage_run(exports, 1, "try_to_send");
}

TEST_LEAK_FREE(a_list_is_moved_and_moved_on)
{
	stage_run(exports, 2, "move_list");
}

TEST_LEAK_FREE(wrong_arguments_end_the_actor)
{
	stage_run(exports, 1, "be_wrong");
}
