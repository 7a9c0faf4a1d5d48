/* What actors print and log. */
#include <joist/log.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/base/log.h"
#include "vm/vm.h"

enum { LINE_MAX_BYTES = 4096 };

static void print(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_print(self, "%s and %d", "one", 2);
	joist_print(self, "%s", "");
	joist_print(self, "last");
}

static void print_long(struct joist_actor *self, joist_term args)
{
	static char text[2 * LINE_MAX_BYTES];

	(void)args;
	memset(text, 'x', sizeof(text) - 1);
	joist_print(self, "%s", text);
	joist_print(self, "next");
}

static void print_and_wait(struct joist_actor *self, joist_term args)
{
	joist_print(self, "%s", "led");
	joist_send(self, joist_parent(self), args);
}

/* A leader gets what the one that it leads prints, and those which that one starts. */
static void lead(struct joist_actor *self, joist_term args)
{
	struct joist_bytes line;
	joist_pid me = joist_self(self);

	CHECK(joist_pid_is_none(joist_group_leader(self)));
	joist_pid other = joist_spawn(self, "test:wait_and_print", args);
	joist_set_group_leader(self, me, other);
	CHECK(joist_match(joist_info(self, other), "#{group_leader := ^Me}", &me));
	joist_send(self, other, args);
	for (int i = 0; i < 2; i++) {
		CHECK(joist_receive_match(self, JOIST_INFINITY,
					  "{io_request, _, _, {put_chars, unicode, Line}}", &line));
		CHECK_INT(line.size, 4);
		CHECK(memcmp(line.data, "led\n", 4) == 0);
	}
	joist_set_group_leader(self, other, me);
	CHECK(joist_pid_equal(joist_group_leader(self), other));
	joist_print(self, "to the dead");
}

static void wait_and_print(struct joist_actor *self, joist_term args)
{
	joist_receive(self);
	joist_spawn(self, "test:print_and_wait", args);
	joist_print(self, "led");
	joist_receive(self);
}

static void lead_nobody(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_set_group_leader(self, joist_self(self), (joist_pid){ 0 });
}

static void log_some(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_log(self, JOIST_ERROR, "%s is %d", "it", 7);
}

static void log_wrongly(struct joist_actor *self, joist_term args)
{
	(void)args;
	joist_log(self, (enum joist_log_level)(JOIST_ERROR + 1), "never");
}

static void be_wrong(struct joist_actor *self, joist_term args)
{
	CHECK_STR(stage_end_of(self, "log_wrongly", args), "{badarg,<<\"joist_log\">>}");
	CHECK_STR(stage_end_of(self, "lead_nobody", args),
		  "{badarg,<<\"joist_set_group_leader\">>}");
}

static const struct stage_export exports[] = {
	STAGE_LOOP(print),	    STAGE_LOOP(print_long),
	STAGE_LOOP(log_some),	    STAGE_LOOP(log_wrongly),
	STAGE_LOOP(be_wrong),	    STAGE_LOOP(lead),
	STAGE_LOOP(lead_nobody),    STAGE_LOOP(print_and_wait),
	STAGE_LOOP(wait_and_print), { 0 },
};

/* What a run of "test:name" prints. */
static const char *printed(const char *name)
{
	static char text[4 * LINE_MAX_BYTES];
	int ends[2];

	CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
	stage_run_with(exports, &(struct vm_options){ .schedulers = 1, .stdout_fd = ends[1] },
		       name);
	close(ends[1]);
	ssize_t size = read(ends[0], text, sizeof(text) - 1);
	CHECK(size >= 0);
	text[size] = '\0';
	close(ends[0]);
	return text;
}

TEST_LEAK_FREE(lines_are_printed_whole)
{
	CHECK_STR(printed("print"), "one and 2\n\nlast\n");
}

TEST_LEAK_FREE(long_lines_are_cut)
{
	const char *text = printed("print_long");
	size_t size = strcspn(text, "\n") + 1;

	CHECK_INT(size, LINE_MAX_BYTES);
	CHECK_INT(strspn(text, "x"), size - 1);
	CHECK_STR(text + size, "next\n");
}

TEST_LEAK_FREE(a_group_leader_is_asked_to_print)
{
	CHECK_STR(printed("lead"), "");
}

TEST(the_log_tells_who_said_it)
{
	char text[1000] = "";
	int file = memfd_create("log", MFD_CLOEXEC);

	log_to(file, false);
	stage_run(exports, 1, "log_some");
	CHECK(pread(file, text, sizeof(text) - 1, 0) > 0);
	CHECK(strstr(text, "it is 7"));
	CHECK(strstr(text, "test") && strstr(text, "log_some") && strstr(text, "<0."));
}

TEST_LEAK_FREE(wrong_levels_end_the_actor)
{
	stage_run(exports, 1, "be_wrong");
}
