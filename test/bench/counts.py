#!/usr/bin/env python3
"""Instructions of the commonest acts, beside those in counts.txt: counts.py [--record] BUILD_DIR

Each act is done FEW and MANY times on a node with one scheduler under callgrind; the difference is what
it takes, without the node's start and end. It only tells: a change is for people to judge. --record
writes what was measured to counts.txt."""

import json
import os
import re
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
RECORD = os.path.join(FOLDER, "counts.txt")
ACTS = ["ping", "spawn", "call", "match", "make"]
FEW, MANY = 2000, 12000
SECONDS_MAX = 300


def instructions(build, act, times):
    script = {"schedulers": 1, "log": {"level": "error"},
              "plugins": [{"name": "counts", "file": os.path.join(build, "test/bench/counts.so")}],
              "supervisor": {"auto_shutdown": "any_significant", "children": [
                  {"id": act, "start": "counts:counts", "args": f"{{{act}, {times}}}",
                   "restart": "transient", "significant": True}]}}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(script, file)
        file.flush()
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
             os.path.join(build, "joist"), "run", file.name],
            env=dict(os.environ, JOIST_HEAP="own"), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=SECONDS_MAX, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode or not found:
        sys.exit(f"counts.py: {act} ended with {run.returncode}: {run.stderr[-2000:]}")
    return int(found[1])


def read_record():
    if not os.path.exists(RECORD):
        return {}
    with open(RECORD, encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {act: int(count) for act, count in lines}


def write_record(counts):
    with open(RECORD, "w", encoding="utf-8") as file:
        file.write("# Instructions of each act, as ./dev counts --record measured them.\n")
        file.writelines(f"{act} {count}\n" for act, count in counts.items())


def main():
    words = sys.argv[1:]
    record = words[:1] == ["--record"]
    build = os.path.abspath(words[record])
    before, counts = read_record(), {}
    for act in ACTS:
        few, many = instructions(build, act, FEW), instructions(build, act, MANY)
        counts[act] = round((many - few) / (MANY - FEW))
        change = f"{counts[act] / before[act] - 1:+.1%}" if before.get(act) else "not recorded"
        print(f"{act:8}{counts[act]:8} instructions  {change}", flush=True)
    if record:
        write_record(counts)


main()
