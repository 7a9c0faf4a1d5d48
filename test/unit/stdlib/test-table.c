/* Tables: what all actors of a node share. */
#include <joist/table.h>

#include "test/unit/stdlib/yard.h"

/* Makes a table named by `args` and ends when it is told to. */
static void owner(struct joist_actor *self, joist_term args)
{
	struct joist_table_options options = { .name = "theirs",
					       .kept = joist_is_atom(args, "kept") };
	joist_table table = joist_table_new(self, &options);

	joist_table_put(self, table, joist_make(self, "a"), joist_make(self, "1"));
	joist_send_to(self, "watcher", joist_make(self, "{table, Id}", table.id));
	joist_receive(self);
}

/* Adds 1 to `n` a thousand times. */
static void adder(struct joist_actor *self, joist_term args)
{
	joist_table table = { 0 };

	joist_get_uint(args, &table.id);
	for (int i = 0; i < 1000; i++)
		joist_table_add(self, table, joist_make(self, "n"), 1, NULL);
}

const struct joist_export yard_exports[] = { JOIST_ACTOR(owner), JOIST_ACTOR(adder), { 0 } };

static bool put(struct joist_actor *self, joist_table table, const char *key, const char *value)
{
	return joist_table_put(self, table, yard_term(self, key), yard_term(self, value));
}

static const char *get(struct joist_actor *self, joist_table table, const char *key)
{
	joist_term value = joist_table_get(self, table, yard_term(self, key));

	return joist_is_none(value) ? "none" : joist_format(self, value);
}

YARD_TEST(put_get_remove)
{
	joist_table table = joist_table_new(self, NULL);

	CHECK_STR(get(self, table, "a"), "none");
	CHECK(put(self, table, "a", "{1, \"one\"}"));
	CHECK(put(self, table, "1", "int"));
	CHECK(put(self, table, "1.0", "float"));
	CHECK_STR(get(self, table, "a"), "{1,\"one\"}");
	CHECK_STR(get(self, table, "1"), "int");
	CHECK_STR(get(self, table, "1.0"), "float");
	CHECK(put(self, table, "a", "2"));
	CHECK_STR(get(self, table, "a"), "2");
	CHECK_INT(joist_table_size(table), 3);
	CHECK(joist_table_has(table, yard_term(self, "a")));
	CHECK(joist_table_remove(table, yard_term(self, "a")));
	CHECK(!joist_table_remove(table, yard_term(self, "a")));
	CHECK(!joist_table_has(table, yard_term(self, "a")));
	CHECK_INT(joist_table_size(table), 2);
}

YARD_TEST(put_new_leaves_what_is_there)
{
	joist_table table = joist_table_new(self, NULL);
	joist_term key = joist_make(self, "k");

	CHECK(joist_table_put_new(self, table, key, joist_make(self, "1")));
	CHECK(!joist_table_put_new(self, table, key, joist_make(self, "2")));
	CHECK_STR(get(self, table, "k"), "1");
}

YARD_TEST(many_keys_and_a_list)
{
	joist_table table = joist_table_new(self, NULL);
	joist_term list, pair;
	int64_t key, value, sum = 0;

	for (int64_t i = 0; i < 5000; i++)
		joist_table_put(self, table, joist_int(self, i), joist_int(self, 2 * i));
	CHECK_INT(joist_table_size(table), 5000);
	list = joist_table_list(self, table);
	CHECK_INT(joist_list_size(list), 5000);
	while (joist_list_next(&list, &pair)) {
		joist_test_match(self, pair, "{Key, Value}", &key, &value);
		CHECK_INT(value, 2 * key);
		sum += key;
	}
	CHECK_INT(sum, 5000 * 4999 / 2);
}

YARD_TEST(large_binaries_are_shared)
{
	joist_table table = joist_table_new(self, NULL);
	struct joist_bytes bytes;
	joist_term value;
	void *data;

	value = joist_binary_new(self, 100000, &data);
	((char *)data)[99999] = 'x';
	joist_table_put(self, table, joist_make(self, "k"), joist_make(self, "{big, V}", value));
	value = joist_table_get(self, table, joist_make(self, "k"));
	joist_test_match(self, value, "{big, Bytes}", &bytes);
	CHECK(bytes.size == 100000 && bytes.data == data);
}

YARD_TEST(add_counts)
{
	joist_table table = joist_table_new(self, NULL);
	joist_term key = joist_make(self, "n");
	int64_t sum;

	CHECK(joist_table_add(self, table, key, 5, &sum));
	CHECK_INT(sum, 5);
	CHECK(joist_table_add(self, table, key, -7, &sum));
	CHECK_INT(sum, -2);
	put(self, table, "n", "9223372036854775807");
	CHECK(!joist_table_add(self, table, key, 1, &sum));
	put(self, table, "n", "x");
	CHECK(!joist_table_add(self, table, key, 1, &sum));
	CHECK(!joist_table_add(self, (joist_table){ 0 }, key, 1, &sum));
}

YARD_TEST(adds_of_many_actors_add_up)
{
	joist_table table = joist_table_new(self, NULL);
	joist_ref refs[8];

	for (int i = 0; i < 8; i++)
		joist_spawn_monitor(self, "t:adder", joist_uint(self, table.id), &refs[i]);
	for (int i = 0; i < 8; i++)
		joist_test_expect(self, 10000, "{'DOWN', ^Ref, process, _, normal}", &refs[i]);
	CHECK_STR(get(self, table, "n"), "8000");
}

/* The table of a new owner. */
static joist_table theirs(struct joist_actor *self, const char *args, joist_pid *ret_owner)
{
	joist_table table;

	joist_register(self, "watcher", joist_self(self));
	*ret_owner = joist_spawn(self, "t:owner", yard_term(self, args));
	joist_test_expect(self, 1000, "{table, Id}", &table.id);
	return table;
}

static void end(struct joist_actor *self, joist_pid pid)
{
	joist_ref ref = joist_monitor(self, pid);

	joist_exit_to(self, pid, joist_make(self, "kill"));
	joist_test_expect(self, 1000, "{'DOWN', ^Ref, process, _, killed}", &ref);
}

YARD_TEST(a_table_ends_with_its_owner)
{
	joist_pid pid;
	joist_table table = theirs(self, "[]", &pid);

	CHECK_INT(joist_table_find("theirs").id, table.id);
	CHECK_STR(get(self, table, "a"), "1");
	end(self, pid);
	CHECK_STR(get(self, table, "a"), "none");
	CHECK(!put(self, table, "a", "2"));
	CHECK_INT(joist_table_size(table), 0);
	CHECK_INT(joist_table_find("theirs").id, 0);
	CHECK(joist_table_new(self, NULL).id != table.id);
	CHECK_STR(get(self, table, "a"), "none");
}

YARD_TEST(a_kept_table_does_not)
{
	joist_pid pid;
	joist_table table = theirs(self, "kept", &pid);

	end(self, pid);
	CHECK_STR(get(self, table, "a"), "1");
	CHECK(joist_table_drop(table));
	CHECK(!joist_table_drop(table));
	CHECK_STR(get(self, table, "a"), "none");
}

YARD_TEST(a_table_may_change_its_owner)
{
	joist_pid pid;
	joist_table table = theirs(self, "[]", &pid);

	CHECK(joist_table_own(self, table));
	end(self, pid);
	CHECK_STR(get(self, table, "a"), "1");
	CHECK(!joist_table_own(self, (joist_table){ 4096 * 77 }));
}

YARD_TEST(a_name_is_given_once)
{
	joist_pid pid;
	struct joist_table_options options = { .name = "theirs" };

	theirs(self, "[]", &pid);
	CHECK_INT(joist_table_new(self, &options).id, 0);
	end(self, pid);
	CHECK(joist_table_new(self, &options).id);
}
