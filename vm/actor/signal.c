/* Making and freeing signals. A block may be made by one thread and freed by another. */
#include "vm/actor/signal.h"

#include "vm/base/heap.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"

static inline size_t head_bytes(enum signal_kind kind)
{
	struct signal probe = { .kind = (uint8_t)kind };

	return signal_has_from(&probe) ? sizeof(struct signal_from) : sizeof(struct signal);
}

/* What the messages that deliver.c makes of these need: a tuple, a pid of another node, a reference, a
 * name with its node. */
static inline size_t spare_words(enum signal_kind kind)
{
	static const unsigned char words[SIGNAL_KINDS] = {
		[SIGNAL_EXIT] = 4 + 2,
		[SIGNAL_EXIT_LINK] = 4 + 2,
		[SIGNAL_DOWN] = 6 + 2 + 3 + 3,
		[SIGNAL_MAILBOX_FULL] = 3,
	};

	return words[kind];
}

static inline struct signal *make(enum signal_kind kind, joist_pid to, size_t words)
{
	size_t bytes = head_bytes(kind) + (spare_words(kind) + words) * sizeof(uint64_t);

	if (words > UINT32_MAX / sizeof(uint64_t) || bytes > UINT32_MAX)
		return NULL;
	struct signal *signal = heap_take(bytes);
	if (!signal)
		return NULL;
	*signal = (struct signal){ .to = to.id, .bytes = (uint32_t)bytes, .kind = (uint8_t)kind };
	return signal;
}

struct signal *signal_make(enum signal_kind kind, joist_pid to, size_t words)
{
	return make(kind, to, words);
}

/* Where its own words begin. */
static inline uint64_t *words_of(struct signal *signal)
{
	return (uint64_t *)(void *)((char *)signal + head_bytes((enum signal_kind)signal->kind));
}

struct arena signal_arena(struct signal *signal)
{
	uint64_t *words = words_of(signal) + spare_words((enum signal_kind)signal->kind);
	char *end = (char *)signal + signal->bytes;

	return arena_over(words, (size_t)(end - (char *)words) / sizeof(uint64_t));
}

struct arena signal_spare(struct signal *signal)
{
	return arena_over(words_of(signal), spare_words((enum signal_kind)signal->kind));
}

struct signal *signal_make_copy(enum signal_kind kind, joist_pid to, joist_term term)
{
	size_t words = copy_words(term);
	struct signal *signal = words == SIZE_MAX ? NULL : make(kind, to, words);

	if (!signal)
		return NULL;
	if (!term_is_pointer(term)) {
		signal->term = term;
		return signal;
	}
	struct arena arena = signal_arena(signal);
	joist_term copy = copy_into(&arena, term);
	signal_built(signal, &arena, copy);
	return signal;
}

struct signal_from *signal_make_from(enum signal_kind kind, joist_pid to, joist_pid from,
				     uint64_t number, joist_term term)
{
	struct signal_from *signal = signal_from_of(signal_make_copy(kind, to, term));

	if (!signal)
		return NULL;
	signal->from = from;
	signal->number = number;
	signal->name = (joist_atom){ 0 };
	return signal;
}

void signal_free_other(struct signal *signal)
{
	struct arena held = { .bins = signal->bins, .chunks = signal->chunks };

	if (signal->embedded)
		return;
	bins_drop(&held);
	arena_empty(&held);
	heap_give(signal, signal->bytes);
}

size_t signal_bytes(const struct signal *signal)
{
	size_t bytes = signal->bytes;

	for (const struct arena_chunk *c = signal->chunks; c; c = c->next)
		bytes += (size_t)((const char *)c->end - (const char *)c);
	return bytes;
}
