/* Witnesses of totals: accounts that transfer among themselves by calls, so that their sum is zero
 * whenever none of them is at it. An account calls only accounts of higher numbers, which never wait for
 * it in turn. */
#include "test/soak/soak.h"

#include <stdio.h>

#define ACCOUNTS 16

struct balance {
	uint64_t dice;
	int64_t number, amount;
};

static const char *name_of(char *space, size_t size, int64_t number)
{
	snprintf(space, size, "account%lld", (long long)number);
	return space;
}

static void account_init(struct joist_actor *self, void *state, joist_term args)
{
	struct balance *b = state;

	if (!joist_match(args, "Number", &b->number))
		joist_exit(self, args);
	b->dice = soak_dice(b->number);
	joist_send_interval(self, 20, joist_self(self), joist_make(self, "transfer"));
}

static joist_term account_call(struct joist_actor *self, void *state, joist_term request)
{
	struct balance *b = state;
	int64_t by;

	soak_count(&soak.messages);
	if (dice_roll(&b->dice, 100) == 0)
		toil(&b->dice);
	if (joist_match(request, "{add, By}", &by))
		b->amount += by;
	return joist_int(self, b->amount);
}

static void account_info(struct joist_actor *self, void *state, joist_term message)
{
	struct balance *b = state;
	int64_t by = (int64_t)dice_roll(&b->dice, 2000) - 1000, other;
	char name[32];

	(void)message;
	if (!soak_is_noisy() || b->number == ACCOUNTS - 1)
		return;
	other = b->number + 1 + (int64_t)dice_roll(&b->dice, (uint64_t)(ACCOUNTS - 1 - b->number));
	/* When the node stops, the other is stopped first. */
	if (joist_call(self, name_of(name, sizeof(name), other), joist_make(self, "{add, By}", by),
		       JOIST_INFINITY, NULL) != JOIST_OK &&
	    soak_is_noisy())
		soak_finding(self, "an account does not answer another");
	if (dice_roll(&b->dice, 100) == 0)
		toil(&b->dice);
	b->amount -= by;
}

const struct joist_server account = {
	.state_size = sizeof(struct balance),
	.init = account_init,
	.call = account_call,
	.info = account_info,
};

static const char *sum(struct joist_actor *self, int64_t *ret_sum)
{
	joist_term reply;
	int64_t amount;
	char name[32];

	*ret_sum = 0;
	for (int64_t i = 0; i < ACCOUNTS; i++) {
		if (joist_call(self, name_of(name, sizeof(name), i), joist_make(self, "balance"),
			       30000, &reply) != JOIST_OK ||
		    !joist_get_int(reply, &amount))
			return "an account does not answer";
		*ret_sum += amount;
	}
	return NULL;
}

/* The first round waits for the transfers that are under way. */
const char *bank_audit(struct joist_actor *self)
{
	int64_t total;
	const char *wrong = sum(self, &total);

	if (!wrong)
		wrong = sum(self, &total);
	return wrong || total == 0 ? wrong : "the sum of the accounts is not what it was";
}
