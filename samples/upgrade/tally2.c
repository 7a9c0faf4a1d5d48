/* A counter, version 2.0: `n` has grown, and `since` is new. It counts {add, Number}, whose
 * numbers go up by one; what comes twice or not at all is `wrong`. */
#include <joist/server.h>

struct tally {
	int32_t id;
	int64_t n;
	int32_t wrong;
	int64_t since; /* messages as version 2.0 */
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
	return joist_make(self, "{<<\"2.0\">>, N, Wrong}", tally->n, tally->wrong);
}

static const struct joist_server tally = {
	.state_size = sizeof(struct tally), .init = init, .call = call, .cast = cast
};

JOIST_PLUGIN("tally", "2.0", JOIST_SERVER(tally),
	     JOIST_STATE(2, JOIST_STATE_FIELD(struct tally, id), JOIST_STATE_FIELD(struct tally, n),
			 JOIST_STATE_FIELD(struct tally, wrong),
			 JOIST_STATE_FIELD(struct tally, since)));
