/* The table of atoms. */
#include "vm/term/atom.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"

static joist_atom make(const char *name)
{
	return atom_make(name, strlen(name));
}

TEST(fixed_atoms_have_their_names)
{
	CHECK_STR(atom_name(ATOM_NAME(gen_call)).data, "$gen_call");
	CHECK_STR(atom_name(ATOM_NAME(nonode_at_nohost)).data, "nonode@nohost");
	CHECK(atom_equal(make("DOWN"), ATOM_NAME(DOWN)));
	CHECK(atom_equal(make("ok"), ATOM_NAME(ok)));
	CHECK_INT(atom_count(), ATOM_INDEX_FREE);
}

TEST(fixed_names_differ)
{
	for (uint64_t i = 0; i < ATOM_INDEX_FREE; i++) {
		struct joist_bytes name = atom_name((joist_atom){ i << 3 | TAG_ATOM });
		CHECK_INT(atom_find(name.data, name.size).word >> 3, i);
	}
}

TEST(a_name_is_made_once)
{
	CHECK(!atom_find("fresh", 5).word);
	joist_atom atom = make("fresh");
	CHECK(atom.word && atom_equal(atom, make("fresh")));
	CHECK(atom_equal(atom, atom_find("fresh", 5)));
	CHECK_STR(atom_name(atom).data, "fresh");
}

TEST(wrong_names_are_refused)
{
	char name[1021];

	memset(name, 'a', sizeof(name));
	CHECK(atom_make(name, 255).word);
	CHECK(!atom_make(name, 256).word);
	CHECK(!atom_make("\xFF", 1).word);
	for (size_t i = 0; i < 1020; i += 4)
		memcpy(name + i, "\xF0\x9F\x98\x80", 4);
	CHECK(atom_make(name, 1020).word);
	CHECK(!atom_make(name, 1021).word);
}

TEST(grows_to_many)
{
	static joist_atom made[20000];
	char name[16];

	for (int i = 0; i < 20000; i++)
		made[i] = atom_make(name, (size_t)sprintf(name, "n%d", i));
	for (int i = 0; i < 20000; i++) {
		size_t size = (size_t)sprintf(name, "n%d", i);
		CHECK(atom_equal(atom_find(name, size), made[i]));
		CHECK_STR(atom_name(made[i]).data, name);
	}
}

static size_t alarmed;

static void alarm_ring(size_t count, size_t limit)
{
	alarmed = count * 1000 + limit;
}

TEST(stops_at_the_limit_after_an_alarm)
{
	char name[16];
	size_t limit = atom_count() + 500;
	int made = 0;

	atom_limit(limit, alarm_ring);
	while (atom_make(name, (size_t)sprintf(name, "x%d", made)).word)
		made++;
	CHECK_INT(made, 500);
	CHECK_INT(alarmed, (limit - limit / 10) * 1000 + limit);
	CHECK(make("x7").word);
}

TEST_LEAK_FREE(survives_any_failing_allocation)
{
	char name[16];

	for (int i = 0; i < 1000; i++) {
		heap_fail(1 + i % 3, true);
		atom_make(name, (size_t)sprintf(name, "f%d", i));
		heap_fail(0, false);
		CHECK(atom_make(name, strlen(name)).word);
	}
}

static void *make_many(void *names)
{
	joist_atom *made = names;
	char name[16];

	for (int i = 0; i < 5000; i++)
		made[i] = atom_make(name, (size_t)sprintf(name, "t%d", i));
	return NULL;
}

TEST(threads_agree)
{
	static joist_atom made[2][5000];
	pthread_t other;

	CHECK(!pthread_create(&other, NULL, make_many, made[1]));
	make_many(made[0]);
	pthread_join(other, NULL);
	CHECK(!memcmp(made[0], made[1], sizeof(made[0])));
}
