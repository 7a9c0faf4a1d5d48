/* With a variable of each thread's. */
#define PLUGIN "variable"
#include "test/locals/locals.h"

static __thread int held, others[100];

static void hold(int value)
{
	held = others[value % 100] = value;
}

static bool holds(int value)
{
	return held == value && others[value % 100] == value;
}
