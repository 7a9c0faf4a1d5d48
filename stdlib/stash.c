/* Messages put aside. The items stand in one array, from `first` on; it grows by doubling, and what was
 * taken from its front is reclaimed then. Owned by one actor. */
#include "stash.h"

#include <string.h>

/* Makes room for `more` items behind the last one. */
static void stash_reserve(struct joist_actor *self, struct stash *stash, size_t more)
{
	size_t room = stash->room ? stash->room : 4;

	if (stash->first + stash->count + more <= stash->room)
		return;
	if (stash->count)
		memmove(stash->items, stash->items + stash->first,
			stash->count * sizeof(joist_term));
	stash->first = 0;
	while (room < stash->count + more)
		room *= 2;
	if (room > stash->room)
		stash->items = joist_realloc(self, stash->items, room * sizeof(joist_term));
	stash->room = room;
}

void stash_add(struct joist_actor *self, struct stash *stash, joist_term message)
{
	stash_reserve(self, stash, 1);
	stash->items[stash->first + stash->count] = joist_keep(self, message);
	stash->count++;
}

joist_term stash_take(struct stash *stash)
{
	if (!stash->count)
		return (joist_term){ 0 };
	stash->count--;
	return stash->items[stash->first++];
}

void stash_prepend(struct joist_actor *self, struct stash *stash, struct stash *from)
{
	struct stash rest = *stash;

	stash_reserve(self, from, rest.count);
	if (rest.count)
		memcpy(from->items + from->first + from->count, rest.items + rest.first,
		       rest.count * sizeof(joist_term));
	from->count += rest.count;
	*stash = *from;
	joist_free(self, rest.items);
	*from = (struct stash){ 0 };
}
