/* Floats to text and back by libc's conversions, but with no decimal point in what libc reads, and none
 * taken from what it writes, as its point depends on the locale. Any thread. */
#include "vm/term/double.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 17
#define TEXT_MAX 1024

/* A float above zero is 0.DIGITS * 10^point. */
struct decimal {
	char digits[DIGITS_MAX + 1];
	int count, point;
};

/* Of `count` digits. */
static struct decimal decimal_of(double value, int count)
{
	struct decimal d = { .count = 0 };
	char text[40];

	snprintf(text, sizeof(text), "%.*e", count - 1, value);
	const char *p = text;
	for (; *p != 'e'; p++) {
		if (*p >= '0' && *p <= '9')
			d.digits[d.count++] = *p;
	}
	d.point = atoi(p + 1) + 1;
	while (d.count > 1 && d.digits[d.count - 1] == '0')
		d.count--;
	d.digits[d.count] = 0;
	return d;
}

static double decimal_value(const struct decimal *d)
{
	char text[40];

	snprintf(text, sizeof(text), "%se%d", d->digits, d->point - d->count);
	return strtod(text, NULL);
}

/* Every text of 15 digits survives, so no shorter one can be missed; but below the least normal float
 * there are fewer. */
static struct decimal decimal_shortest(double value)
{
	struct decimal d;

	for (int count = value < 0x1p-1022 ? 1 : 15; count < DIGITS_MAX; count++) {
		d = decimal_of(value, count);
		if (decimal_value(&d) == value)
			return d;
	}
	return decimal_of(value, DIGITS_MAX);
}

static int plain_size(const struct decimal *d)
{
	if (d->point <= 0)
		return 2 - d->point + d->count;
	return d->point >= d->count ? d->point + 2 : d->count + 1;
}

static int scientific_size(const struct decimal *d)
{
	char exponent[16];

	return (d->count == 1 ? 3 : d->count + 1) + 1 +
	       snprintf(exponent, sizeof(exponent), "%d", d->point - 1);
}

static bool plain_print(struct text *text, const struct decimal *d)
{
	static const char zeros[] = "00000000000000000000";
	int whole = d->point < d->count ? d->point : d->count;

	if (d->point <= 0)
		return text_addf(text, "0.%.*s%s", -d->point, zeros, d->digits);
	return text_addf(text, "%.*s%.*s.%s", whole, d->digits, d->point - whole, zeros,
			 d->point < d->count ? d->digits + whole : "0");
}

bool double_print(struct text *text, double value)
{
	if (signbit(value) && !text_add_char(text, '-'))
		return false;
	value = fabs(value);
	if (value == 0)
		return text_add(text, "0.0", 3);
	struct decimal d = decimal_shortest(value);
	if (value < 0x1p53 && plain_size(&d) <= scientific_size(&d))
		return plain_print(text, &d);
	return text_addf(text, "%c.%se%d", d.digits[0], d.count > 1 ? d.digits + 1 : "0",
			 d.point - 1);
}

/* DIGITS.DIGITS without the point, and an exponent that makes up for it. */
bool double_parse(struct joist_bytes text, double *ret_value)
{
	const char *from = text.data, *end = from + text.size;
	char plain[TEXT_MAX + 16];
	long shift = 0;
	size_t size = 0;

	if (text.size > TEXT_MAX)
		return false;
	for (bool point = false; from < end && *from != 'e' && *from != 'E'; from++) {
		if (*from == '.')
			point = true;
		else if (*from != '_')
			shift -= point, plain[size++] = *from;
	}
	char digits[TEXT_MAX + 1];
	size_t count = 0;
	for (from += from < end; from < end; from++) {
		if (*from != '_')
			digits[count++] = *from;
	}
	digits[count] = 0;
	long exponent = strtol(digits, NULL, 10);
	if (exponent > 100000 || exponent < -100000)
		exponent = exponent > 0 ? 100000 : -100000;
	snprintf(plain + size, sizeof(plain) - size, "e%ld", exponent + shift);
	*ret_value = strtod(plain, NULL);
	return isfinite(*ret_value);
}
