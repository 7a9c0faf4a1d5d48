#!/usr/bin/env python3
"""Has thousands of actors do all the harm they can, for a number of minutes, and passes a verdict:
soak.py [--seed N] [--actors N] [--pause MS] [--folder DIR] BUILD_DIR MINUTES

The plugin (soak.h) finds what is wrong inside the node. Here is seen whether the node lives, makes
progress, grows, and stops when it is told to. The log stays in DIR, and if nothing more comes from the
node, what its threads were at."""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading

WRAPPER = os.environ.get("JOIST_WRAPPER", "").split()
ROUND_S = 10
SILENCE_S_MAX = 240  # a round and what may follow it, under a sanitizer
STOP_S_MAX = 300
GROUPS = {"one_for_one": 20, "one_for_all": 4, "rest_for_one": 5, "strict": 6, "patient": 20}
ROGUES = ["rogue", "rogue_loop", "brute", "brute_loop"]
# What may be added to the tenth by which the second half of a run may exceed the first.
GROWTH = {"descriptors": 100, "watches": 1000, "mappings": 500, "threads": 80, "pages": 50000}
REPORTS = re.compile(r"ERROR: AddressSanitizer|WARNING: ThreadSanitizer|runtime error: |\bhalt\b")
OFTEN = {"intensity": 1000, "period_s": 1}


class Finding(Exception):
    """What was found."""


# ---- the boot script

def rogue(number, dice):
    return {"id": f"r{number}", "start": "soak:" + dice.choice(ROGUES),
            "args": f"{{{number}, -1, 2}}", "shutdown_ms": dice.choice([100, "brutal_kill"]),
            "limits": {"memory_bytes": 512 << 10, "mailbox": {"messages": 2000, "policy": "drop_new"}}}


def group(number, first, dice):
    kind = list(GROUPS)[number % len(GROUPS)]
    children = [rogue(first + i, dice) for i in range(GROUPS[kind])]
    supervisor = {"strategy": kind if "for" in kind else "one_for_one", "children": children, **OFTEN}
    child = {"id": f"g{number}", "supervisor": supervisor}
    if kind == "patient":
        for rogue_child in children:
            rogue_child["backoff"] = {"min_ms": 10, "max_ms": 2000, "jitter": 0.5}
    if kind == "strict":
        supervisor.update(intensity=3, period_s=5)
        child["backoff"] = {"min_ms": 10, "max_ms": 1000}
    return child, len(children)


def tree(actors, dice):
    children, number = [], 0
    while number < actors:
        child, count = group(len(children), number, dice)
        children.append(child)
        number += count
    return {"id": "tree", "supervisor": {"children": children, **OFTEN}}, number


def helpers():
    policies = ["error_to_sender", "drop_new", "drop_old", "exit"]
    sponges = [{"id": f"sponge{i}", "start": "soak:sponge", "register": f"sponge{i}",
                "limits": {"mailbox": {"messages": 100, "policy": policy}}}
               for i, policy in enumerate(policies)]
    hirers = [{"id": f"hirer{i}", "register": f"hirer{i}", "supervisor": {
        "strategy": "simple_one_for_one", **OFTEN, "children": [
            {"id": "hired", "start": "soak:" + name, "restart": "transient"}]}}
              for i, name in enumerate(["brute", "rogue_loop"])]
    broker = {"id": "broker", "start": "soak:broker", "register": "broker"}
    return {"id": "helpers", "supervisor": {"children": sponges + hirers + [broker], **OFTEN}}


def witnesses():
    names = [("ticker", "[]", None), ("ticker_loop", "[]", None)]
    names += [("account", str(i), f"account{i}") for i in range(16)]
    names += [("coroner", "[]", None)] * 4
    for i in range(8):
        names += [("sink", "[]", f"sink{i}"), ("source", f"sink{i}", None)]
    children = [{"id": f"w{number}", "start": "soak:" + name, "args": args,
                 **({"register": register} if register else {})}
                for number, (name, args, register) in enumerate(names)]
    return {"id": "witnesses", "supervisor": {"intensity": 0, "children": children}}


def make_script(given, dice):
    rogues, count = tree(given.actors, dice)
    config = {"seed": given.seed, "pause_ms": given.pause, "round_ms": ROUND_S * 1000,
              "rounds": max(1, round(given.minutes * 60 / ROUND_S))}
    plugin = {"name": "soak", "file": f"{given.build}/test/soak/soak.so", "config": config}
    return count, {"plugins": [plugin],
                   "supervisor": {"intensity": 0, "children": [
                       {"id": "settings", "start": "soak:settings"}, witnesses(), helpers(), rogues,
                       {"id": "director", "start": "soak:director"}]}}


# ---- the node

class Run:
    """A node that soaks."""

    def __init__(self, given):
        self.given = given
        os.makedirs(given.folder, exist_ok=True)
        path = os.path.join(given.folder, "boot.json")
        with open(path, "w", encoding="utf-8") as file:
            self.rogues, script = make_script(given, random.Random(given.seed))
            json.dump(script, file, separators=(",", ":"))
        self.log_path = os.path.join(given.folder, "log")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(WRAPPER + [f"{given.build}/joist", "run", path],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=log, text=True, errors="replace")
        self.silent = False
        self.held, self.sofar = [], {}

    def interrupt(self):
        """Nothing has come for too long."""
        self.silent = True
        self.look_at_threads()
        self.process.kill()

    def look_at_threads(self):
        path = os.path.join(self.given.folder, "threads")
        if shutil.which("gdb"):
            with open(path, "wb") as file:
                subprocess.run(["gdb", "-batch", "-p", str(self.process.pid), "-ex",
                                "thread apply all backtrace"], stdout=file, stderr=file, check=False)

    def read(self, seconds_max):
        """A line, or nothing at the end."""
        timer = threading.Timer(seconds_max, self.interrupt)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        return line.rstrip("\n")

    def note(self, line):
        words, _, rest = line.partition(": ")
        if words == "finding":
            self.look_at_threads()
            raise Finding(rest)
        numbers = {name: int(n) for name, n in re.findall(r"([\w -]+?) (\d+)(?:,|$)", rest)}
        if words == "held":
            self.held.append({name.strip(): n for name, n in numbers.items()})
        if words == "sofar":
            self.sofar = {name.strip(): n for name, n in numbers.items()}
        if words in ("held", "sofar"):
            print(f"soak: {line}", flush=True)

    def soak(self):
        while True:
            line = self.read(SILENCE_S_MAX)
            if line == "done":
                return
            if not line and self.process.poll() is not None or self.silent:
                raise Finding("nothing more came from the node" if self.silent else
                              f"the node ended with {self.process.wait()}")
            self.note(line)

    def stop(self):
        """With all the noise that there is."""
        self.process.send_signal(signal.SIGTERM)
        while self.read(STOP_S_MAX) or self.process.poll() is None and not self.silent:
            pass
        code = self.process.wait()
        if self.silent or code:
            raise Finding(f"it did not stop in {STOP_S_MAX} s" if self.silent
                          else f"it stopped with {code}")

    def judge_growth(self):
        kept = self.held[len(self.held) // 5:]  # the first ones are to get warm
        half = len(kept) // 2
        for name, more in GROWTH.items() if half else ():
            before = max(held[name] for held in kept[:half])
            after = max(held[name] for held in kept[half:])
            if after > before * 1.1 + more:
                raise Finding(f"{name}: {before} at most in the first half, {after} in the second")

    def report(self):
        """What a sanitizer, or the node before it stopped, has said; else nothing."""
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return next((line.strip() for line in log if REPORTS.search(line)), "")


def soak(given):
    run = Run(given)
    try:
        run.soak()
        run.stop()
        run.judge_growth()
    except Finding as finding:
        run.process.kill()
        raise Finding("; ".join(filter(None, [str(finding), run.report()]))) from None
    if run.report():
        raise Finding(run.report())
    run.sofar["restarts"] = run.sofar["starts"] - run.rogues
    return run.sofar


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=os.path.abspath)
    parser.add_argument("minutes", type=float)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--actors", type=int, default=4000)
    parser.add_argument("--pause", type=int, default=1000)
    parser.add_argument("--folder")
    given = parser.parse_args()
    given.folder = os.path.abspath(given.folder or os.path.join(given.build, "soak"))
    return given


def main():
    given = arguments()
    name = f"soak: {given.minutes:g} minutes, seed {given.seed}"
    print(name, flush=True)
    try:
        so_far = soak(given)
    except Finding as finding:
        print(f"{name}: {finding} ({given.folder} has the log)")
        return 1
    print(f"{name}: {so_far['messages']} messages, {so_far['faults']} faults, "
          f"{so_far['hand-overs']} hand-overs, {so_far['restarts']} restarts: no finding")
    return 0


sys.exit(main())
