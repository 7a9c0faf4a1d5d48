/* Options of an actor on another node: what goes out comes in. */
#include "vm/dist/spawn_options.h"

#include <string.h>

#include "test/harness.h"
#include "vm/actor/code.h"
#include "vm/term/atom.h"
#include "vm/term/parse.h"

#define ALL                                                                                        \
	"[started, monitor, link, {label, {a, 1}}, {name, store}, {mailbox_policy, drop_old},"     \
	" {priority, high}, {thread, true}, {mailbox_bytes, 5}, {mailbox_messages, 4},"            \
	" {memory_bytes, 18446744073709551615}, {descriptors, 4294967295}, {stack_bytes, 65536}]"

static joist_term parse(struct arena *arena, const char *text)
{
	joist_term term = parse_term(arena, joist_text(text), NULL);

	CHECK(!joist_is_none(term));
	return term;
}

static bool reads(const char *text)
{
	struct arena arena = { 0 };
	struct spawn_options options;
	bool fine = spawn_options_read(parse(&arena, text), &options);

	arena_empty(&arena);
	return fine;
}

TEST(all_of_them_go_out_as_they_came_in)
{
	uint64_t words[SPAWN_OPTIONS_WORDS];
	struct arena arena = { 0 }, few = arena_over(words, SPAWN_OPTIONS_WORDS);
	joist_term all = parse(&arena, ALL);
	struct spawn_options options;

	CHECK(spawn_options_read(all, &options));
	CHECK(options.started && options.actor.link && options.actor.monitor);
	CHECK_STR(options.actor.name, "store");
	CHECK_STR(options.actor.mailbox_policy, "drop_old");
	CHECK_INT(options.actor.priority, JOIST_PRIORITY_HIGH);
	CHECK(options.actor.thread);
	CHECK(options.actor.memory_bytes_max == SIZE_MAX);
	CHECK_INT(options.actor.descriptors_max, UINT32_MAX);
	CHECK(joist_equal(spawn_options_term(&few, &options), all));
	arena_empty(&arena);
}

TEST(names_the_file_that_it_is_of)
{
	const unsigned char hash[CODE_HASH_BYTES] = { 1, 2, [31] = 32 };
	const struct spawn_options options = { .code = hash, .actor.link = true };
	struct spawn_options read;
	uint64_t words[SPAWN_OPTIONS_WORDS];
	struct arena arena = arena_over(words, SPAWN_OPTIONS_WORDS);

	CHECK(spawn_options_read(spawn_options_term(&arena, &options), &read));
	CHECK(read.actor.link && read.code && !memcmp(read.code, hash, sizeof(hash)));
	CHECK(!reads("[{code, <<\"short\">>}]"));
	CHECK(!reads("[{code, file}]"));
}

TEST(nothing_is_nothing)
{
	struct arena arena = { 0 };
	const struct spawn_options none = { 0 };

	CHECK(spawn_options_term(&arena, &none).word == TERM_NIL.word);
	CHECK(reads("[]"));
}

TEST(what_is_unknown_is_left_out_if_it_is_a_pair)
{
	CHECK(reads("[link, {fullsweep_after, 3}, {monitor, [{alias, reply_demonitor}]}]"));
	CHECK(!reads("[surprise]"));
	CHECK(!reads("[{a, b, c}]"));
	CHECK(!reads("[link | monitor]"));
	CHECK(!reads("link"));
}

TEST(what_cannot_be_met_is_refused)
{
	CHECK(!reads("[{stack_bytes, 4294967295}]"));
	CHECK(!reads("[{descriptors, 4294967296}]"));
	CHECK(!reads("[{memory_bytes, -1}]"));
	CHECK(!reads("[{memory_bytes, many}]"));
	CHECK(!reads("[{priority, huge}]"));
	CHECK(!reads("[{mailbox_policy, guess}]"));
	CHECK(!reads("[{name, undefined}]"));
	CHECK(!reads("[{name, \"x\"}]"));
}

TEST(a_full_arena_gives_nothing)
{
	const struct spawn_options options = { .actor.link = true, .actor.name = "store" };

	for (size_t room = 0; room < 7; room++) {
		uint64_t words[8];
		struct arena arena = arena_over(words, room);

		CHECK(joist_is_none(spawn_options_term(&arena, &options)));
	}
}
