/* Bonds in two hash tables: by what they are, and those of others' monitors by their references
 * too. Owned by the peer, and guarded by its lock. */
#include "vm/dist/bonds.h"

#include "vm/base/heap.h"

#define ROOM_MIN 16

static size_t place_of(const struct bonds *bonds, enum bond_kind kind, uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ (b << 32 | b >> 32) ^ kind) * UINT64_C(0x9E3779B97F4A7C15);

	return (size_t)(h >> 32) & (bonds->room - 1);
}

static size_t place_of_ref(const struct bonds *bonds, const joist_ref *ref)
{
	uint64_t h = ref->node;

	for (uint32_t i = 0; i < ref->count; i++)
		h = (h ^ ref->id[i]) * UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(h >> 32) & (bonds->room - 1);
}

struct bond *bonds_find(const struct bonds *bonds, enum bond_kind kind, uint64_t a, uint64_t b)
{
	struct bond *bond = bonds->room ? bonds->places[place_of(bonds, kind, a, b)] : NULL;

	while (bond && !(bond->kind == kind && bond->a == a && bond->b == b))
		bond = bond->next;
	return bond;
}

struct bond *bonds_find_ref(const struct bonds *bonds, const joist_ref *ref)
{
	struct bond *bond = bonds->room ? bonds->refs[place_of_ref(bonds, ref)] : NULL;

	while (bond && !joist_ref_equal(bond->ref, *ref))
		bond = bond->next_ref;
	return bond;
}

static void put(struct bonds *bonds, struct bond *bond)
{
	struct bond **place = &bonds->places[place_of(bonds, bond->kind, bond->a, bond->b)];

	bond->next = *place;
	*place = bond;
	if (bond->kind != BOND_WATCHED)
		return;
	place = &bonds->refs[place_of_ref(bonds, &bond->ref)];
	bond->next_ref = *place;
	*place = bond;
}

static void tables_free(struct bonds *bonds)
{
	heap_give(bonds->places, bonds->room * sizeof(*bonds->places));
	heap_give(bonds->refs, bonds->room * sizeof(*bonds->refs));
	*bonds = (struct bonds){ 0 };
}

static bool grow(struct bonds *bonds)
{
	struct bonds larger = { .room = bonds->room ? 2 * bonds->room : ROOM_MIN };

	larger.places = heap_take_zero(larger.room * sizeof(*larger.places));
	larger.refs = larger.places ? heap_take_zero(larger.room * sizeof(*larger.refs)) : NULL;
	if (!larger.refs) {
		heap_give(larger.places, larger.room * sizeof(*larger.places));
		return false;
	}
	larger.count = bonds->count;
	for (size_t i = 0; i < bonds->room; i++) {
		for (struct bond *bond = bonds->places[i], *next; bond; bond = next) {
			next = bond->next;
			put(&larger, bond);
		}
	}
	tables_free(bonds);
	*bonds = larger;
	return true;
}

struct bond *bonds_add(struct bonds *bonds, const struct bond *given)
{
	if (bonds->count == bonds->room && !grow(bonds))
		return NULL;
	struct bond *bond = heap_take(sizeof(*bond));
	if (!bond)
		return NULL;
	*bond = *given;
	put(bonds, bond);
	bonds->count++;
	return bond;
}

void bonds_remove(struct bonds *bonds, struct bond *bond)
{
	struct bond **link = &bonds->places[place_of(bonds, bond->kind, bond->a, bond->b)];

	while (*link != bond)
		link = &(*link)->next;
	*link = bond->next;
	if (bond->kind == BOND_WATCHED) {
		link = &bonds->refs[place_of_ref(bonds, &bond->ref)];
		while (*link != bond)
			link = &(*link)->next_ref;
		*link = bond->next_ref;
	}
	bonds->count--;
	bond_free(bond);
}

struct bond *bonds_take_all(struct bonds *bonds)
{
	struct bond *list = NULL;

	for (size_t i = 0; i < bonds->room; i++) {
		for (struct bond *bond = bonds->places[i], *next; bond; bond = next) {
			next = bond->next;
			bond->next = list;
			list = bond;
		}
	}
	tables_free(bonds);
	return list;
}

void bond_free(struct bond *bond)
{
	heap_give(bond, sizeof(*bond));
}
