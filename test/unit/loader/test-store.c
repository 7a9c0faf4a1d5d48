/* The store of a node: copies of files, and the record of what was committed. */
#include "loader/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/harness.h"

static char folder[] = "/tmp/joist-test-store-XXXXXX";

static void remove_folder(void)
{
	DIR *names = opendir(folder);

	for (const struct dirent *one; names && (one = readdir(names));)
		unlinkat(dirfd(names), one->d_name, 0);
	if (names)
		closedir(names);
	rmdir(folder);
}

/* Each test is a process of its own. */
static void make_folder(void)
{
	CHECK(mkdtemp(folder));
	atexit(remove_folder);
}

static struct store *open_one(void)
{
	struct report report = { 0 };
	struct store *store = store_open(folder, &report);

	CHECK_INT(report.errors, 0);
	return store;
}

static struct image image_of(char *bytes)
{
	struct image image = { .file = (char *)"f.so",
			       .bytes = bytes,
			       .size = strlen(bytes),
			       .device = 1,
			       .inode = 2,
			       .changed_ns = 3 };

	strcpy(image.note.name, "demo");
	return image;
}

static struct store_entry entry_of(const char *plugin, unsigned char committed)
{
	struct store_entry entry = { .committed = { { committed } }, .script = { { 9 } } };

	snprintf(entry.plugin, sizeof(entry.plugin), "%s", plugin);
	return entry;
}

static bool holds(const char *path, const char *bytes)
{
	char read_[64] = "";
	int fd = open(path, O_RDONLY);
	bool same = fd >= 0 && read(fd, read_, sizeof(read_) - 1) >= 0 && !strcmp(read_, bytes);

	if (fd >= 0)
		close(fd);
	return same;
}

TEST(keeps_copies)
{
	char bytes[] = "what the file has", path[PATH_MAX], other[PATH_MAX];
	struct image image = image_of(bytes);
	const struct digest hash = { { 1, 2, 3 } };
	struct report report = { 0 };
	struct store *store;

	make_folder();
	store = open_one();
	CHECK_STR(store_directory(store), folder);
	CHECK(store_keep(store, &image, NULL, path, &report) && holds(path, bytes));
	CHECK(store_keep(store, &image, &hash, other, &report) && holds(other, bytes));
	CHECK(strcmp(path, other));
	store_copy(store, &hash, path);
	CHECK_STR(path, other);
	image.changed_ns++;
	CHECK(store_keep(store, &image, NULL, path, &report) && strcmp(path, other));
	store_close(store);
}

TEST(keeps_signatures_beside_copies)
{
	char bytes[] = "what the file has", path[PATH_MAX], beside[PATH_MAX + 8];
	struct image image = image_of(bytes);
	const struct digest hash = { { 1, 2, 3 } };
	struct report report = { 0 };
	struct store *store;

	make_folder();
	store = open_one();
	CHECK(store_keep(store, &image, &hash, path, &report));
	snprintf(beside, sizeof(beside), "%s.sig", path);
	CHECK(store_keep_signature(store, &hash, joist_text("one")) && holds(beside, "one"));
	CHECK(store_keep_signature(store, &hash, joist_text("other")) && holds(beside, "other"));
	store_clean(store);
	CHECK(holds(path, bytes) && holds(beside, "other"));
	store_close(store);
	store = open_one();
	store_clean(store);
	CHECK(access(path, F_OK) && access(beside, F_OK));
	store_close(store);
}

TEST(remembers_what_was_committed)
{
	struct store_entry entry = entry_of("demo", 1), found;
	struct report report = { 0 };
	struct store *store;

	make_folder();
	store = open_one();
	CHECK(!store_find(store, "demo", &found));
	CHECK(store_record(store, &entry, &report));
	entry = entry_of("other", 5);
	CHECK(store_record(store, &entry, &report));
	entry = entry_of("demo", 2);
	CHECK(store_record(store, &entry, &report));
	store_close(store);
	store = open_one();
	CHECK(store_find(store, "demo", &found) && found.committed.bytes[0] == 2);
	CHECK_INT(found.script.bytes[0], 9);
	CHECK(store_find(store, "other", &found) && found.committed.bytes[0] == 5);
	CHECK(store_forget(store, "demo", &report));
	store_close(store);
	store = open_one();
	CHECK(!store_find(store, "demo", &found));
	CHECK(store_find(store, "other", &found));
	store_close(store);
}

TEST(takes_a_damaged_record_for_none)
{
	struct store_entry found;
	char path[PATH_MAX];
	struct store *store;
	FILE *out;

	make_folder();
	snprintf(path, sizeof(path), "%s/committed", folder);
	out = fopen(path, "w");
	CHECK(out);
	fputs("joist store 1\nother 05\nother zz zz\n\n", out);
	fclose(out);
	store = open_one();
	CHECK(!store_find(store, "other", &found));
	store_close(store);
}

TEST(deletes_what_nobody_needs)
{
	char bytes[] = "x", path[PATH_MAX], old[PATH_MAX], kept[PATH_MAX];
	struct image image = image_of(bytes);
	struct store_entry entry = entry_of("demo", 7);
	struct report report = { 0 };
	struct store *store;

	make_folder();
	store = open_one();
	CHECK(store_keep(store, &image, NULL, old, &report));
	CHECK(store_keep(store, &image, &entry.committed, kept, &report));
	CHECK(store_record(store, &entry, &report));
	store_close(store);
	store = open_one();
	image.inode++;
	CHECK(store_keep(store, &image, NULL, path, &report));
	store_clean(store);
	CHECK(access(old, F_OK) && !access(path, F_OK) && !access(kept, F_OK));
	store_close(store);
}

TEST(is_of_one_node)
{
	struct report report = { 0 };
	struct store *store;

	make_folder();
	store = open_one();
	CHECK(!store_open(folder, &report));
	CHECK_INT(errno, EBUSY);
	CHECK_INT(report.errors, 1);
	report_finish(&report);
	store_close(store);
}

TEST(is_of_one_user)
{
	struct report report = { 0 };

	make_folder();
	chmod(folder, 0777);
	CHECK(!store_open(folder, &report));
	CHECK_INT(report.errors, 1);
	report_finish(&report);
	chmod(folder, 0700);
}

TEST(a_store_of_its_own_goes_with_the_process)
{
	char bytes[] = "x", path[PATH_MAX], directory[PATH_MAX];
	struct image image = image_of(bytes);
	struct report report = { 0 };
	struct store *store = store_open(NULL, &report);

	CHECK(store);
	snprintf(directory, sizeof(directory), "%s", store_directory(store));
	CHECK(store_keep(store, &image, NULL, path, &report));
	store_close(store);
	CHECK(access(path, F_OK) && access(directory, F_OK));
}
