%% typed_call, as Erlang has it: a function of C on two integers, by a NIF. The environment's TYPED_NIF is its file.
-module(typed_nif).
-export([main/0, add_both/2]).
-on_load(load/0).

load() -> erlang:load_nif(os:getenv("TYPED_NIF"), 0).

add_both(_, _) -> erlang:nif_error(not_loaded).

main() ->
    N = between:scaled(20000000),
    Before = add_both(0, 0),
    calls(N div 10),
    Warm = add_both(0, 0),
    Start = erlang:monotonic_time(nanosecond),
    calls(N),
    Took = erlang:monotonic_time(nanosecond) - Start,
    {0, Sum} = {Before, N * (N + 1) div 2},
    Sum = add_both(0, 0) - Warm,
    io:format("{\"bench\":\"typed_call\",\"variant\":\"S~b,nif\",\"metric\":\"ns_per_op\",\"value\":~.3f,\"n\":~b}~n",
              [erlang:system_info(schedulers), Took / N, N]),
    halt().

calls(0) -> ok;
calls(N) -> add_both(N - 1, 1), calls(N - 1).
