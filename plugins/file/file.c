/* file: files for actors that do not open them themselves, such as those of another node. A server; it
 * does one thing at a time, so start several under names of their own for more.
 *
 *   {"id": "file", "start": "file:file", "args": "#{root => <<\"data\">>}", "register": "file"}
 *
 * With `root`, paths are below that folder and may not leave it by `..`; links in it are followed.
 * Calls, with binaries as paths and data:
 *
 *   {read, Path}                    {ok, Data}
 *   {read, Path, Offset, Size}      {ok, Data}, shorter at the end
 *   {write, Path, Data}             ok; a reader sees the old content or the new
 *   {append, Path, Data}            ok
 *   {list, Path}                    {ok, [Name]}, sorted
 *   {info, Path}                    {ok, #{type, size, mtime_s}}
 *   {delete, Path}  {make_dir, Path}  {rename, From, To}      ok
 *
 * or {error, Posix}, such as {error, enoent}. Work that may block runs on the node's blocking threads. */
#include <joist/option.h>
#include <joist/server.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct file {
	char *root; /* ends with a slash; NULL: none */
};

static joist_term file_error(struct joist_actor *self, int error)
{
	const char *name = strerrorname_np(error);
	char word[32];
	size_t i;

	for (i = 0; name && name[i] && i < sizeof(word) - 1; i++)
		word[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
	word[i] = 0;
	return joist_make(self, "{error, Word}", joist_atom_new(i ? word : "unknown"));
}

static joist_term file_answer(struct joist_actor *self, int64_t result)
{
	return result < 0 ? file_error(self, (int)-result) : joist_make(self, "ok");
}

/* Whether a path below the root stays there. */
static bool file_stays(const char *path)
{
	if (*path == '/')
		return false;
	while (*path) {
		size_t part = strcspn(path, "/");

		if (part == 2 && !memcmp(path, "..", 2))
			return false;
		path += part;
		path += strspn(path, "/");
	}
	return true;
}

/* The path that the term stands for; NULL if it may not be used. */
static const char *file_path(struct joist_actor *self, const struct file *file, joist_term term)
{
	const char *given = joist_c_string(self, term);
	char path[4096];

	if (!given || !*given)
		return NULL;
	if (!file->root)
		return given;
	if (!file_stays(given) ||
	    snprintf(path, sizeof(path), "%s%s", file->root, given) >= (int)sizeof(path))
		return NULL;
	return joist_c_string(self, joist_binary(self, joist_text(path)));
}

/* ---- calls that have no descriptor ---- */

struct file_job {
	int (*run)(const char *path, const char *other);
	const char *path, *other;
	struct stat stat;
	int error;
};

static void file_run(void *argument)
{
	struct file_job *job = argument;

	job->error = job->run(job->path, job->other) ? errno : 0;
}

static void file_run_stat(void *argument)
{
	struct file_job *job = argument;

	job->error = stat(job->path, &job->stat) ? errno : 0;
}

static int file_delete(const char *path, const char *other)
{
	(void)other;
	return remove(path);
}

static int file_make_dir(const char *path, const char *other)
{
	(void)other;
	return mkdir(path, 0777);
}

static joist_term file_do(struct joist_actor *self, int (*run)(const char *, const char *),
			  const char *path, const char *other)
{
	struct file_job job = { .run = run, .path = path, .other = other };

	joist_blocking(self, file_run, &job);
	return file_answer(self, -job.error);
}

static joist_term file_info(struct joist_actor *self, const char *path)
{
	struct file_job job = { .path = path };
	const char *type = "other";

	joist_blocking(self, file_run_stat, &job);
	if (job.error)
		return file_error(self, job.error);
	if (S_ISREG(job.stat.st_mode))
		type = "regular";
	else if (S_ISDIR(job.stat.st_mode))
		type = "directory";
	return joist_make(self, "{ok, #{type => Type, size => Size, mtime_s => Time}}",
			  joist_atom_new(type), (int64_t)job.stat.st_size,
			  (int64_t)job.stat.st_mtime);
}

/* ---- reading and writing ---- */

/* Up to `size` bytes from `offset` on; all that there is if `size` is below zero. */
static joist_term file_read(struct joist_actor *self, const char *path, int64_t offset,
			    int64_t size)
{
	int fd = joist_open(self, path, O_RDONLY, 0);
	int64_t done = 0, got = fd;
	struct stat stat;
	joist_term data;
	void *bytes;

	if (fd < 0)
		return file_error(self, -fd);
	if (fstat(fd, &stat) || lseek(fd, offset, SEEK_SET) < 0) {
		int error = errno;

		joist_close(self, fd);
		return file_error(self, error);
	}
	if (size < 0 || size > stat.st_size - offset)
		size = stat.st_size > offset ? stat.st_size - offset : 0;
	data = joist_binary_new(self, (size_t)size, &bytes);
	while (done < size && (got = joist_read(self, fd, (char *)bytes + done,
						(size_t)(size - done), JOIST_INFINITY)) > 0)
		done += got;
	joist_close(self, fd);
	if (got < 0)
		return file_error(self, (int)-got);
	return joist_make(self, "{ok, Data}", joist_binary_part(self, data, 0, (size_t)done));
}

static int64_t file_put(struct joist_actor *self, const char *path, int flags,
			struct joist_bytes data)
{
	int fd = joist_open(self, path, O_WRONLY | O_CREAT | flags, 0666);
	int64_t result;

	if (fd < 0)
		return fd;
	result = joist_write(self, fd, data.data, data.size, JOIST_INFINITY);
	joist_close(self, fd);
	return result;
}

/* Under another name first, so that nobody reads half of it. */
static joist_term file_write(struct joist_actor *self, const char *path, struct joist_bytes data)
{
	char other[4096 + 32];
	int64_t result;

	snprintf(other, sizeof(other), "%s.%llx.new", path,
		 (unsigned long long)joist_self(self).id);
	result = file_put(self, other, O_TRUNC, data);
	if (result < 0) {
		file_do(self, file_delete, other, NULL);
		return file_answer(self, result);
	}
	return file_do(self, rename, other, path);
}

/* ---- folders ---- */

struct file_entries {
	int fd;
	long size; /* or -errno */
	char bytes[16384];
};

static void file_run_list(void *argument)
{
	struct file_entries *entries = argument;

	entries->size =
		syscall(SYS_getdents64, entries->fd, entries->bytes, sizeof(entries->bytes));
	if (entries->size < 0)
		entries->size = -errno;
}

static joist_term file_names(struct joist_actor *self, const struct file_entries *entries,
			     joist_term set)
{
	for (long at = 0; at < entries->size;) {
		const struct dirent64 *entry = (const void *)(entries->bytes + at);
		joist_term name = joist_binary(self, joist_text(entry->d_name));

		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			set = joist_cons(self, name, set);
		at += entry->d_reclen;
	}
	return set;
}

/* Sorts by making the names keys of a map, which comes back in order. */
static joist_term file_sorted(struct joist_actor *self, joist_term names)
{
	size_t count = (size_t)joist_list_size(names), position = 0, i = 0;
	joist_term *items = joist_alloc(self, (2 * count + 1) * sizeof(*items));
	joist_term map, name, value, sorted;

	while (joist_list_next(&names, &name)) {
		items[i++] = name;
		items[i++] = joist_nil();
	}
	map = joist_map(self, items, count);
	for (i = 0; joist_map_next(map, &position, &name, &value);)
		items[i++] = name;
	sorted = joist_list(self, items, i);
	joist_free(self, items);
	return sorted;
}

static joist_term file_list(struct joist_actor *self, const char *path)
{
	struct file_entries *entries;
	joist_term names = joist_nil();
	int fd = joist_open(self, path, O_RDONLY | O_DIRECTORY, 0);
	long result;

	if (fd < 0)
		return file_error(self, -fd);
	entries = joist_alloc(self, sizeof(*entries));
	entries->fd = fd;
	do {
		joist_blocking(self, file_run_list, entries);
		names = file_names(self, entries, names);
	} while (entries->size > 0);
	result = entries->size;
	joist_free(self, entries);
	joist_close(self, fd);
	if (result < 0)
		return file_error(self, (int)-result);
	return joist_make(self, "{ok, Names}", file_sorted(self, names));
}

/* ---- the server ---- */

static void file_init(struct joist_actor *self, void *state, joist_term args)
{
	struct file *file = state;
	const char *root = joist_option_text(self, args, "root", NULL);
	size_t size = root ? strlen(root) + 2 : 0;

	if (!root)
		return;
	file->root = joist_alloc(self, size);
	snprintf(file->root, size, "%s/", root);
}

static joist_term file_call(struct joist_actor *self, void *state, joist_term request)
{
	joist_term given, other;
	struct joist_bytes data;
	int64_t offset, size;
	const char *path;
	joist_atom verb;

	if (!joist_get_atom(joist_element(request, 0), &verb))
		joist_exit(self, joist_make(self, "{bad_call, Request}", request));
	given = joist_element(request, 1);
	path = joist_is_none(given) ? NULL : file_path(self, state, given);
	if (!path)
		return file_error(self, EINVAL);
	if (joist_match(request, "{read, _}"))
		return file_read(self, path, 0, -1);
	if (joist_match(request, "{read, _, Offset, Size}", &offset, &size) && size >= 0)
		return file_read(self, path, offset, size);
	if (joist_match(request, "{write, _, Data}", &data))
		return file_write(self, path, data);
	if (joist_match(request, "{append, _, Data}", &data))
		return file_answer(self, file_put(self, path, O_APPEND, data));
	if (joist_match(request, "{list, _}"))
		return file_list(self, path);
	if (joist_match(request, "{info, _}"))
		return file_info(self, path);
	if (joist_match(request, "{delete, _}"))
		return file_do(self, file_delete, path, NULL);
	if (joist_match(request, "{make_dir, _}"))
		return file_do(self, file_make_dir, path, NULL);
	if (joist_match(request, "{rename, _, Other}", &other) && file_path(self, state, other))
		return file_do(self, rename, path, file_path(self, state, other));
	return file_error(self, EINVAL);
}

static const struct joist_server file = {
	.state_size = sizeof(struct file),
	.init = file_init,
	.call = file_call,
};

JOIST_PLUGIN("file", "1.0", JOIST_SERVER(file));
