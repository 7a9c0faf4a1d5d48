/* A plugin that is built in several versions: VERSION is its number. KEYS: threads would call it at
 * their ends. CRASHES: so does each call. */
#include <joist/joist.h>
#include <joist/server.h>

#ifdef KEYS
#include <pthread.h>
#endif

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

static joist_term call(struct joist_actor *self, void *state, joist_term request)
{
	(void)state, (void)request;
#ifdef CRASHES
	__builtin_trap();
#endif
	return joist_make(self, "V", (int64_t)VERSION);
}

static const struct joist_server versions = { .call = call };

static joist_term version(struct joist_actor *self)
{
	return joist_make(self, "V", (int64_t)VERSION);
}

#ifdef KEYS
static pthread_key_t key;

static void forget(void *value)
{
	(void)value;
}

static joist_term make_key(struct joist_actor *self)
{
	return joist_make(self, "V", (int64_t)pthread_key_create(&key, forget));
}
JOIST_PLUGIN("versions", TEXT(VERSION), JOIST_SERVER(versions), JOIST_FUN(version, 0),
	     JOIST_FUN(make_key, 0));
#else
JOIST_PLUGIN("versions", TEXT(VERSION), JOIST_SERVER(versions), JOIST_FUN(version, 0));
#endif
