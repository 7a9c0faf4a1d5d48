/* joist test: runs the exports named test_... of plugins, each in a process and a node of its own,
 * whose clock stands still while anything runs. Prints TAP.
 *
 * The parent has no node and no threads, so that it may fork. */
#include "loader/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "loader/load.h"
#include "loader/node.h"
#include "vm/base/log.h"
#include "vm/term/term.h"

#define REASON_BYTES_MAX 4096

static const char *only;
static int64_t timeout_ms = 30000;

/* What stands for the test's end in the pipe from the child, before the reason's text. */
enum { PASSED = '+', FAILED = '-' };

/* The plugins of the command line. */
static struct image *images;
static int image_count;

static bool is_test(const struct joist_export *export)
{
	return export->kind == JOIST_EXPORT_LOOP && !strncmp(export->name, "test_", 5) &&
	       (!only || strstr(export->name, only));
}

static void write_result(int fd, bool passed, const char *text)
{
	char buffer[REASON_BYTES_MAX];
	int size = snprintf(buffer, sizeof(buffer), "%c%s", passed ? PASSED : FAILED, text);

	if (size >= (int)sizeof(buffer))
		size = sizeof(buffer) - 1;
	while (write(fd, buffer, (size_t)size) < 0 && errno == EINTR)
		;
}

/* Runs the test in a new node, and writes how it ended. */
static void run_in_node(struct node *node, const char *name, int result_fd)
{
	const char *reason = node_await(node, name, TERM_NIL);

	write_result(result_fd, reason && !strcmp(reason, "normal"),
		     reason ? reason : "memory is short");
}

static void write_error(int result_fd, struct report *report)
{
	char line[REASON_BYTES_MAX] = "memory is short";

	if (report->count)
		report_line_text(&report->lines[0], line, sizeof(line));
	write_result(result_fd, false, line);
}

/* The child. What the plugins print goes to standard error, beside the log. */
static JOIST_NORETURN void be_child(const char *name, int result_fd)
{
	const struct vm_options options = { .virtual_clock = true, .stdout_fd = STDERR_FILENO };
	struct report report = { 0 };
	struct node node;
	bool fine;

	dup2(STDERR_FILENO, STDOUT_FILENO);
	fine = node_open(&node, verb_plugins, &report);
	for (int i = 0; fine && i < image_count; i++)
		fine = load_image(node.registry, &images[i], &(struct load_how){ .copy = NULL },
				  &report);
	fine = fine && node_start(&node, options, true, &report);
	if (fine)
		run_in_node(&node, name, result_fd);
	else
		write_error(result_fd, &report);
	_exit(VERB_DONE);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads the child's words up to its end; false if its time is up. */
static bool read_result(int fd, char *text, size_t room)
{
	int64_t end_ms = now_ms() + timeout_ms;
	size_t size = 0;

	for (;;) {
		struct pollfd ready = { fd, POLLIN, 0 };
		int64_t left_ms = end_ms - now_ms();
		ssize_t got;

		text[size] = 0;
		if (left_ms <= 0)
			return false;
		if (poll(&ready, 1, (int)left_ms) <= 0)
			continue;
		got = read(fd, text + size, room - 1 - size);
		if (got <= 0)
			return true;
		size += (size_t)got;
	}
}

/* Says why a test did not pass, on lines that are comments in TAP. */
static void tell_failure(const char *text, bool in_time, int status)
{
	if (!in_time)
		printf("# it took more than %lld ms\n", (long long)timeout_ms);
	else if (text[0] == FAILED)
		printf("# %s\n", text + 1);
	else if (WIFSIGNALED(status))
		printf("# the node was ended by signal %d (%s)\n", WTERMSIG(status),
		       strsignal(WTERMSIG(status)));
	else
		printf("# the node ended with status %d\n", WEXITSTATUS(status));
}

static bool run_test(const char *name, int number)
{
	char text[REASON_BYTES_MAX];
	int ends[2], status = 0;
	bool in_time, passed;
	pid_t child;

	fflush(stdout);
	if (pipe2(ends, O_CLOEXEC) < 0 || (child = fork()) < 0) {
		printf("not ok %d - %s\n# no process or pipe is left\n", number, name);
		return false;
	}
	if (!child)
		be_child(name, ends[1]);
	close(ends[1]);
	in_time = read_result(ends[0], text, sizeof(text));
	close(ends[0]);
	if (!in_time)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	passed = in_time && text[0] == PASSED;
	printf("%s %d - %s\n", passed ? "ok" : "not ok", number, name);
	if (!passed)
		tell_failure(text, in_time, status);
	return passed;
}

static bool read_images(int count, char **files, struct report *report)
{
	images = calloc((size_t)count, sizeof(*images));
	if (!images)
		return report_short(report, files[0]);
	for (; image_count < count; image_count++) {
		struct image *image = &images[image_count];

		if (!image_read(image, files[image_count], &load_node, report))
			return false;
		if (!image_read_exports(image, report)) {
			image_finish(image);
			return false;
		}
	}
	return true;
}

/* Calls `each` with the name and number of each test: how many there are, and how many passed. */
static int walk_tests(bool (*each)(const char *name, int number), int *ret_passed)
{
	int count = 0;

	for (int i = 0; i < image_count; i++) {
		for (size_t j = 0; j < images[i].export_count; j++) {
			char name[512];

			if (!is_test(&images[i].exports[j]))
				continue;
			snprintf(name, sizeof(name), "%s:%s", images[i].note.name,
				 images[i].exports[j].name);
			count++;
			if (each && each(name, count))
				++*ret_passed;
		}
	}
	return count;
}

static enum verb_result run(int count, char **arguments)
{
	struct report report = { 0 };
	int tests = 0, passed = 0;

	if (read_images(count, arguments, &report)) {
		tests = walk_tests(NULL, &passed);
		printf("1..%d\n", tests);
		walk_tests(run_test, &passed);
	}
	report_print(&report, stderr);
	if (!tests && !report.errors)
		fprintf(stderr, "joist: %s exports no test_...; write one with JOIST_TEST\n",
			arguments[0]);
	report_finish(&report);
	while (image_count)
		image_finish(&images[--image_count]);
	free(images);
	return tests && passed == tests ? VERB_DONE : VERB_FAILED;
}

static const struct option options[] = {
	{ "--only", OPTION_TEXT, &only, "PART", "run only tests with this in their names", 0, 0 },
	{ "--timeout", OPTION_NUMBER, &timeout_ms, "MS",
	  "the real time that a test may take (30000)", 1, 86400000 },
	{ 0 },
};

const struct verb verb_test = {
	.name = "test",
	.arguments = "PLUGIN.so...",
	.about = "Loads plugins and runs every loop of theirs whose name begins with test_.",
	.options = options,
	.arguments_min = 1,
	.arguments_max = 1000,
	.run = run,
};
