/* The state of the process that a constructor of a plugin may have changed. gcc's -ffast-math alone is
 * such a constructor: it makes denormal numbers zero in the thread that loads the plugin, and thus in all
 * that it starts. One thread. */
#include "loader/surroundings.h"

#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Without changing it for a moment, in which another thread may make a file. */
static mode_t umask_now(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	unsigned mask = 0;
	char line[256];

	while (status && fgets(line, sizeof(line), status) && sscanf(line, "Umask: %o", &mask) != 1)
		;
	if (status)
		fclose(status);
	return mask;
}

void surroundings_note(struct surroundings *s)
{
	const char *name = setlocale(LC_ALL, NULL);

	s->fpu = fpu_mode();
	pthread_sigmask(SIG_BLOCK, NULL, &s->mask);
	s->umask = umask_now();
	s->folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	snprintf(s->locale, sizeof(s->locale), "%s",
		 name && strlen(name) < sizeof(s->locale) ? name : "");
	getrlimit(RLIMIT_NOFILE, &s->files);
	getrlimit(RLIMIT_CORE, &s->core);
}

static void add(char *changed, size_t room, const char *what)
{
	size_t used = strlen(changed);

	snprintf(changed + used, room - used, "%s%s", used ? ", " : "", what);
}

static bool restore_fpu(const struct surroundings *s)
{
	struct fpu_mode now = fpu_mode();

	fpu_set(s->fpu);
	return !fpu_is_plain(now) && fpu_is_plain(s->fpu);
}

static bool restore_mask(const struct surroundings *s)
{
	sigset_t now;

	pthread_sigmask(SIG_SETMASK, &s->mask, &now);
	for (int number = 1; number < SIGRTMIN; number++) {
		if (sigismember(&now, number) != sigismember(&s->mask, number))
			return true;
	}
	return false;
}

static bool restore_folder(const struct surroundings *s)
{
	struct stat then, now;
	bool same = s->folder < 0 || (!fstat(s->folder, &then) && !stat(".", &now) &&
				      then.st_dev == now.st_dev && then.st_ino == now.st_ino);
	bool changed = !same && !fchdir(s->folder);

	if (s->folder >= 0)
		close(s->folder);
	return changed;
}

static bool restore_locale(const struct surroundings *s)
{
	const char *now = setlocale(LC_ALL, NULL);

	return s->locale[0] && now && strcmp(now, s->locale) && setlocale(LC_ALL, s->locale);
}

static bool restore_limit(int which, const struct rlimit *then)
{
	struct rlimit now;

	return !getrlimit(which, &now) && now.rlim_cur != then->rlim_cur && !setrlimit(which, then);
}

void surroundings_restore(struct surroundings *s, char *changed, size_t room)
{
	bool files = restore_limit(RLIMIT_NOFILE, &s->files);
	bool core = restore_limit(RLIMIT_CORE, &s->core);

	changed[0] = '\0';
	if (restore_fpu(s))
		add(changed, room, "the floating-point mode");
	if (restore_mask(s))
		add(changed, room, "the signal mask");
	if (umask_now() != s->umask) {
		umask(s->umask);
		add(changed, room, "the umask");
	}
	if (restore_folder(s))
		add(changed, room, "the working directory");
	if (restore_locale(s))
		add(changed, room, "the locale");
	if (files || core)
		add(changed, room, "limits of the process");
}
