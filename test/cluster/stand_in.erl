%% The actors of samples/otp, as an OTP node has them: what the cases are held against.
-module(stand_in).
-behaviour(gen_server).
-export([main/0, keep/2, echo/0, watcher/1, pgm/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

main() ->
    {ok, _} = pg:start(pg),
    [spawn(?MODULE, keep, [Name, Fun]) ||
        {Name, Fun} <- [{echo, fun() -> spawn_monitor(?MODULE, echo, []) end},
                        {watcher, fun() -> spawn_monitor(?MODULE, watcher, [none]) end},
                        {pgm, fun() -> spawn_monitor(?MODULE, pgm, []) end},
                        {counter, fun() -> {ok, Pid} = gen_server:start(?MODULE, 0, []), {Pid, monitor(process, Pid)} end}]],
    io:format("ready: ~s~n", [node()]).

keep(Name, Fun) ->
    {Pid, Monitor} = Fun(),
    catch register(Name, Pid),
    receive {'DOWN', Monitor, process, Pid, _} -> keep(Name, Fun) end.

echo() -> receive {From, Term} when is_pid(From) -> From ! {echo, Term}; _ -> ok end, echo().

init(N) -> {ok, N}.
handle_call(get, _, N) -> {reply, N, N};
handle_call({add, By}, _, N) -> {reply, N + By, N + By};
handle_call(crash, _, N) -> {stop, crash, N}.
handle_cast({add, By}, N) -> {noreply, N + By}.
handle_info(_, N) -> {noreply, N}.

watcher(none) -> process_flag(trap_exit, true), watcher(self());
watcher(Latest) ->
    receive
        {From, Command} = Message when is_pid(From) ->
            case obey(Command) of
                none -> Latest ! {watcher, Message}, watcher(Latest);
                Result -> From ! {watcher, Result}, watcher(From)
            end;
        Message -> Latest ! {watcher, Message}, watcher(Latest)
    end.

obey({monitor, What}) -> {ok, monitor(process, What)};
obey({demonitor, Ref}) -> demonitor(Ref, [flush]), ok;
obey({link, Pid}) -> link(Pid), ok;
obey({unlink, Pid}) -> unlink(Pid), ok;
obey({exit2, Pid, Reason}) -> exit(Pid, Reason), ok;
obey({send, Dest, Message}) -> Dest ! Message, ok;
obey(self) -> self();
obey(_) -> none.

pgm() ->
    receive
        {From, {join, G}} -> From ! {pgm, pg:join(G, self())};
        {From, {leave, G}} -> pg:leave(G, self()), From ! {pgm, ok};
        {From, {members, G}} -> From ! {pgm, pg:get_members(G)}
    end,
    pgm().
