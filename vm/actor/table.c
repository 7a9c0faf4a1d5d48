/* Slots of the table of pids: taken when an actor starts, given back when it has ended, with another
 * serial number the next time. Any thread; the lock is held for a few instructions. */
#include "vm/actor/table.h"

#include <errno.h>
#include <sys/mman.h>

#include "vm/base/annotate.h"
#include "vm/base/bug.h"
#include "vm/base/heap.h"

#define CHUNKS_BYTES (TABLE_CHUNKS * sizeof(struct entry *))

int table_init(struct table *table)
{
	void *chunks = mmap(NULL, CHUNKS_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (chunks == MAP_FAILED)
		return -ENOMEM;
	*table = (struct table){ .chunks = chunks };
	table_add_shelf(table, &table->common);
	return 0;
}

void table_finish(struct table *table)
{
	if (!table->chunks)
		return;
	for (uint32_t slot = 0; slot < table->fresh; slot += TABLE_CHUNK)
		heap_give(table_entry(table, slot), TABLE_CHUNK * sizeof(struct entry));
	heap_give(table->spare, table->spare_room * sizeof(uint32_t));
	munmap(table->chunks, CHUNKS_BYTES);
	table->chunks = NULL;
}

void table_keep(const struct table *table)
{
	annotate_roots(table->chunks, CHUNKS_BYTES);
}

/* Room to remember every slot in use, so that giving one back cannot fail. */
static bool reserve_spare(struct table *table)
{
	if (table->spare_room > table->fresh)
		return true;
	uint32_t room = table->spare_room ? 2 * table->spare_room : 1024;
	uint32_t *spare = heap_resize(table->spare, table->spare_room * sizeof(uint32_t),
				      room * sizeof(uint32_t));
	if (!spare)
		return false;
	table->spare = spare;
	table->spare_room = room;
	return true;
}

static bool add_chunk(struct table *table)
{
	struct entry *chunk = heap_take_zero(TABLE_CHUNK * sizeof(struct entry));

	if (!chunk)
		return false;
	for (uint32_t i = 0; i < TABLE_CHUNK; i++) {
		atomic_init(&chunk[i].inbox, INBOX_CLOSED);
		atomic_init(&chunk[i].identity, ENTRY_UNBORN);
	}
	/* release: pairs with the acquire in table_entry */
	atomic_store_explicit(&table->chunks[table->fresh / TABLE_CHUNK], chunk,
			      memory_order_release);
	return true;
}

static bool take_slot(struct table *table, uint32_t *ret_slot)
{
	if (table->spare_count) {
		*ret_slot = table->spare[--table->spare_count];
		return true;
	}
	if (table->fresh == TABLE_CHUNKS * TABLE_CHUNK || !reserve_spare(table))
		return false;
	if (table->fresh % TABLE_CHUNK == 0 && !add_chunk(table))
		return false;
	*ret_slot = table->fresh++;
	return true;
}

void table_add_shelf(struct table *table, struct table_shelf *shelf)
{
	spin_take(&table->lock);
	shelf->next = table->shelves;
	table->shelves = shelf;
	spin_give(&table->lock);
}

/* Only the shelf's owner writes it, or who holds the lock. */
static void count(atomic_uint_least64_t *number, uint64_t change)
{
	/* relaxed: as said above */
	uint64_t before = atomic_load_explicit(number, memory_order_relaxed);
	/* release: pairs with the acquire in table_live */
	atomic_store_explicit(number, before + change, memory_order_release);
}

/* So that the next slots to be taken come in their order. With the lock. */
static void fill(struct table *table, struct table_shelf *shelf, uint32_t wanted)
{
	uint32_t slots[TABLE_SHELF_MAX], n = 0;

	while (n < wanted && take_slot(table, &slots[n]))
		n++;
	while (n > 0)
		shelf->slots[shelf->count++] = slots[--n];
}

/* With the lock. */
static void empty(struct table *table, struct table_shelf *shelf, uint32_t left)
{
	while (shelf->count > left) {
		joist_assert(table->spare_count < table->spare_room);
		table->spare[table->spare_count++] = shelf->slots[--shelf->count];
	}
}

void table_remove_shelf(struct table *table, struct table_shelf *shelf)
{
	struct table_shelf **at = &table->shelves;

	spin_take(&table->lock);
	empty(table, shelf, 0);
	/* relaxed, both: its owner does nothing any more */
	count(&table->common.born, atomic_load_explicit(&shelf->born, memory_order_relaxed));
	count(&table->common.gone, atomic_load_explicit(&shelf->gone, memory_order_relaxed));
	while (*at != shelf)
		at = &(*at)->next;
	*at = shelf->next;
	spin_give(&table->lock);
}

static bool shelf_take(struct table_shelf *shelf, uint32_t *ret_slot)
{
	if (!shelf->count)
		return false;
	*ret_slot = shelf->slots[--shelf->count];
	count(&shelf->born, 1);
	return true;
}

/* The same, but first it is filled with so many. */
static bool shelf_take_locked(struct table *table, struct table_shelf *shelf, uint32_t wanted,
			      uint32_t *ret_slot)
{
	spin_take(&table->lock);
	fill(table, shelf, wanted);
	bool found = shelf_take(shelf, ret_slot);
	spin_give(&table->lock);
	return found;
}

struct entry *table_take(struct table *table, struct table_shelf *shelf, struct joist_actor *actor,
			 joist_pid *ret_pid)
{
	uint32_t slot;
	bool found = shelf ? shelf_take(shelf, &slot) ||
				     shelf_take_locked(table, shelf, TABLE_SHELF_MAX / 2, &slot)
			   : shelf_take_locked(table, &table->common, 1, &slot);

	if (!found)
		return NULL;
	struct entry *entry = table_entry(table, slot);
	/* relaxed: nobody else writes the identity of a free slot */
	uint64_t serial = atomic_load_explicit(&entry->identity, memory_order_relaxed) >> 32;
	if (serial == 0)
		serial = 1; /* the first of the slot, or of a new round; 0 would make pid 0 */
	entry->actor = actor;
	*ret_pid = pid_local(slot, (uint32_t)serial);
	/* release: pairs with the acquire in entry_is */
	atomic_store_explicit(&entry->identity, serial << 32, memory_order_release);
	/* release: pairs with the acquire in inbox_push */
	atomic_store_explicit(&entry->inbox, NULL, memory_order_release);
	return entry;
}

struct signal *table_close(struct entry *entry, uint32_t *ret_name_index)
{
	/* relaxed: only a name may change meanwhile, and the exchange sees that */
	uint64_t identity = atomic_load_explicit(&entry->identity, memory_order_relaxed);
	uint64_t next = ((identity >> 32) + 1) << 32 | ENTRY_UNBORN;

	/* acq_rel: pairs with the acquire in entry_is, and with the exchange in names_register */
	identity = atomic_exchange_explicit(&entry->identity, next, memory_order_acq_rel);
	*ret_name_index = (uint32_t)identity;
	/* acquire: pairs with the release in inbox_push */
	return atomic_exchange_explicit(&entry->inbox, INBOX_CLOSED, memory_order_acquire);
}

static void shelf_give(struct table_shelf *shelf, uint32_t slot)
{
	shelf->slots[shelf->count++] = slot;
	count(&shelf->gone, 1);
}

/* The same, and has no more than so many left. */
static void shelf_give_locked(struct table *table, struct table_shelf *shelf, uint32_t slot,
			      uint32_t left)
{
	spin_take(&table->lock);
	shelf_give(shelf, slot);
	empty(table, shelf, left);
	spin_give(&table->lock);
}

void table_give(struct table *table, struct table_shelf *shelf, struct entry *entry, joist_pid pid)
{
	entry->actor = NULL;
	if (!shelf)
		shelf_give_locked(table, &table->common, pid_slot(pid), 0);
	else if (shelf->count < TABLE_SHELF_MAX - 1)
		shelf_give(shelf, pid_slot(pid));
	else
		shelf_give_locked(table, shelf, pid_slot(pid), TABLE_SHELF_MAX / 2);
}

uint64_t table_live(struct table *table)
{
	uint64_t born = 0, gone = 0;

	spin_take(&table->lock);
	/* Those that are gone first: each of them is among the born that are counted then.
	 * acquire, both: pairs with the release in count */
	for (const struct table_shelf *s = table->shelves; s; s = s->next)
		gone += atomic_load_explicit(&s->gone, memory_order_acquire);
	for (const struct table_shelf *s = table->shelves; s; s = s->next)
		born += atomic_load_explicit(&s->born, memory_order_acquire);
	spin_give(&table->lock);
	return born - gone;
}

uint32_t table_slots(struct table *table)
{
	spin_take(&table->lock);
	uint32_t slots = table->fresh;
	spin_give(&table->lock);
	return slots;
}

bool table_pid(const struct table *table, uint32_t slot, joist_pid *ret_pid)
{
	struct entry *entry = table_entry(table, slot);

	/* relaxed, both: it may end at once anyway */
	if (!entry || atomic_load_explicit(&entry->inbox, memory_order_relaxed) == INBOX_CLOSED)
		return false;
	uint64_t identity = atomic_load_explicit(&entry->identity, memory_order_relaxed);
	*ret_pid = pid_local(slot, (uint32_t)(identity >> 32));
	return true;
}
