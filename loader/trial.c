/* Runs the constructors of a plugin, and of libraries that come with it, in a process of their own
 * first: what they crash, hang or end is that process. A plugin without any but the compiler's needs no
 * trial. One thread, which may block. */
#include "loader/trial.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loader/home.h"

#define TRIAL_MS_MAX 5000

/* Past what programs and constructors usually exit with, as an exit of theirs is no success. */
enum { TRIAL_FINE = 112, TRIAL_NOT_LOADED = 113 };

#define refuse(...) report_error(report, image->file, (struct place){ 0 }, __VA_ARGS__)

int trial_main(const char *file)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none); /* its crash is told, and needs no file */
	_exit(dlopen(file, RTLD_NOW | RTLD_LOCAL) ? TRIAL_FINE : TRIAL_NOT_LOADED);
}

/* Starts this program as trial_main: 0, or an error number. */
static int start(const char *file, pid_t *ret_child)
{
	char word[] = "joist", option[] = TRIAL_WORD, path[4096], program[PATH_MAX];
	char *const words[] = { word, option, path, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error;

	snprintf(path, sizeof(path), "%s%s", strchr(file, '/') ? "" : "./", file);
	error = posix_spawn_file_actions_init(&actions);
	if (error)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error)
		goto out;
	/* A group of its own: what it has started is killed with it. */
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	error = posix_spawn(ret_child, home_program(program), &actions, &attributes, words,
			    environ);
	posix_spawnattr_destroy(&attributes);
out:
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Waits for the child, which is killed when its time is up: false then. */
static bool follow(pid_t child, int *ret_status)
{
	int fd = (int)syscall(SYS_pidfd_open, child, 0);
	struct pollfd end = { fd, POLLIN, 0 };
	bool in_time = fd < 0 || poll(&end, 1, TRIAL_MS_MAX) != 0;

	if (!in_time)
		kill(-child, SIGKILL);
	while (waitpid(child, ret_status, 0) < 0 && errno == EINTR)
		;
	if (fd >= 0)
		close(fd);
	return in_time;
}

/* Whether a library of that name is in this process already: its constructors have run. */
static bool is_loaded(const char *name)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_NOLOAD);

	if (library)
		dlclose(library);
	return library != NULL;
}

bool trial_load(const struct image *image, const char *copy, struct report *report)
{
	pid_t child;
	int status = 0, error;

	if (!image_constructors(image) && !image_needs_more(image, is_loaded))
		return true;
	error = start(copy ? copy : image->file, &child);
	if (error)
		return refuse("cannot be tried out (%s); see ulimit -u", strerror(error));
	if (!follow(child, &status))
		return refuse(
			"does not come back from its constructors; do that work when an actor "
			"starts");
	if (WIFSIGNALED(status))
		return refuse(
			"crashes in its constructors (%s); mend them, or do that work when an "
			"actor starts",
			strsignal(WTERMSIG(status)));
	/* What the linker has to say it says again when the plugin is loaded. */
	if (WEXITSTATUS(status) == TRIAL_FINE || WEXITSTATUS(status) == TRIAL_NOT_LOADED)
		return true;
	return refuse("ends the process in its constructors (exit %d); do that work when an actor "
		      "starts",
		      WEXITSTATUS(status));
}
