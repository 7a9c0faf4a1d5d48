#!/usr/bin/env python3
"""Actors tick and answer beside others that compute or block: beside.py BUILD_DIR

How late a tick comes is told, and decides nothing. Each node has to stop while most of its hogs go on."""

import os
import sys

sys.dont_write_bytecode = True
TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [TESTS, os.path.join(TESTS, "bench")]

from node import run_cases  # noqa: E402
import workloads  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])
os.environ["BENCH_SCALE"] = "0.1"


def measure(variant):
    results = workloads.run_once(BUILD, "hogs", 2, variant)
    assert all(result["n"] > 0 for result in results), results
    return ", ".join(f"{result['metric']} {result['value']}" for result in results)


def test_a_hundred_that_compute():
    return measure("spin_100")


def test_a_hundred_that_compute_again_and_again():
    return measure("turns_1500")


def test_two_thousand_that_wait_in_the_kernel():
    return measure("read_2000")


def test_two_hundred_that_wait_for_a_lock():
    return measure("mutex_200")


def test_a_kernel_without_slices():
    return measure("spin_100_no_slices")


if __name__ == "__main__":
    sys.exit(run_cases(globals()))
