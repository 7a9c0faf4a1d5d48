#!/usr/bin/env python3
"""Libraries that know nothing of Joist, called from an Erlang node: bindings.py JOIST PLUGIN_DIR PLAIN_C.so
[DIRECT.so]

What zlib and libm answer by their bindings is what Erlang's own modules say of the same random inputs. On inputs
of direct_calls.c, what all functions of libm, zlib and SQLite answer is what direct calls do; they go in lists, as a
message for each would take its time."""

import json
import os
import subprocess
import sys

from run import COOKIE, ROOT, Cluster, need

ASK = """
N = 'bound@127.0.0.1',
rand:seed(exsss, {1, 2, 3}),
Bytes = fun() -> rand:bytes(rand:uniform(300)) end,
Real = fun() -> (rand:uniform() - 0.5) * math:pow(10, rand:uniform(12)) end,
Call = fun(M, F, A) -> rpc:call(N, M, F, A) end,
Differ = fun(What, IsEqual, Rounds) ->
  case length([no || _ <- lists:seq(1, Rounds), not IsEqual()]) of 0 -> []; Count -> [{What, Count}] end
end,
Own = [
  Differ(crc32, fun() -> B = Bytes(), Call(zlib, crc32, [0, B]) =:= erlang:crc32(B) end, 300),
  Differ(adler32, fun() -> B = Bytes(), Call(zlib, adler32, [1, B]) =:= erlang:adler32(B) end, 300),
  Differ(compress, fun() -> B = Bytes(), {ok, P} = Call(zlib, compress, [400, B]), zlib:uncompress(P) =:= B end, 300),
  Differ(uncompress, fun() -> B = Bytes(), Call(zlib, uncompress, [byte_size(B), zlib:compress(B)]) =:= {ok, B} end, 300),
  Differ(sin, fun() -> X = Real(), Call(libm, sin, [X]) =:= math:sin(X) end, 300),
  Differ(atan2, fun() -> X = Real(), Y = Real(), Call(libm, atan2, [X, Y]) =:= math:atan2(X, Y) end, 300)],
Direct = [Differ({M, F}, fun() ->
    {Inputs, Answers} = Call(direct, sample, [M, F, 1700]),
    length(Answers) =:= 1700 andalso Call(direct, bound, [M, F, Inputs]) =:= Answers
  end, 10) || [M, F] <- DIRECT],
Badarg = fun(Type, V) -> {error, {badarg, #{argument => 1, expected => Type, got => V}}} end,
Limits = [Differ({F, V}, fun() -> Call(foreign, F, [V]) =:= Answer end, 1) ||
  {F, Type, Min, Max} <- [{same_int8, int8, -16#80, 16#7f}, {same_int16, int16, -16#8000, 16#7fff},
    {same_int32, int32, -16#80000000, 16#7fffffff}, {same_int64, int64, -16#8000000000000000, 16#7fffffffffffffff},
    {same_uint8, uint8, 0, 16#ff}, {same_uint16, uint16, 0, 16#ffff}, {same_uint32, uint32, 0, 16#ffffffff},
    {same_uint64, uint64, 0, 16#ffffffffffffffff}, {same_size, uint64, 0, 16#ffffffffffffffff}],
  {V, Answer} <- [{Min - 1, Badarg(Type, Min - 1)}, {Min, Min}, {Max, Max}, {Max + 1, Badarg(Type, Max + 1)}]],
Ten = list_to_binary(lists:seq(0, 9)), Packed = zlib:compress(Ten), Size = byte_size(Packed),
Buffers = [Differ({M, F, Room}, fun() -> Call(M, F, [Room | More]) =:= Answer end, 1) ||
  {M, F, More, Cases} <- [
    {foreign, count_up, [], [{R, binary:part(Ten, 0, min(R, 10))} || R <- [0, 1, 9, 10, 11]]},
    {zlib, compress, [Ten], [{R, {error, buf_error}} || R <- [0, 1, Size - 1]] ++ [{R, {ok, Packed}} || R <- [Size, Size + 1]]},
    {zlib, uncompress, [Packed], [{0, {error, data_error}}, {1, {error, buf_error}}, {9, {error, buf_error}}] ++ [{R, {ok, Ten}} || R <- [10, 11]]}],
  {Room, Answer} <- Cases],
Wrong = [Differ(W, fun() -> Call(M, F, A) =:= Answer end, 1) || {W, M, F, A, Answer} <- [
  {type, zlib, crc32, [0, text], {error, {badarg, #{argument => 2, expected => bytes, got => text}}}},
  {data, zlib, uncompress, [10, <<"nonsense">>], {error, data_error}}]]
  ++ [{arity, A} || A <- [[], [0], [0, <<>>, 0]], element(1, Call(zlib, crc32, A)) =/= badrpc],
io:format("~0p~n", [lists:append(Own ++ Direct ++ Limits ++ Buffers ++ Wrong)]),
halt().
"""


def answer(cluster, plain_c, direct=None):
    """What a node of Erlang says of one with bindings: all that differs."""
    def sample(name):
        return os.path.join(ROOT, "samples", name, name + ".bind")

    boot = os.path.join(ROOT, "test", "boot")
    libraries = [("foreign", plain_c, os.path.join(boot, "plain_c.bind")), ("zlib", "libz.so.1", sample("zlib")),
                 ("libm", "libm.so.6", os.path.join(boot, "libm.bind"))]
    libraries += [("sqlite", "libsqlite3.so.0", sample("sqlite"))] if direct else []
    script = os.path.join(cluster.folder, "boot.json")
    with open(script, "w", encoding="utf-8") as file:
        json.dump({"bindings": [{"name": name, "library": library, "trusted": True, "file": path}
                                for name, library, path in libraries],
                   "plugins": [{"name": "direct", "file": direct}] if direct else [],
                   "supervisor": {"children": []}}, file)
    cluster.start_joist("--name", "bound@127.0.0.1", script=script)
    ask = ASK.replace("DIRECT", "Call(direct, names, [])" if direct else "[]")
    done = subprocess.run(["erl", "-noinput", "-name", "asker@127.0.0.1", "-setcookie", COOKIE, "-eval", ask],
                          capture_output=True, text=True, timeout=280, check=False)
    return done.stdout, done.stderr


def main():
    need("erl", "epmd")
    with Cluster() as cluster:
        out, err = answer(cluster, *map(os.path.abspath, sys.argv[3:]))
    print(f"{'ok' if out == '[]' + chr(10) else 'not ok'} 1 - from Erlang, bound functions answer as direct calls do")
    if out != "[]\n":
        print(f"# {out[:3000]} {err[:3000]!r}")
    print("1..1")


main()
