/* What a call of the SDK does before its own work if something has come, or its actor is not free to do
 * all. Runs on the actor's stack. */
#include "vm/api/enter.h"

#include "vm/sched/conversion.h"

void enter_heed(struct joist_actor *self, const char *function)
{
	if (deliver(self))
		trampoline_leave(self);
	if (self->converts && function)
		conversion_refuse(self, function);
}
