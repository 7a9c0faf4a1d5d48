/* The distribution of a node: who it is, and whom it knows. */
#ifndef JOIST_VM_DIST_DIST_H
#define JOIST_VM_DIST_DIST_H

#include <pthread.h>
#include <semaphore.h>

#include "vm/base/mutex.h"
#include "vm/dist/handshake.h"
#include "vm/io/address.h"
#include "vm/io/watch.h"
#include "vm/sched/sched.h"
#include "vm/term/nodes.h"

struct line;
struct map_server;
struct mapper;
struct peer;
struct resolving;
struct watcher;

struct dist {
	struct joist_vm *vm;
	struct handshake_name self; /* name, flags, creation: fixed */
	struct joist_bytes cookie;
	char cookie_text[512];
	bool hidden;
	uint16_t port; /* where it listens */
	uint16_t
		epmd_port; /* 0: there is none, and all nodes listen at `fixed_port` of their hosts */
	uint16_t fixed_port;
	int64_t tick_ns; /* a quarter of the time after which a silent node is taken for gone */

	struct peer *_Atomic *by_node; /* by numbers of nodes.h; NULL: not looked for yet */
	struct mutex lock; /* of all until the next comment */
	struct peer *peers; /* never removed while the node lives */
	struct peer *todo; /* those for which the thread has something to do */
	struct watcher *watchers; /* who hears of nodes that come and go */
	struct resolving *resolved; /* look-ups that are over */
	uint64_t number; /* the last one given to a monitor of others */
	bool stops;

	/* The thread's own. */
	pthread_t thread;
	bool runs, has_watch, is_ready;
	struct watch watch;
	struct watch_wait accepts;
	int listener;
	struct line *lines;
	int64_t next_ns; /* when something is due, at the latest */
	struct mapper *mapper;
	struct map_server *map_server;
	sem_t registered; /* posted once: the port mapper has answered, or does not */
	bool is_told;
	int registration; /* 0, -EEXIST: the name is taken */
};

/* Numbers by which monitors of other nodes are known here: beside those that workers give. */
#define DIST_NUMBERS (UINT64_C(0xFFF0) << 48)

#endif
