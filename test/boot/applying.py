#!/usr/bin/env python3
"""Boot scripts for a node that runs: applying.py JOIST DIR. Prints TAP.

DIR has actors.so, cycles.so, versions-1.so, versions-2.so and versions-crash.so."""

import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from node import SECONDS_MAX, WRAPPER, Node, check, reserve_port, run_cases

JOIST, DIR = (os.path.abspath(word) for word in sys.argv[1:3])
COOKIE = "applying"
NAME = "applying@127.0.0.1"


def built(name):
    return os.path.join(DIR, name + ".so")


def child(name, **more):
    """One that says when it starts and stops."""
    return {"id": name, "start": "actors:orderly", "args": name, "register": name, **more}


class Applied:
    """A node that runs by a script, and other scripts for it in a folder of its own."""

    def __init__(self, **script):
        self.folder = tempfile.TemporaryDirectory()
        self.env = {"ERL_EPMD_PORT": str(reserve_port()), "XDG_STATE_HOME": self.folder.name}
        self.script = {
            "node": {"name": NAME},
            "plugins": [{"name": "actors", "file": built("actors")}, {"name": "versions", "file": built("versions-1")}],
            "supervisor": {"strategy": "rest_for_one",
                           "children": [child("a"), child("b"), {"id": "sub", "supervisor": {"children": [child("x"), child("y")]}},
                                        {"id": "v", "start": "versions:versions", "register": "v"}]},
            **script}
        self.node = None
        self.start()

    def start(self, *options):
        self.node = Node(JOIST, self.script, ["--cookie", COOKIE, *options], self.env)
        self.node.wait_for(f"ready: {NAME}")

    def children(self, *path):
        """The list of a supervisor of the script, to be changed."""
        supervisor = self.script["supervisor"]
        for name in path:
            supervisor = next(one for one in supervisor["children"] if one["id"] == name)["supervisor"]
        return supervisor["children"]

    def stop(self):
        self.node.process.terminate()
        code, out, log = self.node.end()
        check(code, 0)
        return out, log

    def ask(self, verb, *words, code=0):
        done = subprocess.run([*WRAPPER, JOIST, verb, NAME, *words, "--cookie", COOKIE, "--timeout", "600000"],
                              env=dict(os.environ, **self.env), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=20 * SECONDS_MAX, check=False)
        assert code is None or done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
        return done.stderr if code else done.stdout

    def file(self):
        path = os.path.join(self.folder.name, "next.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.script, file)
        return path

    def plan(self, code=0):
        return self.ask("plan", self.file(), code=code)

    def apply(self, code=0):
        return self.ask("apply", self.file(), code=code)

    def pids(self):
        """The pid of each child that runs, by its name."""
        return dict(re.findall(r"(\w+) (<[0-9.]+>)", self.ask("tree")))


def lines(text):
    return [line.split("\t") for line in text.splitlines() if not line.startswith("\t")]


def test_the_same_script_asks_for_nothing():
    node = Applied()
    check(node.plan(), "no difference\n")
    check(node.ask("plan", node.file(), "--json"), "[]\n")
    check(node.apply(), "no difference\n")
    node.children().append({"id": "t", "start": "actors:ender", "args": "normal", "restart": "temporary"})
    check(lines(node.apply()), [["start", "t", "actors:ender"]])
    check(node.plan(), "no difference\n")
    node.stop()


def change(node):
    """Of everything something."""
    node.script["plugins"][1]["file"] = built("versions-2")
    node.script["plugins"].append({"name": "cycles", "file": built("cycles")})
    node.script["limits"] = {"mailbox": {"messages": 100}}
    node.script["supervisor"]["intensity"] = 9
    children, below = node.children(), node.children("sub")
    children[0]["args"], children[0]["restart"] = "again", "transient"
    children[1]["shutdown_ms"] = 100
    children.insert(0, child("n"))
    below.reverse()
    below[0]["id"] = "z"


STEPS = [["load", "cycles", "1"], ["upgrade", "versions", "1 -> 2"], ["limit", "limits.mailbox.messages", "0 -> 100"],
         ["change", "supervisor", "intensity"], ["start", "n", "actors:orderly"], ["restart", "a", "args, restart"],
         ["change", "b", "shutdown_ms"], ["stop", "sub/y", ""], ["start", "sub/z", "actors:orderly"]]


def test_an_apply_does_what_the_plan_says():
    node = Applied()
    before = node.pids()
    change(node)
    told = node.plan()
    assert "\tversions:versions\t1 actors of generation 1\tgo over with their state as it is\n" in told, told
    check(lines(told), STEPS)
    check(node.pids(), before)
    check(lines(node.apply()), STEPS)
    after = node.pids()
    check([name for name in before if after.get(name) == before[name]],
          [name for name in before if name not in ("a", "y")])
    check(node.ask("call", "v", "get"), "2\n")
    check(node.plan(), "no difference\n")
    out, _ = node.stop()
    check(out.splitlines()[5:], ["start n", "stop a: shutdown", "start again", "stop y: shutdown", "start y",
                                 "stop x: shutdown", "stop y: shutdown", "stop b: shutdown", "stop again: shutdown",
                                 "stop n: shutdown"])
    node.start()
    check(node.plan(), "no difference\n")
    check(node.ask("call", "v", "get"), "2\n")
    node.stop()


def test_an_apply_that_fails_restores_all():
    node = Applied()
    before = node.pids()
    old = node.file() + ".old"
    os.rename(node.file(), old)
    node.script["plugins"][1]["file"] = built("versions-2")
    node.script["plugins"].append({"name": "cycles", "file": built("cycles")})
    node.script["limits"] = {"descriptors": 100}
    del node.children()[1]
    node.children().insert(1, {"id": "bad", "start": "actors:failing"})
    check(lines(node.plan())[3:], [["stop", "b", ""], ["start", "bad", "actors:failing"]])
    check(node.apply(code=1),
          f"{node.file()}: error: step 5, start bad, failed: no_disk; all is as before\n"
          "taken back: stop b\ntaken back: limit limits.descriptors\ntaken back: upgrade versions\n"
          "taken back: load cycles\n")
    after = node.pids()
    check([name for name in before if after.get(name) != before[name]], ["b"])
    assert "b" in after, after
    check(node.ask("call", "v", "get"), "1\n")
    check({one["plugin"] for one in json.loads(node.ask("plugins", "--json")) if one["state"] == "committed"},
          {"actors", "versions"})
    check(node.ask("plan", old), "no difference\n")
    node.stop()


def test_a_pattern_changes_for_who_comes():
    node = Applied()
    pool = {"id": "pool", "register": "pool", "supervisor": {"strategy": "simple_one_for_one", "children": [child("w")]}}
    del pool["supervisor"]["children"][0]["register"]
    node.children().append(pool)
    node.apply()
    node.ask("call", "pool", "{start_child, []}")
    pool["supervisor"]["children"][0] = {"id": "u", "start": "versions:versions"}
    check(lines(node.plan()), [["change", "pool/u", "id, start, args"]])
    node.apply()
    check(node.plan(), "no difference\n")
    node.ask("call", "pool", "{start_child, []}")
    check(re.findall(r"\[\w+\]", node.ask("call", "pool", "which_children")), ["[versions]", "[versions]"])
    assert "2" in node.ask("call", "pool", "count_children")
    node.stop()


def test_what_was_applied_is_what_a_start_knows():
    node = Applied()
    node.script["plugins"][1]["file"] = built("versions-2")
    node.apply()
    node.stop()
    node.start()
    check(node.ask("call", "v", "get"), "2\n")
    assert "committed last" not in node.stop()[1]
    node.script["plugins"][1]["file"] = built("versions-1")
    node.start()
    node.script["plugins"][1]["file"] = built("versions-2")
    node.apply()
    node.ask("rollback", "versions")
    check(node.plan(), "no difference\n")
    node.stop()
    node.start()
    check(node.ask("call", "v", "get"), "1\n")
    node.stop()


def test_what_no_running_node_can_become_is_said():
    node = Applied()
    node.script["schedulers"] = 3
    node.script["node"]["net_ticktime_s"] = 30
    node.script["plugins"][0]["config"] = {"key": 1}
    node.children().append(child("n"))
    again = "start the node again with this script"
    check(lines(node.plan()),
          [["cannot", "actors", f"its config; give it with another version of the plugin, or {again}"],
           ["cannot", "node.net_ticktime_s", f"60 -> 30; {again}"],
           ["cannot", "schedulers", f"nothing -> 3; {again}"], ["start", "n", "actors:orderly"]])
    told = node.apply(code=1)
    assert told.startswith(f"{node.file()}: error: asks for what a running node cannot become; nothing is done\n"), told
    assert f"cannot change: schedulers: nothing -> 3; {again}\n" in told, told
    assert "n" not in node.pids()
    node.stop()


def test_a_wrong_script_is_told_where():
    node = Applied()
    node.children()[0]["strat"] = "actors:orderly"
    node.children()[1]["start"] = "actors:none"
    for verb in ("plan", "apply"):
        told = node.ask(verb, node.file(), code=1).splitlines()
        assert len(told) == 2 and all(re.match(re.escape(node.file()) + r":1:\d+: error: ", line) for line in told), told
    check(node.ask("plan", "/none.json", code=1),
          "/none.json: error: cannot be read (No such file or directory); check its path and mode\n")
    node.stop()


def test_a_supervisor_that_crashes_comes_back_as_applied():
    node = Applied()
    node.script["plugins"][1]["file"] = built("versions-crash")
    node.script["supervisor"]["strategy"] = "one_for_one"
    node.children("sub").append(child("z"))
    node.children()[2]["supervisor"]["intensity"] = 0
    node.children("sub").append({"id": "w", "start": "versions:versions", "register": "w"})
    node.apply()
    before = node.pids()
    node.ask("call", "w", "get", code=1)
    while node.pids().get("w", before["w"]) == before["w"]:
        pass
    after = node.pids()
    check([after[name] == before[name] for name in "abxyz"], [True, True, False, False, False])
    check(node.plan(), "no difference\n")
    node.stop()


def test_an_apply_goes_on_without_who_asked():
    node = Applied()
    node.children().append({"id": "s", "start": "actors:stubborn", "shutdown_ms": 500})
    node.children().append(child("c"))
    node.apply()
    del node.children()[-2:]
    node.children().append(child("n"))
    asks = subprocess.Popen([*WRAPPER, JOIST, "apply", NAME, node.file(), "--cookie", COOKIE],
                            env=dict(os.environ, **node.env), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    node.node.wait_for("stop c: shutdown")
    asks.kill()
    asks.wait(SECONDS_MAX)
    node.node.wait_for("start n")
    while node.plan(code=None) != "no difference\n":
        pass
    node.stop()


sys.exit(run_cases(globals()))
