/* The intensity of a supervisor. A restart is one too many if the one `max` restarts before it is not
 * yet a period ago, so a ring of `max` times is all that must be kept, however many there are. */
#include "restarts.h"

bool restarts_admit(struct joist_actor *self, struct restarts *restarts, int64_t now_ns)
{
	if (!restarts->max)
		return false;
	if (!restarts->at_ns)
		restarts->at_ns = joist_alloc(self, restarts->max * sizeof(int64_t));
	if (restarts->count < restarts->max) {
		restarts->at_ns[restarts->count++] = now_ns;
		return true;
	}
	if (now_ns - restarts->at_ns[restarts->oldest] <= restarts->period_ns)
		return false;
	restarts->at_ns[restarts->oldest] = now_ns;
	restarts->oldest = (restarts->oldest + 1) % restarts->max;
	return true;
}
