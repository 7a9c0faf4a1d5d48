#!/usr/bin/env python3
"""Instructions of the commonest acts, beside those in counts.txt: counts.py [--record | --check] BUILD_DIR

Each act is done a few times and many times on a node with one scheduler under callgrind; the difference
is what it takes, without the node's start and end. --record writes what was measured to counts.txt;
--check is a test, which fails when an act takes a tenth more than is written there. Who means it to
records it anew, in the same change."""

import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, ".."))

import workloads  # noqa: E402

RECORD = os.path.join(FOLDER, "counts.txt")
SECONDS_MAX = 300
GROWTH_MAX = 0.10

# Workloads of ./dev bench, with their variant and how many acts they are in full; those that warm up do a
# tenth more.
WORKLOADS = {
    "ping_pong": ("", 2200000),
    "thread_ring": ("", 5000000),
    "spawn_exit": ("notify", 1100000),
    "gen_call": ("", 1100000),
    "fan_in": ("", 5000000),
}
# Acts of the plugin counts.
ACTS = ["send", "match", "make"]
FEW, MANY = 2000, 12000


def callgrind(build, script, scale="1", tries=3):
    """Valgrind itself gives up now and then, on its own account: then once more."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(script, file)
        file.flush()
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
             os.path.join(build, "joist"), "run", file.name],
            env=dict(os.environ, JOIST_HEAP="own", BENCH_SCALE=scale), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode and "the FAQ in the source distribution" in run.stderr and tries > 1:
        return callgrind(build, script, scale, tries - 1)
    if run.returncode or not found:
        sys.exit(f"counts.py: it ended with {run.returncode}: {run.stderr[:2000]}")
    return int(found[1])


def count_of_workload(build, name):
    variant, acts = WORKLOADS[name]
    script = workloads.boot_script(build, name, 1, variant)
    few, many = (callgrind(build, script, str(n / acts)) for n in (FEW, MANY))
    return round((many - few) / (MANY - FEW))


def count_of_act(build, act):
    def script(times):
        return {"schedulers": 1, "log": {"level": "error"},
                "plugins": [{"name": "counts", "file": os.path.join(build, "test/bench/counts.so")}],
                "supervisor": {"auto_shutdown": "any_significant", "children": [
                    {"id": act, "start": "counts:counts", "args": f"{{{act}, {times}}}",
                     "restart": "transient", "significant": True}]}}
    few, many = (callgrind(build, script(n)) for n in (FEW, MANY))
    return round((many - few) / (MANY - FEW))


def count_of(build, name):
    return count_of_workload(build, name) if name in WORKLOADS else count_of_act(build, name)


def read_record():
    if not os.path.exists(RECORD):
        return {}
    with open(RECORD, encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {name: int(count) for name, count in lines}


def write_record(counts):
    with open(RECORD, "w", encoding="utf-8") as file:
        file.write("# Instructions of each act, as ./dev counts --record measured them (gcc 12, -O2).\n")
        file.writelines(f"{name} {count}\n" for name, count in counts.items())


def growth(name, count, record):
    """What is wrong with the count, or nothing."""
    before = record.get(name)
    if not before:
        return f"{name}: {count} instructions, and none recorded; ./dev counts --record does"
    if count > before * (1 + GROWTH_MAX):
        return (f"{name}: {count} instructions, {count / before - 1:+.1%} of the {before} recorded; if that "
                "is meant, ./dev counts --record, in the same change")
    return ""


def wrong_with(build, name, record, tries=4):
    """The least of some counts decides: how often the clock ends a slice differs, and only adds."""
    wrong = growth(name, count_of(build, name), record)
    return wrong_with(build, name, record, tries - 1) if wrong and tries > 1 else wrong


def check(build):
    """A test: every act, and that one which takes a block of memory more is told."""
    record, names = read_record(), [*WORKLOADS, *ACTS]
    wrongs = {name: wrong_with(build, name, record) for name in names}
    more = growth("send", count_of_act(build, "send_more"), record)
    wrongs["one more block is told"] = "" if more else "a send with a block more was not told"
    for number, (name, wrong) in enumerate(wrongs.items(), 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}" + (f"\n# {wrong}" if wrong else ""), flush=True)
    print(f"1..{len(wrongs)}")
    sys.exit(any(wrongs.values()))


def main():
    words = sys.argv[1:]
    build = os.path.abspath(words[-1])
    if words[0] == "--check":
        check(build)
    before, counts = read_record(), {}
    for name in [*WORKLOADS, *ACTS]:
        counts[name] = count_of(build, name)
        change = f"{counts[name] / before[name] - 1:+.1%}" if before.get(name) else "not recorded"
        print(f"{name:12}{counts[name]:8} instructions  {change}", flush=True)
    if words[0] == "--record":
        write_record(counts)


main()
