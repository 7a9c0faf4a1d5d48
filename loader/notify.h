/* Tells the service manager how the node does, by the datagrams of sd_notify(3). */
#ifndef JOIST_LOADER_NOTIFY_H
#define JOIST_LOADER_NOTIFY_H

#include <stdint.h>

/* Sends `state` ("READY=1") to $NOTIFY_SOCKET; nothing if that is not set. */
void notify_send(const char *state);

/* How often the manager wants to hear WATCHDOG=1, in milliseconds, halved so that none comes late; -1
 * if it does not. */
int64_t notify_watchdog_ms(void);

#endif
