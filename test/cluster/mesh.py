#!/usr/bin/env python3
"""Joist nodes that get to know each other: mesh.py JOIST PLUGIN_DIR. Prints TAP."""

import json
import os
import sys

from run import Cluster, ROOT, need
from verbs import rpc, until


def script(cluster, name, **node):
    """The boot script of samples/otp, with more about the node."""
    with open(os.path.join(ROOT, "samples", "otp", "boot.json"), encoding="utf-8") as file:
        boot = json.load(file)
    boot["node"] = {"name": name, **node}
    path = os.path.join(cluster.folder, name + ".json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(boot, file)
    return path


def start(cluster, alive, *options, **node):
    name = alive + "@127.0.0.1"
    return cluster.start_joist("--name", name, *options, script=script(cluster, name, **node))


def knows(node, *others):
    """Those that it is connected with, as it says itself; more are not looked for."""
    known = rpc(node.node, "erlang:nodes()")
    return [other.node in known for other in others]


def cases(cluster):
    a = start(cluster, "a")
    b = start(cluster, "b", connect=[a.node])
    yield "a node connects to those that its script names", lambda: until(lambda: knows(b, a), [True])
    c = start(cluster, "c", connect=[b.node])
    yield "and to those that they know", lambda: until(lambda: knows(c, a, b), [True, True])
    yield "who know it", lambda: until(lambda: knows(a, b, c), [True, True])
    alone = start(cluster, "alone", connect=[c.node], connect_all=False)
    yield "not if its script says so", lambda: until(lambda: knows(alone, c), [True]) and knows(alone, a, b) == [False, False]
    hidden = start(cluster, "hidden", "--hidden", connect=[c.node])
    yield "and not a hidden one", lambda: until(lambda: hidden.node in rpc(c.node, "erlang:nodes(hidden)"), True) and \
        knows(hidden, a) == [False]
    b.kill()
    b.wait()
    yield "who is lost is known no more", lambda: until(lambda: knows(c, b), [False])
    again = start(cluster, "b")
    yield "who comes back is connected to again, and to all", lambda: until(lambda: knows(again, c, a), [True, True])
    erlang = cluster.start(cluster.erl("erlang@127.0.0.1", "-s", "stand_in", "main"))
    last = start(cluster, "last", connect=[erlang.node])
    yield "an Erlang node that a script names is connected to", lambda: until(lambda: knows(last, erlang), [True])
    erlang.kill()
    erlang.wait()
    erlang = cluster.start(cluster.erl("erlang@127.0.0.1", "-s", "stand_in", "main"))
    yield "and again when it comes back", lambda: until(lambda: knows(last, erlang), [True])


def main():
    need("erl", "epmd")
    wrong = number = 0
    with Cluster() as cluster:
        cluster.compile()
        for number, (name, body) in enumerate(cases(cluster), 1):
            fine = body()
            wrong += not fine
            print(f"{'ok' if fine else 'not ok'} {number} - {name}", flush=True)
    print(f"1..{number}")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
