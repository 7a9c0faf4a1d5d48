#!/usr/bin/env python3
"""Actors tick and answer beside others that compute or block: beside.py JOIST HOGS.so

How late a tick comes is told, and decides nothing."""

import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import node as nodes  # noqa: E402
from node import check  # noqa: E402

JOIST, HOGS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
WINDOW_MS = 300


def measure(kind, count, env=()):
    """A row, by a node that has to stop while most of its hogs go on."""
    node = nodes.Node(JOIST, {
        "plugins": [{"name": "hogs", "file": HOGS}], "log": {"level": "error"},
        "supervisor": {"auto_shutdown": "any_significant", "children": [
            {"id": "measure", "start": "hogs:measure", "args": f"{{{kind}, {count}, 0, {WINDOW_MS}}}",
             "restart": "temporary", "significant": True}]}}, env=env)
    code, out, _ = node.end()
    check(code, 0)
    row, = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    assert row["ticks"] > 0, row
    return f"{row['ticks']} ticks, late by {row['p50']} us (p50), {row['p99']} us (p99), {row['max']} us (max)"


def test_a_hundred_that_compute():
    return measure("spin", 100)


def test_a_hundred_that_compute_again_and_again():
    return measure("turns_1500", 100)


def test_two_thousand_that_wait_in_the_kernel():
    return measure("read", 2000)


def test_two_hundred_that_wait_for_a_lock():
    return measure("mutex", 200)


def test_a_kernel_without_slices():
    return measure("spin", 100, {"JOIST_KERNEL_SLICES": "no"})


if __name__ == "__main__":
    sys.exit(nodes.run_cases(globals()))
