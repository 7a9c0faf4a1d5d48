#!/usr/bin/env python3
"""Libraries that know nothing of Joist, called by their prototypes: bound.py JOIST BOUND.so PLAIN_C.so

bound_calls.c calls, and prints what is not as it should be; plain_c.c and libm are called."""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import node as nodes  # noqa: E402
from node import check  # noqa: E402

JOIST, BOUND, PLAIN_C = map(os.path.abspath, sys.argv[1:])
HERE = os.path.dirname(os.path.abspath(__file__))
MATH = ["double frexp(double x, int *exponent [[out]]); double modf(double x, double *whole [[out]]);",
        "double sin(double); double sqrt(double); double pow(double, double);",
        "double hypot(double x, double y) [[threadsafe]]; float floorf(float x) [[blocking]];"]


def test_functions_answer_as_in_c():
    node = nodes.Node(JOIST, {
        "bindings": [
            {"name": "foreign", "library": PLAIN_C, "file": os.path.join(HERE, "plain_c.bind"), "trusted": True},
            {"name": "math", "library": "libm.so.6", "prototypes": MATH, "trusted": True}],
        "plugins": [{"name": "bound_calls", "file": BOUND}],
        "supervisor": {"auto_shutdown": "any_significant", "children": [
            {"id": "bound", "start": "bound_calls:bound_calls", "restart": "temporary", "significant": True}]}})
    code, out, log = node.end()
    check(code, 0)
    counts = [line.split(" equal")[0].split(": ")[1].split(" of ")
              for line in out.splitlines() if line.endswith(" equal")]
    assert len(counts) == 2 and all(right == all_ for right, all_ in counts), out + log


sys.exit(nodes.run_cases(globals()))
