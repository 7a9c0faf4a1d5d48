/* A plugin that tells when any of its code has run: its constructor makes the file that GUEST_MARK names.
 * make-guests.py builds it with one thing wrong at a time. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <joist/joist.h>

#ifndef NAME
#define NAME "guest"
#endif
#ifndef VERSION
#define VERSION "1.0"
#endif

__attribute__((constructor)) static void mark(void)
{
	const char *path = getenv("GUEST_MARK");

	if (path)
		close(open(path, O_CREAT | O_WRONLY, 0600));
}

static void guest(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
}

static joist_term nothing(struct joist_actor *self, joist_term with)
{
	(void)self;
	return with;
}

#ifdef EXTRA
#include EXTRA
#endif

#ifndef EXPORTS
#define EXPORTS JOIST_ACTOR(guest), JOIST_FUN(nothing, 1)
#endif
#ifndef NO_PLUGIN
JOIST_PLUGIN(NAME, VERSION, EXPORTS);
#endif
