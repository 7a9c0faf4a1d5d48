/* A counter, version 3.0-bad: to become one fails for one in a thousand. It counts {add, Number},
 * whose numbers go up by one; what comes twice or not at all is `wrong`. */
#include <joist/server.h>

struct tally {
	int32_t id;
	int64_t n;
	int32_t wrong;
	int64_t since; /* messages as version 2.0 or later */
	int64_t more;
};

static void init(struct joist_actor *self, void *state, joist_term args)
{
	struct tally *tally = state;

	(void)self;
	joist_match(args, "Id", &tally->id);
}

static void cast(struct joist_actor *self, void *state, joist_term message)
{
	struct tally *tally = state;
	int64_t number;

	(void)self;
	if (!joist_match(message, "{add, Number}", &number))
		return;
	tally->wrong += number != tally->n + 1;
	tally->n++;
	tally->since++;
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	const struct tally *tally = state;

	(void)request;
	return joist_make(self, "{<<\"3.0-bad\">>, N, Wrong}", tally->n, tally->wrong);
}

/* Most of the state is carried by its fields. */
static bool code_change(struct joist_actor *self, uint32_t old_version, const void *old_state,
			size_t old_size, void *state)
{
	static struct tally *volatile nobody = (struct tally *)8;
	struct tally *tally = state;

	(void)self, (void)old_version, (void)old_state, (void)old_size;
	if (tally->id % 1000 == 999)
		tally = nobody;
	tally->more = 1;
	return true;
}

static const struct joist_server tally = { .state_size = sizeof(struct tally),
					   .init = init,
					   .call = call,
					   .cast = cast,
					   .code_change = code_change };

JOIST_PLUGIN("tally", "3.0-bad", JOIST_SERVER(tally),
	     JOIST_STATE(3, JOIST_STATE_FIELD(struct tally, id), JOIST_STATE_FIELD(struct tally, n),
			 JOIST_STATE_FIELD(struct tally, wrong),
			 JOIST_STATE_FIELD(struct tally, since)));
