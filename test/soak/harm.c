/* C code that crashes, as test/faults/stranger.c does it. Any actor may. */
#include "test/soak/soak.h"

#include <string.h>

#include "test/faults/stranger.h"

#if defined(__SANITIZE_THREAD__)
#define SANITIZED true
#define THREADS_ARE_WATCHED true
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#define THREADS_ARE_WATCHED false
#else
#define SANITIZED false
#define THREADS_ARE_WATCHED false
#endif

/* Where a sanitizer finds what is wrong, and ends the process, or keeps count of what is entered. */
static bool is_for_sanitizer(const struct wrong *wrong)
{
	return strncmp(wrong->name, "free_", 5) == 0 || strcmp(wrong->name, "double_free") == 0 ||
	       strcmp(wrong->name, "looks_up") == 0 ||
	       (THREADS_ARE_WATCHED && strcmp(wrong->kind, "pthread_exit") == 0);
}

static size_t count_wrongs(void)
{
	size_t n = 0;

	while (stranger_wrongs[n].name)
		n++;
	return n;
}

const struct wrong *harm_any(uint64_t *dice)
{
	const struct wrong *wrong;

	do
		wrong = &stranger_wrongs[dice_roll(dice, count_wrongs())];
	while (SANITIZED && is_for_sanitizer(wrong));
	return wrong;
}

void harm_do(const struct wrong *wrong)
{
	soak_count(&soak.faults);
	wrong->does();
}

static void do_later(void *wrong)
{
	harm_do(wrong);
}

void harm_defer(struct joist_actor *self, const struct wrong *wrong)
{
	joist_defer(self, do_later, (void *)wrong);
}
