/* A node: owner of everything in it. The one header by which the loader, and programs that embed a
 * node, reach the VM. */
#ifndef JOIST_VM_VM_H
#define JOIST_VM_VM_H

#include <joist/actor.h>

#include "vm/actor/code.h"
#include "vm/base/arena.h"

struct distribution_options;

struct mailbox_limit {
	uint64_t messages; /* 0: no limit */
	uint64_t bytes; /* 0: no limit */
	const char *policy; /* error_to_sender (the default), drop_new, drop_old, exit */
};

/* Of each actor, 0: no limit. */
struct vm_limits {
	uint64_t actor_memory_bytes;
	struct mailbox_limit mailbox;
	uint32_t descriptors; /* that it may own */
};

struct vm_options {
	const char *name; /* NULL: nonode@nohost */
	unsigned schedulers; /* 0: one for each processor that the process may use */
	unsigned slice_us; /* 0: 2000 */
	struct vm_limits limits;
	uint64_t stacks_max; /* that loops and blocked turns hold; 0: what the kernel allows */
	uint32_t threads_max; /* for turns that compute or block; 0: POOL_THREADS_MAX */
	bool virtual_clock; /* time stands still while anything runs, then jumps to the next timer */
	uint64_t seed; /* above 0: one scheduler whose choices are drawn from this seed */
	struct code_port code;
	struct crash_port crash;
	struct travel_port travel;
	unsigned crash_reports_per_s; /* of each export; 0: 10 */
	/* vm/dist/distribution.h; NULL: it knows no other node */
	const struct distribution_options *distribution;
	int stdout_fd; /* where joist_print writes; 0: standard output */
};

/* A node that does not run yet; NULL and errno when it cannot be made. Borrows options. */
struct joist_vm *vm_create(const struct vm_options *options);

/* Starts its threads: 0, or -errno. */
int vm_start(struct joist_vm *vm);

/* Lets other nodes find a node that runs: 0; -EEXIST if there is one of its name; or -errno. */
int vm_join(struct joist_vm *vm);

/* Other limits, for actors that start from now on; that of descriptors is for all. Any thread. */
void vm_limit(struct joist_vm *vm, const struct vm_limits *limits);

/* Starts an actor, from any thread. `args` is copied. As joist_spawn_with where it fails. */
joist_pid vm_spawn(struct joist_vm *vm, const char *name, joist_term args,
		   const struct joist_spawn_options *options);

/* Sends a copy of `message`, from any thread. */
void vm_send(struct joist_vm *vm, joist_pid to, joist_term message);

/* Sends an exit signal, as from nobody, from any thread. */
void vm_exit_to(struct joist_vm *vm, joist_pid to, joist_term reason);

/* Waits until `pid` has ended; its reason, built in `arena`. Not from an actor. */
joist_term vm_wait(struct joist_vm *vm, joist_pid pid, struct arena *arena);

/* How many actors live. */
uint64_t vm_actor_count(struct joist_vm *vm);

/* Has a list of all actors written to the log: state, current function, mailbox, reductions, memory. Any
 * thread; does not wait for it. */
void vm_log_actors(struct joist_vm *vm);

/* Kills every actor, waits for their ends, stops the threads. False: some had to be left behind, with
 * C code that does not end and may yet call the node: neither it nor that code may be freed. */
bool vm_stop(struct joist_vm *vm);

/* Frees a node that does not run; not if it had to leave threads behind. NULL is fine. */
void vm_destroy(struct joist_vm *vm);

#endif
