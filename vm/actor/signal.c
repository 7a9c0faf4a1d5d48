/* Making and freeing signals. A block may be made by one thread and freed by another. */
#include "vm/actor/signal.h"

#include "vm/base/heap.h"
#include "vm/term/bin.h"
#include "vm/term/copy.h"

static size_t head_bytes(enum signal_kind kind)
{
	struct signal probe = { .kind = (uint8_t)kind };

	return signal_has_from(&probe) ? sizeof(struct signal_from) : sizeof(struct signal);
}

/* What the messages that deliver.c makes of these need: a tuple, a pid of another node, a reference, a
 * name with its node. */
static size_t spare_words(enum signal_kind kind)
{
	switch (kind) {
	case SIGNAL_EXIT:
	case SIGNAL_EXIT_LINK:
		return 4 + 2;
	case SIGNAL_DOWN:
		return 6 + 2 + 3 + 3;
	case SIGNAL_MAILBOX_FULL:
		return 3;
	default:
		return 0;
	}
}

struct signal *signal_make(enum signal_kind kind, joist_pid to, size_t words)
{
	size_t bytes;

	if (__builtin_add_overflow(words, spare_words(kind), &words) ||
	    __builtin_mul_overflow(words, sizeof(uint64_t), &bytes) ||
	    __builtin_add_overflow(bytes, head_bytes(kind), &bytes) || bytes > UINT32_MAX)
		return NULL;
	struct signal *signal = heap_take(bytes);
	if (!signal)
		return NULL;
	*signal = (struct signal){ .to = to.id, .bytes = (uint32_t)bytes, .kind = (uint8_t)kind };
	return signal;
}

static struct arena arena_in(struct signal *signal, size_t from, size_t words)
{
	size_t head = head_bytes((enum signal_kind)signal->kind);

	return arena_over((uint64_t *)(void *)((char *)signal + head) + from, words);
}

struct arena signal_arena(struct signal *signal)
{
	enum signal_kind kind = (enum signal_kind)signal->kind;
	size_t words = (signal->bytes - head_bytes(kind)) / sizeof(uint64_t);

	return arena_in(signal, spare_words(kind), words - spare_words(kind));
}

struct arena signal_spare(struct signal *signal)
{
	return arena_in(signal, 0, spare_words((enum signal_kind)signal->kind));
}

struct signal *signal_make_copy(enum signal_kind kind, joist_pid to, joist_term term)
{
	size_t words = copy_words(term);
	struct signal *signal = words == SIZE_MAX ? NULL : signal_make(kind, to, words);

	if (!signal)
		return NULL;
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

void signal_free(struct signal *signal)
{
	if (signal->embedded)
		return;
	struct arena held = { .bins = signal->bins, .chunks = signal->chunks };
	if (held.bins)
		bins_drop(&held);
	if (held.chunks)
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
