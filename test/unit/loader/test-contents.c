/* Whole files. */
#include "loader/contents.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/harness.h"

static char path[] = "/tmp/joist-test-contents-XXXXXX";

static void remove_file(void)
{
	unlink(path);
}

/* Each test is a process of its own. */
static void make_file(const char *text)
{
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	atexit(remove_file);
	CHECK(contents_write(fd, text, strlen(text)));
	CHECK(!close(fd));
}

TEST(is_read_as_it_was_written)
{
	struct stat about;
	void *bytes;

	make_file("some text");
	CHECK_INT(contents_take(path, 9, &bytes, &about), 0);
	CHECK_INT(about.st_size, 9);
	CHECK(!memcmp(bytes, "some text", 9));
	free(bytes);
}

TEST(may_be_empty)
{
	struct stat about;
	void *bytes;

	make_file("");
	CHECK_INT(contents_take(path, 0, &bytes, &about), 0);
	CHECK_INT(about.st_size, 0);
	free(bytes);
}

TEST(may_not_be_too_large)
{
	struct stat about;
	void *bytes;

	make_file("some text");
	CHECK_INT(contents_take(path, 8, &bytes, &about), -EFBIG);
}

TEST(must_be_a_regular_file)
{
	struct stat about;
	void *bytes;

	CHECK_INT(contents_take("/dev/zero", 8, &bytes, &about), -EINVAL);
	CHECK_INT(contents_take("/tmp", 8, &bytes, &about), -EINVAL);
	CHECK_INT(contents_take("/nowhere", 8, &bytes, &about), -ENOENT);
}

TEST(is_read_up_to_its_end)
{
	int ends[2];
	char text[9];

	CHECK(!pipe(ends));
	CHECK(contents_write(ends[1], "some ", 5));
	CHECK(contents_write(ends[1], "text", 4));
	CHECK(!close(ends[1]));
	CHECK_INT(contents_read(ends[0], text, sizeof(text)), 9);
	CHECK(!memcmp(text, "some text", 9));
	CHECK_INT(contents_read(ends[0], text, sizeof(text)), 0);
	CHECK_INT(contents_read(-1, text, sizeof(text)), -1);
	CHECK(!contents_write(-1, text, sizeof(text)));
}
