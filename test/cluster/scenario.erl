%% What a node of an Erlang cluster must do, seen from an OTP node: one case for each line, in TAP. The node
%% under test has the actors of samples/otp; where it is an OTP node, stand_in.erl plays them.
-module(scenario).
-export([main/1]).

-define(WAIT, 10000).

main([Target]) ->
    N = list_to_atom(Target),
    process_flag(trap_exit, true),
    Cases = cases(N),
    Wrong = lists:foldl(fun(Case, Sum) -> Sum + run(Case) end, 0, lists:zip(lists:seq(1, length(Cases)), Cases)),
    io:format("1..~b~n", [length(Cases)]),
    halt(min(Wrong, 1)).

run({Number, {Name, Expected, Fun}}) ->
    {Pid, Monitor} = spawn_monitor(fun() -> exit({result, try Fun() catch C:R -> {C, R} end}) end),
    Got = receive {'DOWN', Monitor, process, Pid, {result, Result}} -> Result;
                  {'DOWN', Monitor, process, Pid, Reason} -> {died, Reason}
          after 60000 -> timeout end,
    case Got of
        Expected -> io:format("ok ~b - ~s~n", [Number, Name]), 0;
        _ -> io:format("not ok ~b - ~s~n# ~0p, not ~0p~n", [Number, Name, cut(Got), cut(Expected)]), 1
    end.

cut(Term) when is_binary(Term), byte_size(Term) > 100 -> {binary, byte_size(Term)};
cut(Term) -> Term.

%% ---- words ----

told(Pattern) -> receive {Pattern, X} -> X after ?WAIT -> timeout end.
next() -> receive X -> X after ?WAIT -> timeout end.
nothing() -> receive X -> {unexpected, X} after 0 -> nothing end.
down(Ref) -> receive {'DOWN', Ref, process, _, Reason} -> Reason after ?WAIT -> timeout end.
exit_of(Pid) -> receive {'EXIT', Pid, Reason} -> Reason after ?WAIT -> timeout end.

echo(N, Term) -> {echo, N} ! {self(), Term}, told(echo).
same(N, Term) -> case echo(N, Term) of Term -> same; Other -> {differs, cut(Other)} end.

watch(N, Command) -> {watcher, N} ! {self(), Command}, told(watcher).

worker(N) ->
    Pid = spawn(N, calc, worker, [self()]),
    receive {worker, Pid, ready} -> Pid after ?WAIT -> exit(no_worker) end.

%% After what was sent to it before, as it answers in order.
settle(Worker) -> Worker ! {self(), ping, settle}, receive {pong, Worker, settle} -> ok after ?WAIT -> timeout end.

%% A process here that ends as it is told.
victim() -> spawn(fun() -> receive {die, Reason} -> exit(Reason) end end).

caught(Fun) -> try Fun() catch C:R -> {C, R} end.
exits(Fun) -> try Fun() catch exit:{R, _} -> R; C:R -> {C, R} end.
reason(Fun) -> try Fun() catch _:{exception, R, _} -> {error, R}; C:R -> {C, R} end.

until(Fun) -> until(Fun, 500).
until(_, 0) -> false;
until(Fun, Tries) ->
    case Fun() of
        true -> true;
        _ -> receive after 20 -> until(Fun, Tries - 1) end
    end.

%% A group leader that tells what it is to write, formatted; and that.
leader(Me) ->
    spawn(fun() -> receive {io_request, From, As, What} -> Me ! {written, chars(What)}, From ! {io_reply, As, ok} end end).
chars({put_chars, unicode, Chars}) -> unicode:characters_to_binary(Chars);
chars({put_chars, unicode, M, F, A}) -> unicode:characters_to_binary(apply(M, F, A)).
written() -> told(written).

is_joist(N) -> is_tuple(catch erpc:call(N, erlang, system_info, [otp_release])).

%% ---- cases: a name, what comes out, how ----

cases(N) -> connecting(N) ++ terms(N) ++ messages(N) ++ servers(N) ++ calls(N) ++ spawning(N) ++ monitors(N) ++
    links(N) ++ exits_of(N) ++ groups(N) ++ others(N) ++ parting(N).

connecting(N) ->
    [{"ping", pong, fun() -> net_adm:ping(N) end},
     {"it is among nodes()", true, fun() -> lists:member(N, nodes()) end},
     {"it is visible", true, fun() -> lists:member(N, nodes(visible)) end},
     {"it is not hidden", false, fun() -> lists:member(N, nodes(hidden)) end},
     {"it knows its name", N, fun() -> rpc:call(N, erlang, node, []) end},
     {"it knows us", true, fun() -> lists:member(node(), rpc:call(N, erlang, nodes, [])) end},
     {"ping of nobody", pang, fun() -> net_adm:ping('nobody@127.0.0.1') end}].

terms(N) ->
    Deep = lists:foldl(fun(_, T) -> {T} end, x, lists:seq(1, 1000)),
    DeepList = lists:foldl(fun(_, T) -> [T] end, [], lists:seq(1, 1000)),
    DeepMap = lists:foldl(fun(I, T) -> #{I => T} end, #{}, lists:seq(1, 1000)),
    Terms =
        [{"0", 0}, {"255", 255}, {"256", 256}, {"-1", -1}, {"2^27", 1 bsl 27}, {"2^31", 1 bsl 31}, {"-2^31", -(1 bsl 31)},
         {"2^59", 1 bsl 59}, {"2^60", 1 bsl 60}, {"-2^60", -(1 bsl 60)}, {"2^63", 1 bsl 63}, {"2^64", 1 bsl 64},
         {"-2^64", -(1 bsl 64)}, {"2^2040", 1 bsl 2040}, {"2^2041 - 1", (1 bsl 2041) - 1}, {"2^100000", 1 bsl 100000},
         {"0.0", 0.0}, {"1.5", 1.5}, {"-1.0e300", -1.0e300}, {"5.0e-324", 5.0e-324},
         {"an atom", ok}, {"an atom of 255 characters", list_to_atom(lists:duplicate(255, $a))},
         {"an atom in UTF-8", 'größe'}, {"the longest of those", list_to_atom(lists:duplicate(255, 16#20AC))}, {"''", ''},
         {"{}", {}}, {"a tuple", {a, {b}, [c]}}, {"a tuple of 300", list_to_tuple(lists:seq(1, 300))},
         {"[]", []}, {"a string", "text"}, {"a string of 65536", lists:duplicate(65536, $x)}, {"an improper list", [a, b | c]},
         {"a list of lists", [[1], [2, [3]], []]}, {"a list of 100,000", lists:seq(1, 100000)},
         {"<<>>", <<>>}, {"a binary", <<1, 2, 3>>}, {"64 bytes", binary:copy(<<"x">>, 64)}, {"65 bytes", binary:copy(<<"x">>, 65)},
         {"bits", <<5:3>>}, {"many bits", <<0:1001>>}, {"a part of a binary", binary:part(binary:copy(<<"abc">>, 100), 7, 200)},
         {"65,537 bytes", binary:copy(<<"x">>, 65537)}, {"10 MB", binary:copy(<<"0123456789">>, 1000000)},
         {"#{}", #{}}, {"a map", #{a => 1, "b" => [2], {c} => #{d => <<>>}}}, {"a map of 1 and 1.0", #{1 => a, 1.0 => b}},
         {"a map of 1000", maps:from_list([{I, I * I} || I <- lists:seq(1, 1000)])},
         {"a pid", self()}, {"a pid of nobody", list_to_pid("<0.9999.1>")}, {"a reference", make_ref()}, {"an alias", alias()},
         {"a port", hd(erlang:ports())}, {"an export", fun lists:map/2}, {"a fun", fun cut/1},
         {"a closure", begin X = self(), fun(Y) -> {X, Y} end end}, {"1000 deep", Deep}, {"lists 1000 deep", DeepList},
         {"maps 1000 deep", DeepMap}, {"a bit of all", [{a, 1.5, <<"b">>}, #{c => self()} | make_ref()]}],
    [{"echo of " ++ Name, same, fun() -> same(N, Term) end} || {Name, Term} <- Terms].

messages(N) ->
    Many = lists:seq(1, 10000),
    [{"10,000 messages keep their order", true,
      fun() -> [{echo, N} ! {self(), I} || I <- Many], Many =:= [told(echo) || _ <- Many] end},
     {"small after large keep their order", [large, 1, 2],
      fun() -> B = binary:copy(<<"x">>, 3000000),
               {echo, N} ! {self(), {large, B}}, {echo, N} ! {self(), 1}, {echo, N} ! {self(), 2},
               {large, B} = told(echo), [large, told(echo), told(echo)] end},
     {"small of one are not held up by large ones of others", true,
      fun() -> Large = [spawn(fun() -> same(N, binary:copy(<<"x">>, 20000000)) end) || _ <- [1, 2]],
               R = [echo(N, I) || I <- lists:seq(1, 10)] =:= lists:seq(1, 10),
               [exit(P, kill) || P <- Large], R end},
     {"a message to a name that nobody has", ok, fun() -> {nobody, N} ! hi, ok end},
     {"a message to one that has ended", nothing,
      fun() -> W = worker(N), R = monitor(process, W), W ! stop, normal = down(R), W ! hi, ok = settle(worker(N)), nothing() end},
     {"to a pid", {pong, 7}, fun() -> W = worker(N), W ! {self(), ping, 7}, receive {pong, W, X} -> {pong, X} after ?WAIT -> no end end},
     {"from it to a pid of ours", hello, fun() -> ok = watch(N, {send, self(), hello}), next() end},
     {"from it to a name of ours", hello,
      fun() -> register(scenario_me, self()), ok = watch(N, {send, {scenario_me, node()}, hello}), next() end},
     {"from it to an alias of ours", hello, fun() -> ok = watch(N, {send, alias(), hello}), next() end},
     {"from it to an alias that is none any more", nothing,
      fun() -> A = alias(), unalias(A), ok = watch(N, {send, A, hello}), _ = watch(N, self), nothing() end},
     {"from it to a name that nobody has", ok, fun() -> watch(N, {send, {nobody, node()}, hello}) end},
     {"send/3", ok, fun() -> erlang:send({echo, N}, {self(), x}, [nosuspend, noconnect]) end},
     {"10,000 small binaries", true,
      fun() -> [{echo, N} ! {self(), <<I:32>>} || I <- Many], lists:all(fun(I) -> told(echo) =:= <<I:32>> end, Many) end}].

servers(N) ->
    C = {counter, N},
    Back = fun() -> until(fun() -> is_integer(catch gen_server:call(C, get, 1000)) end) end,
    [{"a crash ends the call", true,
      fun() -> R = exits(fun() -> gen_server:call(C, crash) end), not lists:member(R, [normal, noproc, timeout]) end},
     {"who crashed comes back", true, Back},
     {"and starts at 0", 0, fun() -> gen_server:call(C, get) end},
     {"a call", 2, fun() -> gen_server:call(C, {add, 2}) end},
     {"a cast, then a call", 5, fun() -> gen_server:cast(C, {add, 3}), gen_server:call(C, get) end},
     {"a call of a name that nobody has", noproc, fun() -> exits(fun() -> gen_server:call({nobody, N}, get) end) end},
     {"a call of one that has ended", noproc,
      fun() -> W = worker(N), R = monitor(process, W), W ! stop, down(R), exits(fun() -> gen_server:call(W, get) end) end},
     {"a call of one that does not answer", timeout, fun() -> exits(fun() -> gen_server:call({echo, N}, get, 50) end) end},
     {"multi_call", {[{N, 5}], []}, fun() -> gen_server:multi_call([N], counter, get, ?WAIT) end},
     {"multi_call of nobody", {[], [N]}, fun() -> gen_server:multi_call([N], nobody, get, ?WAIT) end},
     {"send_request", {reply, 5}, fun() -> gen_server:wait_response(gen_server:send_request(C, get), ?WAIT) end},
     {"1000 calls", true, fun() -> lists:all(fun(_) -> gen_server:call(C, get) =:= 5 end, lists:seq(1, 1000)) end},
     {"calls of 50 at once", 50 * 20 + 5,
      fun() -> Ps = [spawn_monitor(fun() -> [gen_server:call(C, {add, 1}) || _ <- lists:seq(1, 20)] end) || _ <- lists:seq(1, 50)],
               [normal = down(R) || {_, R} <- Ps], gen_server:call(C, get) end}].

calls(N) ->
    [{"rpc", 3, fun() -> rpc:call(N, calc, add, [1, 2]) end},
     {"rpc of floats", 3.5, fun() -> rpc:call(N, calc, add, [1, 2.5]) end},
     {"rpc that fails", badarith, fun() -> {badrpc, {'EXIT', {R, [_ | _]}}} = rpc:call(N, calc, 'div', [1, 0]), R end},
     {"rpc that truncates", -3, fun() -> rpc:call(N, calc, 'div', [-7, 2]) end},
     {"rpc that throws", x, fun() -> rpc:call(N, calc, throw_it, [x]) end},
     {"rpc that exits", {badrpc, {'EXIT', x}}, fun() -> rpc:call(N, calc, exit_with, [x]) end},
     {"rpc of what is not there", {undef, {calc, nix, [1]}},
      fun() -> {badrpc, {'EXIT', {R, [{M, F, A, []} | _]}}} = rpc:call(N, calc, nix, [1]), {R, {M, F, A}} end},
     {"rpc of a module that is not there", undef,
      fun() -> {badrpc, {'EXIT', {R, _}}} = rpc:call(N, no_module, nix, []), R end},
     {"rpc that takes too long", {badrpc, timeout}, fun() -> rpc:call(N, calc, sleep, [5000], 50) end},
     {"rpc that waits", 20, fun() -> rpc:call(N, calc, sleep, [20]) end},
     {"rpc:cast", hi, fun() -> true = rpc:cast(N, calc, notify, [self(), hi]), next() end},
     {"rpc and its message", {ok, hi}, fun() -> ok = rpc:call(N, calc, notify, [self(), hi]), {ok, next()} end},
     {"rpc:multicall", {[3], []}, fun() -> rpc:multicall([N], calc, add, [1, 2]) end},
     {"rpc:async_call", 3, fun() -> rpc:yield(rpc:async_call(N, calc, add, [1, 2])) end},
     {"rpc:block_call", 3, fun() -> rpc:block_call(N, calc, add, [1, 2]) end},
     {"rpc of a large result", 1 bsl 50000, fun() -> rpc:call(N, calc, throw_it, [1 bsl 50000]) end},
     {"erpc", 3, fun() -> erpc:call(N, calc, add, [1, 2]) end},
     {"erpc that throws", {throw, x}, fun() -> caught(fun() -> erpc:call(N, calc, throw_it, [x]) end) end},
     {"erpc that exits", {exit, {exception, x}}, fun() -> caught(fun() -> erpc:call(N, calc, exit_with, [x]) end) end},
     {"erpc that fails", {error, badarith}, fun() -> reason(fun() -> erpc:call(N, calc, 'div', [1, 0]) end) end},
     {"erpc of what is not there", {error, undef}, fun() -> reason(fun() -> erpc:call(N, calc, nix, []) end) end},
     {"erpc that takes too long", {error, {erpc, timeout}}, fun() -> caught(fun() -> erpc:call(N, calc, sleep, [5000], 50) end) end},
     {"erpc:cast", hi, fun() -> ok = erpc:cast(N, calc, notify, [self(), hi]), next() end},
     {"erpc:multicall", [{ok, 3}], fun() -> erpc:multicall([N], calc, add, [1, 2]) end},
     {"erpc:send_request", {response, 3}, fun() -> erpc:wait_response(erpc:send_request(N, calc, add, [1, 2]), ?WAIT) end},
     {"100 rpcs at once", lists:seq(2, 101),
      fun() -> Keys = [rpc:async_call(N, calc, add, [1, I]) || I <- lists:seq(1, 100)], [rpc:yield(K) || K <- Keys] end}].

spawning(N) ->
    Undef = fun({undef, [{M, F, A, _} | _]}) -> {undef, M, F, A}; (R) -> R end,
    [{"spawn", ok, fun() -> settle(worker(N)) end},
     {"its pid is of that node", N, fun() -> node(worker(N)) end},
     {"spawn_monitor", stopped,
      fun() -> {P, R} = erlang:spawn_monitor(N, calc, worker, [self()]), receive {worker, P, ready} -> P ! {exit, stopped} end, down(R) end},
     {"spawn_link", stopped,
      fun() -> process_flag(trap_exit, true), P = spawn_link(N, calc, worker, [self()]),
               receive {worker, P, ready} -> P ! {exit, stopped} end, exit_of(P) end},
     {"spawn_monitor of what is not there", {undef, calc, nix, [1, 2]},
      fun() -> {_, R} = erlang:spawn_monitor(N, calc, nix, [1, 2]), Undef(down(R)) end},
     {"spawn_link of what is not there", {undef, no_module, nix, []},
      fun() -> process_flag(trap_exit, true), P = spawn_link(N, no_module, nix, []), Undef(exit_of(P)) end},
     {"spawn_monitor of a function", normal, fun() -> {_, R} = erlang:spawn_monitor(N, calc, add, [1, 2]), down(R) end},
     {"spawn_opt with link and monitor", {bye, bye},
      fun() -> process_flag(trap_exit, true), {P, R} = spawn_opt(N, calc, worker, [self()], [link, monitor]),
               receive {worker, P, ready} -> P ! {exit, bye} end, {down(R), exit_of(P)} end},
     {"spawn_opt with what only tunes", ok,
      fun() -> P = spawn_opt(N, calc, worker, [self()], [{priority, high}, {min_heap_size, 1000}]),
               receive {worker, P, ready} -> settle(P) end end},
     {"spawn_request", true,
      fun() -> R = spawn_request(N, calc, worker, [self()], [{reply_tag, here}]),
               receive {here, R, ok, P} -> receive {worker, P, ready} -> true end after ?WAIT -> timeout end end},
     {"the reply comes first", reply,
      fun() -> spawn_request(N, calc, worker, [self()], []), case next() of {spawn_reply, _, ok, _} -> reply; X -> X end end},
     {"on a node that is not there", noconnection,
      fun() -> {_, R} = erlang:spawn_monitor('nobody@127.0.0.1', calc, worker, [self()]), down(R) end},
     {"100 of them", true, fun() -> length(lists:usort([worker(N) || _ <- lists:seq(1, 100)])) =:= 100 end},
     {"what it prints comes here", <<"written there">>,
      fun() -> Me = self(), Leader = spawn(fun() -> receive {io_request, From, As, What} -> Me ! {printed, What}, From ! {io_reply, As, ok} end end),
               group_leader(Leader, self()), W = worker(N), W ! {self(), io, "written there"},
               {put_chars, unicode, What} = told(printed), receive {io_done, W} -> unicode:characters_to_binary(What) after ?WAIT -> timeout end end},
     {"what its print writes, too", <<"[1]\n">>, fun() -> group_leader(leader(self()), self()), W = worker(N), W ! {self(), print, [1]}, written() end},
     {"another group leader", {true, <<"x\n">>},
      fun() -> W = worker(N), {group_leader(leader(self()), W), begin W ! {self(), print, x}, written() end} end},
     {"of what rpc calls", true, fun() -> rpc:call(N, erlang, group_leader, []) =:= group_leader() end},
     {"process_info has it", {group_leader, true},
      fun() -> W = worker(N), {G, L} = rpc:call(N, erlang, process_info, [W, group_leader]), {G, L =:= group_leader()} end},
     {"it prints when its leader is gone", ok,
      fun() -> L = spawn(fun() -> ok end), R = monitor(process, L), down(R), W = worker(N), group_leader(L, W),
               case is_joist(N) of true -> W ! {self(), print, x}; false -> ok end, settle(W) end},
     {"and when its leader's node is", ok,
      fun() -> L = binary_to_term(<<131, 88, 119, 16, "nobody@127.0.0.1", 1:32, 0:32, 5:32>>), W = worker(N), group_leader(L, W),
               case is_joist(N) of true -> [W ! {self(), print, lists:duplicate(1000, X)} || X <- lists:seq(1, 1000)]; false -> ok end, settle(W) end}].

monitors(N) ->
    [{"a monitor of a pid", bye, fun() -> W = worker(N), R = monitor(process, W), W ! {exit, bye}, down(R) end},
     {"its object is the pid", true, fun() -> W = worker(N), R = monitor(process, W), W ! stop, receive {'DOWN', R, process, P, _} -> P =:= W end end},
     {"of a name", true,
      fun() -> R = monitor(process, {counter, N}), catch gen_server:call({counter, N}, crash),
               receive {'DOWN', R, process, {counter, N}, _} -> until(fun() -> is_integer(catch gen_server:call({counter, N}, get)) end) after ?WAIT -> timeout end end},
     {"of a name that nobody has", {{nobody, N}, noproc},
      fun() -> R = monitor(process, {nobody, N}), receive {'DOWN', R, process, O, Why} -> {O, Why} after ?WAIT -> timeout end end},
     {"of one that has ended", noproc,
      fun() -> W = worker(N), R = monitor(process, W), W ! stop, normal = down(R), down(monitor(process, W)) end},
     {"taken back", nothing,
      fun() -> W = worker(N), R = monitor(process, W), demonitor(R), R2 = monitor(process, W), W ! stop, normal = down(R2), nothing() end},
     {"two of one", [bye, bye], fun() -> W = worker(N), R = [monitor(process, W) || _ <- [1, 2]], W ! {exit, bye}, [down(X) || X <- R] end},
     {"after its messages", [{pong, 1}, down],
      fun() -> W = worker(N), R = monitor(process, W), W ! {self(), ping, 1}, W ! stop,
               [case next() of {pong, W, X} -> {pong, X}; {'DOWN', R, _, _, normal} -> down; O -> O end || _ <- [1, 2]] end},
     {"with a large reason", 100000,
      fun() -> W = worker(N), R = monitor(process, W), W ! {exit, binary:copy(<<"x">>, 100000)}, byte_size(down(R)) end},
     {"it monitors a pid of ours", bye,
      fun() -> V = victim(), {ok, R} = watch(N, {monitor, V}), V ! {die, bye}, {'DOWN', R, process, V, Why} = told(watcher), Why end},
     {"it monitors a name of ours", {{scenario_victim, node()}, bye},
      fun() -> V = victim(), register(scenario_victim, V), {ok, R} = watch(N, {monitor, {scenario_victim, node()}}), V ! {die, bye},
               {'DOWN', R, process, O, Why} = told(watcher), {O, Why} end},
     {"it monitors a name that nobody has here", noproc,
      fun() -> {ok, R} = watch(N, {monitor, {nobody, node()}}), {'DOWN', R, process, _, Why} = told(watcher), Why end},
     {"it monitors one of ours that has ended", noproc,
      fun() -> V = victim(), M = monitor(process, V), V ! {die, x}, down(M), {ok, R} = watch(N, {monitor, V}),
               {'DOWN', R, process, V, Why} = told(watcher), Why end},
     {"it takes that back", {ok, nothing},
      fun() -> V = victim(), {ok, R} = watch(N, {monitor, V}), X = watch(N, {demonitor, R}), V ! {die, x}, _ = watch(N, self), {X, nothing()} end},
     {"1000 monitors", 1000,
      fun() -> Ws = [worker(N) || _ <- lists:seq(1, 20)], Rs = [monitor(process, W) || W <- Ws, _ <- lists:seq(1, 50)],
               [W ! stop || W <- Ws], length([ok || R <- Rs, down(R) =:= normal]) end}].

links(N) ->
    Trap = fun() -> process_flag(trap_exit, true) end,
    [{"a link, and its end", bye, fun() -> Trap(), W = worker(N), link(W), W ! {exit, bye}, exit_of(W) end},
     {"its normal end", normal, fun() -> Trap(), W = worker(N), link(W), W ! stop, exit_of(W) end},
     {"our end", bye,
      fun() -> W = worker(N), R = monitor(process, W), P = spawn(fun() -> link(W), receive {die, X} -> exit(X) end end),
               P ! {die, bye}, down(R) end},
     {"our end, trapped there", {exit, bye},
      fun() -> V = victim(), ok = watch(N, {link, V}), V ! {die, bye}, {'EXIT', V, X} = told(watcher), {exit, X} end},
     {"our normal end does not end it", ok,
      fun() -> W = worker(N), P = spawn(fun() -> link(W), settle(W) end), R = monitor(process, P), normal = down(R), settle(W) end},
     {"to one that has ended", noproc, fun() -> Trap(), W = worker(N), R = monitor(process, W), W ! stop, down(R), link(W), exit_of(W) end},
     {"unlinked", nothing, fun() -> Trap(), W = worker(N), R = monitor(process, W), link(W), unlink(W), W ! {exit, bye}, down(R), nothing() end},
     {"unlinked and linked again", bye,
      fun() -> Trap(), W = worker(N), link(W), unlink(W), link(W), unlink(W), link(W), W ! {exit, bye}, exit_of(W) end},
     {"a hundred times", bye,
      fun() -> Trap(), W = worker(N), [begin link(W), unlink(W) end || _ <- lists:seq(1, 100)], link(W), W ! {exit, bye}, exit_of(W) end},
     {"unlinked in the end", nothing,
      fun() -> Trap(), W = worker(N), R = monitor(process, W), [begin link(W), unlink(W) end || _ <- lists:seq(1, 100)],
               W ! {exit, bye}, down(R), nothing() end},
     {"it links one of ours", true,
      fun() -> V = victim(), P = watch(N, self), ok = watch(N, {link, V}), {links, L} = process_info(V, links), lists:member(P, L) end},
     {"it links our first process, and unlinks it", {true, false},
      fun() -> P = watch(N, self), I = whereis(init), ok = watch(N, {link, I}), {links, L} = process_info(I, links),
               ok = watch(N, {unlink, I}), _ = watch(N, self), {links, M} = process_info(I, links),
               {lists:member(P, L), lists:member(P, M)} end},
     {"it unlinks it", {ok, false},
      fun() -> V = victim(), P = watch(N, self), ok = watch(N, {link, V}), X = watch(N, {unlink, V}), _ = watch(N, self),
               {links, L} = process_info(V, links), {X, lists:member(P, L)} end},
     {"it links one of ours that has ended", noproc,
      fun() -> V = victim(), M = monitor(process, V), V ! {die, x}, down(M), ok = watch(N, {link, V}), {'EXIT', V, X} = told(watcher), X end},
     {"both link at once", bye,
      fun() -> Trap(), {watcher, N} ! {self(), self}, P = told(watcher), {watcher, N} ! {self(), {link, self()}}, link(P), ok = told(watcher),
               unlink(P), watch(N, {unlink, self()}), V = worker(N), link(V), V ! {exit, bye}, exit_of(V) end}].

exits_of(N) ->
    Trap = fun(W) -> W ! {self(), trap, true}, receive {trapping, W, true} -> ok end end,
    [{"exit/2", bye, fun() -> W = worker(N), R = monitor(process, W), exit(W, bye), down(R) end},
     {"exit/2 with kill", killed, fun() -> W = worker(N), R = monitor(process, W), exit(W, kill), down(R) end},
     {"exit/2 with normal does nothing", ok, fun() -> W = worker(N), exit(W, normal), settle(W) end},
     {"one that traps lives on", ok, fun() -> W = worker(N), Trap(W), exit(W, bye), settle(W) end},
     {"kill is not trapped", killed, fun() -> W = worker(N), Trap(W), R = monitor(process, W), exit(W, kill), down(R) end},
     {"kill by a link is", ok,
      fun() -> W = worker(N), Trap(W), P = spawn(fun() -> link(W), settle(W), exit(kill) end), M = monitor(process, P), kill = down(M), settle(W) end},
     {"exit/2 of one that has ended", true, fun() -> W = worker(N), R = monitor(process, W), W ! stop, down(R), exit(W, bye) end},
     {"it exits one of ours", bye, fun() -> V = victim(), R = monitor(process, V), ok = watch(N, {exit2, V, bye}), down(R) end},
     {"it kills one of ours", killed, fun() -> V = victim(), R = monitor(process, V), ok = watch(N, {exit2, V, kill}), down(R) end},
     {"it kills one that traps", killed,
      fun() -> V = spawn(fun() -> process_flag(trap_exit, true), receive never -> ok end end), R = monitor(process, V), ok = watch(N, {exit2, V, kill}), down(R) end}].

groups(N) ->
    Ask = fun(What) -> {pgm, N} ! {self(), What}, told(pgm) end,
    Remote = fun(G) -> until(fun() -> [P || P <- pg:get_members(G), node(P) =:= N] =/= [] end) end,
    Gone = fun(G) -> until(fun() -> [P || P <- pg:get_members(G), node(P) =:= N] =:= [] end) end,
    [{"pg: it joins", {ok, true}, fun() -> {Ask({join, g1}), Remote(g1)} end},
     {"pg: it is a member there", true, fun() -> Ask({members, g1}) =:= pg:get_members(g1) end},
     {"pg: by rpc", true, fun() -> rpc:call(N, pg, get_members, [g1]) =:= pg:get_members(g1) end},
     {"pg: it leaves", {ok, true}, fun() -> {Ask({leave, g1}), Gone(g1)} end},
     {"pg: joins add up", 2,
      fun() -> ok = Ask({join, g2}), ok = Ask({join, g2}), until(fun() -> length(pg:get_members(g2)) =:= 2 end), length(pg:get_members(g2)) end},
     {"pg: and leaves take one", 1, fun() -> ok = Ask({leave, g2}), until(fun() -> length(pg:get_members(g2)) =:= 1 end), length(pg:get_members(g2)) end},
     {"pg: we join", true, fun() -> Me = self(), ok = pg:join(g3, Me), until(fun() -> Ask({members, g3}) =:= [Me] end) end},
     {"pg: our end", true, fun() -> until(fun() -> Ask({members, g3}) =:= [] end) end},
     {"pg: many of ours", true,
      fun() -> Ps = [victim() || _ <- lists:seq(1, 50)], ok = pg:join(g4, Ps), R = until(fun() -> lists:sort(Ask({members, g4})) =:= lists:sort(Ps) end),
               ok = pg:leave(g4, Ps), R andalso until(fun() -> Ask({members, g4}) =:= [] end) end},
     {"pg: its end", true,
      fun() -> [P | _] = Ask({members, g2}), exit(P, kill), Gone(g2) end},
     {"pg: it is there again", ok, fun() -> until(fun() -> (catch rpc:call(N, erlang, whereis, [pgm])) =/= undefined end), Ask({join, g5}) end}].

others(N) ->
    [{"features of rex", true, fun() -> {rex, N} ! {self(), features_request}, receive {features_reply, N, F} -> lists:member(erpc, F) after ?WAIT -> no end end},
     {"global:sync", ok, fun() -> global:sync() end},
     {"global:register_name", yes, fun() -> global:register_name(scenario, self()) end},
     {"global:trans", done, fun() -> global:trans({scenario, self()}, fun() -> done end) end},
     {"whereis", true, fun() -> P = rpc:call(N, erlang, whereis, [counter]), is_pid(P) andalso node(P) =:= N end},
     {"whereis of nobody", undefined, fun() -> rpc:call(N, erlang, whereis, [nobody]) end},
     {"is_process_alive", [true, false],
      fun() -> W = worker(N), A = rpc:call(N, erlang, is_process_alive, [W]), R = monitor(process, W), W ! stop, down(R),
               [A, rpc:call(N, erlang, is_process_alive, [W])] end},
     {"processes", true, fun() -> W = worker(N), lists:member(W, rpc:call(N, erlang, processes, [])) end},
     {"registered", true, fun() -> lists:member(counter, rpc:call(N, erlang, registered, [])) end},
     {"process_info", {registered_name, counter},
      fun() -> P = rpc:call(N, erlang, whereis, [counter]), rpc:call(N, erlang, process_info, [P, registered_name]) end}].

parting(N) ->
    Again = fun() -> until(fun() -> net_adm:ping(N) =:= pong end) end,
    [{"nodedown", [{nodedown, N}, noconnection, true],
      fun() -> true = Again(), W = worker(N), R = monitor(process, W), ok = net_kernel:monitor_nodes(true), true = erlang:disconnect_node(N),
               X = receive {nodedown, N} = D -> D after ?WAIT -> timeout end, [X, down(R), Again()] end},
     {"links see noconnection", {noconnection, true},
      fun() -> process_flag(trap_exit, true), W = worker(N), link(W), erlang:disconnect_node(N), {exit_of(W), Again()} end},
     {"its links do", {noconnection, true},
      fun() -> true = Again(), V = victim(), ok = watch(N, {link, V}), erlang:disconnect_node(N), true = Again(),
               {'EXIT', V, X} = told(watcher), {X, Again()} end},
     {"its monitors do", {noconnection, true},
      fun() -> true = Again(), V = victim(), {ok, R} = watch(N, {monitor, V}), erlang:disconnect_node(N), true = Again(),
               {'DOWN', R, process, V, X} = told(watcher), {X, Again()} end},
     {"a call that is cut off", nodedown,
      fun() -> Me = self(), spawn(fun() -> receive after 100 -> erlang:disconnect_node(N), Me ! cut end end),
               case exits(fun() -> gen_server:call({echo, N}, get, ?WAIT) end) of {nodedown, N} -> receive cut -> nodedown end; X -> X end end},
     {"its workers live on", ok, fun() -> W = worker(N), erlang:disconnect_node(N), true = Again(), settle(W) end},
     {"monitor_node", {nodedown, N},
      fun() -> true = Again(), erlang:monitor_node(N, true), erlang:disconnect_node(N), next() end},
     {"ping once more", pong, fun() -> true = Again(), net_adm:ping(N) end}].
