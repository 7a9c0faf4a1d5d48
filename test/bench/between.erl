%% between.c, as Erlang has it: the far node, and what measures.
-module(between).
-export([far/0, main/3, remote_child/1, scaled/1]).

far() ->
    register(bench_echo, spawn(fun echo/0)),
    register(bench_sink, spawn(fun() -> sink(0, 0) end)),
    io:format("ready: ~s~n", [node()]).

echo() -> receive {ping, From, I} -> From ! {pong, I} end, echo().

sink(Count, Size) ->
    receive
        {msg, _} -> sink(Count + 1, Size);
        {bin, _, B} -> sink(Count + 1, Size + byte_size(B));
        {finish, From} -> From ! {finished, Count, Size}, sink(0, 0)
    end.

remote_child({Parent, I}) -> Parent ! {done, I}.

main(Bench, Variant, Node) ->
    true = net_kernel:connect_node(Node),
    {Metric, Value, N} = run(Bench, string:find(Variant, "bin_64KiB") =/= nomatch, string:find(Variant, "100_spawners") =/= nomatch, Node),
    io:format("{\"bench\":\"~s\",\"variant\":\"S~b,~s\",\"metric\":\"~s\",\"value\":~.3f,\"n\":~b}~n",
              [Bench, erlang:system_info(schedulers), Variant, Metric, Value * 1.0, N]),
    halt().

scaled(N) ->
    case os:getenv("BENCH_SCALE") of
        false -> N;
        Text -> max(1, round(N * try list_to_float(Text) catch _:_ -> list_to_integer(Text) end))
    end.

timed(Fun) ->
    Start = erlang:monotonic_time(nanosecond),
    Fun(),
    erlang:monotonic_time(nanosecond) - Start.

run(dist_rtt, _, _, Node) ->
    N = scaled(50000),
    ping({bench_echo, Node}, N div 10 + 1, 1, 0),
    {us_per_op, timed(fun() -> ping({bench_echo, Node}, N, 1, 0) end) / 1000 / N, N};
run(dist_throughput, true, _, Node) ->
    N = scaled(20000),
    Large = binary:copy(<<"j">>, 65536),
    Flood = fun(K) -> [{bench_sink, Node} ! {bin, I, Large} || I <- lists:seq(1, K)], finish(Node, K, K * 65536) end,
    Flood(N div 10 + 1),
    {mb_per_s, N * 65536 * 1000 / timed(fun() -> Flood(N) end), N};
run(dist_throughput, false, _, Node) ->
    N = scaled(1000000),
    Flood = fun(K) -> flood({bench_sink, Node}, 1, K), finish(Node, K, 0) end,
    Flood(N div 10 + 1),
    {msgs_per_s, N * 1.0e9 / timed(fun() -> Flood(N) end), N};
run(dist_spawn, _, false, Node) ->
    N = scaled(10000),
    start_and_wait(Node, N div 10 + 1),
    {us_per_op, timed(fun() -> start_and_wait(Node, N) end) / 1000 / N, N};
run(dist_spawn, _, true, Node) ->
    Each = scaled(20000) div 100 + 1,
    Me = self(),
    start_and_wait(Node, 100),
    Ns = timed(fun() ->
        [spawn(fun() -> [spawn(Node, ?MODULE, remote_child, [{Me, I}]) || I <- lists:seq(1, Each)] end) || _ <- lists:seq(1, 100)],
        [receive {done, _} -> ok end || _ <- lists:seq(1, 100 * Each)] end),
    {spawns_per_s, 100 * Each * 1.0e9 / Ns, 100 * Each}.

ping(_, N, I, Sum) when I > N -> Sum = N * (N + 1) div 2;
ping(To, N, I, Sum) -> To ! {ping, self(), I}, receive {pong, Got} -> ping(To, N, I + 1, Sum + Got) end.

flood(_, I, N) when I > N -> ok;
flood(To, I, N) -> To ! {msg, I}, flood(To, I + 1, N).

finish(Node, Count, Size) ->
    {bench_sink, Node} ! {finish, self()},
    receive {finished, C, S} -> {Count, Size} = {C, S} end.

start_and_wait(_, 0) -> ok;
start_and_wait(Node, N) ->
    Me = self(),
    spawn(Node, ?MODULE, remote_child, [{Me, N}]),
    receive {done, N} -> start_and_wait(Node, N - 1) end.
