#!/usr/bin/env python3
"""What a million actors take, and how a node ends handing out stacks: memory.py JOIST CROWD.so"""

import os
import re
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from node import Node, Skip, check, run_cases  # noqa: E402

JOIST, CROWD = map(os.path.abspath, sys.argv[1:])
MEMORY_WANTED = 8 << 30
SERVER_BYTES_MAX, LOOP_BYTES_MAX = 500, 5300
RUSH = 60000


def count_that_fits():
    """A million, or less where memory is short."""
    with open("/proc/meminfo", encoding="ascii") as file:
        available = int(re.search(r"MemAvailable: +(\d+) kB", file.read())[1]) << 10
    return 1000000 if available >= MEMORY_WANTED else 100000


def start(actor, kind, count, env=()):
    return Node(JOIST, {
        "schedulers": 1, "plugins": [{"name": "crowd", "file": CROWD}],
        "supervisor": {"children": [{"id": actor, "start": "crowd:" + actor,
                                     "args": f"{{{kind}, {count}}}", "restart": "temporary"}]}},
                env=env)


def stop(node):
    node.signal(signal.SIGTERM)
    code, _, log = node.end()
    assert code == 0, f"exit code {code}: {log[-1000:]}"
    return log


def measure(kind, bytes_max):
    count = count_that_fits()
    node = start("crowd", kind, count)
    grown = int(node.wait_for_words("grown")[0])
    stop(node)
    assert grown <= bytes_max * count, f"{grown / count:.1f} bytes for each of {count} {kind}"
    return f"{grown / count:.1f} bytes for each of {count} {kind}; {bytes_max} are allowed"


def test_servers_at_rest_are_small():
    return measure("servers", SERVER_BYTES_MAX)


def test_parked_loops_take_little_more_than_a_page():
    if tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) < (6, 13):
        raise Skip("a kernel without MADV_GUARD_INSTALL")
    return measure("loops", LOOP_BYTES_MAX)


def test_an_older_kernel_ends_with_stacks_and_not_with_the_node():
    node = start("rush", "loops", RUSH, {"JOIST_STACK_GUARD": "mprotect"})
    refused = int(node.wait_for_words("refused")[0])
    check(node.wait_for_words("answers"), ["1", "1"])
    log = stop(node)
    assert 0 < refused < RUSH, f"{refused} of {RUSH} were refused"
    assert re.search(r"alarm.*no stack is left.*vm\.max_map_count", log), log[-1000:]
    return f"{refused} of {RUSH} refused"


sys.exit(run_cases(globals()))
