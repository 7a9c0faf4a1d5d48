%% The workloads of ./dev bench that README quotes, with Erlang's processes: peers:main(["ping_pong"]) prints a
%% line of JSON and ends the system, with 1 if a sum is wrong.
-module(peers).
-export([main/1, init/1, handle_call/3, handle_cast/2]).

%% Each: its variant, how often, whether a tenth of that comes before the clock runs, and what is told.
workload("ping_pong") -> {"", 2000000, true, fun ping_pong/1, op};
workload("thread_ring") -> {"", 5000000, false, fun thread_ring/1, op};
workload("spawn_exit") -> {",notify", 1000000, true, fun spawn_exit/1, op};
workload("gen_call") -> {"", 1000000, true, fun gen_call/1, op};
workload("fan_in") -> {"", 5000000, false, fun fan_in/1, rate}.

main([Name]) ->
    {Variant, Full, Warm, Run, Kind} = workload(Name),
    N = scaled(Full),
    {_, Monitor} = spawn_monitor(fun() ->
        Warm andalso Run(max(N div 10, 1)),
        From = erlang:monotonic_time(nanosecond),
        ok = Run(N),
        Ns = erlang:monotonic_time(nanosecond) - From,
        {Metric, Value} = case Kind of
            op -> {"ns_per_op", Ns / N};
            rate -> {"msgs_per_s", N * 1.0e9 / Ns}
        end,
        io:format("{\"bench\":\"~s\",\"variant\":\"S~b~s\",\"metric\":\"~s\",\"value\":~.3f,\"n\":~b}~n",
                  [Name, erlang:system_info(schedulers), Variant, Metric, Value, N])
    end),
    receive
        {'DOWN', Monitor, process, _, normal} -> halt(0);
        {'DOWN', Monitor, process, _, Reason} -> io:format(standard_error, "~p~n", [Reason]), halt(1)
    end.

scaled(N) ->
    case os:getenv("BENCH_SCALE") of
        false -> N;
        Text ->
            {ok, [Scale], _} = io_lib:fread("~f", case lists:member($., Text) of true -> Text; false -> Text ++ ".0" end),
            max(trunc(N * Scale), 1)
    end.

%% ---- two that talk ----

ping_pong(N) ->
    Other = spawn_link(fun ponger/0),
    Sum = pings(Other, 1, N, 0),
    Other ! stop,
    Sum = N * (N + 1) div 2,
    ok.

pings(_, I, N, Sum) when I > N -> Sum;
pings(Other, I, N, Sum) ->
    Other ! {ping, self(), I},
    receive {pong, I} -> pings(Other, I + 1, N, Sum + I) end.

ponger() ->
    receive
        {ping, From, I} -> From ! {pong, I}, ponger();
        stop -> ok
    end.

%% ---- a ring ----

thread_ring(N) ->
    Main = self(),
    First = spawn_link(fun() -> receive {next, Next} -> member(1, Next, Main) end end),
    Second = lists:foldl(fun(Number, Next) -> spawn_link(fun() -> member(Number, Next, Main) end) end,
                         First, lists:seq(503, 2, -1)),
    First ! {next, Second},
    First ! N,
    Last = N rem 503 + 1,
    receive {last, Last} -> ok end.

member(Number, Next, Main) ->
    receive
        0 -> Main ! {last, Number};
        K -> Next ! K - 1
    end,
    member(Number, Next, Main).

%% ---- those that only begin and end ----

spawn_exit(N) -> spawn_exit(N, 0, 0).

spawn_exit(N, _, N) -> ok;
spawn_exit(N, Started, Ended) when Started < N, Started - Ended < 1000 ->
    Main = self(),
    spawn(fun() -> Main ! {done, Started} end),
    spawn_exit(N, Started + 1, Ended);
spawn_exit(N, Started, Ended) ->
    receive {done, _} -> spawn_exit(N, Started, Ended + 1) end.

%% ---- calls ----

gen_call(N) ->
    {ok, Server} = gen_server:start_link(?MODULE, [], []),
    N = calls(Server, N, 0),
    gen_server:stop(Server).

calls(_, 0, Last) -> Last;
calls(Server, N, _) -> calls(Server, N - 1, gen_server:call(Server, {add, 1})).

init([]) -> {ok, 0}.
handle_call({add, By}, _, Count) -> {reply, Count + By, Count + By}.
handle_cast(_, Count) -> {noreply, Count}.

%% ---- many to one ----

fan_in(All) ->
    Main = self(),
    Each = max(All div 100, 1),
    Senders = [spawn_link(fun() -> receive go -> send(Main, S, 1, Each) end end) || S <- lists:seq(1, 100)],
    [Sender ! go || Sender <- Senders],
    Sum = 100 * Each * (Each + 1) div 2,
    Sum = collect(100 * Each, 0),
    ok.

send(_, _, I, N) when I > N -> ok;
send(To, S, I, N) -> To ! {msg, S, I}, send(To, S, I + 1, N).

collect(0, Sum) -> Sum;
collect(N, Sum) -> receive {msg, _, I} -> collect(N - 1, Sum + I) end.
