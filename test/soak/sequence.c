/* Witnesses of order: a source counts aloud to its sink, which hears every number in turn, though both
 * toil in between. */
#include "test/soak/soak.h"

/* ---- the sink ---- */

struct heard {
	uint64_t dice;
	int64_t last;
};

static void sink_init(struct joist_actor *self, void *state, joist_term args)
{
	(void)self, (void)args;
	((struct heard *)state)->dice = soak_dice(1);
}

static void sink_info(struct joist_actor *self, void *state, joist_term message)
{
	struct heard *heard = state;
	int64_t number;

	soak_count(&soak.messages);
	if (!joist_match(message, "{number, N}", &number) || number != ++heard->last)
		soak_finding(self, "a message out of order");
	if (dice_roll(&heard->dice, 200) == 0)
		toil(&heard->dice);
}

static joist_term sink_call(struct joist_actor *self, void *state, joist_term request)
{
	(void)request;
	return joist_int(self, ((struct heard *)state)->last);
}

const struct joist_server sink = {
	.state_size = sizeof(struct heard),
	.init = sink_init,
	.call = sink_call,
	.info = sink_info,
};

/* ---- the source ---- */

static void count_aloud(struct joist_actor *self, joist_term to, uint64_t *dice, int64_t *number)
{
	for (uint64_t left = dice_roll(dice, 50) + 1; left > 0; left--) {
		if (dice_roll(dice, 100) == 0)
			toil(dice);
		joist_send_to(self, to, joist_make(self, "{number, N}", ++*number));
		if (dice_roll(dice, 20) == 0)
			joist_yield(self);
	}
}

/* Its argument is the name of the sink. */
void source(struct joist_actor *self, joist_term to)
{
	uint64_t dice = soak_dice(2);
	int64_t number = 0, heard;
	joist_term reply;

	for (;;) {
		count_aloud(self, to, &dice, &number);
		if (joist_call(self, to, joist_make(self, "last"), JOIST_INFINITY, &reply) !=
			    JOIST_OK ||
		    !joist_get_int(reply, &heard) || heard != number)
			soak_finding(self, "an answer overtook a message");
		joist_receive_timeout(self, soak_is_noisy() ? (int64_t)dice_roll(&dice, 20) : 100);
	}
}
