/* log_file: the node's log in files, a line of JSON for each event, a new file when one is full.
 *
 *   {"id": "log", "start": "log_file:log_file",
 *    "args": "#{path => <<\"log/node.jsonl\">>, max_bytes => 10485760, files => 5}"}
 *
 * The log goes to `path`. When that has more than `max_bytes` (10 MiB), it is renamed to path.1, path.1
 * to path.2 and so on, and a new one begun; `files` (5) of them are kept beside the newest. Its size is
 * looked at every `check_ms` (1000), so a file may be larger by what is logged in that time.
 *
 * The node writes the lines itself: one is in the file when the event has happened, even if the node
 * ends with it. When this actor ends, the log goes to standard error again.
 *
 * Calls: `rotate` begins a new file now, and gives ok or {error, Text}. */
#include <joist/option.h>
#include <joist/server.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct log_file {
	char *path;
	int fd;
	int64_t max_bytes, files, check_ms;
};

static void log_file_back(void *argument)
{
	(void)argument;
	joist_log_to(-1, false);
}

/* Opens the newest file and has the log go there: 0, or -errno. */
static int log_file_open(struct joist_actor *self, struct log_file *log)
{
	int fd = joist_open(self, log->path, O_WRONLY | O_CREAT | O_APPEND, 0640);
	int result;

	if (fd < 0)
		return fd;
	result = joist_log_to(fd, true);
	if (log->fd >= 0)
		joist_close(self, log->fd);
	log->fd = fd;
	return result;
}

static void log_file_name(const struct log_file *log, int64_t number, char *name, size_t size)
{
	if (number)
		snprintf(name, size, "%s.%lld", log->path, (long long)number);
	else
		snprintf(name, size, "%s", log->path);
}

/* Moves every file on by one number, the last one over the one that is too many: 0, or -errno. */
static int log_file_rotate(struct joist_actor *self, struct log_file *log)
{
	char from[4200], to[4200];

	for (int64_t i = log->files; i > 0; i--) {
		log_file_name(log, i - 1, from, sizeof(from));
		log_file_name(log, i, to, sizeof(to));
		if (rename(from, to) && errno != ENOENT)
			return -errno;
	}
	if (!log->files && remove(log->path))
		return -errno;
	return log_file_open(self, log);
}

static void log_file_init(struct joist_actor *self, void *state, joist_term args)
{
	const char *path = joist_option_text(self, args, "path", "node.jsonl");
	struct log_file *log = state;
	int error;

	log->fd = -1;
	log->max_bytes = joist_option_int(self, args, "max_bytes", 10 << 20);
	log->files = joist_option_int(self, args, "files", 5);
	log->check_ms = joist_option_int(self, args, "check_ms", 1000);
	if (strlen(path) > 4096 || log->max_bytes < 1 || log->files < 0 || log->files > 1000 ||
	    log->check_ms < 1)
		joist_exit(self, joist_make(self, "{bad_options, Args}", args));
	log->path = joist_alloc(self, strlen(path) + 1);
	strcpy(log->path, path);
	joist_defer(self, log_file_back, NULL);
	error = log_file_open(self, log);
	if (error)
		joist_exit(self, joist_make(self, "{log_file, Path, Error}", joist_text(path),
					    joist_text(strerror(-error))));
	joist_send_interval(self, log->check_ms, joist_self(self), joist_make(self, "check"));
}

static joist_term log_file_call(struct joist_actor *self, void *state, joist_term request)
{
	int error;

	if (!joist_is_atom(request, "rotate"))
		return joist_make(self, "{error, unknown_request}");
	error = log_file_rotate(self, state);
	if (error)
		return joist_make(self, "{error, Text}", joist_text(strerror(-error)));
	return joist_make(self, "ok");
}

static void log_file_info(struct joist_actor *self, void *state, joist_term message)
{
	struct log_file *log = state;
	struct stat stat;
	int error;

	if (!joist_is_atom(message, "check") || fstat(log->fd, &stat) ||
	    stat.st_size <= log->max_bytes)
		return;
	error = log_file_rotate(self, log);
	if (error)
		joist_log(self, JOIST_ERROR, "%s: cannot begin a new file: %s", log->path,
			  strerror(-error));
}

static const struct joist_server log_file = {
	.state_size = sizeof(struct log_file),
	.init = log_file_init,
	.call = log_file_call,
	.info = log_file_info,
};

JOIST_PLUGIN("log_file", "1.0", JOIST_SERVER(log_file));
