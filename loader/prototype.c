/* Small questions to C declarations that were read, and their end. Any thread that owns them. */
#include "loader/prototype.h"

#include <string.h>

struct prototype_item *prototype_find(const struct prototype_items *items, const char *name)
{
	struct prototype_item *item = items->first;

	while (name && item && (!item->name || strcmp(item->name, name)))
		item = item->next;
	return name ? item : NULL;
}

struct prototype_note *prototype_note(const struct prototype_item *item,
				      enum prototype_note_kind kind)
{
	struct prototype_note *note = item->notes;

	while (note && note->kind != kind)
		note = note->next;
	return note;
}

void prototype_finish(struct prototypes *prototypes)
{
	arena_empty(&prototypes->arena);
	*prototypes = (struct prototypes){ 0 };
}
