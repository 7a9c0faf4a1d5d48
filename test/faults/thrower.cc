/* A plugin in C++: what it throws, and who catches that. */
#include <joist/joist.h>

#include <cstring>
#include <stdexcept>
#include <string>

/* Nobody catches it. */
static void throws(struct joist_actor *, joist_term)
{
	throw std::runtime_error("nobody catches this");
}

static void throws_int(struct joist_actor *, joist_term)
{
	throw 7;
}

/* Neither here, nor in whoever else handles one. */
static void throws_again(struct joist_actor *self, joist_term)
{
	try {
		throw std::runtime_error("caught");
	} catch (std::exception &) {
		joist_yield(self);
		throw;
	}
}

static void aborts_while_handling(struct joist_actor *, joist_term)
{
	try {
		throw 7;
	} catch (int) {
		abort();
	}
}

static void leaves_while_handling(struct joist_actor *self, joist_term)
{
	try {
		throw 7;
	} catch (int) {
		joist_exit(self, joist_nil());
	}
}

/* Others of its kind do the same on the same thread meanwhile. */
static void catches(struct joist_actor *self, joist_term args)
{
	int64_t own = 0;

	if (!joist_match(args, "Own", &own))
		return;
	std::string text = "exception of " + std::to_string(own);
	for (int i = 0; i < 20; i++) {
		try {
			try {
				throw std::runtime_error(text);
			} catch (std::exception &) {
				joist_receive_match(self, own % 3, "never");
				if (!std::current_exception())
					joist_exit(self, joist_atom_term(joist_atom_new("none")));
				throw;
			}
		} catch (std::exception &e) {
			if (e.what() != text)
				joist_exit(self, joist_atom_term(joist_atom_new("another")));
		}
		if (std::uncaught_exceptions() || std::current_exception())
			joist_exit(self, joist_atom_term(joist_atom_new("left_over")));
	}
}

static void many_catch(struct joist_actor *self, joist_term)
{
	joist_term reason;

	for (int64_t i = 0; i < 50; i++)
		joist_spawn_monitor(self, "thrower:catches", joist_int(self, i));
	for (int64_t i = 0; i < 50; i++) {
		joist_receive_match(self, JOIST_INFINITY, "{'DOWN', _, process, _, Reason}",
				    &reason);
		if (!joist_is_atom(reason, "normal"))
			joist_exit(self, reason);
	}
}

JOIST_PLUGIN("thrower", "1.0", JOIST_ACTOR(throws), JOIST_ACTOR(throws_int),
	     JOIST_ACTOR(throws_again), JOIST_ACTOR(aborts_while_handling),
	     JOIST_ACTOR(leaves_while_handling), JOIST_ACTOR(catches), JOIST_ACTOR(many_catch));
