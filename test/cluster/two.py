#!/usr/bin/env python3
"""Scenarios on two nodes: two.py JOIST PLUGIN [loss]

Each is run by two OTP nodes, by an OTP and a Joist node, by a Joist and an OTP node, and by two Joist nodes. What
the puppets observe must be the same. The scenarios are those of far.scn, and those of test/semantics for
which it makes no difference where a puppet is, with every second puppet on the other node; or, with `loss`, those
of loss.scn, for which the other node is killed, frozen and started again. Prints TAP."""

import itertools
import json
import os
import re
import signal
import subprocess
import sys

from run import COOKIE, Cluster, HERE as FOLDER, ROOT, WRAPPER, need

SEMANTICS = os.path.join(ROOT, "test", "semantics")
SHARED = ["aliases", "calls", "exits", "links", "messages", "monitors"]
HERE, THERE = "here@127.0.0.1", "there@127.0.0.1"
SYSTEMS = ["otp", "joist"]

# What a puppet asks of its own node alone, and a scenario in which two nodes leave open what comes first.
LOCAL = re.compile(r"\{(info|until|is_alive|register|unregister|whereis|spawn_missing)\b|\bparent\b|nonode@nohost")
OPEN = {"flush_takes_only_its_own"}


def scenarios(path):
    """The name, the puppets and the steps of each, as text."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"^%.*\n", "", file.read(), flags=re.M)
    return re.findall(r"^\{(\w+),\s*\[(.*?)\],\s*(\[.*?\])\}\.$", text, flags=re.M | re.S)


def placed(puppets, there):
    """The list of puppets, every second of them on the other node: the first, or the second one."""
    names = [name.strip() for name in puppets.split(",")]
    return ", ".join(f"{{'{THERE}', {name}}}" if i % 2 == there else name for i, name in enumerate(names))


def lossy_scenarios():
    for name, puppets, steps in scenarios(os.path.join(FOLDER, "loss.scn")):
        yield f"loss_{name}", puppets.replace("'THERE'", f"'{THERE}'"), steps


def all_scenarios():
    for name, puppets, steps in scenarios(os.path.join(FOLDER, "far.scn")):
        yield f"far_{name}", puppets.replace("'THERE'", f"'{THERE}'"), steps
    for stem in SHARED:
        for name, puppets, steps in scenarios(os.path.join(SEMANTICS, stem + ".scn")):
            if LOCAL.search(steps) or name in OPEN:
                continue
            for there in range(2 if "," in puppets else 1):
                yield f"{stem}_{name}_{there + 1}", placed(puppets, there), steps


def write_all(path, sign, which):
    """One file of them all, and their names."""
    names = []
    with open(path, "w", encoding="utf-8") as file:
        for name, puppets, steps in which:
            steps = steps.replace("'THERE'", f"'{THERE}'").replace("'HERE'", f"'{HERE}'").replace("'SIGN'", f"'{sign}'")
            file.write(f"{{{name}, [{puppets}],\n {steps}}}.\n")
            names.append(name)
    return names


class Pair(Cluster):
    """Two nodes of a kind each, and in how many seconds they notice silence."""

    def __init__(self, ticktime_s):
        super().__init__()
        self.ticktime_s = ticktime_s
        self.path, self.sign = os.path.join(self.folder, "all.scn"), os.path.join(self.folder, "sign")

    def compile(self):
        files = [os.path.join(SEMANTICS, f) for f in os.listdir(SEMANTICS) if f.endswith(".erl")]
        subprocess.run(["erlc", "-o", self.folder] + files, check=True)

    def otp(self, name, code):
        return self.erl(name, "-kernel", "net_ticktime", str(self.ticktime_s), "-eval",
                        f"logger:set_primary_config(level, none), pg:start(pg), {code}")

    def joist(self, name, child):
        script = {"node": {"name": name, "net_ticktime_s": self.ticktime_s},
                  "plugins": [{"name": "semantics", "file": os.path.abspath(sys.argv[2])}],
                  "supervisor": {"auto_shutdown": "any_significant", "children": child}}
        path = os.path.join(self.folder, name + ".json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(script, file)
        return WRAPPER + [os.path.abspath(sys.argv[1]), "run", path, "--cookie", COOKIE]

    def start_other(self, system):
        words = self.otp(THERE, 'io:format("ready: ~s~n", [node()]).') if system == "otp" else self.joist(THERE, [])
        with open(os.path.join(self.folder, "log"), "a", encoding="utf-8") as log:
            self.other = self.start(words, stderr=log)

    def kill_other(self):
        self.other.kill()
        self.other.wait()

    def do(self, what, system):
        """What a puppet asks for."""
        if what == "restart":
            self.start_other(system)
        elif what == "kill":
            self.kill_other()
        else:
            self.other.send_signal(signal.SIGSTOP if what == "freeze" else signal.SIGCONT)
        with open(self.sign, "w", encoding="utf-8"):
            pass

    def run(self, here, there):
        """What the puppets of a director on such a node observe, by the scenarios' names."""
        self.start_other(there)
        child = {"id": "run", "start": "semantics:run", "args": f'<<"{self.path}">>', "restart": "temporary", "significant": True}
        words = self.otp(HERE, f'director:main(["{self.path}"]).') if here == "otp" else self.joist(HERE, [child])
        outcomes, name = {}, None
        with open(os.path.join(self.folder, "log"), "a", encoding="utf-8") as log:
            director = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        self.started.append(director)
        for line in map(str.rstrip, director.stdout):
            if line.startswith("outside: "):
                self.do(line[9:], there)
            elif not line.startswith("ready: "):
                name = name if line.startswith(" ") else line
                outcomes.setdefault(name, []).append(line)
        director.wait()
        self.kill_other()
        return outcomes


def main():
    need("erl", "epmd")
    number, wrong = 0, 0
    lossy = "loss" in sys.argv
    with Pair(4 if lossy else 60) as cluster:
        cluster.compile()
        names = write_all(cluster.path, cluster.sign, lossy_scenarios() if lossy else all_scenarios())
        expected = None
        for here, there in itertools.product(SYSTEMS, SYSTEMS):
            got = cluster.run(here, there)
            expected = expected or got
            for name in names:
                number += 1
                outcome, model = got.get(name), expected.get(name)
                fine = outcome == model and outcome and not any("stuck" in line for line in outcome)
                wrong += not fine
                print(f"{'ok' if fine else 'not ok'} {number} - {here} and {there}: {name}")
                if not fine:
                    print("".join(f"# {line}\n" for line in ["expected:", *(model or []), "got:", *(outcome or [])]), end="")
        if wrong:
            print("".join("# " + line for line in cluster.log()[-60:]))
    print(f"1..{number}")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
