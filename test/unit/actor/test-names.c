/* Registered names. */
#include "vm/actor/names.h"

#include <pthread.h>
#include <stdio.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/term/atom.h"

static struct table table;
static struct names names;

static void init(void)
{
	CHECK_INT(table_init(&table), 0);
	CHECK_INT(names_init(&names), 0);
}

static void finish(void)
{
	names_finish(&names);
	table_finish(&table);
}

static struct entry *live(joist_pid *ret_pid)
{
	struct entry *entry = table_take(&table, NULL, NULL, ret_pid);

	CHECK(entry);
	return entry;
}

/* As the end of an actor does. */
static void die(struct entry *entry, joist_pid pid)
{
	uint32_t index;

	table_close(entry, &index);
	if (index)
		names_forget(&names, index, pid);
	table_give(&table, NULL, entry, pid);
}

static joist_atom atom(const char *name)
{
	return joist_atom_new(name);
}

static bool has(const char *name, joist_pid pid)
{
	return joist_pid_equal(names_find(&names, atom(name)), pid);
}

TEST_LEAK_FREE(an_actor_has_one_name)
{
	joist_pid a, b, nobody = { 0 };

	init();
	struct entry *one = live(&a), *two = live(&b);
	CHECK(has("x", nobody));
	CHECK(names_register(&names, atom("x"), one, a));
	CHECK(has("x", a));
	CHECK(names_of(one).word == atom("x").word);
	CHECK(!names_register(&names, atom("x"), two, b));
	CHECK(!names_register(&names, atom("x"), one, a));
	CHECK(!names_register(&names, atom("y"), one, a));
	CHECK_INT(names_of(two).word, 0);
	CHECK(names_register(&names, atom("y"), two, b));
	CHECK(names_unregister(&names, atom("x"), &table));
	CHECK(!names_unregister(&names, atom("x"), &table));
	CHECK(has("x", nobody));
	CHECK_INT(names_of(one).word, 0);
	CHECK(names_register(&names, atom("z"), one, a));
	CHECK(has("z", a) && has("y", b));
	finish();
}

/* All names are alike, whatever their place in the table of atoms. */
TEST_LEAK_FREE(every_atom_is_a_name)
{
	joist_pid pid;

	init();
	for (uint64_t index = 0; index < ATOM_INDEX_FREE; index++) {
		joist_atom name = { index << 3 | TAG_ATOM };
		if (name.word == ATOM(undefined).word)
			continue;
		struct entry *entry = live(&pid);
		CHECK(names_register(&names, name, entry, pid));
		CHECK(names_of(entry).word == name.word);
		CHECK(!names_register(&names, atom("another"), entry, pid));
		die(entry, pid);
		CHECK(joist_pid_is_none(names_find(&names, name)));
	}
	finish();
}

TEST_LEAK_FREE(what_is_no_name_cannot_be_one)
{
	joist_pid pid;

	init();
	struct entry *entry = live(&pid);
	CHECK(!names_register(&names, (joist_atom){ 0 }, entry, pid));
	CHECK(!names_register(&names, ATOM_NAME(undefined), entry, pid));
	CHECK(names_register(&names, atom("x"), entry, pid));
	finish();
}

TEST_LEAK_FREE(names_end_with_their_actor)
{
	joist_pid pid, next;

	init();
	struct entry *entry = live(&pid);
	CHECK(names_register(&names, atom("x"), entry, pid));
	die(entry, pid);
	CHECK(joist_pid_is_none(names_find(&names, atom("x"))));
	CHECK(!names_register(&names, atom("x"), entry, pid));
	CHECK(live(&next) == entry);
	CHECK(!names_register(&names, atom("x"), entry, pid)); /* a stale pid */
	CHECK(names_register(&names, atom("x"), entry, next));
	names_forget(&names, (uint32_t)(atom("x").word >> 3), pid); /* not its own any more */
	CHECK(has("x", next));
	finish();
}

/* A pid that a slot has not had yet. */
TEST_LEAK_FREE(nobody_gets_a_name_before_living)
{
	joist_pid pid, next;

	init();
	struct entry *entry = live(&pid);
	CHECK(!names_register(&names, atom("x"), table_entry(&table, 1), pid_local(1, 0)));
	CHECK(!names_register(&names, atom("x"), table_entry(&table, 1), pid_local(1, 1)));
	die(entry, pid);
	next = pid_local(pid_slot(pid), pid_serial(pid) + 1);
	CHECK(!names_register(&names, atom("x"), entry, next));
	CHECK(live(&pid) == entry && joist_pid_equal(pid, next));
	CHECK_INT(names_of(entry).word, 0);
	CHECK(names_register(&names, atom("x"), entry, pid));
	finish();
}

/* ---- races ---- */

enum { ROUNDS = 20000 };

static struct entry *entry;
static joist_pid pid;
static joist_atom x, y;
static atomic_int round_begun, round_done;
static bool won;

/* In each round the other thread does its part, as soon as the round has begun. */
static void *in_rounds(void *part)
{
	for (int i = 1; i <= ROUNDS; i++) {
		while (atomic_load(&round_begun) < i)
			spin_pause();
		((void (*)(void))part)();
		atomic_store(&round_done, i);
	}
	return NULL;
}

static void race(void (*other)(void), void (*before)(void), void (*mine)(void), void (*after)(void))
{
	pthread_t thread;

	init();
	x = atom("x"), y = atom("y");
	CHECK_INT(pthread_create(&thread, NULL, in_rounds, (void *)other), 0);
	for (int i = 1; i <= ROUNDS; i++) {
		before();
		atomic_store(&round_begun, i);
		mine();
		for (unsigned tries = 1; atomic_load(&round_done) < i; tries++) {
			if (tries % 1024 == 0)
				sched_yield();
		}
		after();
	}
	pthread_join(thread, NULL);
	finish();
}

static void take(void)
{
	entry = live(&pid);
}

static void register_x(void)
{
	won = names_register(&names, x, entry, pid);
}

static void close_it(void)
{
	uint32_t index;

	table_close(entry, &index);
	if (index)
		names_forget(&names, index, pid);
}

static void check_free(void)
{
	table_give(&table, NULL, entry, pid);
	CHECK(joist_pid_is_none(names_find(&names, x)));
}

TEST_LEAK_FREE(an_actor_that_dies_meanwhile_leaves_no_name, .seconds_max = 60)
{
	race(register_x, take, close_it, check_free);
}

static bool also_won;

static void register_y(void)
{
	also_won = names_register(&names, y, entry, pid);
}

static void check_one_name(void)
{
	CHECK(won != also_won);
	CHECK(names_of(entry).word == (won ? x : y).word);
	CHECK(joist_pid_equal(names_find(&names, x), won ? pid : (joist_pid){ 0 }));
	CHECK(joist_pid_equal(names_find(&names, y), won ? (joist_pid){ 0 } : pid));
	die(entry, pid);
}

TEST_LEAK_FREE(of_two_names_at_once_one_wins, .seconds_max = 60)
{
	race(register_x, take, register_y, check_one_name);
}

static struct entry *rival;
static joist_pid rival_pid;

static void take_two(void)
{
	take();
	rival = live(&rival_pid);
}

static void register_rival(void)
{
	also_won = names_register(&names, x, rival, rival_pid);
}

static void check_one_owner(void)
{
	CHECK(won != also_won);
	CHECK(joist_pid_equal(names_find(&names, x), won ? pid : rival_pid));
	CHECK_INT(names_of(won ? rival : entry).word, 0);
	die(entry, pid);
	die(rival, rival_pid);
	CHECK(joist_pid_is_none(names_find(&names, x)));
}

TEST_LEAK_FREE(of_two_owners_at_once_one_wins, .seconds_max = 60)
{
	race(register_x, take_two, register_rival, check_one_owner);
}

static void take_named(void)
{
	take();
	CHECK(names_register(&names, x, entry, pid));
}

static void unregister_x(void)
{
	names_unregister(&names, x, &table);
}

TEST_LEAK_FREE(a_name_is_freed_by_either_side, .seconds_max = 60)
{
	race(unregister_x, take_named, close_it, check_free);
}
