/* The line of a crash report. */
#include "vm/sched/crashline.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/base/log.h"
#include "vm/term/atom.h"

static struct crash crash;

static void start(void)
{
	crash = (struct crash){
		.pid = { .id = (uint64_t)1 << 32 | 12 },
		.plugin = atom_make("counter", 7),
		.export_name = atom_make("tally", 5),
		.generation = 1,
		.links = 2,
		.version = "1.0",
		.restart = "started",
		.fault = { .kind = FAULT_SIGSEGV,
			   .signal = SIGSEGV,
			   .count = 4,
			   .address = 0x10,
			   .frames = { 0x1014, 0x2000, 0x3000, 0x4000 } },
		.reason = "{fault,sigsegv,#{}}",
		.reason_size = 19,
	};
}

static const struct crash_frame frames[] = {
	{ "counter", 1, 0x1014, "bump", 0x14, "../src/counter.c", 27 },
	{ "counter", 1, 0x2000, "odd\"name", 1, NULL, 0 },
	{ "libc.so.6", 0, 0x3000, NULL, 0, NULL, 0 },
	{ NULL, 0, 0, NULL, 0, NULL, 0 },
};

static const char *written(bool json, const struct crash_frame *known)
{
	static char text[1 << 14];
	int file = memfd_create("log", MFD_CLOEXEC);

	log_to(file, json);
	crash_write(&crash, known);
	ssize_t size = pread(file, text, sizeof(text) - 1, 0);
	CHECK(size > 0);
	text[size] = '\0';
	close(file);
	return text;
}

TEST(tells_people)
{
	start();
	const char *text = strstr(written(false, frames), "Z ");
	char pid[40];

	snprintf(pid, sizeof(pid), "<0.%u.%u>", pid_slot(crash.pid), pid_serial(crash.pid));
	CHECK(text && strstr(text, pid));
	CHECK_STR(strstr(text, " counter:"), " counter:tally 1.0 sigsegv at address 0x10 "
					     "generation=1 message_queue_len=0 links=2 "
					     "restart=started\n"
					     "  #0 bump+0x14 (counter.c:27)\n"
					     "  #1 odd\"name+0x1 (counter+0x2000)\n"
					     "  #2 libc.so.6+0x3000\n"
					     "  #3 0x4000\n");
}

TEST(tells_programs)
{
	start();
	CHECK_STR(
		strstr(written(true, frames), ",\"plugin\""),
		",\"plugin\":\"counter\",\"version\":\"1.0\",\"export\":\"tally\",\"generation\":1,"
		"\"reason\":\"{fault,sigsegv,#{}}\",\"signal\":\"sigsegv\",\"address\":\"0x10\","
		"\"frames\":[{\"address\":\"0x1014\",\"plugin\":\"counter\",\"generation\":1,"
		"\"offset\":4116,\"symbol\":\"bump\",\"symbol_offset\":20,"
		"\"file\":\"../src/counter.c\",\"line\":27},"
		"{\"address\":\"0x2000\",\"plugin\":\"counter\",\"generation\":1,\"offset\":8192,"
		"\"symbol\":\"odd\\\"name\",\"symbol_offset\":1},"
		"{\"address\":\"0x3000\",\"library\":\"libc.so.6\",\"offset\":12288},"
		"{\"address\":\"0x4000\"}],"
		"\"message_queue_len\":0,\"links\":2,\"restart\":\"started\"}\n");
}

TEST(tells_addresses_when_nothing_else_is_known)
{
	start();
	CHECK(strstr(written(false, NULL), "started\n  #0 0x1014\n  #1 0x2000\n"));
	CHECK(strstr(written(true, NULL), "\"frames\":[{\"address\":\"0x1014\"},{\"address\""));
}

TEST(tells_what_was_left_out)
{
	start();
	crash.skipped = 7;
	crash.is_last = true;
	CHECK(strstr(written(true, NULL), "\"skipped\":7,\"next\":\"counted\",\"restart\""));
}

static const char *fault_text(enum fault_kind kind, int number, uintptr_t address)
{
	crash.fault = (struct fault){ .kind = kind, .signal = number, .address = address };
	return strstr(written(false, NULL), " 1.0 ");
}

TEST(tells_each_kind)
{
	start();
	CHECK(!strncmp(fault_text(FAULT_EXIT, 0, 3), " 1.0 exit with status 3 ", 24));
	CHECK(!strncmp(fault_text(FAULT_SIGABRT, SIGABRT, 0), " 1.0 sigabrt generation", 23));
	CHECK(!strncmp(fault_text(FAULT_STACK_OVERFLOW, SIGSEGV, 255),
		       " 1.0 stack_overflow at address 0xff ", 36));
	CHECK(!strstr(written(true, NULL), "\"signal\":\"stack"));
	for (enum fault_kind kind = FAULT_SIGSEGV; kind < FAULT_KINDS; kind++)
		CHECK(strstr(fault_text(kind, 0, 0), fault_name(kind)));
}

/* However much there is, the line is whole, and its innermost frames are there. */
TEST(fits_into_a_line)
{
	static char large[1000];
	struct crash_frame many[FAULT_FRAMES_MAX];
	char reason[5000];

	memset(large, '"', sizeof(large) - 1);
	memset(reason, 'x', sizeof(reason));
	start();
	crash.fault.count = FAULT_FRAMES_MAX;
	for (size_t i = 0; i < FAULT_FRAMES_MAX; i++)
		many[i] = (struct crash_frame){ large, 1, i, large, i, large, 1 };
	for (size_t i = 0; i < 1000; i += 99) {
		memset(large, '"', sizeof(large) - 1);
		large[i] = '\0';
		const char *text = written(true, many);
		CHECK(strchr(text, '\n') == text + strlen(text) - 1 &&
		      text[strlen(text) - 2] == '}');
		CHECK(strlen(text) <= LOG_LINE_MAX);
		CHECK(strlen(written(false, many)) <= LOG_LINE_MAX);
	}
	crash.reason = reason;
	crash.reason_size = sizeof(reason);
	CHECK(strstr(written(true, many), "\"cut\":true}\n"));
}

TEST_LEAK_FREE(is_copied)
{
	start();
	struct crash *copy = crash_copy(&crash);
	CHECK(copy && copy->reason != crash.reason && !memcmp(copy->reason, crash.reason, 19));
	crash_free(copy);
	heap_fail(1, false);
	CHECK(!crash_copy(&crash));
	heap_fail(0, false);
	crash_free(NULL);
}
