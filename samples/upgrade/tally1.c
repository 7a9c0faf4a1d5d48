/* A counter, version 1.0. It counts {add, Number}, whose numbers go up by one; what comes
 * twice or not at all is `wrong`. */
#include <joist/server.h>

struct tally {
	int32_t id;
	int32_t n;
	int32_t wrong;
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
	int32_t number;

	(void)self;
	if (!joist_match(message, "{add, Number}", &number))
		return;
	tally->wrong += number != tally->n + 1;
	tally->n++;
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	const struct tally *tally = state;

	(void)request;
	return joist_make(self, "{<<\"1.0\">>, N, Wrong}", tally->n, tally->wrong);
}

static const struct joist_server tally = {
	.state_size = sizeof(struct tally), .init = init, .call = call, .cast = cast
};

JOIST_PLUGIN("tally", "1.0", JOIST_SERVER(tally),
	     JOIST_STATE(1, JOIST_STATE_FIELD(struct tally, id), JOIST_STATE_FIELD(struct tally, n),
			 JOIST_STATE_FIELD(struct tally, wrong)));
