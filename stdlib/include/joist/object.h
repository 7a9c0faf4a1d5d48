/* Objects: plain functions of C over a struct; a message is a call.
 *
 *   struct count { int64_t n; };
 *
 *   static int64_t add(struct count *c, int64_t by) { return c->n += by; }
 *   static int64_t get(struct count *c)             { return c->n; }
 *
 *   static const struct joist_method methods[] = {
 *           JOIST_METHOD(int64_t, add, struct count *, int64_t),
 *           JOIST_METHOD(int64_t, get, struct count *),
 *           { 0 }
 *   };
 *
 *   JOIST_PLUGIN("counter", "1.0", JOIST_OBJECT(counter, struct count, methods));
 *
 * An object is a server (joist/server.h): gen_server:call(Pid, {add, 2}) is answered by what add(c, 2)
 * returns, gen_server:cast(Pid, {add, 2}) calls it, too. A request that no method has, and a term that does
 * not fit, is answered by {error, Reason}; the state is as it was. */
#ifndef JOIST_OBJECT_H
#define JOIST_OBJECT_H

#include <joist/server.h>
#include <joist/typed.h>

JOIST_BEGIN

/* A server whose calls and casts are those of its methods. */
struct joist_object {
	struct joist_server server;
	struct joist_methods *methods;
};

/* The `call` and `cast` of an object's server.
 * [actor] only as callbacks of one */
JOIST_PUBLIC joist_term joist_object_call(struct joist_actor *self, void *state,
					  joist_term request);
JOIST_PUBLIC void joist_object_cast(struct joist_actor *self, void *state, joist_term message);

JOIST_END

/* It takes these macros apart. */
/* clang-format off */

#define JOIST_OBJECT_EXPORT(name, table)                                                           \
	{ #name, JOIST_EXPORT_HANDLER, 0, NULL, &joist_server_handler, table, 0, { NULL, NULL } }

#ifndef __cplusplus

/* JOIST_OBJECT(name, state, methods, callbacks...)
 * An object of that name, whose state starts as zeros; what else a server can do comes behind, as in
 * .init = start. Not in C++, where no constant can be made of these in the middle of a list: there a server
 * (JOIST_SERVER) whose .call calls joist_call_method does the same. */
#define JOIST_OBJECT(name, state, methods, ...)                                                    \
	JOIST_OBJECT_EXPORT(name, (&(const struct joist_object){                                   \
		{ .state_size = sizeof(state), .call = joist_object_call,                          \
		  .cast = joist_object_cast __VA_OPT__(,) __VA_ARGS__ },                           \
		(struct joist_methods[]){ { methods, sizeof(state), NULL } } }))

#else

namespace joist
{
template <class State, const joist_method *list> struct object {
	static inline joist_methods methods = { list, sizeof(State), nullptr };
	static inline const joist_object table = {
		{ sizeof(State), nullptr, joist_object_call, joist_object_cast, nullptr, nullptr,
		  nullptr, nullptr, nullptr },
		&methods
	};
};
} /* namespace joist */

#define JOIST_OBJECT(name, state, methods)                                                         \
	JOIST_OBJECT_EXPORT(name, (&joist::object<state, methods>::table))

#endif

/* clang-format on */

#endif
