%% Runs scenarios with puppets and prints what each of them observed. director.c is the same for
%% Joist.
%%
%% A scenario is {Name, Puppets, Steps}: Puppets are started, then the steps are done in order. A puppet
%% that is {Node, a} is started there.
%%
%%   {a, Command}          tells a, and waits until it has done so or died
%%   {async, a, Command}   tells a
%%   {done, a}             waits until a has done what it was told, or died
%%   {dead, a}             waits until a has died
%%   {back, a}             a's node, which was lost, is there again, and a lives
%%   settle                a round trip to every puppet that lives, twice
%%
%% The commands are those of puppet:do. An atom that names a puppet, or what a command bound to a
%% name (a monitor, a timer, the From of a call), stands for it, in commands and in what is printed.
%% At the end, what is left in the mailboxes is taken out, and printed as well.
%%
%% Only what Erlang guarantees may be observed: nothing sleeps, and where two signals may come in
%% either order, a pattern tells which one is meant.
-module(director).
-export([main/1]).

-record(scene, {names = [], observed = [], dead = []}).

-define(STUCK_MS, 60000).

main(Files) ->
    logger:set_primary_config(level, none),
    [run_file(File) || File <- Files],
    halt(0).

run_file(File) ->
    {ok, Scenarios} = file:consult(File),
    [run_alone(Scenario) || Scenario <- Scenarios].

run_alone(Scenario) ->
    {_, Ref} = spawn_monitor(fun() -> run(Scenario) end),
    receive {'DOWN', Ref, process, _, normal} -> ok end.

run({Name, Puppets, Steps}) ->
    Scene = lists:foldl(fun start/2, #scene{names = [{director, self()}]}, Puppets),
    Done = finish(lists:foldl(fun step/2, Scene, Steps)),
    io:format("~ts~n", [Name]),
    [io:format("  ~ts: ~0tp~n", [P, O]) ||
        P <- puppets(Done), {Of, O} <- lists:reverse(Done#scene.observed), Of =:= P],
    lists:foldl(fun end_puppet/2, Done, living(Done)).

start({Node, Puppet}, Scene) -> bind({Puppet, spawn(Node, semantics, puppet, [[]])}, Scene);
start(Puppet, Scene) -> bind({Puppet, spawn(fun puppet:run/0)}, Scene).

step(settle, Scene) -> round_trips(round_trips(Scene));
step({async, Puppet, Command}, Scene) ->
    pid(Puppet, Scene) ! {'$do', self(), from_names(Command, Scene)},
    Scene;
step({done, Puppet}, Scene) -> await(Puppet, Scene);
step({dead, Puppet}, Scene) -> await_death(Puppet, Scene);
step({back, Puppet}, Scene) ->
    monitor(process, pid(Puppet, Scene)),
    Scene#scene{dead = Scene#scene.dead -- [Puppet]};
step({Puppet, Command}, Scene) ->
    await(Puppet, step({async, Puppet, Command}, Scene)).

round_trips(Scene) ->
    lists:foldl(fun(P, S) -> step({P, nop}, S) end, Scene, living(Scene)).

%% ---- waiting ----

await(Puppet, Scene) ->
    Pid = pid(Puppet, Scene),
    receive
        {'$done', Pid, Observed, Bound} ->
            New = lists:foldl(fun bind/2, Scene, Bound),
            lists:foldl(fun(O, S) -> observe(Puppet, O, S) end, New, Observed);
        {'DOWN', _, process, Pid, Reason} -> died(Puppet, Reason, Scene)
    after ?STUCK_MS -> observe(Puppet, stuck, Scene)
    end.

await_death(Puppet, Scene) ->
    Pid = pid(Puppet, Scene),
    receive {'DOWN', _, process, Pid, Reason} -> died(Puppet, Reason, Scene)
    after ?STUCK_MS -> observe(Puppet, stuck, Scene)
    end.

died(Puppet, Reason, Scene) ->
    observe(Puppet, {died, Reason}, Scene#scene{dead = [Puppet | Scene#scene.dead]}).

finish(Scene) ->
    lists:foldl(fun drain/2, step(settle, Scene), living(Scene)).

drain(Puppet, Scene) ->
    case step({Puppet, {recv, any, 0}}, Scene) of
        #scene{observed = [{Puppet, timeout} | Rest]} = Next -> Next#scene{observed = Rest};
        #scene{observed = [{Puppet, {got, M}} | Rest]} = Next ->
            drain(Puppet, Next#scene{observed = [{Puppet, {left, M}} | Rest]});
        Other -> Other
    end.

end_puppet(Puppet, Scene) ->
    exit(pid(Puppet, Scene), kill),
    await_death(Puppet, Scene).

%% ---- names ----

bind({Name, Pid}, Scene) when is_pid(Pid) ->
    monitor(process, Pid),
    add_name({Name, Pid}, Scene);
bind(Binding, Scene) -> add_name(Binding, Scene).

add_name(Binding, Scene) -> Scene#scene{names = Scene#scene.names ++ [Binding]}.

pid(Puppet, Scene) ->
    {Puppet, Pid} = lists:keyfind(Puppet, 1, Scene#scene.names),
    Pid.

puppets(Scene) -> [Name || {Name, Pid} <- Scene#scene.names, is_pid(Pid), Pid =/= self()].

living(Scene) -> puppets(Scene) -- Scene#scene.dead.

from_names(Term, Scene) ->
    case is_atom(Term) andalso lists:keyfind(Term, 1, Scene#scene.names) of
        {Term, Value} -> Value;
        false -> walk(fun(Part) -> from_names(Part, Scene) end, Term)
    end.

observe(Puppet, Observation, Scene) ->
    New = {Puppet, to_names(Observation, Scene)},
    Scene#scene{observed = [New | Scene#scene.observed]}.

%% Where an error arose is left out: the two systems tell it differently.
to_names({Error, [{_, _, _, _} | _]}, _) -> {Error, '_'};
to_names({set, List}, Scene) -> lists:sort(to_names(List, Scene));
to_names(Term, Scene) ->
    case lists:keyfind(Term, 2, Scene#scene.names) of
        {Name, Term} -> Name;
        false when is_pid(Term); is_reference(Term) -> '?';
        false -> walk(fun(Part) -> to_names(Part, Scene) end, Term)
    end.

walk(Fun, [Head | Tail]) when is_list(Tail) -> [Fun(Head) | walk(Fun, Tail)];
walk(Fun, [Head | Tail]) -> [Fun(Head) | Fun(Tail)];
walk(Fun, Tuple) when is_tuple(Tuple) -> list_to_tuple(walk(Fun, tuple_to_list(Tuple)));
walk(Fun, Map) when is_map(Map) -> maps:map(fun(_, Value) -> Fun(Value) end, Map);
walk(_, Term) -> Term.
