/* Those whom the rogues need: sponges, which they flood and which have limits of their mailboxes, and the
 * broker, which has supervisors start children on request. */
#include <joist/supervisor.h>

#include "test/soak/soak.h"

static void sponge_info(struct joist_actor *self, void *state, joist_term message)
{
	uint64_t *dice = state;

	(void)message;
	soak_count(&soak.messages);
	if (*dice == 0)
		*dice = soak_dice(0);
	if (dice_roll(dice, 50) == 0)
		toil(dice);
	if (dice_roll(dice, 5000) == 0)
		joist_exit(self, joist_make(self, "full"));
}

const struct joist_server sponge = { .state_size = sizeof(uint64_t), .info = sponge_info };

static void broker_cast(struct joist_actor *self, void *state, joist_term message)
{
	joist_atom hirer;
	joist_term args;

	(void)state;
	soak_count(&soak.messages);
	if (soak_is_noisy() && joist_match(message, "{hire, Hirer, Args}", &hirer, &args))
		joist_start_child(self, hirer, args, NULL);
}

const struct joist_server broker = { .state_size = 8, .cast = broker_cast };
