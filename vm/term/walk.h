/* A stack of words for walks over terms, so that no depth of a term can overflow the thread's. The
 * first words are in place and cost nothing; a deep term's go to the heap. */
#ifndef JOIST_VM_TERM_WALK_H
#define JOIST_VM_TERM_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WALK_WORDS 128

struct walk {
	uint64_t *words;
	size_t count, room;
	uint64_t first[WALK_WORDS];
};

static inline void walk_init(struct walk *walk)
{
	walk->words = walk->first;
	walk->count = 0;
	walk->room = WALK_WORDS;
}

/* Room for `words` more; false when memory is short. */
bool walk_grow(struct walk *walk, size_t words);

static inline bool walk_room(struct walk *walk, size_t words)
{
	return __builtin_expect(walk->room - walk->count >= words, 1) || walk_grow(walk, words);
}

static inline bool walk_push(struct walk *walk, uint64_t word)
{
	if (!walk_room(walk, 1))
		return false;
	walk->words[walk->count++] = word;
	return true;
}

/* The word pushed last, which must be there. */
static inline uint64_t walk_pop(struct walk *walk)
{
	return walk->words[--walk->count];
}

/* Words that are still to be looked at. */
struct walk_stretch {
	const uint64_t *at, *end;
};

/* Goes on with `count` words at `part`, and with the rest of the stretch after them; false when memory is
 * short, with nothing changed. */
static inline bool walk_enter(struct walk *walk, struct walk_stretch *stretch, const uint64_t *part,
			      size_t count)
{
	if (stretch->at < stretch->end) {
		if (!walk_room(walk, 2))
			return false;
		walk->words[walk->count++] = (uint64_t)(uintptr_t)stretch->at;
		walk->words[walk->count++] = (uint64_t)(uintptr_t)stretch->end;
	}
	*stretch = (struct walk_stretch){ part, part + count };
	return true;
}

/* Goes back to the rest of one that was left; false if there is none. */
static inline bool walk_leave(struct walk *walk, struct walk_stretch *stretch)
{
	if (!walk->count)
		return false;
	stretch->end = (const uint64_t *)(uintptr_t)walk_pop(walk);
	stretch->at = (const uint64_t *)(uintptr_t)walk_pop(walk);
	return true;
}

/* Frees what it took; it is empty then. */
void walk_finish(struct walk *walk);

#endif
