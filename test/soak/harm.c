/* C code that crashes, as test/faults/stranger.c does it. Any actor may. */
#include "test/soak/soak.h"

#include <string.h>

#include "test/faults/stranger.h"

#if defined(__SANITIZE_THREAD__)
enum { ADDRESSES_WATCHED = true, THREADS_WATCHED = true };
#elif defined(__SANITIZE_ADDRESS__)
enum { ADDRESSES_WATCHED = true, THREADS_WATCHED = false };
#else
enum { ADDRESSES_WATCHED = false, THREADS_WATCHED = false };
#endif

/* Where a sanitizer finds what is wrong, and ends the process, or keeps count of what is entered. */
static bool is_for_sanitizer(const struct wrong *wrong)
{
	if (ADDRESSES_WATCHED &&
	    (strncmp(wrong->name, "free_", 5) == 0 || strcmp(wrong->name, "double_free") == 0 ||
	     strcmp(wrong->name, "looks_up") == 0))
		return true;
	/* TSan says its last words before anybody else hears of these. */
	return THREADS_WATCHED && (strcmp(wrong->kind, "pthread_exit") == 0 ||
				   strcmp(wrong->name, "exits_at_once") == 0);
}

static size_t count_wrongs(void)
{
	size_t n = 1;

	while (stranger_wrongs[n].name)
		n++;
	return n;
}

const struct wrong *harm_any(uint64_t *dice)
{
	const struct wrong *wrong;

	do
		wrong = &stranger_wrongs[dice_roll(dice, count_wrongs())];
	while (is_for_sanitizer(wrong));
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
