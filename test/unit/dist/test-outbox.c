/* What goes out first. */
#include "vm/dist/outbox.h"

#include <string.h>

#include "test/harness.h"
#include "vm/base/heap.h"
#include "vm/dist/framing.h"
#include "vm/term/external.h"

static const joist_pid a = { .id = 1 }, b = { .id = 2 };

static bool add(struct outbox *o, joist_pid from, const char *text)
{
	char frame[64] = "\x83\x44";

	strcpy(frame + 3, text);
	return outbox_add(o, from, (struct joist_bytes){ frame, 3 + strlen(text) }, NULL);
}

/* A large message, whose payload is so many of one letter. */
static bool add_large(struct outbox *o, joist_pid from, char letter, size_t size)
{
	struct text text = { 0 };

	text_add(&text, "\x83\x44\0head", 7);
	memset(text_reserve(&text, size), letter, size);
	struct cargo *cargo = cargo_make(text.data, 7, 7 + size);
	const struct joist_bytes none = { 0 };
	bool added = cargo && outbox_add(o, from, none, cargo);
	if (!added)
		cargo_free(cargo);
	text_finish(&text);
	return added;
}

/* Takes all frames out, as their receiver would: adds a letter for each message that is whole. */
static void drain(struct outbox *o, char *order)
{
	struct framing f = { .headers = true };
	struct joist_bytes message;

	for (struct block *block; (block = outbox_next(o)); block_free(block)) {
		for (size_t at = 0; at < block->size;) {
			size_t size = external_32(block->bytes + at);
			const struct joist_bytes frame = { block->bytes + at + 4, size };
			at += 4 + size;
			int got = size ? framing_take(&f, frame, &message) : 0;
			CHECK(got >= 0);
			if (got)
				*order++ = ((const char *)message.data)[message.size - 1];
		}
	}
	*order = 0;
	framing_finish(&f);
	CHECK_INT(o->bytes, 0);
}

TEST_LEAK_FREE(small_ones_keep_their_order)
{
	struct outbox o;
	char order[16];

	outbox_init(&o);
	CHECK(!outbox_next(&o));
	CHECK(add(&o, a, "1") && add(&o, b, "2") && add(&o, a, "3"));
	CHECK(outbox_add(&o, a, (struct joist_bytes){ "", 0 }, NULL)); /* a tick */
	drain(&o, order);
	CHECK_STR(order, "123");
	outbox_finish(&o);
}

TEST_LEAK_FREE(a_large_one_holds_up_its_sender_alone)
{
	struct outbox o;
	char order[16];

	outbox_init(&o);
	CHECK(add(&o, a, "1") && add_large(&o, a, 'L', 1000000) && add(&o, a, "2"));
	CHECK(add(&o, b, "3") && add_large(&o, b, 'M', 200000) && add(&o, b, "4") &&
	      add(&o, a, "5"));
	drain(&o, order);
	CHECK_STR(order, "13M4L25");
	outbox_finish(&o);
}

TEST_LEAK_FREE(what_is_left_is_freed)
{
	struct outbox o;

	outbox_init(&o);
	CHECK(add_large(&o, a, 'L', 1000000) && add(&o, a, "2") && add(&o, b, "3"));
	block_free(outbox_next(&o));
	CHECK(add_large(&o, b, 'M', 100000));
	outbox_finish(&o);
}

TEST_LEAK_FREE(want_of_memory_adds_nothing)
{
	struct outbox o;

	outbox_init(&o);
	heap_fail(1, true);
	CHECK(!add(&o, a, "1") && o.bytes == 0);
	heap_fail(0, false);
	CHECK(add(&o, a, "1"));
	outbox_finish(&o);
}
