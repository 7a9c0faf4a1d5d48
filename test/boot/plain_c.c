/* A library that knows nothing of Joist: a function for each way in which values of C come and go. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAME(type, name)                                                                           \
	type same_##name(type value);                                                              \
	type same_##name(type value)                                                               \
	{                                                                                          \
		return value;                                                                      \
	}

enum color { RED, GREEN = 7, BLUE };
struct point {
	int16_t x;
	double y;
};
struct line {
	struct point at[2];
	char name[4];
	enum color color;
};

SAME(int8_t, int8)
SAME(int16_t, int16)
SAME(int32_t, int32)
SAME(int64_t, int64)
SAME(uint8_t, uint8)
SAME(uint16_t, uint16)
SAME(uint32_t, uint32)
SAME(uint64_t, uint64)
SAME(size_t, size)
SAME(bool, bool)
SAME(float, float)
SAME(double, double)
SAME(enum color, color)
SAME(struct line, line)

long sum(const int *values, unsigned char count);
long sum(const int *values, unsigned char count)
{
	long all = 0;

	for (unsigned i = 0; i < count; i++)
		all += values[i];
	return all;
}

/* Writes 0, 1, 2, and so on, as many as there is room for, but at most ten. */
void count_up(uint8_t *to, size_t *size);
void count_up(uint8_t *to, size_t *size)
{
	if (*size > 10)
		*size = 10;
	for (size_t i = 0; i < *size; i++)
		to[i] = (uint8_t)i;
}

void mirror(struct point *at, int *values);
void mirror(struct point *at, int *values)
{
	at->x = (int16_t)-at->x;
	for (int i = 0; i < 3; i++)
		values[i] = -values[i];
}

size_t length(const char *text);
size_t length(const char *text)
{
	return text ? strlen(text) : 1000;
}

char *twice(const char *text);
char *twice(const char *text)
{
	char *all = NULL;

	return asprintf(&all, "%s%s", text, text) < 0 ? NULL : all;
}

/* The result says how much was written, and would have been. */
int greet(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
int greet(char *to, size_t size, const char *format, ...)
{
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = vsnprintf(to, size, format, arguments);
	va_end(arguments);
	return written;
}

int root(int of, int *result, const void *nothing);
int root(int of, int *result, const void *nothing)
{
	if (of < 0 || nothing) {
		errno = EDOM;
		return -1;
	}
	for (*result = 0; (*result + 1) * (*result + 1) <= of;)
		++*result;
	return 0;
}

/* ---- what is kept, and who is called back ---- */

struct box {
	int number;
};

struct lid {
	int number;
};

struct box *box_make(int number);
struct box *box_make(int number)
{
	struct box *box = malloc(sizeof(*box));

	if (box)
		box->number = number;
	return box;
}

int box_number(const struct box *box);
int box_number(const struct box *box)
{
	return box->number;
}

void box_free(struct box *box);
void box_free(struct box *box)
{
	free(box);
}

int box_ask(struct box *box, int (*row)(int number));
int box_ask(struct box *box, int (*row)(int number))
{
	return row(box->number);
}

struct lid *lid_of(int number);
struct lid *lid_of(int number)
{
	static struct lid lid;

	lid.number = number;
	return &lid;
}

int lid_number(const struct lid *lid);
int lid_number(const struct lid *lid)
{
	return lid->number;
}

/* The sum of what the rows are answered with. */
int each(int count, int (*row)(int number));
int each(int count, int (*row)(int number))
{
	int sum = 0;

	for (int i = 1; i <= count; i++)
		sum += row(i);
	return sum;
}

static int (*kept)(int number);

void keep(int (*row)(int number));
void keep(int (*row)(int number))
{
	kept = row;
}

int fire(int number);
int fire(int number)
{
	return kept(number);
}

const uint8_t *table(unsigned *size);
const uint8_t *table(unsigned *size)
{
	static const uint8_t bytes[] = { 1, 2, 3 };

	*size = sizeof(bytes);
	return bytes;
}
