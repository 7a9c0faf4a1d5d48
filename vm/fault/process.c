/* Functions of libc that change what belongs to the process as a whole, under the feet of all other actors.
 * They do what they are asked to, as a library may need it; but if an actor's code calls one, the log
 * names the plugin. Any thread.
 *
 * A sanitizer calls them before it is ready; under one they are libc's. */
#undef _FILE_OFFSET_BITS /* or setrlimit would be another name of setrlimit64 */

#include <locale.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm/base/annotate.h"
#include "vm/base/clock.h"
#include "vm/base/log.h"
#include "vm/fault/landing.h"
#include "vm/fault/real.h"
#include "vm/term/atom.h"

#if !ANNOTATE_ASAN && !ANNOTATE_TSAN

/* So often each of them is told at most. */
#define TELL_NS (10 * CLOCK_NS_PER_S)

static void tell(struct log_rate *rate, const char *function, const char *what)
{
	const struct joist_actor *a = landing_actor();
	struct joist_bytes plugin, name;
	int64_t skipped;

	if (!log_limit(rate, &skipped))
		return;
	plugin = atom_name(a->export->code->plugin);
	name = atom_name(a->export->name);
	log_say(LOG_LEVEL_WARNING, "process", "%.*s:%.*s calls %s: %s for all actors of the node",
		(int)plugin.size, (const char *)plugin.data, (int)name.size,
		(const char *)name.data, function, what);
}

#define TELL(what)                                                                                 \
	do {                                                                                       \
		static struct log_rate rate_ = { .per_ns = TELL_NS };                              \
		if (landing_actor())                                                               \
			tell(&rate_, __func__, what);                                              \
	} while (0)

#define FOLDER "the working directory changes"
#define ENVIRONMENT "the environment changes"

STANDS_BEFORE int chdir(const char *path)
{
	TELL(FOLDER);
	return REAL(chdir)(path);
}

STANDS_BEFORE int fchdir(int fd)
{
	TELL(FOLDER);
	return REAL(fchdir)(fd);
}

STANDS_BEFORE mode_t umask(mode_t mask)
{
	TELL("the mode of new files changes");
	return REAL(umask)(mask);
}

STANDS_BEFORE char *setlocale(int category, const char *locale)
{
	if (locale)
		TELL("the locale changes");
	return REAL(setlocale)(category, locale);
}

STANDS_BEFORE int setenv(const char *name, const char *value, int overwrite)
{
	TELL(ENVIRONMENT);
	return REAL(setenv)(name, value, overwrite);
}

STANDS_BEFORE int unsetenv(const char *name)
{
	TELL(ENVIRONMENT);
	return REAL(unsetenv)(name);
}

STANDS_BEFORE int putenv(char *text)
{
	TELL(ENVIRONMENT);
	return REAL(putenv)(text);
}

STANDS_BEFORE int clearenv(void)
{
	TELL(ENVIRONMENT);
	return REAL(clearenv)();
}

STANDS_BEFORE int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	TELL("a limit changes");
	return REAL(setrlimit)(resource, limit);
}

STANDS_BEFORE int setrlimit64(__rlimit_resource_t resource, const struct rlimit64 *limit)
{
	TELL("a limit changes");
	return REAL(setrlimit64)(resource, limit);
}

#endif
