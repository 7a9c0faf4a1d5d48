/* What native.c's typed_call does, as a function of Erlang's: two integers are added to a sum. */
#include <erl_nif.h>

static ErlNifSInt64 sum; /* of the one process that calls */

static ERL_NIF_TERM add_both(ErlNifEnv *env, int count, const ERL_NIF_TERM arguments[])
{
	ErlNifSInt64 a, b;

	(void)count;
	if (!enif_get_int64(env, arguments[0], &a) || !enif_get_int64(env, arguments[1], &b))
		return enif_make_badarg(env);
	return enif_make_int64(env, sum += a + b);
}

static ErlNifFunc functions[] = { { "add_both", 2, add_both, 0 } };

ERL_NIF_INIT(typed_nif, functions, NULL, NULL, NULL, NULL)
