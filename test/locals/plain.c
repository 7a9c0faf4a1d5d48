/* With nothing local but errno. */
#define PLUGIN "plain"
#include "test/locals/locals.h"

static void hold(int value)
{
	(void)value;
}

static bool holds(int value)
{
	return value > 0;
}
