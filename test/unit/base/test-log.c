/* Where lines go, and which. */
#include "vm/base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/harness.h"
#include "vm/base/clock.h"

/* What was written to `fd`, up to `size` - 1 bytes, as a string. */
static const char *written(int fd, char *text, size_t size)
{
	ssize_t got = pread(fd, text, size - 1, 0);

	CHECK(got >= 0);
	text[got] = '\0';
	return text;
}

static int log_to_memory(bool json)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	CHECK(fd >= 0);
	log_to(fd, json);
	return fd;
}

TEST(writes_only_from_its_level_on)
{
	char text[500];
	int fd = log_to_memory(false);

	log_say(LOG_LEVEL_DEBUG, "quiet", "not seen");
	log_say(LOG_LEVEL_INFO, "loud", "seen");
	log_level_set(LOG_LEVEL_ERROR);
	log_say(LOG_LEVEL_WARNING, "quiet", "not seen");
	CHECK(!log_wants(LOG_LEVEL_WARNING) && log_wants(LOG_LEVEL_ERROR));
	written(fd, text, sizeof(text));
	CHECK(strstr(text, " info loud: seen\n"));
	CHECK(!strstr(text, "quiet"));
}

TEST(goes_elsewhere_and_back)
{
	char text[500];
	int home = log_to_memory(false), first = memfd_create("first", MFD_CLOEXEC);
	int second = memfd_create("second", MFD_CLOEXEC);

	CHECK_INT(log_redirect(first, true), 0);
	log_say(LOG_LEVEL_INFO, "one", "1");
	CHECK_INT(log_redirect(second, false), 0);
	log_say(LOG_LEVEL_INFO, "two", "2");
	CHECK_INT(log_redirect(-1, false), 0);
	log_say(LOG_LEVEL_INFO, "three", "3");
	CHECK_STR(written(home, text, sizeof(text)) + strlen(text) - 9, "three: 3\n");
	CHECK(strstr(written(first, text, sizeof(text)), "\"one\"") && !strstr(text, "two"));
	CHECK_STR(written(second, text, sizeof(text)) + strlen(text) - 7, "two: 2\n");
	CHECK(log_redirect(100000, true) < 0);
}

TEST(knows_its_levels_by_name)
{
	enum log_level level = LOG_LEVEL_ERROR;

	CHECK(log_level_find("debug", &level) && level == LOG_LEVEL_DEBUG);
	CHECK(!log_level_find("loud", &level) && level == LOG_LEVEL_DEBUG);
	CHECK_STR(log_level_name(LOG_LEVEL_NOTICE), "notice");
}

enum { THREADS = 4, LINES = 500 };

static void *write_lines(void *arg)
{
	for (int i = 0; i < LINES; i++)
		log_say(LOG_LEVEL_INFO, "line", "%s", (const char *)arg);
	return NULL;
}

/* Lines of threads that write at once, to a pipe. */
TEST(lines_do_not_mix)
{
	pthread_t threads[THREADS];
	char message[200] = { 0 }, line[1000];
	int fds[2], lines = 0;

	memset(message, 'm', sizeof(message) - 1);
	CHECK(!pipe(fds));
	log_to(fds[1], false);
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&threads[i], NULL, write_lines, message));
	FILE *file = fdopen(fds[0], "r");
	CHECK(file);
	for (; lines < THREADS * LINES && fgets(line, sizeof(line), file); lines++) {
		char *at = strstr(line, " info line: ");
		CHECK(at && !memcmp(at + 12, message, sizeof(message) - 1));
		CHECK_STR(at + 12 + sizeof(message) - 1, "\n");
	}
	CHECK_INT(lines, THREADS * LINES);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

TEST(a_log_that_cannot_be_written_stops_nothing)
{
	log_to(-1, false);
	log_say(LOG_LEVEL_ERROR, "lost", "nobody reads this");
}

TEST(limits_how_often)
{
	static struct log_rate rate = { .per_ns = CLOCK_NS_PER_S };
	int64_t skipped = -1;

	clock_virtual(true);
	CHECK(log_limit(&rate, &skipped));
	CHECK_INT(skipped, 0);
	CHECK(!log_limit(&rate, &skipped));
	CHECK(!log_limit(&rate, &skipped));
	clock_advance(CLOCK_NS_PER_S);
	CHECK(log_limit(&rate, &skipped));
	CHECK_INT(skipped, 2);
	CHECK(!log_limit(&rate, &skipped));
}

TEST(counts_what_is_too_much)
{
	struct log_quota quota = { 0 };
	uint64_t while_cycles = clock_cycles_per_us() * 60000000;
	uint32_t skipped = 7;
	bool is_last = true;

	for (int i = 1; i <= 3; i++) {
		CHECK(log_quota_take(&quota, 3, while_cycles, &skipped, &is_last));
		CHECK_INT(skipped, 0);
		CHECK(is_last == (i == 3));
	}
	for (int i = 0; i < 5; i++)
		CHECK(!log_quota_take(&quota, 3, while_cycles, &skipped, &is_last));
	/* relaxed: there is one thread */
	atomic_store_explicit(&quota.ends, 0, memory_order_relaxed);
	CHECK(log_quota_take(&quota, 3, while_cycles, &skipped, &is_last));
	CHECK_INT(skipped, 5);
	CHECK(!is_last);
}
