/* A plugin with one server, which counts. Build it with `joist build`, test it with
 * `joist test counter.so counter_test.so`, run it with `joist run boot.json`. */
#include <joist/server.h>

struct count {
	int64_t n;
};

static void init(struct joist_actor *self, void *state, joist_term args)
{
	struct count *count = state;

	joist_match(args, "[Start]", &count->n);
	joist_print(self, "the count is %lld", (long long)count->n);
}

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	struct count *count = state;
	int64_t by;

	if (joist_match(request, "{add, By}", &by))
		return joist_int(self, count->n += by);
	if (joist_match(request, "get"))
		return joist_int(self, count->n);
	joist_exit(self, joist_make(self, "{bad_request, Request}", request));
}

static const struct joist_server counter = {
	.state_size = sizeof(struct count),
	.init = init,
	.call = call,
};

JOIST_PLUGIN("counter", "0.1.0", JOIST_SERVER(counter));
