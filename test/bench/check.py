#!/usr/bin/env python3
"""Each workload of ./dev bench runs, a thousandth of it, and its sums are right: check.py BUILD_DIR"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from node import check, run_cases  # noqa: E402
import dist  # noqa: E402
import nif  # noqa: E402
import workloads  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])
os.environ["BENCH_SCALE"] = "0.001"


def case_of(bench, schedulers, variant):
    def case():
        results = workloads.run_once(BUILD, bench, schedulers, variant)
        label = f"S{schedulers}" + ("," + variant if variant else "")
        for result in results:
            check((result["bench"], result["variant"]), (bench, label))
        check(len({result["metric"] for result in results}), len(results))
    return case


def pairs(bench):
    def case():
        wrong = []
        results = dist.run(BUILD, "joist", bench, wrong.append)
        check(wrong, [])
        assert {"joist"} <= {result["peer"] for result in results}, results
    return case


def test_a_nif_beside():
    for result in nif.run(BUILD):
        check((result["peer"], result["bench"], result["metric"]), ("erlang-otp", "typed_call", "ns_per_op"))


def test_one_that_fails_is_told():
    try:
        workloads.run_once(BUILD, "startup", 1, "no', 'such")
    except workloads.Wrong as wrong:
        assert "badarg" in str(wrong), wrong
    else:
        raise AssertionError("it was not told")


cases = {f"test_{bench}_S{schedulers}_{variant}": case_of(bench, schedulers, variant)
         for bench in workloads.ALL for schedulers, variant in workloads.runs_of(bench)}
cases |= {f"test_{bench}": pairs(bench) for bench in dist.WORKLOADS}
cases |= {case.__name__: case for case in (test_a_nif_beside, test_one_that_fails_is_told)}
sys.exit(run_cases(cases))
