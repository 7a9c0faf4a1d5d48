#!/usr/bin/env python3
"""The verbs that ask another node, and two Joist nodes: verbs.py JOIST PLUGIN_DIR. Prints TAP."""

import json
import os
import re
import signal
import subprocess
import sys

from run import COOKIE, Cluster, need

JOIST = os.path.abspath(sys.argv[1])


def ask(*words):
    """Exit code and standard output of a verb."""
    done = subprocess.run([JOIST, *words, "--cookie", COOKIE], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, check=False)
    return done.returncode, done.stdout


# A term that Erlang gives back, and what it is as JSON.
TERM = r'''maps:from_list([{a, -1.5}, {<<"b\n">>, [x|y]}, {3, {true, null, [], <<255>>, 1180591620717411303424}}])'''
JSON = {"a": -1.5, "b\n": "[x|y]", "3": [True, None, [], "<<255>>", 1 << 70]}


def as_json(*words):
    return json.loads(ask(*words, "--json")[1])


def pid_of(node, name):
    return next(p["pid"] for p in as_json("ps", node) if p["name"] == name)


def rpc(node, call):
    return ask("rpc", node, call)[1].strip()


def cases(cluster, a, b, erlang):
    yield "all by options", lambda: by_file(cluster), (0, "pong\n")
    yield "ping", lambda: ask("ping", a), (0, "pong\n")
    yield "ping of Erlang", lambda: ask("ping", erlang), (0, "pong\n")
    yield "ping of nobody", lambda: ask("ping", "nobody@127.0.0.1"), (1, "")
    yield "call", lambda: ask("call", a, "counter", "{add, 2}"), (0, "2\n")
    yield "call of Erlang", lambda: ask("call", erlang, "counter", "{add, 3}"), (0, "3\n")
    yield "call of nobody", lambda: ask("call", a, "nobody", "get"), (1, "")
    yield "rpc", lambda: ask("rpc", a, "calc:add(1, 2)"), (0, "3\n")
    yield "rpc of Erlang", lambda: ask("rpc", erlang, "lists:reverse([1,2,3])"), (0, "[3,2,1]\n")
    yield "rpc without arguments", lambda: ask("rpc", a, "erlang:node()"), (0, f"'{a}'\n")
    yield "rpc that fails", lambda: ask("rpc", a, "calc:'div'(1, 0)"), (1, "")
    yield "what is no call", lambda: ask("rpc", a, "calc"), (2, "")
    yield "ps", lambda: "counter" in ask("ps", a)[1], True
    yield "ps of Erlang", lambda: "kernel_sup" in ask("ps", erlang)[1], True
    yield "ps as JSON", lambda: [p["name"] for p in as_json("ps", a)].count("counter"), 1
    yield "tree", lambda: re.findall(r"^  counter (<0[.0-9]*>) worker$", ask("tree", a)[1], re.M), [pid_of(a, "counter")]
    yield "tree of Erlang", lambda: [t["id"] for t in as_json("tree", erlang)], ["kernel_sup"]
    yield "tree as JSON", lambda: [c["id"] for t in as_json("tree", a) for c in t["children"]][-4:], ["echo", "counter", "watcher", "pgm"]
    yield "tree of nobody", lambda: ask("tree", "nobody@127.0.0.1"), (1, "")
    yield "info by name", lambda: "registered_name\tcounter\n" in ask("info", a, "counter")[1], True
    yield "info by pid", lambda: as_json("info", a, pid_of(a, "counter"))["registered_name"], "counter"
    yield "info of Erlang", lambda: as_json("info", erlang, "rex")["registered_name"], "rex"
    yield "info of nobody", lambda: [ask("info", a, who)[0] for who in ("nobody", "<0.999.9>", "a b")], [1, 1, 2]
    yield "JSON of a term", lambda: as_json("rpc", erlang, TERM), JSON
    yield "ping as JSON", lambda: as_json("ping", a), "pong"
    # From Joist to Joist, and to Erlang: notify sends to a name of another node, watcher of it monitors there.
    yield "Joist sends to Joist", lambda: rpc(a, f"calc:notify({{counter, '{b}'}}, {{'$gen_cast', {{add, 7}}}})"), "ok"
    yield "it has arrived", lambda: until(lambda: rpc(b, "calc:add(1,1)") == "2" and ask("call", b, "counter", "get")[1], "7\n"), True
    yield "they are connected", lambda: b in rpc(a, "erlang:nodes()"), True
    yield "and visible to each other", lambda: a in rpc(b, "erlang:nodes()"), True
    yield "Joist sends to Erlang", lambda: rpc(a, f"calc:notify({{counter, '{erlang}'}}, {{'$gen_cast', {{add, 4}}}})"), "ok"
    yield "it has arrived, too", lambda: until(lambda: ask("call", erlang, "counter", "get")[1], "7\n"), True
    yield "stop", lambda: ask("stop", b)[0], 0


def by_file(cluster):
    """Cookie and port mapper by options, and by nothing else: the exit code and answer of ping."""
    path = os.path.join(cluster.folder, "cookie")
    with open(path, "w", encoding="utf-8") as file:
        file.write(COOKIE + "\n")
    given = ("--cookie-file", path, "--epmd-port", str(cluster.epmd_port))
    port = os.environ.pop("ERL_EPMD_PORT")
    c = cluster.start_joist("--name", "c@127.0.0.1", "--net-ticktime", "8", "--listen", "127.0.0.1:0", "--hidden", cookie=given)
    done = subprocess.run([JOIST, "ping", c.node, *given, "--name", "me@127.0.0.1", "--timeout", "20000"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60, check=False)
    os.environ["ERL_EPMD_PORT"] = port
    return done.returncode, done.stdout


def until(ask_it, expected):
    """It will be so; else the time limit of the test ends this."""
    while ask_it() != expected:
        pass
    return True


def main():
    need("erl", "epmd")
    wrong = number = 0
    with Cluster() as cluster:
        cluster.compile()
        a = cluster.start_joist("--name", "a@127.0.0.1")
        b = cluster.start_joist("--name", "b@127.0.0.1")
        erlang = cluster.start(cluster.erl("erlang@127.0.0.1", "-s", "stand_in", "main"))
        for number, (name, body, expected) in enumerate(cases(cluster, a.node, b.node, erlang.node), 1):
            got = body()
            wrong += got != expected
            print(f"{'ok' if got == expected else 'not ok'} {number} - {name}" + ("" if got == expected else f"\n# {got!r}, not {expected!r}"))
        ends = [b.wait(60)]
        a.send_signal(signal.SIGTERM)
        ends.append(a.wait(60))
        wrong += ends != [0, 0]
        print(f"{'ok' if ends == [0, 0] else 'not ok'} {number + 1} - both end in order")
    print(f"1..{number + 1}")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
