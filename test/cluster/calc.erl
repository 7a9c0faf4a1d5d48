%% Module calc of samples/otp, as an OTP node has it.
-module(calc).
-export([add/2, 'div'/2, throw_it/1, exit_with/1, sleep/1, notify/2, worker/1]).

add(A, B) -> A + B.
'div'(A, B) -> A div B.
throw_it(X) -> throw(X).
exit_with(X) -> exit(X).
'sleep'(Ms) -> receive after Ms -> Ms end.
notify(To, Message) -> To ! Message, ok.

worker(Parent) ->
    Parent ! {worker, self(), ready},
    serve().

serve() ->
    receive
        {From, ping, X} -> From ! {pong, self(), X}, serve();
        {From, trap, On} -> process_flag(trap_exit, On), From ! {trapping, self(), On}, serve();
        {From, io, Chars} -> io:put_chars(Chars), From ! {io_done, self()}, serve();
        {_, print, Term} -> io:format("~w~n", [Term]), serve();
        {exit, Reason} -> exit(Reason);
        stop -> ok;
        _ -> serve()
    end.
