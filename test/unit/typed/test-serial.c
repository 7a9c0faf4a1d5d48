/* Turns at a library: one actor at a time, whatever becomes of the others. */
#include "vm/typed/serial.h"

#include "test/harness.h"
#include "test/stage.h"
#include "test/unit/typed/library.h"

#define NONE ((joist_term){ 0 })
#define CROWD 8
#define TIMES 50

static void one_of_many(struct joist_actor *self, joist_term args)
{
	joist_pid parent;

	for (int i = 0; i < TIMES; i++) {
		CHECK_STR(library_call(self, "alone", NONE, "[2000]"), "0");
		joist_yield(self);
	}
	CHECK(joist_get_pid(args, &parent));
	joist_send(self, parent, joist_make(self, "done"));
}

static void crowd(struct joist_actor *self, joist_term args)
{
	joist_term me = joist_pid_term(self, joist_self(self));

	(void)args;
	for (int i = 0; i < CROWD; i++)
		joist_spawn(self, "test:one_of_many", me);
	for (int i = 0; i < CROWD; i++)
		CHECK(joist_receive_match(self, JOIST_INFINITY, "done"));
}

/* In a callback of the library it has its turn already; it says so, and waits to be let on. */
static joist_term within(struct joist_actor *self, joist_term number, joist_term name)
{
	joist_pid parent = joist_parent(self);

	(void)name;
	CHECK_STR(library_call(self, "alone", NONE, "[1]"), "0");
	joist_send(self, parent, joist_make(self, "within"));
	if (joist_receive_match(self, JOIST_INFINITY, "go"))
		return number;
	return joist_nil();
}

static void holder(struct joist_actor *self, joist_term args)
{
	(void)args;
	library_call(self, "each", NONE, "[1, {apply, test, within}]");
	joist_send(self, joist_parent(self), joist_make(self, "out"));
}

static void waiter(struct joist_actor *self, joist_term args)
{
	(void)args;
	CHECK_STR(library_call(self, "alone", NONE, "[1]"), "0");
	joist_send(self, joist_parent(self), joist_make(self, "had_it"));
}

/* One that waits for its turn. */
static joist_pid start_waiter(struct joist_actor *self)
{
	joist_pid pid = joist_spawn(self, "test:waiter", joist_nil());

	stage_let_wait(self, pid);
	CHECK(!joist_receive_match(self, 0, "had_it"));
	return pid;
}

static joist_pid start_holder(struct joist_actor *self)
{
	joist_pid pid = joist_spawn(self, "test:holder", joist_nil());

	CHECK(joist_receive_match(self, JOIST_INFINITY, "within"));
	return pid;
}

static void orders(struct joist_actor *self, joist_term args)
{
	joist_pid first = start_holder(self), second;

	(void)args;
	start_waiter(self);
	second = start_waiter(self);
	start_waiter(self);
	joist_exit_to(self, second, joist_make(self, "kill"));
	joist_send(self, first, joist_make(self, "go"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "out"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "had_it"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "had_it"));
	CHECK_STR(library_call(self, "alone", NONE, "[1]"), "0");
}

static void ended(struct joist_actor *self, joist_term args)
{
	joist_pid first = start_holder(self);

	(void)args;
	start_waiter(self);
	joist_exit_to(self, first, joist_make(self, "kill"));
	CHECK(joist_receive_match(self, JOIST_INFINITY, "had_it"));
	CHECK_STR(library_call(self, "alone", NONE, "[1]"), "0");
}

static const struct stage_export exports[] = {
	STAGE_LOOP(one_of_many), STAGE_LOOP(crowd), STAGE_LOOP(holder),	  STAGE_LOOP(waiter),
	STAGE_LOOP(orders),	 STAGE_LOOP(ended), STAGE_FUN(within, 2), { 0 },
};

static void run(const char *name)
{
	struct serial *serial = serial_create();

	library_begin();
	library_take_turns(serial);
	stage_run(exports, 2, name);
	library_end();
	serial_destroy(serial);
}

TEST(nobody_is_within_with_another)
{
	run("crowd");
}

TEST(who_waits_longest_is_next_and_who_ends_is_not)
{
	run("orders");
}

TEST(who_ends_within_gives_it_on)
{
	run("ended");
}
