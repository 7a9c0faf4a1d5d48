/* The table of nodes: entries that are written once, found by an open hash table of their numbers.
 * Both are static, so that making a node cannot fail for want of memory; pages that no node is in are
 * never touched. Any thread. */
#include "vm/term/nodes.h"

#include <stdatomic.h>
#include <string.h>

#include "vm/base/spin.h"
#include "vm/term/atom.h"

struct entry {
	_Atomic uint64_t name; /* the word of the atom; 0: nonode@nohost */
	_Atomic uint32_t creation;
};

#define SLOTS (2 * (NODES_MAX + 1))

static struct entry entries[NODES_MAX + 1];
static atomic_uint slots[SLOTS];
static struct spin lock;
static uint32_t count; /* of the foreign ones; under the lock */

static uint32_t node_hash(joist_atom name, uint32_t creation)
{
	uint64_t h = (name.word ^ (uint64_t)creation << 32) * UINT64_C(0x9E3779B97F4A7C15);

	return (uint32_t)(h >> 40) % SLOTS;
}

/* Its number, or 0 with the free slot where it belongs. */
static uint32_t node_find(joist_atom name, uint32_t creation, uint32_t *ret_slot)
{
	for (uint32_t slot = node_hash(name, creation);; slot = (slot + 1) % SLOTS) {
		/* acquire: pairs with the release in nodes_make */
		uint32_t node = atomic_load_explicit(&slots[slot], memory_order_acquire);
		if (!node) {
			*ret_slot = slot;
			return 0;
		}
		if (nodes_name(node).word == name.word && nodes_creation(node) == creation)
			return node;
	}
}

static void node_write(uint32_t node, joist_atom name, uint32_t creation)
{
	/* relaxed, both: published by the slot, and this node's own before others know of it */
	atomic_store_explicit(&entries[node].name, name.word, memory_order_relaxed);
	atomic_store_explicit(&entries[node].creation, creation, memory_order_relaxed);
}

uint32_t nodes_make(joist_atom name, uint32_t creation)
{
	uint32_t slot, node = node_find(name, creation, &slot);

	if (node)
		return node;
	spin_take(&lock);
	node = node_find(name, creation, &slot); /* another thread may have been first */
	if (!node && count < NODES_MAX) {
		node = ++count;
		node_write(node, name, creation);
		/* release: pairs with the acquire in node_find */
		atomic_store_explicit(&slots[slot], node, memory_order_release);
	}
	spin_give(&lock);
	return node;
}

uint32_t nodes_find(joist_atom name, uint32_t creation)
{
	uint32_t slot;

	return node_find(name, creation, &slot);
}

joist_atom nodes_name(uint32_t node)
{
	/* relaxed: whoever has the number saw its slot; see node_write */
	uint64_t word = atomic_load_explicit(&entries[node].name, memory_order_relaxed);

	return word ? (joist_atom){ word } : ATOM_NAME(nonode_at_nohost);
}

uint32_t nodes_creation(uint32_t node)
{
	/* relaxed: as in nodes_name */
	return atomic_load_explicit(&entries[node].creation, memory_order_relaxed);
}

void nodes_set_self(joist_atom name, uint32_t creation)
{
	node_write(0, name, creation);
}

int nodes_compare(uint32_t a, uint32_t b)
{
	if (a == b)
		return 0;
	struct joist_bytes x = atom_name(nodes_name(a)), y = atom_name(nodes_name(b));
	int order = memcmp(x.data, y.data, x.size < y.size ? x.size : y.size);
	if (order)
		return order;
	if (x.size != y.size)
		return x.size < y.size ? -1 : 1;
	uint32_t i = nodes_creation(a), j = nodes_creation(b);
	return i < j ? -1 : i > j;
}
