/* The table of pids: a slot for every actor that lives, with its inbox. Slots are never unmapped, so that
 * whoever holds a pid, even a stale one, may try to send to it without asking anybody first.
 *
 * The inbox is a many-to-one stack of signals, newest first. Its head says more than that:
 *
 *   NULL     nothing has come; the actor runs, or waits for its turn in a run queue
 *   IDLE     nothing has come, and the actor waits: who pushes onto this must make it run
 *   CLOSED   nobody lives here
 *
 * A signal carries the pid that it is for. One that is pushed to a slot just as its actor is replaced
 * arrives at the new one, which sees that it is not meant. */
#ifndef JOIST_VM_ACTOR_TABLE_H
#define JOIST_VM_ACTOR_TABLE_H

#include <stdatomic.h>

#include "vm/actor/signal.h"
#include "vm/base/spin.h"

struct joist_actor;
struct mailbox_gate;

#define INBOX_IDLE ((struct signal *)1)
#define INBOX_CLOSED ((struct signal *)2)

/* In the place of a name's index: the serial is the next one, and no name can be registered for it. */
#define ENTRY_UNBORN UINT32_MAX

struct entry {
	struct signal *_Atomic inbox;
	_Atomic uint64_t identity; /* serial << 32 | its name's index, or 0, or ENTRY_UNBORN */
	struct joist_actor *actor; /* stable for who has taken IDLE off the inbox */
	struct mailbox_gate *_Atomic gate; /* limits what may be pushed; NULL: nothing does */
};

#define TABLE_CHUNK_BITS 10
#define TABLE_CHUNK (1u << TABLE_CHUNK_BITS)
#define TABLE_CHUNKS (1u << (PID_SLOT_BITS - TABLE_CHUNK_BITS))

#define TABLE_SHELF_MAX 64

/* Free slots at hand for one thread at a time: who takes and gives them there needs no lock. Zeroed, it has
 * none. */
struct table_shelf {
	struct table_shelf *next; /* of the same table */
	uint32_t count;
	uint32_t slots[TABLE_SHELF_MAX];
	atomic_uint_least64_t born, gone; /* actors that took a slot from it, or gave one */
};

struct table {
	struct entry *_Atomic *chunks; /* address space for TABLE_CHUNKS of them */
	struct spin lock; /* of what follows */
	uint32_t fresh; /* slots below it have been handed out */
	uint32_t *spare; /* a stack of free slots */
	uint32_t spare_count, spare_room;
	struct table_shelf common; /* of who has none of its own */
	struct table_shelf *shelves; /* that one, and those that others have */
};

int table_init(struct table *table);
void table_finish(struct table *table);

/* Instead of that: it stays for good. */
void table_keep(const struct table *table);

/* The slot's entry, or NULL if there never was one. Any thread. */
static inline struct entry *table_entry(const struct table *table, uint32_t slot)
{
	/* acquire: pairs with the release in table_take, so that a new chunk is seen filled */
	struct entry *chunk =
		atomic_load_explicit(&table->chunks[slot / TABLE_CHUNK], memory_order_acquire);

	return chunk ? &chunk[slot % TABLE_CHUNK] : NULL;
}

/* A shelf, whose owner is the only one to use it from now on; and its end, when nobody uses it any more. */
void table_add_shelf(struct table *table, struct table_shelf *shelf);
void table_remove_shelf(struct table *table, struct table_shelf *shelf);

/* A free slot for an actor that is about to live, its inbox NULL; its pid. From the caller's shelf, or, if
 * that is NULL, from what is for all. NULL when memory is short. */
struct entry *table_take(struct table *table, struct table_shelf *shelf, struct joist_actor *actor,
			 joist_pid *ret_pid);

/* Ends the entry's pid: from now on it is closed. Returns what had come, newest first, and the index of
 * the name it had, or 0, in `*ret_name_index`. */
struct signal *table_close(struct entry *entry, uint32_t *ret_name_index);

/* Gives a closed entry's slot back for another, likewise. */
void table_give(struct table *table, struct table_shelf *shelf, struct entry *entry, joist_pid pid);

/* How many actors live, or a few more; 0: there was a moment when none did. Any thread. */
uint64_t table_live(struct table *table);

/* How many slots have been used, and the pid of who lives in one of them now; false if nobody does. */
uint32_t table_slots(struct table *table);
bool table_pid(const struct table *table, uint32_t slot, joist_pid *ret_pid);

/* Whether `pid` is the entry's, now. */
static inline bool entry_is(const struct entry *entry, joist_pid pid)
{
	/* acquire: pairs with the releases in table_take and table_close */
	return atomic_load_explicit(&entry->identity, memory_order_acquire) >> 32 ==
	       pid_serial(pid);
}

/* Whether `pid` is an actor of this node that has not ended. Any thread. */
static inline bool table_lives(const struct table *table, joist_pid pid)
{
	struct entry *entry = pid.node ? NULL : table_entry(table, pid_slot(pid));

	return entry && entry_is(entry, pid);
}

/* ---- the inbox ---- */

enum inbox_push {
	INBOX_PUSHED,
	INBOX_WAKE, /* the actor waited: the caller must make it run */
	INBOX_DEAD, /* nobody is there; the signal is still the caller's */
};

static inline enum inbox_push inbox_push(struct entry *entry, struct signal *signal)
{
	/* relaxed: the exchange below orders what matters */
	struct signal *head = atomic_load_explicit(&entry->inbox, memory_order_relaxed);

	for (;;) {
		if (head == INBOX_CLOSED)
			return INBOX_DEAD;
		signal->next = head == INBOX_IDLE ? NULL : head;
		/* release: pairs with the acquire in inbox_take; acquire: with the release in
		 * inbox_rest, so that who wakes the actor sees it as it was left */
		if (atomic_compare_exchange_weak_explicit(&entry->inbox, &head, signal,
							  memory_order_acq_rel,
							  memory_order_relaxed))
			return head == INBOX_IDLE ? INBOX_WAKE : INBOX_PUSHED;
	}
}

/* Whether the actor waits. Soon it may not. */
static inline bool inbox_is_idle(const struct entry *entry)
{
	/* relaxed: who claims it looks again */
	return atomic_load_explicit(&entry->inbox, memory_order_relaxed) == INBOX_IDLE;
}

/* Whether something has come. Only the actor itself asks. */
static inline bool inbox_has(const struct entry *entry)
{
	/* relaxed: inbox_take orders */
	return atomic_load_explicit(&entry->inbox, memory_order_relaxed) != NULL;
}

/* All that has come, newest first. Only by the actor itself. */
static inline struct signal *inbox_take(struct entry *entry)
{
	/* acquire: pairs with the release in inbox_push */
	return atomic_exchange_explicit(&entry->inbox, NULL, memory_order_acquire);
}

/* Says that the actor waits; false if something has come. Only by the actor itself; once it returns true
 * another thread may run the actor. */
static inline bool inbox_rest(struct entry *entry)
{
	struct signal *none = NULL;

	/* release: pairs with the acquire in inbox_push and inbox_claim */
	return atomic_compare_exchange_strong_explicit(&entry->inbox, &none, INBOX_IDLE,
						       memory_order_release, memory_order_relaxed);
}

/* Takes the right to make a waiting actor run, which is the caller's until it does; false if it does not
 * wait. Unless it is sure that the entry still belongs to the actor that is meant, it may be another. */
static inline bool inbox_claim(struct entry *entry)
{
	struct signal *idle = INBOX_IDLE;

	/* acquire: pairs with the release in inbox_rest */
	return atomic_compare_exchange_strong_explicit(&entry->inbox, &idle, NULL,
						       memory_order_acquire, memory_order_relaxed);
}

#endif
