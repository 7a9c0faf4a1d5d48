/* How actors of one version would go over to another: by what both say of their states. */
#include "vm/sched/way.h"

#include <joist/joist.h>

#include "test/harness.h"

static bool change(struct joist_actor *self, const struct joist_change *what, void *state)
{
	(void)self, (void)what, (void)state;
	return true;
}

static struct export old, new;
static const struct code from = { .exports = &old, .export_count = 1 },
			 to = { .exports = &new, .export_count = 1 };

static struct way look(void)
{
	struct way way;

	way_find(&from, &to, &way);
	return way;
}

/* Two versions of a handler with states of these versions and sizes. */
static void set_up(uint32_t old_version, size_t old_bytes, uint32_t new_version, size_t new_bytes)
{
	old = (struct export){ .name = joist_atom_new("counter"),
			       .kind = JOIST_EXPORT_HANDLER,
			       .state_version = old_version,
			       .state_bytes = old_bytes };
	new = old;
	new.state_version = new_version;
	new.state_bytes = new_bytes;
}

TEST(an_equal_state_stays_as_it_is)
{
	set_up(1, 8, 1, 8);
	CHECK_INT(look().how, WAY_KEEPS);
	CHECK(look().to == &new);
	CHECK(!look().why);
}

TEST(another_size_in_the_same_version_is_wrong)
{
	set_up(1, 8, 1, 16);
	CHECK_INT(look().how, WAY_CANNOT);
	CHECK_STR(look().why, "its state has another size in the same state version");
}

TEST(code_converts_what_is_older)
{
	set_up(1, 8, 2, 16);
	CHECK_STR(look().why, "the new version cannot convert its state");
	new.handler.change = change;
	CHECK_INT(look().how, WAY_CONVERTS_STATE);
	set_up(2, 8, 1, 16);
	new.handler.change = change;
	CHECK_STR(look().why, "there is no way back for its state");
}

TEST(what_is_not_there_is_not_gone_over_to)
{
	set_up(1, 8, 1, 8);
	new.name = joist_atom_new("other");
	CHECK_STR(look().why, "the new version has no such export");
	CHECK(!look().to);
}

TEST(loops_stay)
{
	set_up(1, 8, 1, 8);
	old.kind = new.kind = JOIST_EXPORT_LOOP;
	CHECK_INT(look().how, WAY_STAYS);
}
