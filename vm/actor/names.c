/* Registered names, without a lock: the entry's identity word and the name's word are each changed by a
 * compare-exchange, the entry's first. Any thread. */
#include "vm/actor/names.h"

#include <errno.h>
#include <sys/mman.h>

/* An atom's word is that of its term. */
static uint32_t atom_index(joist_atom name)
{
	return (uint32_t)(name.word >> 3);
}

int names_init(struct names *names)
{
	size_t room = UINT32_C(1) << 26; /* address space only; the cap of atoms is below it */
	void *pids = mmap(NULL, room * sizeof(uint64_t), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (pids == MAP_FAILED)
		return -ENOMEM;
	*names = (struct names){ .pids = pids, .room = room };
	return 0;
}

void names_finish(struct names *names)
{
	if (names->pids)
		munmap(names->pids, names->room * sizeof(uint64_t));
	names->pids = NULL;
}

joist_pid names_find(const struct names *names, joist_atom name)
{
	/* acquire: pairs with the release in names_register */
	return (joist_pid){ .id = atomic_load_explicit(&names->pids[atom_index(name)],
						       memory_order_acquire) };
}

bool names_register(struct names *names, joist_atom name, struct entry *entry, joist_pid pid)
{
	uint64_t index = atom_index(name), free = 0;
	uint64_t nameless = (uint64_t)pid_serial(pid) << 32, named = nameless | index;

	if (index == 0)
		return false;
	/* acquire and release: pairs with the exchange in table_close: either it finds the name, or this
	 * fails */
	if (!atomic_compare_exchange_strong_explicit(&entry->identity, &nameless, named,
						     memory_order_acq_rel, memory_order_relaxed))
		return false;
	/* release: pairs with the acquire in names_find */
	if (!atomic_compare_exchange_strong_explicit(&names->pids[index], &free, pid.id,
						     memory_order_release, memory_order_relaxed)) {
		/* Fails if the actor ended meanwhile, and then there is nothing to undo.
		 * relaxed: the name was never to be seen */
		atomic_compare_exchange_strong_explicit(&entry->identity, &named, nameless,
							memory_order_relaxed, memory_order_relaxed);
		return false;
	}
	if (!entry_is(entry, pid)) {
		/* It ended between the two steps, when the name was not there to be freed. */
		names_forget(names, (uint32_t)index, pid);
		return false;
	}
	return true;
}

bool names_unregister(struct names *names, joist_atom name, struct table *table)
{
	joist_pid pid = names_find(names, name);

	if (pid.id == 0)
		return false;
	uint64_t nameless = (uint64_t)pid_serial(pid) << 32, named = nameless | atom_index(name);
	struct entry *entry = table_entry(table, pid_slot(pid));
	names_forget(names, atom_index(name), pid);
	/* release: pairs with the exchanges in names_register and table_close */
	return atomic_compare_exchange_strong_explicit(&entry->identity, &named, nameless,
						       memory_order_release, memory_order_relaxed);
}

void names_forget(struct names *names, uint32_t name_index, joist_pid pid)
{
	uint64_t id = pid.id;

	/* relaxed: who finds the name gone learns nothing else by it */
	atomic_compare_exchange_strong_explicit(&names->pids[name_index], &id, 0,
						memory_order_relaxed, memory_order_relaxed);
}

joist_atom names_of(const struct entry *entry)
{
	/* relaxed: a fact that may change at once anyway */
	uint64_t identity = atomic_load_explicit(&entry->identity, memory_order_relaxed);

	return (joist_atom){ (uint32_t)identity ? (identity << 32 >> 29 | TAG_ATOM) : 0 };
}
