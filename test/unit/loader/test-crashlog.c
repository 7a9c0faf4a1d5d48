/* Crash reports with files and lines. */
#include "loader/crashlog.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

#include "test/harness.h"
#include "test/unit/loader/symbolizer.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/sched/crashline.h"
#include "vm/term/atom.h"

static struct registry *registry;
static struct crashlog *crashlog;
static int file;

static int some_function(void)
{
	return getpid();
}

static void start(bool lines)
{
	file = memfd_create("log", MFD_CLOEXEC);
	/* In memory, writes of two threads may else go to one place. */
	fcntl(file, F_SETFL, O_APPEND);
	log_to(file, true);
	registry = registry_create();
	crashlog = crashlog_create(registry, lines);
	CHECK(registry && crashlog);
	CHECK(some_function());
}

static void take(void)
{
	struct crash crash = {
		.plugin = atom_make("counter", 7),
		.export_name = atom_make("tally", 5),
		.version = "1.0",
		.fault = { .kind = FAULT_SIGSEGV,
			   .signal = SIGSEGV,
			   .count = 3,
			   .frames = { (uintptr_t)some_function, (uintptr_t)some_function + 1,
				       1 } },
	};

	crashlog_take(crashlog, crash_copy(&crash));
}

static const char *finish(void)
{
	static char text[1 << 21];

	crashlog_destroy(crashlog);
	registry_destroy(registry);
	ssize_t size = pread(file, text, sizeof(text) - 1, 0);
	CHECK(size > 0);
	text[size] = '\0';
	return text;
}

TEST_LEAK_FREE(finds_functions_and_lines)
{
	need_helper();
	start(true);
	take();
	const char *text = finish();
	if (strstr(text, "libdw"))
		SKIP("libdw is not here");
	const char *first =
		strstr(text, "\"symbol\":\"some_function\",\"symbol_offset\":0,\"file\":\"");
	CHECK(first && strstr(first, "test-crashlog.c\",\"line\":"));
	CHECK(strstr(first, "\"symbol\":\"some_function\",\"symbol_offset\":1,\"file\":\""));
	CHECK(strstr(text, "{\"address\":\"0x1\"}]"));
}

TEST_LEAK_FREE(needs_no_helper)
{
	start(false);
	take();
	const char *text = finish();
	CHECK(strstr(text, "\"library\":\"joist\",\"offset\":"));
	CHECK(!strstr(text, "symbol"));
}

TEST_LEAK_FREE(a_helper_that_fails_costs_the_lines)
{
	setenv("HELPER", "dies", 1);
	start(true);
	take();
	take();
	const char *text = finish();
	CHECK(strstr(text, "\"library\":\"joist\",\"offset\":"));
	CHECK(!strstr(text, "symbol"));
}

/* More than have room in the queue. */
TEST_LEAK_FREE(loses_none)
{
	start(false);
	for (int i = 0; i < 1000; i++)
		take();
	const char *text = finish();
	int lines = 0;
	for (; (text = strchr(text, '\n')); text++)
		lines++;
	CHECK_INT(lines, 1000);
}
