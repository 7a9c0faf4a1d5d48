/* Owns a directory, a lock in it, and what its record says. One lock guards all; what is under a
 * name of its own never changes once it is there. */
#include "loader/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/contents.h"
#include "loader/home.h"
#include "loader/signature.h"
#include "vm/base/ownfd.h"

#define RECORD "committed"
#define NEXT_RECORD "committed.next"
#define HEAD "joist store 1\n"
#define NAME_BYTES 160

struct store {
	pthread_mutex_t lock;
	char directory[PATH_MAX];
	int folder; /* of it, with the lock on it */
	bool is_own; /* of this process alone */
	struct store_entry *entries;
	size_t count;
	char (*kept)[NAME_BYTES]; /* names of copies that this process has asked for */
	size_t kept_count;
};

#define refuse(file, ...) report_error(report, (file), (struct place){ 0 }, __VA_ARGS__)

bool store_place(const char *node, char ret_path[static PATH_MAX])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int size = -1;

	if (state && *state == '/')
		size = snprintf(ret_path, PATH_MAX, "%s/joist/%s", state, node);
	else if (home && *home == '/')
		size = snprintf(ret_path, PATH_MAX, "%s/.local/state/joist/%s", home, node);
	return size > 0 && size < PATH_MAX;
}

/* ---- the record ---- */

/* PLUGIN COMMITTED SCRIPT, the last one "-" if there is none. */
static bool read_line(const char *line, struct store_entry *entry)
{
	char committed[DIGEST_TEXT], script[DIGEST_TEXT];

	*entry = (struct store_entry){ .plugin = "" };
	return sscanf(line, "%63s %64s %64s", entry->plugin, committed, script) == 3 &&
	       digest_read(&entry->committed, committed) &&
	       (!strcmp(script, "-") || digest_read(&entry->script, script));
}

static struct store_entry *find(struct store *store, const char *plugin)
{
	for (size_t i = 0; i < store->count; i++) {
		if (!strcmp(store->entries[i].plugin, plugin))
			return &store->entries[i];
	}
	return NULL;
}

/* Adds it, or puts it in the place of the plugin's. */
static bool put(struct store *store, const struct store_entry *entry)
{
	struct store_entry *at = find(store, entry->plugin);

	if (!at) {
		at = realloc(store->entries, (store->count + 1) * sizeof(*at));
		if (!at)
			return false;
		store->entries = at;
		at += store->count++;
	}
	*at = *entry;
	return true;
}

/* A record that is not understood is as good as none: the boot script says what there is. */
static void read_record(struct store *store)
{
	int fd = openat(store->folder, RECORD, O_RDONLY | O_CLOEXEC);
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	struct store_entry entry;
	char line[512];

	if (in && fgets(line, sizeof(line), in) && !strcmp(line, HEAD)) {
		while (fgets(line, sizeof(line), in)) {
			if (read_line(line, &entry))
				put(store, &entry);
		}
	}
	if (in)
		fclose(in);
	else if (fd >= 0)
		close(fd);
}

static void print_entry(const struct store_entry *entry, FILE *out)
{
	char committed[DIGEST_TEXT], script[DIGEST_TEXT] = "-";

	digest_print(&entry->committed, committed);
	if (!digest_is_none(&entry->script))
		digest_print(&entry->script, script);
	fprintf(out, "%s %s %s\n", entry->plugin, committed, script);
}

/* Whole, and on the disk, before it gets its name. */
static bool write_record(const struct store *store)
{
	int fd = openat(store->folder, NEXT_RECORD, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	bool done;

	if (!out) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	fputs(HEAD, out);
	for (size_t i = 0; i < store->count; i++)
		print_entry(&store->entries[i], out);
	done = !fflush(out) && !fsync(fd);
	done = !fclose(out) && done;
	return done && !renameat(store->folder, NEXT_RECORD, store->folder, RECORD) &&
	       !fsync(store->folder);
}

bool store_find(struct store *store, const char *plugin, struct store_entry *ret_entry)
{
	const struct store_entry *found;

	pthread_mutex_lock(&store->lock);
	found = find(store, plugin);
	if (found)
		*ret_entry = *found;
	pthread_mutex_unlock(&store->lock);
	return found;
}

static bool refuse_write(const struct store *store, struct report *report)
{
	return refuse(store->directory, "cannot be written (%s); check the disk and its mode",
		      strerror(errno));
}

bool store_record(struct store *store, const struct store_entry *entry, struct report *report)
{
	bool done;

	pthread_mutex_lock(&store->lock);
	done = put(store, entry) && write_record(store);
	pthread_mutex_unlock(&store->lock);
	return done || refuse_write(store, report);
}

bool store_forget(struct store *store, const char *plugin, struct report *report)
{
	struct store_entry *entry;
	bool done = true;

	pthread_mutex_lock(&store->lock);
	entry = find(store, plugin);
	if (entry) {
		*entry = store->entries[--store->count];
		done = write_record(store);
	}
	pthread_mutex_unlock(&store->lock);
	return done || refuse_write(store, report);
}

/* ---- opening ---- */

/* With the directories above it. */
static bool make_directory(const char *path)
{
	char part[PATH_MAX];

	snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(part, 0700) && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return !mkdir(part, 0700) || errno == EEXIST;
}

static bool make_own(struct store *store)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	const char *above = runtime && *runtime == '/' ? runtime : home_temporary();

	store->is_own = true;
	return (size_t)snprintf(store->directory, PATH_MAX, "%s/joist-XXXXXX", above) < PATH_MAX &&
	       mkdtemp(store->directory);
}

/* No other node may use it, and no other user write to it: code is loaded from there. */
static bool open_folder(struct store *store)
{
	struct stat about;

	store->folder = open(store->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->folder < 0 || fstat(store->folder, &about) < 0)
		return false;
	if (about.st_uid != geteuid() || (about.st_mode & 022)) {
		errno = EPERM;
		return false;
	}
	if (flock(store->folder, LOCK_EX | LOCK_NB) < 0) {
		errno = errno == EWOULDBLOCK ? EBUSY : errno;
		return false;
	}
	ownfd_add(store->folder);
	return true;
}

struct store *store_open(const char *directory, struct report *report)
{
	struct store *store = calloc(1, sizeof(*store));
	int error;

	if (!store) {
		report_short(report, "joist");
		return NULL;
	}
	pthread_mutex_init(&store->lock, NULL);
	store->folder = -1;
	if (directory)
		snprintf(store->directory, sizeof(store->directory), "%s", directory);
	if ((directory ? make_directory(directory) : make_own(store)) && open_folder(store)) {
		read_record(store);
		return store;
	}
	error = errno;
	refuse(store->directory, "cannot be the node's store (%s); name another one by --store",
	       error == EBUSY	? "another node uses it"
	       : error == EPERM ? "others may write to it"
				: strerror(error));
	if (store->folder >= 0)
		close(store->folder);
	free(store);
	errno = error;
	return NULL;
}

const char *store_directory(const struct store *store)
{
	return store->directory;
}

/* ---- copies ---- */

static void hash_name(const struct digest *hash, char ret_name[static NAME_BYTES])
{
	char text[DIGEST_TEXT];

	digest_print(hash, text);
	snprintf(ret_name, NAME_BYTES, "%s.so", text);
}

/* Of a file that was not hashed: any change of it changes one of these. */
static void file_name(const struct image *image, char ret_name[static NAME_BYTES])
{
	snprintf(ret_name, NAME_BYTES, "%s-%jx-%jx-%jx-%jx.so", image->note.name,
		 (uintmax_t)image->device, (uintmax_t)image->inode, (uintmax_t)image->changed_ns,
		 (uintmax_t)image->size);
}

/* Whole, and on the disk, before it gets its name. */
static bool write_copy(const struct store *store, const char *name, const void *bytes, size_t size)
{
	char next[NAME_BYTES + 8];
	bool done;
	int fd;

	snprintf(next, sizeof(next), "%s.next", name);
	fd = openat(store->folder, next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0500);
	if (fd < 0 && errno == EACCES && !unlinkat(store->folder, next, 0))
		fd = openat(store->folder, next, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500);
	if (fd < 0)
		return false;
	done = contents_write(fd, bytes, size) && (store->is_own || !fsync(fd));
	done = !close(fd) && done;
	if (done && !renameat(store->folder, next, store->folder, name))
		return true;
	unlinkat(store->folder, next, 0);
	return false;
}

static bool is_there(const struct store *store, const struct image *image, const char *name)
{
	struct stat about;

	return !fstatat(store->folder, name, &about, 0) && (size_t)about.st_size == image->size;
}

static bool was_kept(const struct store *store, const char *name)
{
	for (size_t i = 0; i < store->kept_count; i++) {
		if (!strcmp(store->kept[i], name))
			return true;
	}
	return false;
}

static bool note_kept(struct store *store, const char *name)
{
	char(*more)[NAME_BYTES];

	if (was_kept(store, name))
		return true;
	more = realloc(store->kept, (store->kept_count + 1) * sizeof(*more));
	if (!more)
		return false;
	store->kept = more;
	strcpy(store->kept[store->kept_count++], name);
	return true;
}

bool store_keep(struct store *store, const struct image *image, const struct digest *hash,
		char ret_path[static PATH_MAX], struct report *report)
{
	char name[NAME_BYTES];
	bool done;

	if (hash)
		hash_name(hash, name);
	else
		file_name(image, name);
	pthread_mutex_lock(&store->lock);
	done = note_kept(store, name) &&
	       (is_there(store, image, name) || write_copy(store, name, image->bytes, image->size));
	/* One with a hash may be recorded next, and then has to have its name. */
	done = done && (!hash || store->is_own || !fsync(store->folder));
	pthread_mutex_unlock(&store->lock);
	if ((size_t)snprintf(ret_path, PATH_MAX, "%s/%s", store->directory, name) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		done = false;
	}
	return done || refuse(image->file, "cannot be copied into %s (%s); check the disk",
			      store->directory, strerror(errno));
}

bool store_keep_signature(struct store *store, const struct digest *hash, struct joist_bytes line)
{
	char name[NAME_BYTES];
	bool done;

	hash_name(hash, name);
	strcat(name, SIGNATURE_SUFFIX);
	pthread_mutex_lock(&store->lock);
	done = write_copy(store, name, line.data, line.size);
	pthread_mutex_unlock(&store->lock);
	return done;
}

void store_copy(const struct store *store, const struct digest *hash,
		char ret_path[static PATH_MAX])
{
	char name[NAME_BYTES];

	hash_name(hash, name);
	if ((size_t)snprintf(ret_path, PATH_MAX, "%s/%s", store->directory, name) >= PATH_MAX)
		*ret_path = 0;
}

static bool is_recorded(const struct store *store, const char *name)
{
	char own[NAME_BYTES];

	for (size_t i = 0; i < store->count; i++) {
		hash_name(&store->entries[i].committed, own);
		if (!strcmp(own, name))
			return true;
	}
	return !strcmp(name, RECORD);
}

/* A signature is as much in use as what it is of. */
static bool is_in_use(const struct store *store, const char *file)
{
	char name[NAME_MAX + 1];
	char *end;

	snprintf(name, sizeof(name), "%s", file);
	end = strstr(name, ".so" SIGNATURE_SUFFIX);
	if (end)
		end[strlen(".so")] = 0;
	return is_recorded(store, name) || was_kept(store, name);
}

static void delete_unused(struct store *store, bool all)
{
	int fd = openat(store->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = fd < 0 ? NULL : fdopendir(fd);

	for (const struct dirent *one; names && (one = readdir(names));) {
		if (one->d_name[0] != '.' && (all || !is_in_use(store, one->d_name)))
			unlinkat(store->folder, one->d_name, 0);
	}
	if (names)
		closedir(names);
	else if (fd >= 0)
		close(fd);
}

void store_clean(struct store *store)
{
	pthread_mutex_lock(&store->lock);
	delete_unused(store, false);
	pthread_mutex_unlock(&store->lock);
}

void store_close(struct store *store)
{
	if (!store)
		return;
	if (store->is_own) {
		delete_unused(store, true);
		rmdir(store->directory);
	}
	ownfd_remove(store->folder);
	close(store->folder);
	free(store->entries);
	free(store->kept);
	pthread_mutex_destroy(&store->lock);
	free(store);
}
