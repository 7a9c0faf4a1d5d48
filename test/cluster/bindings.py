#!/usr/bin/env python3
"""Libraries that know nothing of Joist, called from an Erlang node: bindings.py JOIST PLUGIN_DIR

What zlib and libm answer by their bindings is what Erlang's own modules say of the same random inputs."""

import json
import os
import subprocess

from run import COOKIE, ROOT, Cluster, need

ROUNDS = 1000
MATH = ["double sin(double); double atan2(double y, double x); double floor(double);"]
ASK = """
N = 'bound@127.0.0.1',
rand:seed(exsss, {1, 2, 3}),
Bytes = fun() -> rand:bytes(rand:uniform(300)) end,
Real = fun() -> (rand:uniform() - 0.5) * math:pow(10, rand:uniform(12)) end,
Equal = fun(What, Is) -> {What, length([ok || _ <- lists:seq(1, ROUNDS), Is()])} end,
Call = fun(M, F, A) -> rpc:call(N, M, F, A) end,
Said = [
  Equal(crc32, fun() -> B = Bytes(), Call(zlib, crc32, [0, B]) =:= erlang:crc32(B) end),
  Equal(adler32, fun() -> B = Bytes(), Call(zlib, adler32, [1, B]) =:= erlang:adler32(B) end),
  Equal(compress, fun() -> B = Bytes(), {ok, P} = Call(zlib, compress, [400, B]), zlib:uncompress(P) =:= B end),
  Equal(uncompress, fun() -> B = Bytes(), Call(zlib, uncompress, [byte_size(B), zlib:compress(B)]) =:= {ok, B} end),
  Equal(sin, fun() -> X = Real(), Call(libm, sin, [X]) =:= math:sin(X) end),
  Equal(atan2, fun() -> X = Real(), Y = Real(), Call(libm, atan2, [X, Y]) =:= math:atan2(X, Y) end),
  Equal(floor, fun() -> X = Real(), Call(libm, floor, [X]) =:= math:floor(X) end)],
Wrong = [Call(zlib, crc32, [0, text]), Call(zlib, uncompress, [3, zlib:compress(<<"four">>)]),
  Call(zlib, uncompress, [10, <<"nonsense">>])],
io:format("~p.~n~p.~n", [[What || {What, Count} <- Said, Count =/= ROUNDS], Wrong]),
halt().
"""
WRONG = ("[{error,{badarg,#{got => text,argument => 2,expected => bytes}}}", "{error,buf_error}",
         "{error,data_error}]")


def answers(cluster):
    """What a node of Erlang says of one with bindings."""
    script = os.path.join(cluster.folder, "boot.json")
    with open(script, "w", encoding="utf-8") as file:
        json.dump({"bindings": [
            {"name": "zlib", "library": "libz.so.1", "trusted": True,
             "file": os.path.join(ROOT, "samples", "zlib", "zlib.bind")},
            {"name": "libm", "library": "libm.so.6", "trusted": True, "prototypes": MATH}],
                   "supervisor": {"children": []}}, file)
    cluster.start_joist("--name", "bound@127.0.0.1", script=script)
    done = subprocess.run(["erl", "-noinput", "-name", "asker@127.0.0.1", "-setcookie", COOKIE, "-eval",
                           ASK.replace("ROUNDS", str(ROUNDS))],
                          capture_output=True, text=True, timeout=200, check=False)
    return "".join(done.stdout.split()), done.stderr


def main():
    need("erl", "epmd")
    with Cluster() as cluster:
        out, err = answers(cluster)
    different, _, rest = out.partition(".")
    wrong = rest.rstrip(".").replace("#{argument=>2,expected=>bytes,got=>text}",
                                     "#{got=>text,argument=>2,expected=>bytes}")
    for number, (name, fine) in enumerate([
            ("libraries answer as Erlang does", different == "[]"),
            ("what is wrong is told", wrong == "".join(",".join(WRONG).split()))], 1):
        print(f"{'ok' if fine else 'not ok'} {number} - {name}")
        if not fine:
            print(f"# {out} {err!r}")
    print("1..2")


main()
