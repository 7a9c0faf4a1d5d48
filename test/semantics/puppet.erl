%% A puppet does what it is told, one command at a time, and tells its director what came of it.
%% puppet.c is the same for Joist; director.erl has the language.
-module(puppet).
-export([run/0]).

%% Only commands are taken here: all else stays in the mailbox until a command asks for it.
run() ->
    receive
        {'$do', _, return} ->
            ok;
        {'$do', Director, Command} ->
            {Observed, Bound} = answer(do(Command)),
            Director ! {'$done', self(), Observed, Bound},
            run()
    end.

answer(ok) -> {[], []};
answer({bound, Bound}) -> {[], Bound};
answer({bound, Bound, Observation}) -> {[Observation], Bound};
answer(Observation) -> {[Observation], []}.

%% ---- others ----
do(nop) -> ok;
do({spawn, Name}) -> {bound, [{Name, spawn(fun run/0)}]};
do({spawn_link, Name}) -> {bound, [{Name, spawn_link(fun run/0)}]};
do({spawn_monitor, Name, RefName}) ->
    {Pid, Ref} = spawn_monitor(fun run/0),
    {bound, [{Name, Pid}, {RefName, Ref}]};
do(parent) -> process_info(self(), parent);
do({is_alive, Pid}) -> {is_alive, is_process_alive(Pid)};
do({spawn_missing, RefName}) ->
    {_, Ref} = spawn_monitor(nowhere, nothing, []),
    {bound, [{RefName, Ref}]};
do({until, Pid, Item, Value} = Command) ->
    case process_info(Pid, Item) of
        {Item, Value} -> ok;
        _ -> erlang:yield(), do(Command)
    end;
do({info, Pid, Item}) ->
    case process_info(Pid, Item) of
        {Item, List} when is_list(List) -> {Item, {set, List}};
        [] -> {Item, {set, []}};
        Info -> Info
    end;
%% ---- messages ----
do({send, To, Message}) -> To ! Message, ok;
do({send_many, To, Tag, Count}) -> [To ! {Tag, N} || N <- lists:seq(1, Count)], ok;
do({recv, any}) -> receive Message -> {got, Message} end;
do({recv, any, Timeout}) -> receive Message -> {got, Message} after Timeout -> timeout end;
do({recv, Pattern}) -> do({recv, Pattern, infinity});
do({recv, {exact, Message}, Timeout}) ->
    receive Message -> {got, Message} after Timeout -> timeout end;
do({recv, {tag, Tag, Size}, Timeout}) ->
    receive
        Message when tuple_size(Message) =:= Size, element(1, Message) =:= Tag -> {got, Message}
    after Timeout -> timeout
    end;
do({recv_many, Tag, Count}) ->
    Got = [receive {Tag, N} -> N end || _ <- lists:seq(1, Count)],
    {in_order, Tag, Got =:= lists:seq(1, Count)};
do({alias, Name}) -> {bound, [{Name, alias()}]};
do({unalias, Ref}) -> {unalias, unalias(Ref)};
%% ---- calls ----
do({call, To, Request, Timeout}) ->
    try {reply, gen_server:call(To, Request, Timeout)}
    catch
        exit:{timeout, _} -> timeout;
        exit:{{nodedown, _}, _} -> {down, noconnection}; % gen_server's word for it
        exit:{Reason, {gen_server, call, _}} -> {down, Reason}
    end;
do({take_call, Name}) ->
    receive {'$gen_call', From, Request} -> {bound, [{Name, From}], {call, Request}} end;
do({reply, From, Reply}) -> gen_server:reply(From, Reply), ok;
%% ---- ties and ends ----
do({link, Pid}) -> link(Pid), ok;
do({unlink, Pid}) -> unlink(Pid), ok;
do({monitor, Object, Name}) -> {bound, [{Name, monitor(process, Object)}]};
do({demonitor, Ref}) -> {demonitor, demonitor(Ref, [info])};
do({demonitor_flush, Ref}) -> {demonitor, demonitor(Ref, [flush, info])};
do({trap_exit, On}) -> {trap_exit, process_flag(trap_exit, On)};
do({exit, Reason}) -> exit(Reason);
do({exit_to, Pid, Reason}) -> exit(Pid, Reason), ok;
%% ---- names ----
do({register, Name, Pid}) -> {register, succeeds(fun() -> register(Name, Pid) end)};
do({unregister, Name}) -> {unregister, succeeds(fun() -> unregister(Name) end)};
do({whereis, Name}) -> {whereis, whereis(Name)};
%% ---- other nodes ----
do({spawn_at, Node, Name}) -> {bound, [{Name, spawn(Node, semantics, puppet, [[]])}]};
do({spawn_link_at, Node, Name}) ->
    {bound, [{Name, spawn_link(Node, semantics, puppet, [[]])}]};
do({spawn_monitor_at, Node, Name, RefName}) ->
    {Pid, Ref} = spawn_monitor(Node, semantics, puppet, [[]]),
    {bound, [{Name, Pid}, {RefName, Ref}]};
do({spawn_missing_at, Node, RefName}) ->
    {_, Ref} = spawn_monitor(Node, nowhere, nothing, [[]]),
    {bound, [{RefName, Ref}]};
do({is_connected, Node}) -> {is_connected, lists:member(Node, nodes())};
do({disconnect, Node}) -> {disconnect, erlang:disconnect_node(Node)};
do({monitor_node, Node, On}) -> erlang:monitor_node(Node, On), ok;
do({monitor_nodes, On}) -> net_kernel:monitor_nodes(On), ok;
do({send_large, To, Tag, Size}) -> To ! {Tag, binary:copy(<<"x">>, Size)}, ok;
do({recv_large, Tag}) ->
    receive
        {Tag, Binary} when is_binary(Binary) -> {large, Tag, byte_size(Binary)};
        Message -> {got, Message}
    end;
do({outside, What, Sign}) ->
    io:format("outside: ~ts~n", [What]),
    await_sign(Sign);
%% ---- groups ----
do({join, Group}) -> pg:join(Group, self()), ok;
do({leave, Group}) -> {leave, pg:leave(Group, self())};
do({members, Group, Count} = Command) ->
    case pg:get_members(Group) of
        Pids when length(Pids) =:= Count -> {members, {set, Pids}};
        _ -> erlang:yield(), do(Command)
    end;
%% ---- time ----
do({send_after, Ms, To, Message, Name}) ->
    {bound, [{Name, erlang:send_after(Ms, To, Message)}]};
do({cancel, Timer}) -> {cancel, is_integer(erlang:cancel_timer(Timer))}.

%% The test has done it.
await_sign(Sign) ->
    case file:delete(Sign) of
        ok -> ok;
        {error, enoent} -> erlang:yield(), await_sign(Sign)
    end.

succeeds(Fun) ->
    try Fun() catch error:badarg -> false end.
