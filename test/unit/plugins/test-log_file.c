/* log_file: the log in files, which change when they are full. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/unit/stdlib/yard.h"

const struct joist_export yard_exports[] = { { 0 } };

static char folder[64];

static joist_pid start(struct joist_actor *self, const char *more)
{
	char args[256];

	strcpy(folder, "/tmp/joist-log-XXXXXX");
	CHECK(mkdtemp(folder));
	snprintf(args, sizeof(args), "#{path => <<\"%s/log\">>%s}", folder, more);
	return yard_start(self, "log_file:log_file", args);
}

/* What is in the file of that name, as a string; NULL if there is none. */
static const char *content(const char *name)
{
	static char text[65536];
	char path[128];
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	size = read(fd, text, sizeof(text) - 1);
	CHECK(size >= 0);
	close(fd);
	text[size] = 0;
	return text;
}

YARD_TEST(lines_of_json_go_to_the_file)
{
	start(self, "");
	joist_log(self, JOIST_WARNING, "to the %s", "file");
	CHECK(strstr(content("log"), "\"warning\""));
	CHECK(strstr(content("log"), "to the file"));
	CHECK(content("log")[0] == '{');
}

YARD_TEST(a_full_file_makes_way)
{
	start(self, ", max_bytes => 1000, files => 2");
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < 30; i++)
			joist_log(self, JOIST_WARNING, "round %d", round);
		joist_sleep(self, 1001);
	}
	joist_log(self, JOIST_WARNING, "newest");
	CHECK(strstr(content("log"), "newest"));
	CHECK(!strstr(content("log"), "round"));
	CHECK(strstr(content("log.1"), "round 3"));
	CHECK(strstr(content("log.2"), "round 2"));
	CHECK(!content("log.3"));
}

YARD_TEST(rotate_makes_way_now)
{
	joist_pid pid = start(self, "");

	joist_log(self, JOIST_WARNING, "old");
	YARD_CALL(self, pid, "rotate", "ok");
	joist_log(self, JOIST_WARNING, "new");
	CHECK(strstr(content("log.1"), "old"));
	CHECK(strstr(content("log"), "new"));
}

YARD_TEST(when_it_ends_the_log_goes_home)
{
	joist_pid pid = start(self, "");
	joist_ref ref = joist_monitor(self, pid);

	joist_unlink(self, pid);
	joist_exit_to(self, pid, joist_make(self, "kill"));
	joist_test_expect(self, JOIST_INFINITY, "{'DOWN', ^Ref, process, _, killed}", &ref);
	joist_log(self, JOIST_WARNING, "homeless");
	CHECK(!strstr(content("log"), "homeless"));
}

YARD_TEST(a_path_that_cannot_be_written)
{
	joist_term reason;

	CHECK(joist_pid_is_none(joist_start(self, "log_file:log_file",
					    yard_term(self, "#{path => <<\"/no/such/log\">>}"),
					    NULL, JOIST_INFINITY, &reason)));
	joist_test_match(self, reason, "{log_file, _, <<\"No such file or directory\">>}");
}
