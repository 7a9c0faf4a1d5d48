/* Every way to crash, once. */
#include "stranger.h"

#include <assert.h>
#include <err.h>
#include <errno.h>
#include <error.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <threads.h>
#include <unistd.h>

static volatile int zero;
static void *volatile wild = (void *)8, *volatile far_away = (void *)0x123450;

/* One page that can only be read, one behind the end of its file. */
static char *constant;
static volatile int *past_end;

__attribute__((constructor)) static void map_pages(void)
{
	int fd = memfd_create("empty", MFD_CLOEXEC);

	constant = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	past_end = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
}

static void null_read(void)
{
	zero = *(volatile int *)wild;
}

static void wild_write(void)
{
	constant[17] = 'x';
}

static void bad_jump(void)
{
	((void (*)(void))far_away)();
}

static void past_the_file(void)
{
	zero = past_end[3];
}

static void divide(void)
{
#if defined(__x86_64__)
	zero = 7 / zero;
#else
	raise(SIGFPE);
#endif
}

static void illegal(void)
{
#if defined(__x86_64__)
	__asm__ volatile("ud2");
#else
	__asm__ volatile("udf #0");
#endif
}

/* With the direction of strings turned round, and every exception of floating point on. */
static void odd_modes(void)
{
#if defined(__x86_64__)
	unsigned mode = 0;

	__asm__ volatile("ldmxcsr %0; std" : : "m"(mode));
#endif
	zero = *(volatile int *)wild;
}

static void asserts(void)
{
	assert(!"nothing");
}

static void double_free(void)
{
	char *volatile block = malloc(24);

	free(block);
	free(block);
}

static void free_inside(void)
{
	static char letters[] = "letters";
	char *volatile block = letters + 1;

	free(block);
}

static void free_wild(void)
{
	free(far_away);
}

static int recurse(volatile char *above)
{
	volatile char frame[200];

	frame[0] = above[0];
	return zero ? 0 : recurse(frame) + frame[0];
}

static void recursion(void)
{
	volatile char first = 0;

	zero = recurse(&first);
	zero = 0;
}

static void large_frame(void)
{
	volatile char frame[64 * 1024];

	for (size_t i = sizeof(frame); i > 0; i -= 1024)
		frame[i - 1] = (char)zero;
	/* On a stack that is larger, until it does. */
	zero ? (void)0 : large_frame();
	zero = frame[100];
	zero = 0;
}

static void exits(void)
{
	exit(3);
}

static void exits_quickly(void)
{
	quick_exit(3);
}

static void exits_at_once(void)
{
	_exit(3);
}

static void exits_by_standard(void)
{
	_Exit(3);
}

static void errs(void)
{
	err(3, "err");
}

static void errs_plainly(void)
{
	errx(3, "errx");
}

static void errors(void)
{
	error(3, 0, "error");
}

static void errors_somewhere(void)
{
	error_at_line(3, 0, "file", 7, "error");
}

static void ends_thread(void)
{
	pthread_exit(NULL);
}

static void ends_thrd(void)
{
	thrd_exit(3);
}

static void prints(void)
{
	printf("%s\n", (char *)wild);
}

static void prints_errors(void)
{
	fprintf(stderr, "%s\n", (char *)wild);
}

static int compare(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b + *(char *)wild;
}

static void sorts(void)
{
	char letters[] = "letters";

	qsort(letters, 7, 1, compare);
}

static void copies(void)
{
	char buffer[200];

	memcpy(buffer, wild, sizeof(buffer));
	zero = buffer[zero];
}

static void looks_up(void)
{
	struct addrinfo *found;

	getaddrinfo(wild, NULL, NULL, &found);
}

const struct wrong stranger_wrongs[] = {
	{ "null_read", "sigsegv", null_read },
	{ "wild_write", "sigsegv", wild_write },
	{ "bad_jump", "sigsegv", bad_jump },
	{ "past_the_file", "sigbus", past_the_file },
	{ "divide", "sigfpe", divide },
	{ "illegal", "sigill", illegal },
	{ "odd_modes", "sigsegv", odd_modes },
	{ "aborts", "sigabrt", abort },
	{ "asserts", "sigabrt", asserts },
	{ "double_free", "sigabrt", double_free },
	{ "free_inside", "sigabrt", free_inside },
	{ "free_wild", "sigsegv", free_wild },
	{ "recursion", "stack_overflow", recursion },
	{ "large_frame", "stack_overflow", large_frame },
	{ "exits", "exit", exits },
	{ "exits_quickly", "exit", exits_quickly },
	{ "exits_at_once", "exit", exits_at_once },
	{ "exits_by_standard", "exit", exits_by_standard },
	{ "errs", "exit", errs },
	{ "errs_plainly", "exit", errs_plainly },
	{ "errors", "exit", errors },
	{ "errors_somewhere", "exit", errors_somewhere },
	{ "ends_thread", "pthread_exit", ends_thread },
	{ "ends_thrd", "pthread_exit", ends_thrd },
	{ "prints", "sigsegv", prints },
	{ "prints_errors", "sigsegv", prints_errors },
	{ "sorts", "sigsegv", sorts },
	{ "copies", "sigsegv", copies },
	{ "looks_up", "sigsegv", looks_up },
	{ 0 },
};

void stranger_calls(void (*f)(void))
{
	f();
}
