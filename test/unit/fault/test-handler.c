/* Crashes of an actor's code: each is the end of that actor, and of nothing else. */
#include "vm/fault/handler.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/harness.h"
#include "test/stage.h"
#include "vm/vm.h"

static volatile int zero;
static int *volatile nowhere;

static void reads_null(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	zero = *nowhere;
}

static void writes_constant(struct joist_actor *self, joist_term args)
{
	char *volatile page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)self, (void)args;
	page[0] = 'C';
}

static void jumps_nowhere(struct joist_actor *self, joist_term args)
{
	void (*volatile f)(void) = NULL;

	(void)self, (void)args;
	f();
}

static void divides_by_zero(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
#if defined(__x86_64__)
	zero = 7 / zero;
#else
	raise(SIGFPE); /* where a division by zero is 0 */
#endif
}

static void is_illegal(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	__builtin_trap();
}

/* Reads behind the end of a file. */
static void breaks_the_bus(struct joist_actor *self, joist_term args)
{
	int fd = memfd_create("empty", MFD_CLOEXEC);
	int *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	(void)self, (void)args;
	close(fd);
	zero = *(volatile int *)map;
}

static __attribute__((noinline)) int deeper(volatile char *above)
{
	volatile char frame[1000] = { 0 };

	return above[0] ? 0 : deeper(frame) + frame[0];
}

static void overflows(struct joist_actor *self, joist_term args)
{
	volatile char first = 0;

	(void)self, (void)args;
	zero = deeper(&first);
}

static void raises(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
	raise(SIGABRT);
}

static void each_kind_ends_its_actor(struct joist_actor *self, joist_term args)
{
	static const char *const kinds[][2] = {
		{ "reads_null", "{fault,sigsegv," },   { "writes_constant", "{fault,sigsegv," },
		{ "jumps_nowhere", "{fault,sigsegv," }, { "divides_by_zero", "{fault,sigfpe," },
		{ "is_illegal", "{fault,sigill," },    { "breaks_the_bus", "{fault,sigbus," },
		{ "raises", "{fault,sigabrt," },       { "overflows", "{fault,stack_overflow," },
	};

	(void)args;
	for (size_t i = 0; i < 10 * sizeof(kinds) / sizeof(*kinds); i++) {
		const char *const *kind = kinds[i % (sizeof(kinds) / sizeof(*kinds))];
		const char *reason = stage_end_of(self, kind[0], joist_nil());

		if (strncmp(reason, kind[1], strlen(kind[1])))
			test_fail(__FILE__, __LINE__, "%s ended with %s", kind[0], reason);
	}
}

static const struct stage_export exports[] = {
	STAGE_LOOP(reads_null),
	STAGE_LOOP(writes_constant),
	STAGE_LOOP(jumps_nowhere),
	STAGE_LOOP(divides_by_zero),
	STAGE_LOOP(is_illegal),
	STAGE_LOOP(breaks_the_bus),
	STAGE_LOOP(overflows),
	STAGE_LOOP(raises),
	STAGE_LOOP(each_kind_ends_its_actor),
	{ 0 },
};

TEST(each_kind_ends_its_actor)
{
	stage_run(exports, 2, "each_kind_ends_its_actor");
}
