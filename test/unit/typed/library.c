/* The library of the tests: boxes with a number, and functions that call back. Who calls it is one actor at
 * a time. */
#include "test/unit/typed/library.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/harness.h"
#include "vm/typed/typed.h"

struct box {
	int32_t number;
	int32_t (*watcher)(void *user, int32_t number, const char *name);
};

struct lid {
	int32_t number;
};

typedef int32_t (*watcher)(void *user, int32_t number, const char *name);

static char freed[200];
static watcher kept;

/* One with the number 99 crashes, and is freed nevertheless. */
static void box_free(struct box *box)
{
	size_t size = strlen(freed);
	bool crashes = box->number == 99;

	snprintf(freed + size, sizeof(freed) - size, size ? " %d" : "%d", box->number);
	free(box);
	if (crashes)
		raise(SIGSEGV);
}

static struct box *box_make(int32_t number)
{
	struct box *box = number < 0 ? NULL : calloc(1, sizeof(*box));

	if (box)
		box->number = number;
	return box;
}

static int32_t box_number(const struct box *box)
{
	return box ? box->number : -1;
}

/* As a statement has its database: frees it before the box is freed, or reads what is no more. */
struct part {
	struct box *of;
};

static struct part *part_of(struct box *box)
{
	struct part *part = calloc(1, sizeof(*part));

	if (part)
		part->of = box;
	return part;
}

static void part_free(struct part *part)
{
	size_t size = strlen(freed);

	snprintf(freed + size, sizeof(freed) - size, "%spart of %d", size ? " " : "",
		 part->of->number);
	free(part);
}

/* One with the number 13 does not close the first time. */
static int32_t box_close(struct box *box)
{
	if (box->number == 13) {
		box->number = 14;
		return 1;
	}
	box_free(box);
	return 0;
}

/* Makes one in any case, and says so with 13 that it failed. */
static int32_t box_into(int32_t number, struct box **to)
{
	*to = box_make(number);
	return number == 13;
}

static int32_t box_crash(struct box *box)
{
	(void)box;
	return raise(SIGSEGV);
}

static struct lid *lid_of(int32_t number)
{
	static struct lid lid;

	lid.number = number;
	return &lid;
}

static int32_t each(int32_t count, watcher row, void *user)
{
	static const char *const names[] = { "one", "two", NULL };
	int32_t sum = 0;

	for (int32_t i = 0; i < count; i++) {
		int32_t said = row ? row(user, i + 1, names[i % 3]) : 1;

		if (said < 0)
			return said;
		sum += said;
	}
	return sum;
}

static double reals(double from, double (*f)(double x, const int16_t *at, size_t count))
{
	static const int16_t at[] = { 1, -2, 3 };

	return f(from, at, 3);
}

/* Says whether anybody else is within, and lets others come if they can. */
static int32_t alone(int32_t spins)
{
	static volatile int32_t within;
	int32_t found = within++;

	for (volatile int32_t i = 0; i < spins; i++)
		found += within != 1;
	within--;
	return found;
}

static void keep(watcher row)
{
	kept = row;
}

static int32_t fire(int32_t number)
{
	return kept(NULL, number, "late");
}

static void box_watch(struct box *box, watcher row)
{
	kept = box->watcher = row;
}

static int32_t box_fire(struct box *box)
{
	return box->watcher(NULL, box->number, "box");
}

JOIST_HANDLE(box, box_free);
JOIST_HANDLE(lid, NULL);
JOIST_HANDLE(part, part_free);
JOIST_CALLBACK(row, -9, int32_t, void *, int32_t, const char *);
JOIST_CALLBACK(real, -9, double, double, JOIST_ITEMS(const int16_t *, joist_ctype_int16, 3),
	       JOIST_LENGTH(size_t));
typedef double (*real_function)(double x, const int16_t *at, size_t count);

static const struct joist_parameter watch_parameters[] = {
	{ &box, NULL, 0, 0, 0, 0, NULL },
	{ &row, NULL, 0, 0, 1, 0, NULL },
};
static const struct joist_signature watch_signature = { .size = sizeof(struct joist_signature),
							.result = { .type = &joist_ctype_void },
							.parameters = watch_parameters,
							.count = 2 };

static const struct joist_export functions[] = {
	JOIST_FUNCTION(JOIST_AS(struct box *, box), box_make, int32_t),
	JOIST_FUNCTION(int32_t, box_number, JOIST_NULLABLE(const struct box *, box)),
	JOIST_FUNCTION_WITH(JOIST_F_STATUS, int32_t, box_close, JOIST_CLOSES(struct box *, box)),
	JOIST_FUNCTION(void, box_free, JOIST_CLOSES(struct box *, box)),
	JOIST_FUNCTION_WITH(JOIST_F_STATUS, int32_t, box_into, int32_t,
			    JOIST_OUT(struct box **, box)),
	JOIST_FUNCTION(int32_t, box_crash, JOIST_AS(struct box *, box)),
	JOIST_FUNCTION(JOIST_AS(struct lid *, lid), lid_of, int32_t),
	JOIST_FUNCTION(JOIST_AS(struct part *, part), part_of, JOIST_AS(struct box *, box)),
	JOIST_FUNCTION(int32_t, each, int32_t, JOIST_NULLABLE(watcher, row), void *),
	JOIST_FUNCTION(double, reals, double, JOIST_AS(real_function, real)),
	JOIST_FUNCTION(int32_t, alone, int32_t),
	JOIST_FUNCTION(void, keep, JOIST_AS(watcher, row)),
	JOIST_FUNCTION(int32_t, fire, int32_t),
	JOIST_FUNCTION(int32_t, box_fire, JOIST_AS(struct box *, box)),
	{ "box_watch",
	  JOIST_EXPORT_TYPED,
	  2,
	  (void (*)(void))box_watch,
	  NULL,
	  &watch_signature,
	  0,
	  { NULL, NULL } },
};

#define COUNT (sizeof(functions) / sizeof(*functions))
static struct typed *prepared[COUNT];

void library_begin(void)
{
	struct typed_mistake mistake;

	for (size_t i = 0; i < COUNT; i++) {
		prepared[i] = typed_prepare(functions[i].data, functions[i].code, &mistake);
		if (!prepared[i])
			test_fail(__FILE__, __LINE__, "%s: parameter %d %s", functions[i].name,
				  mistake.parameter, mistake.what);
	}
}

void library_take_turns(struct serial *serial)
{
	for (size_t i = 0; i < COUNT; i++)
		typed_take_turns(prepared[i], serial);
}

void library_end(void)
{
	for (size_t i = 0; i < COUNT; i++)
		typed_free(prepared[i]);
}

const char *library_freed(void)
{
	static char last[sizeof(freed)];

	memcpy(last, freed, sizeof(last));
	freed[0] = 0;
	return last;
}

static const struct typed *find(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (!strcmp(functions[i].name, name))
			return prepared[i];
	}
	test_fail(__FILE__, __LINE__, "no function %s", name);
	return NULL;
}

joist_term library_call_term(struct joist_actor *self, const char *name, joist_term first,
			     const char *rest)
{
	joist_term items[8] = { first }, list = joist_parse(self, rest, NULL);
	size_t count = !joist_is_none(first);

	while (joist_list_next(&list, &items[count]))
		count++;
	CHECK_INT(count, typed_arity(find(name)));
	return typed_call(self, find(name), items);
}

joist_term library_call_with(struct joist_actor *self, const char *name, joist_term first,
			     joist_term second)
{
	const joist_term items[] = { first, second };

	return typed_call(self, find(name), items);
}

const char *library_call(struct joist_actor *self, const char *name, joist_term first,
			 const char *rest)
{
	return joist_format(self, library_call_term(self, name, first, rest));
}
