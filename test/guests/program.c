/* A program with a plugin's declaration in it. */
#include <joist/joist.h>

static void guest(struct joist_actor *self, joist_term args)
{
	(void)self, (void)args;
}

JOIST_PLUGIN("guest", "1.0", JOIST_ACTOR(guest));

int main(void)
{
	return 0;
}
