/* Standard output and error, taken over. */
#include "loader/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/harness.h"
#include "vm/base/log.h"

static struct capture capture;
static int real_out, log_fd;

/* Starts with files in the place of the real ones. */
static void start(void)
{
	real_out = memfd_create("out", MFD_CLOEXEC);
	log_fd = memfd_create("log", MFD_CLOEXEC);
	CHECK(real_out >= 0 && log_fd >= 0);
	CHECK(dup2(real_out, STDOUT_FILENO) >= 0);
	log_to(log_fd, false);
	CHECK_INT(capture_start(&capture), 0);
}

static const char *content(int fd)
{
	static char text[65536];
	ssize_t size = pread(fd, text, sizeof(text) - 1, 0);

	CHECK(size >= 0);
	text[size] = 0;
	return text;
}

TEST(passes_output_on)
{
	start();
	printf("one\ntw");
	fflush(stdout);
	CHECK(write(STDOUT_FILENO, "o\nthree", 7) == 7);
	capture_finish(&capture);
	CHECK_STR(content(real_out), "one\ntwo\nthree");
}

TEST(logs_errors)
{
	start();
	CHECK(write(STDERR_FILENO, "alas\nand alack", 14) == 14);
	capture_finish(&capture);
	CHECK(strstr(content(log_fd), "alas"));
	CHECK(strstr(content(log_fd), "and alack"));
	CHECK(strstr(content(log_fd), "stderr"));
	CHECK_STR(content(real_out), "");
}

TEST(keeps_lines_whole)
{
	start();
	for (int i = 0; i < 100; i++) {
		dprintf(STDOUT_FILENO, "begin %d ", i);
		dprintf(STDOUT_FILENO, "end\n");
	}
	capture_finish(&capture);
	CHECK(!strncmp(content(real_out), "begin 0 end\nbegin 1 end\n", 24));
	CHECK(strstr(content(real_out), "begin 99 end\n"));
}

TEST(cuts_what_has_no_end)
{
	static char large[3 * CAPTURE_LINE_MAX];

	memset(large, 'x', sizeof(large));
	start();
	CHECK(write(STDOUT_FILENO, large, sizeof(large)) == sizeof(large));
	capture_finish(&capture);
	CHECK_INT(strlen(content(real_out)), sizeof(large));
}

TEST(gives_the_real_ones_back)
{
	start();
	capture_finish(&capture);
	CHECK(write(STDOUT_FILENO, "after", 5) == 5);
	CHECK_STR(content(real_out), "after");
}

/* A child that keeps the pipe open does not keep the end from coming. */
TEST(does_not_wait_for_children)
{
	int kept;

	start();
	kept = dup(STDOUT_FILENO);
	CHECK(kept >= 0 && write(kept, "x\n", 2) == 2);
	capture_finish(&capture);
	CHECK_STR(content(real_out), "x\n");
}
