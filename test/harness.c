/* Runs the cases of one program, each in a child process, and reports in TAP.
 *
 * What a child prints is kept in a file in memory and shown only if its case fails. The time limit is
 * the time-out of a wait for the child's end. */
#include "test/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_SKIP = 77, EXIT_CHECK = 1, SECONDS_MAX = 20 };

static struct test_case *first, **last = &first;

/* Absent where a test is not linked with the VM's own objects. */
extern int64_t heap_in_use(void) __attribute__((weak));
extern int64_t atom_bytes(void) __attribute__((weak));
extern int64_t stack_list_bytes(void) __attribute__((weak));

/* Atoms and unused stacks stay for the life of the process and are no leak. */
static int64_t bytes_in_use(void)
{
	return (heap_in_use ? heap_in_use() : 0) - (atom_bytes ? atom_bytes() : 0) -
	       (stack_list_bytes ? stack_list_bytes() : 0);
}

void test_register(struct test_case *test)
{
	*last = test;
	last = &test->next;
}

/* Not by _exit, which an actor's code calls for the actor. */
static __attribute__((noreturn)) void case_end(int status)
{
	fflush(NULL);
	syscall(SYS_exit_group, status);
	__builtin_unreachable();
}

void test_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	flockfile(stderr);
	fprintf(stderr, "%s:%d: ", file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	case_end(EXIT_CHECK);
}

void test_check_int(const char *file, int line, const char *what, int64_t actual, int64_t expected)
{
	if (actual != expected)
		test_fail(file, line, "%s is %lld, not %lld", what, (long long)actual,
			  (long long)expected);
}

void test_check_str(const char *file, int line, const char *what, const char *actual,
		    const char *expected)
{
	if (!actual || strcmp(actual, expected))
		test_fail(file, line, "%s is\n  %s\nnot\n  %s", what, actual ? actual : "NULL",
			  expected);
}

void test_skip(const char *why)
{
	fprintf(stderr, "%s\n", why);
	case_end(EXIT_SKIP);
}

void test_forbid(long number)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(filter) / sizeof(*filter), .filter = filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program))
		SKIP("no system call can be forbidden here");
}

static void case_child(const struct test_case *test, int output)
{
	/* A hung case must not outlive a harness that was killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0)
		_exit(EXIT_CHECK);
	int64_t before = bytes_in_use();
	test->body();
	int64_t after = bytes_in_use();
	if (test->leak_free && after != before)
		test_fail(test->name, 0, "%lld bytes leaked", (long long)(after - before));
	exit(0); /* not _exit: sanitizers and coverage report here */
}

/* Waits for the child's end; kills it when its time is up. False then. */
static bool case_wait(pid_t child, int64_t seconds, int *ret_status)
{
	struct pollfd end = { .fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN };
	int ready;

	do
		ready = end.fd < 0 ? 1 : poll(&end, 1, (int)seconds * 1000);
	while (ready < 0 && errno == EINTR);
	if (!ready)
		kill(child, SIGKILL);
	if (end.fd >= 0)
		close(end.fd);
	while (waitpid(child, ret_status, 0) < 0 && errno == EINTR)
		;
	return ready != 0;
}

/* Shows what a case printed, as TAP's comments. */
static void output_show(int fd)
{
	FILE *file = fdopen(fd, "r");
	char line[1024];

	if (!file)
		return;
	rewind(file);
	while (fgets(line, sizeof(line), file))
		printf("# %s%s", line, strchr(line, '\n') ? "" : "\n");
	fclose(file);
}

static int64_t case_seconds(const struct test_case *test)
{
	const char *factor = getenv("TEST_SLOWER");
	int64_t seconds = test->seconds_max ? test->seconds_max : SECONDS_MAX;

	return factor && atoi(factor) > 0 ? seconds * atoi(factor) : seconds;
}

static bool case_run(const struct test_case *test, int number)
{
	int output = memfd_create("output", MFD_CLOEXEC);
	int status = 0;

	fflush(NULL);
	pid_t child = output < 0 ? -1 : fork();
	if (child < 0) {
		printf("not ok %d - %s\n# %s\n", number, test->name, strerror(errno));
		return false;
	}
	if (!child)
		case_child(test, output);
	bool in_time = case_wait(child, case_seconds(test), &status);
	bool skipped = in_time && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SKIP;
	bool passed = in_time && WIFEXITED(status) && (skipped || !WEXITSTATUS(status));

	printf("%s %d - %s%s\n", passed ? "ok" : "not ok", number, test->name,
	       skipped ? " # SKIP" : "");
	if (!in_time)
		printf("# took more than %lld s\n", (long long)case_seconds(test));
	else if (WIFSIGNALED(status))
		printf("# ended by signal %d, %s\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (!passed || skipped)
		output_show(output);
	else
		close(output);
	return passed;
}

int main(int argc, char **argv)
{
	int count = 0, failed = 0;

	for (struct test_case *test = first; test; test = test->next) {
		if (argc < 2 || strstr(test->name, argv[1]))
			failed += !case_run(test, ++count);
	}
	printf("1..%d\n", count);
	return failed ? 1 : 0;
}
