/* A plugin that is built in several versions: VERSION is its number. KEYS: threads would call it at
 * their ends. CRASHES: so does each call. */
#include <joist/joist.h>
#include <joist/object.h>

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

/* An object, which counts, and from the second version on says how far. */
struct count {
	int64_t n;
};

static int64_t add(struct count *c, int64_t by)
{
	return c->n += by;
}

#if VERSION > 1
static int64_t get(struct count *c)
{
	return c->n;
}
#endif

static const struct joist_method methods[] = {
	JOIST_METHOD(int64_t, add, struct count *, int64_t),
#if VERSION > 1
	JOIST_METHOD(int64_t, get, struct count *),
#endif
	{ 0 },
};

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
JOIST_PLUGIN("versions", TEXT(VERSION), JOIST_SERVER(versions),
	     JOIST_OBJECT(count, struct count, methods), JOIST_FUN(version, 0),
	     JOIST_FUN(make_key, 0));
#else
JOIST_PLUGIN("versions", TEXT(VERSION), JOIST_SERVER(versions),
	     JOIST_OBJECT(count, struct count, methods), JOIST_FUN(version, 0));
#endif
