/* What the services that Erlang expects of a node share. */
#ifndef JOIST_STDLIB_OTP_OTP_H
#define JOIST_STDLIB_OTP_OTP_H

#include <joist/joist.h>

#define OTP_NAME_MAX 600

/* How many items a list has. */
size_t otp_length(joist_term list);

/* "module:function"; nothing if that is too long. */
void otp_name(joist_atom module, joist_atom function, char ret_name[OTP_NAME_MAX]);

/* What calling a function that is not there comes to. */
joist_term otp_undef(struct joist_actor *self, joist_atom module, joist_atom function,
		     joist_term args);

/* Ends the actor with what another waits to hear, which is no error. */
JOIST_NORETURN void otp_exit(struct joist_actor *self, joist_term reason);

/* A loop: args are {Module, Function, Args}, which it applies. */
void otp_apply(struct joist_actor *self, joist_term args);

/* Calls a function in an actor of its own and waits: {return, Value}, {throw, Term}, {exit,
 * Reason} or {error, Reason, Stack}. */
joist_term otp_call(struct joist_actor *self, joist_atom module, joist_atom function,
		    joist_term args);

/* What the process says of itself. */
struct otp_figures {
	int64_t processors, uptime_ms;
	int64_t busy_ns,
		possible_ns; /* of the processors: used, and there since the process began */
	int64_t resident_bytes;
};
struct otp_figures otp_figures(void);

/* As erlang:memory and statistics(scheduler_wall_time) have it; the actors' memory is told apart. */
joist_term otp_memory(struct joist_actor *self, const struct otp_figures *figures,
		      int64_t actor_bytes);
joist_term otp_load(struct joist_actor *self, const struct otp_figures *figures);

/* What all actors have, and how many there are besides the caller. */
int64_t otp_actor_bytes(struct joist_actor *self, int64_t *ret_count);

/* Functions of observer_backend: each sends to the process `collector`. */
joist_term otp_etop_collect(struct joist_actor *self, joist_term collector);
joist_term otp_procs_info(struct joist_actor *self, joist_term collector);

#endif
