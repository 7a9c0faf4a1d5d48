/* The watch: an epoll set with one-shot interests, and an eventfd by which other threads wake its poller.
 *
 * An interest is armed by each watch_add and disarmed by the kernel as it fires. A waiter that gives up
 * leaves it armed: the event then finds nobody. A descriptor may be closed by anybody at any time, and
 * its number used anew, without a word to the watch. So each event carries the round in which it was
 * armed, and one of an earlier round is dropped; and if the kernel does not know a descriptor for which
 * somebody waits, that one waits for a file which is gone: it is told so. */
#include "vm/io/watch.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "vm/base/bug.h"
#include "vm/base/heap.h"
#include "vm/base/ownfd.h"

enum {
	EVENTS_MAX = 128, /* taken from the kernel at once */
	FDS_MIN = 64,
};

/* In the place of a descriptor: the eventfd. */
#define EVENT_WAKE UINT64_MAX

int watch_init(struct watch *watch)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.u64 = EVENT_WAKE };
	int error;

	*watch = (struct watch){ .event_fd = -1 };
	watch->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (watch->epoll_fd < 0)
		return -errno;
	watch->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ownfd_add(watch->epoll_fd);
	ownfd_add(watch->event_fd);
	/* Edge-triggered: each write is an event, and nobody needs to read it away. */
	if (watch->event_fd >= 0 &&
	    epoll_ctl(watch->epoll_fd, EPOLL_CTL_ADD, watch->event_fd, &event) == 0)
		return 0;
	error = errno;
	watch_finish(watch);
	return -error;
}

void watch_finish(struct watch *watch)
{
	if (!watch)
		return;
	heap_give(watch->fds, watch->fd_count * sizeof(*watch->fds));
	ownfd_remove(watch->event_fd);
	ownfd_remove(watch->epoll_fd);
	if (watch->event_fd >= 0)
		close(watch->event_fd);
	close(watch->epoll_fd);
}

static void push(struct watch_wait **list, struct watch_wait *wait)
{
	wait->next = *list;
	wait->link = list;
	if (wait->next)
		wait->next->link = &wait->next;
	*list = wait;
}

static void unlink_wait(struct watch_wait *wait)
{
	*wait->link = wait->next;
	if (wait->next)
		wait->next->link = wait->link;
	wait->link = NULL;
}

/* Moves those of `waits` that wait for one of `events` to the list that ends at `*last`. */
static void take(struct watch_wait **waits, uint32_t events, struct watch_wait ***last)
{
	struct watch_wait *next;

	for (struct watch_wait *wait = *waits; wait; wait = next) {
		next = wait->next;
		if (!(events & (EPOLLERR | EPOLLHUP | (wait->write ? EPOLLOUT : EPOLLIN))))
			continue;
		unlink_wait(wait);
		push(*last, wait);
		*last = &wait->next;
	}
}

/* Makes room for `fd`. The lists' heads move in memory: each first waiter is told where to. */
static int grow(struct watch *watch, int fd)
{
	size_t size = sizeof(*watch->fds), count = watch->fd_count ? watch->fd_count : FDS_MIN;

	while (count <= (size_t)fd)
		count *= 2;
	struct watch_fd *fds = heap_resize(watch->fds, watch->fd_count * size, count * size);
	if (!fds)
		return -ENOMEM;
	memset(&fds[watch->fd_count], 0, (count - watch->fd_count) * size);
	for (size_t i = 0; i < watch->fd_count; i++)
		if (fds[i].waits)
			fds[i].waits->link = &fds[i].waits;
	watch->fds = fds;
	watch->fd_count = count;
	return 0;
}

static void lose_all(struct watch *watch, struct watch_fd *entry)
{
	struct watch_wait **last = &watch->lost;

	while (*last)
		last = &(*last)->next;
	for (struct watch_wait *wait = entry->waits; wait; wait = wait->next)
		wait->error = -EBADF;
	take(&entry->waits, EPOLLERR, &last);
}

/* Arms the interest of all that wait for `fd`, and of `also` (an event mask): 0, or -errno. */
static int arm(struct watch *watch, int fd, uint32_t also)
{
	struct watch_fd *entry = &watch->fds[fd];
	struct epoll_event event = { .events = EPOLLONESHOT | also };

	for (struct watch_wait *wait = entry->waits; wait; wait = wait->next)
		event.events |= wait->write ? EPOLLOUT : EPOLLIN;
	event.data.u64 = (uint64_t)++entry->round << 32 | (uint32_t)fd;
	if (entry->known && epoll_ctl(watch->epoll_fd, EPOLL_CTL_MOD, fd, &event) == 0)
		return 0;
	/* Closing takes a descriptor out of the set: who waited for it waits for what is no more. */
	lose_all(watch, entry);
	event.events = EPOLLONESHOT | also;
	entry->known = also && epoll_ctl(watch->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
	return entry->known || !also ? 0 : -errno;
}

int watch_add(struct watch *watch, struct watch_wait *wait)
{
	if (wait->fd < 0)
		return -EBADF;
	if ((size_t)wait->fd >= watch->fd_count && grow(watch, wait->fd) < 0)
		return -ENOMEM;
	int error = arm(watch, wait->fd, wait->write ? EPOLLOUT : EPOLLIN);
	if (error < 0)
		return error;
	wait->error = 0;
	push(&watch->fds[wait->fd].waits, wait);
	return 0;
}

void watch_remove(struct watch *watch, struct watch_wait *wait)
{
	(void)watch; /* the interest stays armed: its event will find nobody */
	if (wait->link)
		unlink_wait(wait);
}

static void take_event(struct watch *watch, const struct epoll_event *event,
		       struct watch_wait ***last)
{
	uint32_t fd = (uint32_t)event->data.u64;

	if (event->data.u64 == EVENT_WAKE)
		return;
	joist_assert(fd < watch->fd_count);
	struct watch_fd *entry = &watch->fds[fd];
	if (entry->round != event->data.u64 >> 32)
		return;
	take(&entry->waits, event->events, last);
	if (entry->waits)
		arm(watch, (int)fd, 0);
}

/* epoll_pwait2 is of Linux 5.11; where it is not, milliseconds must do. Rounded up: to wake early
 * would be to wake in vain. */
static int wait_events(int epoll_fd, struct epoll_event *events, int64_t timeout_ns)
{
	struct timespec timeout = { .tv_sec = timeout_ns / 1000000000,
				    .tv_nsec = timeout_ns % 1000000000 };
	int count =
		epoll_pwait2(epoll_fd, events, EVENTS_MAX, timeout_ns < 0 ? NULL : &timeout, NULL);

	if (count >= 0 || errno != ENOSYS)
		return count;
	int64_t ms = timeout_ns < 0 ? -1 : timeout_ns / 1000000 + (timeout_ns % 1000000 != 0);
	return epoll_wait(epoll_fd, events, EVENTS_MAX, ms > INT_MAX ? INT_MAX : (int)ms);
}

/* Says that the poller sleeps from now on; false if it was woken before. */
static bool fall_asleep(struct watch *watch)
{
	int awake = WATCH_AWAKE;

	/* Pairs with the exchange in watch_wake: it finds that we sleep, or we find that it was there.
	 * relaxed: nothing is read or published before wake_up */
	return atomic_compare_exchange_strong_explicit(&watch->state, &awake, WATCH_SLEEPS,
						       memory_order_relaxed, memory_order_relaxed);
}

static void wake_up(struct watch *watch)
{
	/* acquire: pairs with the release in watch_wake, so that what was stored before it is seen */
	atomic_exchange_explicit(&watch->state, WATCH_AWAKE, memory_order_acquire);
}

int watch_poll(struct watch *watch, int64_t timeout_ns,
	       void (*ready)(void *context, struct watch_wait *wait), void *context)
{
	struct epoll_event events[EVENTS_MAX];
	struct watch_wait *over = NULL, **last = &over;
	int count, error, told = 0;

	if (timeout_ns != 0 && (watch->lost || !fall_asleep(watch)))
		timeout_ns = 0;
	count = wait_events(watch->epoll_fd, events, timeout_ns);
	error = count < 0 && errno != EINTR ? -errno : 0;
	wake_up(watch);
	if (error < 0)
		return error;
	take(&watch->lost, EPOLLERR, &last);
	for (int i = 0; i < count; i++)
		take_event(watch, &events[i], &last);
	while (over) {
		struct watch_wait *wait = over;

		unlink_wait(wait);
		ready(context, wait);
		told++;
	}
	return told;
}

void watch_wake(struct watch *watch)
{
	const uint64_t one = 1;

	/* release: pairs with the acquire in wake_up. One change of one word: either the poller has yet
	 * to look at it, or it sleeps and needs the eventfd. */
	if (atomic_exchange_explicit(&watch->state, WATCH_WOKEN, memory_order_acq_rel) ==
	    WATCH_SLEEPS) {
		ssize_t written = write(watch->event_fd, &one, sizeof(one));

		joist_assert(written == sizeof(one));
	}
}
