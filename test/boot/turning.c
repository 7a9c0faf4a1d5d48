/* A plugin in two versions: VERSION is its number, which is that of its state, too. Each conversion of a
 * state is a moment at which moments.c may end the node. */
#include <dlfcn.h>

#include <joist/server.h>

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

struct turning {
	int64_t id;
#if VERSION > 1
	int64_t since;
#endif
};

static void init(struct joist_actor *self, void *state, joist_term args)
{
	struct turning *turning = state;

	(void)self;
	joist_match(args, "Id", &turning->id);
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	const struct turning *turning = state;

	(void)request;
	return joist_make(self, "{V, Id}", (int64_t)VERSION, turning->id);
}

static bool code_change(struct joist_actor *self, uint32_t old_version, const void *old_state,
			size_t old_size, void *state)
{
	void (*moment)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "moment");

	(void)self, (void)old_version, (void)old_state, (void)old_size, (void)state;
	if (moment)
		moment();
	return true;
}

static const struct joist_server turning = {
	.state_size = sizeof(struct turning),
	.init = init,
	.call = call,
	.code_change = code_change,
};

#if VERSION > 1
JOIST_PLUGIN("turning", TEXT(VERSION), JOIST_SERVER(turning),
	     JOIST_STATE(2, JOIST_STATE_FIELD(struct turning, id),
			 JOIST_STATE_FIELD(struct turning, since)));
#else
JOIST_PLUGIN("turning", TEXT(VERSION), JOIST_SERVER(turning),
	     JOIST_STATE(1, JOIST_STATE_FIELD(struct turning, id)));
#endif
