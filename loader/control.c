/* The main thread's ear. init tells its news on a thread of the VM: a flag, then a wake-up. */
#include "loader/control.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "vm/base/bug.h"
#include "vm/base/ownfd.h"

static void wake(struct control *control)
{
	const uint64_t one = 1;

	while (write(control->news, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static void on_ready(struct init_host *host)
{
	struct control *control = container_of(host, struct control, host);

	/* release: pairs with the acquire in take_news */
	atomic_store_explicit(&control->ready, true, memory_order_release);
	wake(control);
}

static void on_ended(struct init_host *host, const char *reason)
{
	struct control *control = container_of(host, struct control, host);

	snprintf(control->reason, sizeof(control->reason), "%s", reason);
	/* release: pairs with the acquire in take_news */
	atomic_store_explicit(&control->ended, true, memory_order_release);
	wake(control);
}

int control_open(struct control *control)
{
	sigset_t set;

	*control = (struct control){ .host = { on_ready, on_ended } };
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	/* A reader that has gone is an error of write, not the end of the node. */
	signal(SIGPIPE, SIG_IGN);
	control->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (control->signals < 0)
		return -errno;
	control->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ownfd_add(control->signals);
	ownfd_add(control->news);
	if (control->news < 0) {
		ownfd_remove(control->signals);
		close(control->signals);
		return -errno;
	}
	return 0;
}

/* Whether init has said something that was not passed on yet. */
static bool take_news(struct control *control, enum control_event *ret_event)
{
	/* acquire: pairs with the release in on_ready */
	if (!control->told_ready && atomic_load_explicit(&control->ready, memory_order_acquire)) {
		control->told_ready = true;
		*ret_event = CONTROL_READY;
		return true;
	}
	*ret_event = CONTROL_ENDED;
	/* acquire: pairs with the release in on_ended */
	return atomic_load_explicit(&control->ended, memory_order_acquire);
}

static bool take_signal(struct control *control, enum control_event *ret_event)
{
	struct signalfd_siginfo info;

	if (read(control->signals, &info, sizeof(info)) != sizeof(info))
		return false;
	*ret_event = info.ssi_signo == SIGUSR1 ? CONTROL_LIST : CONTROL_STOP;
	return true;
}

enum control_event control_wait(struct control *control, int64_t timeout_ms)
{
	enum control_event event;
	uint64_t count;

	for (;;) {
		struct pollfd polls[] = { { control->signals, POLLIN, 0 },
					  { control->news, POLLIN, 0 } };

		/* News are looked for before the wait, as one wake-up may stand for two of them. */
		if (take_news(control, &event) || take_signal(control, &event))
			return event;
		if (!poll(polls, 2, (int)timeout_ms))
			return CONTROL_TIME;
		if (polls[1].revents && read(control->news, &count, sizeof(count)) < 0)
			continue;
	}
}

void control_close(struct control *control)
{
	ownfd_remove(control->signals);
	ownfd_remove(control->news);
	close(control->signals);
	close(control->news);
}
