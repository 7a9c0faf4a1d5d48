/* States go over by the names of their fields. */
#include "vm/actor/layout.h"

#include <string.h>

#include <joist/plugin.h>

#include "test/harness.h"

struct one {
	int32_t n;
	uint8_t small;
	float real;
	char text[8];
	int64_t gone;
};

struct two {
	char text[16];
	int64_t n;
	uint16_t little;
	double real;
	int32_t more;
};

struct three {
	uint32_t count;
	char text[4];
};

static const struct joist_export descriptors[] = {
	JOIST_STATE(1, JOIST_STATE_FIELD(struct one, n), JOIST_STATE_FIELD(struct one, small),
		    JOIST_STATE_FIELD(struct one, real), JOIST_STATE_FIELD(struct one, text),
		    JOIST_STATE_FIELD(struct one, gone)),
	JOIST_STATE(2, JOIST_STATE_FIELD(struct two, text), JOIST_STATE_FIELD(struct two, n),
		    JOIST_STATE_FIELD_WAS(struct two, little, "tiny small"),
		    JOIST_STATE_FIELD(struct two, real), JOIST_STATE_FIELD(struct two, more)),
	JOIST_STATE(3, JOIST_STATE_FIELD_WAS(struct three, count, "n"),
		    JOIST_STATE_FIELD(struct three, text)),
	JOIST_STATE(4, JOIST_STATE_FIELD_WAS(struct two, real, "count")),
};

/* An export that knows the layouts from `first` to `last`, whose version that is. */
static struct export knows(int first, int last)
{
	static const struct joist_state *states[4];

	for (int i = 0; i < 4; i++)
		states[i] = descriptors[i].data;
	return (struct export){ .state_version = (uint32_t)last,
				.states = states + first - 1,
				.state_count = (size_t)(last - first + 1) };
}

static struct layout_path path_of(struct export from, struct export to)
{
	const char *why;

	return layout_path(&from, &to, &why);
}

TEST(added_removed_widened_and_renamed)
{
	struct one one = { -7, 200, 1.5f, "text", 9 };
	struct two two = { .more = 0 };
	struct layout_path path = path_of(knows(1, 1), knows(2, 2));

	CHECK_INT(path.count, 2);
	CHECK(!layout_carry(&path, &one, &two));
	CHECK_INT(two.n, -7);
	CHECK_INT(two.little, 200);
	CHECK(two.real == 1.5);
	CHECK_STR(two.text, "text");
	CHECK_INT(two.more, 0);
}

TEST(and_back)
{
	struct two two = { "text", 70000, 255, 2.5, 4 };
	struct one one = { .gone = 0 };
	struct layout_path path = path_of(knows(2, 2), knows(1, 1));

	CHECK_INT(path.count, 2);
	CHECK(!layout_carry(&path, &two, &one));
	CHECK_INT(one.n, 70000);
	CHECK_INT(one.small, 255); /* the newer one says what it was called */
	CHECK_STR(one.text, "text");
}

TEST(over_the_versions_between)
{
	struct one one = { 7, 1, 0, "tex", 0 };
	struct three three = { .count = 0 };
	struct layout_path path = path_of(knows(1, 1), knows(1, 3));

	CHECK_INT(path.count, 3);
	CHECK(!layout_carry(&path, &one, &three));
	CHECK_INT(three.count, 7);
	CHECK_STR(three.text, "tex");
	path = path_of((struct export){ .state_version = 1 }, knows(1, 3));
	CHECK_INT(path.count, 3);
}

TEST(what_does_not_fit_is_named)
{
	struct two two = { "long text", -1, 0, 0, 0 };
	struct three three = { .count = 0 };
	struct layout_path path = path_of(knows(2, 2), knows(3, 3));

	CHECK_STR(layout_carry(&path, &two, &three), "count");
	two.n = 1;
	CHECK_STR(layout_carry(&path, &two, &three), "text");
}

TEST(no_way)
{
	struct export from = knows(3, 3), to = knows(4, 4);
	const char *why;

	CHECK_INT(layout_path(&from, &to, &why).count, 0);
	CHECK(strstr(why, "another kind"));
	from.state_count = 0;
	CHECK_INT(layout_path(&from, &to, &why).count, 0);
	CHECK(!why);
}
