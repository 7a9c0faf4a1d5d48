/* A node's insides: its workers, its table of pids, its names. */
#ifndef JOIST_VM_SCHED_SCHED_H
#define JOIST_VM_SCHED_SCHED_H

#include <semaphore.h>

#include "vm/actor/code.h"
#include "vm/actor/gate.h"
#include "vm/actor/names.h"
#include "vm/base/alarm.h"
#include "vm/io/blocking.h"
#include "vm/sched/ballot.h"

/* Every node's workers are numbered below this, what stands in for one from here on; a reference's number
 * says which one made it. */
#define WORKERS_MAX 1024

struct crash;
struct dist;
struct fault;
struct joist_actor;
struct monitor;
struct pool;
struct worker;

/* Crash reports that wait for a supervisor's word (crash.h), oldest first. */
struct crashes {
	struct spin lock;
	struct crash *first, *last;
	uint32_t count;
};

/* Who hears of the alarms of a node, and of those of the process (alarms.h). */
#define ALARMS_HEARERS_MAX 64

struct alarms {
	struct alarm_ear ear;
	joist_atom alarm, cleared, names[ALARM_COUNT]; /* made early: atoms may be what is short */
	struct spin lock; /* of all below */
	uint32_t count;
	joist_pid pids[ALARMS_HEARERS_MAX];
};

struct joist_vm {
	struct table table;
	struct names names;
	struct code_port code;
	struct crash_port crash;
	struct travel_port travel;
	uint32_t crash_reports_per_s; /* of each export */
	uint64_t cycles_per_s;
	struct blocking_pool blocking;
	uint32_t worker_count, worker_room;
	bool has_blocking;
	bool virtual_clock;
	bool seeded;
	uint64_t seed;
	/* Limits of each actor, 0: none. vm_limit may set them at any time, and whoever sees the old
	 * ones a moment longer is right, too: all of it is relaxed. */
	_Atomic uint64_t actor_memory_max;
	_Atomic uint32_t descriptors_max;
	_Atomic uint64_t mailbox_messages_max, mailbox_bytes_max;
	_Atomic(enum gate_policy) mailbox_policy;
	int64_t slice_ns;
	uint64_t slice_cycles;
	int stdout_fd;
	joist_atom name;
	struct dist *dist; /* NULL: it knows no other node */
	/* Sends a signal, which is taken over, to an actor of another node; NULL: there is no way. */
	void (*send_far)(struct joist_vm *vm, struct worker *w, joist_pid to,
			 struct signal *signal);
	struct crashes crashes;
	struct alarms alarms;
	struct ballot ballot;
	atomic_bool stopping; /* no actor starts any more */
	sem_t empty; /* posted while it stops, when no actor is left */
	atomic_bool stopped; /* no actor is left: workers end */
	_Atomic uint64_t idle[WORKERS_MAX / 64]; /* a bit for each worker that sleeps */
	_Atomic uint64_t outside; /* numbers of references made outside any worker */
	_Atomic uint32_t next_worker; /* to which the next actor started from outside goes */
	struct worker *workers;
	/* Says where the code is that the thread `tid` runs for an actor. */
	void (*sample)(int tid, const struct joist_actor *a, struct fault *ret_fault);
	/* Has the conversion that it runs end, if that is overdue and possible. */
	void (*end_code)(int tid);
	struct pool *pool;
	struct monitor *monitor; /* NULL: it has none */
	bool hands_over; /* it has had one since before the first turn */
	bool runs; /* its threads were started */
	bool left; /* some of them could not be ended */
	struct joist_vm *next_kept; /* for them */
};

#endif
