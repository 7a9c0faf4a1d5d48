#!/usr/bin/env python3
"""Ledgers under load are upgraded, fail to be, and are taken back: upgrade.py JOIST DIR [CROWD]. Prints TAP.

DIR has clerk.so and ledger-1.so to ledger-4.so. CROWD is how many ledgers there are. How long they took is
told, and decides nothing."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from node import SECONDS_MAX, WRAPPER, Node, check, reserve_port, run_cases  # noqa: E402

JOIST, DIR = map(os.path.abspath, sys.argv[1:3])
CROWD = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
RATE = 10  # messages of each of the eight senders in a millisecond
NAME = "ledgers@127.0.0.1"
ONE = r"<0\.\d+\.\d+> \(ledger:ledger 1\) cannot become 3: "
LINE = r" at ledger\.c:\d+"
DEEDS = ["refused", "sigsegv" + LINE, r"{bad,thing}", "no end of it by the deadline" + LINE, "wrong_size",
         "wrong_size", "system_limit"]
SPINS = 3


def built(version):
    return os.path.join(DIR, f"ledger-{version}.so")


class Ledgers:
    """A node with them, all of the first version and busy."""

    def __init__(self):
        self.store = tempfile.TemporaryDirectory()
        self.env = {"ERL_EPMD_PORT": str(reserve_port())}
        self.node = Node(JOIST, {
            "node": {"name": NAME},
            "plugins": [{"name": "clerk", "file": os.path.join(DIR, "clerk.so")},
                        {"name": "ledger", "file": built(1)}],
            "supervisor": {"children": [{"id": "clerk", "start": "clerk:clerk", "register": "clerk",
                                         "args": f"{{{CROWD}, {RATE}}}"}]}},
                         ["--cookie", "ledgers", "--store", self.store.name], self.env)
        self.node.wait_for(f"ready: {NAME}")
        while self.audit()[1] < CROWD:
            pass

    def ask(self, verb, *words, code=0):
        done = subprocess.run([*WRAPPER, JOIST, verb, NAME, *words, "--cookie", "ledgers", "--timeout", "600000"],
                              env=dict(os.environ, **self.env), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=20 * SECONDS_MAX, check=False)
        assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
        return done.stderr if code else done.stdout

    def audit(self):
        """Ledgers of each version, messages handled, what was wrong, ledgers that have ended, and the longest
        wait of a message in ns since the last audit."""
        told = self.ask("call", "clerk", "audit")
        versions, rest = re.fullmatch(r"{#{(.*)},(.*)}\n", told).groups()
        counts = dict(map(int, pair.split(" => ")) for pair in versions.split(",") if pair)
        return (counts, *map(int, rest.split(",")))

    def check_whole(self, version):
        """All are of that version, and nothing is wrong; the longest wait in ms."""
        counts, _, wrong, gone, waited = self.audit()
        check((counts, wrong, gone), ({version: CROWD}, 0, 0))
        return waited / 1e6

    def late_ms(self):
        """How late a tick was at most since the last time."""
        return int(re.findall(r"\d+", self.ask("call", "clerk", "ticks"))[1]) / 1e6

    def finish(self):
        """Nothing was lost; the node's log."""
        sent = int(self.ask("call", "clerk", "finish"))
        _, handled, wrong, gone, _ = self.audit()
        assert gone or handled == sent, f"{handled} of {sent} messages were handled"
        check(wrong, 0)
        self.node.signal(signal.SIGTERM)
        code, _, log = self.node.end()
        check(code, 0)
        return log


def test_all_go_over_under_load():
    ledgers = Ledgers()
    ledgers.late_ms()
    ledgers.check_whole(1)
    before = ledgers.late_ms()
    told = ledgers.ask("upgrade", built(2), "--deadline", "60s")
    after = ledgers.late_ms()
    waited = ledgers.check_whole(2)
    took = re.fullmatch(rf"ledger 1 -> 2 \(generation 2\): {CROWD} actors, (\d+) ms\n", told)[1]
    ledgers.finish()
    return f"{CROWD} states in {took} ms; a message waited {waited:.1f} ms at most; ticks of 1 ms were " \
           f"{after:.1f} ms late at most, and {before:.1f} before"


def fails(ledgers, deed, last):
    deadline = 5
    while True:
        ledgers.ask("call", "clerk", f"{{arm, {deed}, {last}}}")
        ledgers.audit()  # all have heard it
        told = ledgers.ask("upgrade", built(3), "--deadline", f"{deadline}s", code=1)
        if not told.startswith("not done within"):
            break
        deadline *= 2  # on a busy machine others may be late, too
    assert re.fullmatch(ONE + DEEDS[deed] + "; all is as before\n", told), told
    ledgers.check_whole(1)


def test_what_goes_wrong_in_one_changes_nothing():
    ledgers = Ledgers()
    ledgers.late_ms()
    # TSan keeps signals from code that calls nothing, such as that which spins.
    deeds = [deed for deed in range(len(DEEDS)) if deed != SPINS or "TSAN_OPTIONS" not in os.environ]
    for deed in deeds:
        for last in ("false", "true"):
            fails(ledgers, deed, last)
    late = ledgers.late_ms()
    ledgers.ask("upgrade", built(2), "--deadline", "60s")
    ledgers.check_whole(2)
    ledgers.finish()
    return f"{2 * len(deeds)} upgrades of {CROWD} that failed; ticks of 1 ms were {late:.1f} ms late at most"


def test_what_crashes_in_its_first_calls_is_taken_back():
    ledgers = Ledgers()
    ledgers.ask("upgrade", built(4), "--deadline", "60s", "--watch", "600s", "--crashes", "0")
    while [one["generation"] for one in json.loads(ledgers.ask("plugins", "--json"))
           if (one["plugin"], one["state"]) == ("ledger", "committed")] != [1]:
        pass
    counts, _, wrong, gone, _ = ledgers.audit()
    check((list(counts), counts[1] + gone, wrong), ([1], CROWD, 0))
    assert 0 < gone <= (CROWD + 999) // 1000, f"{gone} have crashed"
    log = ledgers.finish()
    assert re.search(r"\d+ actors of ledger's generation 2 have crashed within 600000 ms of the upgrade: it is "
                     r"taken back", log), log[-2000:]
    return f"{gone} of {CROWD} had crashed"


sys.exit(run_cases(globals()))
