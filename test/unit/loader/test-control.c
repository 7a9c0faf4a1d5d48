/* What the main thread hears. */
#include "loader/control.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "test/harness.h"

static struct control control;

static void *tell_both(void *host)
{
	struct init_host *h = host;

	h->ready(h);
	h->ended(h, "{shutdown,done}");
	return NULL;
}

TEST(hears_news_in_order)
{
	pthread_t thread;

	CHECK_INT(control_open(&control), 0);
	CHECK(!pthread_create(&thread, NULL, tell_both, &control.host));
	CHECK_INT(control_wait(&control, -1), CONTROL_READY);
	CHECK_INT(control_wait(&control, -1), CONTROL_ENDED);
	CHECK_STR(control.reason, "{shutdown,done}");
	CHECK(!pthread_join(thread, NULL));
	control_close(&control);
}

TEST(hears_signals)
{
	CHECK_INT(control_open(&control), 0);
	CHECK(!kill(getpid(), SIGTERM));
	CHECK_INT(control_wait(&control, -1), CONTROL_STOP);
	CHECK(!kill(getpid(), SIGINT));
	CHECK_INT(control_wait(&control, -1), CONTROL_STOP);
	CHECK(!kill(getpid(), SIGUSR1));
	CHECK_INT(control_wait(&control, -1), CONTROL_LIST);
	control_close(&control);
}

TEST(hears_the_time)
{
	CHECK_INT(control_open(&control), 0);
	CHECK_INT(control_wait(&control, 1), CONTROL_TIME);
	control.host.ready(&control.host);
	CHECK_INT(control_wait(&control, 0), CONTROL_READY);
	CHECK_INT(control_wait(&control, 0), CONTROL_TIME);
	control_close(&control);
}
