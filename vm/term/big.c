/* Long multiplication and division, a machine word of digits at a time: their cost grows with the square
 * of the length, so callers bound it. Any thread; scratch memory is given back before they return. */
#include "vm/term/big.h"

#include <stdio.h>
#include <string.h>

#include "vm/base/heap.h"

/* Larger integers are written in hexadecimal, which costs no division. */
#define DECIMAL_LIMBS_MAX 4096

#define TEN_19 UINT64_C(10000000000000000000)

/* limbs = limbs * factor + add: the new count. */
static size_t limbs_scale(uint64_t *limbs, size_t count, uint64_t factor, uint64_t add)
{
	for (size_t i = 0; i < count; i++) {
		__uint128_t product = (__uint128_t)limbs[i] * factor + add;
		limbs[i] = (uint64_t)product;
		add = (uint64_t)(product >> 64);
	}
	if (add)
		limbs[count++] = add;
	return count;
}

/* Divides `*count` limbs by 10^19: the rest. */
static uint64_t limbs_cut(uint64_t *limbs, size_t *count)
{
	uint64_t rest = 0;

	for (size_t i = *count; i-- > 0;) {
		__uint128_t part = (__uint128_t)rest << 64 | limbs[i];
		limbs[i] = (uint64_t)(part / TEN_19);
		rest = (uint64_t)(part % TEN_19);
	}
	while (*count && !limbs[*count - 1])
		--*count;
	return rest;
}

static size_t limbs_parse(uint64_t *limbs, const unsigned char *digits, size_t size, unsigned base)
{
	uint64_t factor = 1, part = 0;
	size_t count = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned char c = digits[i];
		if (c == '_')
			continue;
		if (factor > UINT64_MAX / base) {
			count = limbs_scale(limbs, count, factor, part);
			factor = 1;
			part = 0;
		}
		part = part * base + (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
		factor *= base;
	}
	return limbs_scale(limbs, count, factor, part);
}

joist_term big_parse(struct arena *arena, struct joist_bytes digits, unsigned base, bool negative)
{
	size_t bytes = (digits.size / 10 + 2) * sizeof(uint64_t); /* a digit is less than 6 bits */
	uint64_t few[8] = { 0 }, *limbs = few;

	if (bytes > sizeof(few))
		limbs = heap_take(bytes);
	if (!limbs)
		return TERM_NONE;
	size_t count = limbs_parse(limbs, digits.data, digits.size, base);
	joist_term t = term_big(arena, negative, limbs, count);
	if (limbs != few)
		heap_give(limbs, bytes);
	return t;
}

/* Parts of the same number of digits each, the lowest first. */
static bool parts_print(struct text *text, const char *format, const uint64_t *parts, size_t count)
{
	while (count-- > 0) {
		char digits[24];
		int size =
			snprintf(digits, sizeof(digits), format, (unsigned long long)parts[count]);
		if (!text_add(text, digits, (size_t)size))
			return false;
	}
	return true;
}

static bool decimal_print(struct text *text, const uint64_t *limbs, size_t count)
{
	size_t room = 2 * count + count / 32 + 2, parts = 0;
	uint64_t *copy = heap_take(room * sizeof(*copy));

	if (!copy)
		return false;
	uint64_t *part = copy + count;
	memcpy(copy, limbs, count * sizeof(*copy));
	while (count)
		part[parts++] = limbs_cut(copy, &count);
	bool good = parts_print(text, "%llu", part + parts - 1, 1) &&
		    parts_print(text, "%019llu", part, parts - 1);
	heap_give(copy, room * sizeof(*copy));
	return good;
}

bool big_print(struct text *text, joist_term t)
{
	const uint64_t *box = term_box(t), *limbs = box + 1;
	size_t count = box_extra(*box) / 2;

	if (box_extra(*box) & 1 && !text_add_char(text, '-'))
		return false;
	if (count <= DECIMAL_LIMBS_MAX)
		return decimal_print(text, limbs, count);
	return text_add(text, "16#", 3) && parts_print(text, "%llX", limbs + count - 1, 1) &&
	       parts_print(text, "%016llX", limbs, count - 1);
}
