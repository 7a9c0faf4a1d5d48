/* Frames and fragments. */
#include "vm/dist/framing.h"

#include <errno.h>
#include <string.h>

#include "test/harness.h"

#define BYTES(text) ((struct joist_bytes){ text, sizeof(text) - 1 })
#define HEAD "\0\0\0\0\0\0\0"

static void message_check(struct framing *f, struct joist_bytes frame, const char *expected)
{
	struct joist_bytes message;

	CHECK_INT(framing_take(f, frame, &message), 1);
	CHECK(message.size == strlen(expected) && !memcmp(message.data, expected, message.size));
}

static int result(struct framing *f, struct joist_bytes frame)
{
	struct joist_bytes message;

	return framing_take(f, frame, &message);
}

TEST_LEAK_FREE(whole_messages)
{
	struct framing f = { 0 };

	message_check(&f, BYTES("p\x83xyz"), "xyz");
	CHECK_INT(result(&f, BYTES("\x83\x44\0xyz")), -EBADMSG);
	f.headers = true;
	message_check(&f, BYTES("\x83\x44\0xyz"), "xyz");
	CHECK_INT(result(&f, BYTES("p\x83xyz")), -EBADMSG);
	CHECK_INT(result(&f, BYTES("\x83\x44\1xyz")), -EBADMSG); /* an atom in the header */
	CHECK_INT(result(&f, BYTES("\x83\x47\0xyz")), -EBADMSG);
	CHECK_INT(result(&f, BYTES("\x83")), -EBADMSG);
	framing_finish(&f);
}

TEST_LEAK_FREE(fragments_of_several_messages_take_turns)
{
	struct framing f = { .headers = true };

	CHECK_INT(result(&f, BYTES("\x83\x45" HEAD "\1" HEAD "\2\0ab")), 0);
	CHECK_INT(result(&f, BYTES("\x83\x45" HEAD "\2" HEAD "\3\0uv")), 0);
	CHECK_INT(result(&f, BYTES("\x83\x46" HEAD "\2" HEAD "\2wx")), 0);
	message_check(&f, BYTES("\x83\x46" HEAD "\1" HEAD "\1cd"), "abcd");
	message_check(&f, BYTES("\x83\x45" HEAD "\7" HEAD "\1\0one"), "one");
	message_check(&f, BYTES("\x83\x46" HEAD "\2" HEAD "\1yz"), "uvwxyz");
	CHECK(f.open_count == 0 && f.open_bytes == 0);
	framing_finish(&f);
}

TEST_LEAK_FREE(what_no_node_sends)
{
	struct framing f = { .headers = true };

	CHECK_INT(result(&f, BYTES("\x83\x45" HEAD "\1" HEAD "\0\0ab")), -EBADMSG); /* none */
	CHECK_INT(result(&f, BYTES("\x83\x46" HEAD "\1" HEAD "\1ab")), -EBADMSG); /* not begun */
	CHECK_INT(result(&f, BYTES("\x83\x45" HEAD "\1\0\0\1\0\0\0\0\0\0ab")), 0); /* 2^40 */
	CHECK_INT(result(&f, BYTES("\x83\x45" HEAD "\1" HEAD "\2\0ab")), -EBADMSG); /* again */
	CHECK_INT(result(&f, BYTES("\x83\x46" HEAD "\1" HEAD "\1ab")), -EBADMSG); /* too early */
	CHECK_INT(result(&f, BYTES("\x83\x45" HEAD)), -EBADMSG);
	framing_finish(&f);
}

TEST_LEAK_FREE(so_many_may_be_open)
{
	struct framing f = { .headers = true };
	char frame[] = "\x83\x45" HEAD "\1" HEAD "\2\0ab";

	for (unsigned i = 0; i < FRAMING_OPEN_MAX; i++) {
		frame[8] = (char)(i >> 8);
		frame[9] = (char)i;
		CHECK_INT(result(&f, BYTES(frame)), 0);
	}
	frame[7] = 1;
	CHECK_INT(result(&f, BYTES(frame)), -E2BIG);
	framing_finish(&f);
}
