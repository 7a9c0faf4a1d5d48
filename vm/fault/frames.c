/* Walks the chain of frame pointers. Runs in the handler of a signal, over a stack in any condition: it
 * follows no pointer out of the bounds that it is given, and always upwards, so it ends. */
#include "vm/fault/frames.h"

#include <stdbool.h>

#include "vm/base/annotate.h"

static void add(struct fault *f, uintptr_t pc)
{
	if (pc && f->count < FAULT_FRAMES_MAX)
		f->frames[f->count++] = pc;
}

static bool may_read(const struct frames_from *from, uintptr_t at, uintptr_t words)
{
	return at >= from->low && at <= from->high && at % sizeof(uintptr_t) == 0 &&
	       from->high - at >= words * sizeof(uintptr_t);
}

/* Of those that look at what lies somewhere, whatever a sanitizer thinks of it. */
#define LOOKS __attribute__((no_sanitize("address", "thread")))

static LOOKS uintptr_t word_at(uintptr_t at)
{
	return annotate_found(*(const uintptr_t *)at);
}

/* Whether the instruction before that one may be a call. */
static LOOKS bool follows_call(const struct frames_from *from, uintptr_t pc)
{
	const unsigned char *at = (const unsigned char *)pc;

	if (pc < from->code_start + 8 || pc >= from->code_end)
		return false;
#if defined(__x86_64__)
	return at[-5] == 0xe8 || at[-2] == 0xff || at[-3] == 0xff || at[-6] == 0xff ||
	       at[-7] == 0xff;
#else
	uint32_t word = *(const uint32_t *)(const void *)(at - 4);
	return pc % 4 == 0 && (word >> 26 == 0x25 || (word & 0xfffffc1f) == 0xd63f0000);
#endif
}

static bool is_plugins(const struct frames_from *from, uintptr_t pc)
{
	return pc >= from->code_start && pc < from->code_end;
}

/* A library without frame pointers is in no chain of them, nor is who called it. So between the frames of
 * the chain, from `at` to `end`, a return address into the plugin is looked for. */
static bool add_caller(struct fault *f, const struct frames_from *from, uintptr_t at, uintptr_t end)
{
	enum { WORDS_MAX = 2048 };

	for (int i = 0; i < WORDS_MAX && at < end && may_read(from, at, 1); i++) {
		uintptr_t word = word_at(at);

		if (follows_call(from, word)) {
			add(f, word);
			return true;
		}
		at += sizeof(at);
	}
	return false;
}

void frames_walk(struct fault *f, const struct frames_from *from)
{
	uintptr_t fp = from->fp, lowest = from->sp, pc = from->pc;
	bool found = is_plugins(from, pc);

	add(f, pc);
	if (!found && follows_call(from, from->link)) {
		add(f, from->link);
		found = true;
	}
	while (f->count < FAULT_FRAMES_MAX) {
		bool more = fp >= lowest && may_read(from, fp, 2);
		if (!found)
			found = add_caller(f, from, lowest, more ? fp + sizeof(fp) : from->high);
		if (!more)
			break;
		pc = word_at(fp + sizeof(fp));
		add(f, pc);
		found |= is_plugins(from, pc);
		lowest = fp + 2 * sizeof(fp);
		fp = word_at(fp);
	}
}
