/* What the main thread waits for while a node runs: signals, and news from init. */
#ifndef JOIST_LOADER_CONTROL_H
#define JOIST_LOADER_CONTROL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "loader/init.h"

enum control_event {
	CONTROL_READY, /* the tree has been started */
	CONTROL_ENDED, /* init has ended, or will at once */
	CONTROL_STOP, /* SIGTERM or SIGINT */
	CONTROL_LIST, /* SIGUSR1 */
	CONTROL_TIME, /* so many milliseconds have passed */
};

struct control {
	struct init_host host; /* for init */
	int signals, news; /* a signalfd and an eventfd */
	atomic_bool ready, ended;
	bool told_ready;
	char reason[2048]; /* once it has ended: why, as Erlang text, cut */
};

/* Takes the signals over: threads that are started later do not get them. 0, or -errno. */
int control_open(struct control *control);

/* Waits for the next event; each but the signals and the time comes once. */
enum control_event control_wait(struct control *control, int64_t timeout_ms);

/* Closes what it has; the signals stay blocked. */
void control_close(struct control *control);

#endif
