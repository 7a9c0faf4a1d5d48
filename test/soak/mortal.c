/* Mortals: they say a few words to their coroner, then end as they were told. Arguments are
 * {Coroner, Words, Seed, Way, Wrong}, where Wrong is the number of a crash. */
#include <string.h>

#include "test/faults/stranger.h"
#include "test/soak/soak.h"

static void end_by_fault(struct joist_actor *self, joist_term way, int64_t wrong)
{
	if (joist_is_atom(way, "fault_deferred")) {
		harm_defer(self, &stranger_wrongs[wrong]);
		return;
	}
	if (joist_is_atom(way, "fault_later"))
		joist_sleep(self, 1);
	harm_do(&stranger_wrongs[wrong]);
}

JOIST_NORETURN static void leak(struct joist_actor *self)
{
	for (;;)
		memset(joist_alloc(self, 10000), 1, 10000);
}

static void end_by(struct joist_actor *self, joist_term way, int64_t wrong)
{
	if (joist_is_atom(way, "exits"))
		joist_exit(self, joist_make(self, "{gone, home}"));
	if (joist_is_atom(way, "leaks"))
		leak(self);
	if (joist_is_atom(way, "errs"))
		joist_send(self, (joist_pid){ 0 }, way);
	if (joist_is_atom(way, "kills")) {
		joist_exit_to(self, joist_self(self), joist_make(self, "kill"));
		joist_receive_match(self, JOIST_INFINITY, "never");
	}
	if (!joist_is_atom(way, "returns"))
		end_by_fault(self, way, wrong);
}

static void live(struct joist_actor *self, joist_term args)
{
	joist_pid to;
	uint64_t dice;
	joist_term way;
	int64_t words, wrong;

	if (!joist_match(args, "{Coroner, Words, Seed, Way, Wrong}", &to, &words, &dice, &way,
			 &wrong))
		joist_exit(self, args);
	for (int64_t i = 1; i <= words; i++) {
		if (dice_roll(&dice, 10) == 0)
			toil(&dice);
		joist_send(self, to, joist_make(self, "{word, Self, I}", joist_self(self), i));
	}
	end_by(self, way, wrong);
}

void mortal(struct joist_actor *self, joist_term args)
{
	live(self, args);
}

/* As a server it does so in its second turn. */
struct life {
	joist_term args;
};

static void init(struct joist_actor *self, void *state, joist_term args)
{
	((struct life *)state)->args = joist_keep(self, args);
	joist_cast(self, joist_self(self), joist_nil());
}

static void cast(struct joist_actor *self, void *state, joist_term message)
{
	(void)message;
	live(self, ((struct life *)state)->args);
	joist_stop(joist_make(self, "normal"));
}

const struct joist_server mortal_server = {
	.state_size = sizeof(struct life),
	.init = init,
	.cast = cast,
};
