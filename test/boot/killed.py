#!/usr/bin/env python3
"""A node that is killed in the midst of an upgrade, and started again: killed.py JOIST DIR [SEED ROUNDS]. Prints TAP.

DIR has turning-1.so, turning-2.so and moments.so, which ends a node at the moment of a given number: each step of each
write to the store is one, and each conversion of a state. The suite has them all, one after the other; with a seed there
are so many rounds at moments of its choice, each in the store that the one before has left."""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from node import SANITIZED, SECONDS_MAX, Node, Skip, check, reserve_port, run_cases

JOIST, DIR = (os.path.abspath(word) for word in sys.argv[1:3])
SEED, ROUNDS = (int(word) for word in sys.argv[3:5]) if len(sys.argv) > 4 else (7, 8)
COOKIE = "killed"
NAME = "killed@127.0.0.1"
ACTORS = 8


def built(name):
    return os.path.join(DIR, name + ".so")


def hash_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


VERSIONS = {hash_of(built(f"turning-{version}")): str(version) for version in (1, 2)}


class Mortal:
    """A node with a store, which outlives it."""

    def __init__(self, moment=0):
        self.folder = tempfile.TemporaryDirectory()
        self.store = os.path.join(self.folder.name, "store")
        self.file = os.path.join(self.folder.name, "turning.so")
        shutil.copy(built("turning-1"), self.file)
        check(self.start(), True)
        if moment:  # what the first start copies is none
            self.kill()
            check(self.start(moment), True)

    def start(self, moment=0, options=()):
        """Whether it has come so far as to be ready: a start, too, puts a store in order."""
        script = {"node": {"name": NAME}, "store": self.store, "plugins": [{"name": "turning", "file": self.file}],
                  "supervisor": {"children": [{"id": f"t{n}", "start": "turning:turning", "args": str(n), "register": f"t{n}"}
                                              for n in range(ACTORS)]}}
        self.env = {"ERL_EPMD_PORT": str(reserve_port())}
        dies = {"LD_PRELOAD": built("moments"), "MOMENT": str(moment)} if moment else {}
        self.node = Node(JOIST, script, ["--cookie", COOKIE, *options], {**self.env, **dies})
        return self.node.process.stdout.readline() == f"ready: {NAME}\n"

    def kill(self):
        self.node.process.kill()
        self.node.end()

    def ask(self, verb, *words):
        """What is printed; nothing if the node has died of it."""
        done = subprocess.run([JOIST, verb, NAME, *words, "--cookie", COOKIE, "--timeout", "600000"],
                              env=dict(os.environ, **self.env), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=20 * SECONDS_MAX, check=False)
        return done.stdout if done.returncode == 0 else ""

    def turn(self):
        """To the other version and back; whether the node has survived it."""
        other = "2" if self.ask("call", "t0", "get").startswith("{1") else "1"
        return bool(self.ask("upgrade", built(f"turning-{other}")) and self.ask("rollback", "turning"))

    def recorded(self):
        """The version that the store names, whose copy must be whole; none if it names nothing."""
        path = os.path.join(self.store, "committed")
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            head, *lines = file.read().splitlines()
        check((head, len(lines)), ("joist store 1", 1))
        plugin, committed, script = lines[0].split()
        check((plugin, hash_of(os.path.join(self.store, committed + ".so"))), ("turning", committed))
        check(VERSIONS[script], "1")
        return VERSIONS[committed]

    def look(self):
        """Starts it on what it has left; the version that it is of."""
        self.node.end()
        recorded = self.recorded()
        check(self.start(), True)
        answers = {self.ask("call", f"t{n}", "get").strip() for n in range(ACTORS)}
        version = recorded or "1"
        check(answers, {f"{{{version},{n}}}" for n in range(ACTORS)})
        assert "is gone" not in self.node.read_log(), self.node.read_log()
        assert not [name for name in os.listdir(self.store) if name.endswith(".next")], os.listdir(self.store)
        return version


def test_killed_at_each_moment():
    if SANITIZED:
        raise Skip("what is preloaded does not go with sanitizers")
    versions = []
    for moment in range(1, 1000):
        mortal = Mortal(moment)
        survived = mortal.turn()
        if not survived:
            versions.append(mortal.look())
        mortal.kill()
        if survived:
            break
    told = "".join(versions)
    assert told.strip("1").strip("2") == "" and "2" in told and len(told) > ACTORS + 10, told
    return f"{len(told)} moments, the version after each: {told}"


def test_killed_again_and_again():
    if SANITIZED:
        raise Skip("what is preloaded does not go with sanitizers")
    chance = random.Random(SEED)
    mortal = Mortal()
    told = ""
    for _ in range(ROUNDS):
        mortal.kill()
        if not (mortal.start(chance.randint(1, 3 * ACTORS)) and mortal.turn()):
            told += mortal.look()
    mortal.kill()
    mortal.start(0, ["--from-script"])
    check(mortal.ask("call", "t0", "get"), "{1,0}\n")
    mortal.kill()
    return f"seed {SEED}, the version after each death: {told}"


sys.exit(run_cases(globals()))
