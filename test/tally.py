#!/usr/bin/env python3
"""Adds up what meson's test runs found: the failures, then one line, `N passed, N failed`.

usage: tally.py TESTLOG.json...

A test that speaks TAP counts by its cases; one that ended badly without saying which case did, and one
that does not speak TAP, count as one. Skipped cases count as neither."""

import json
import re
import sys

CASE = re.compile(r"^(not )?ok\b(?: *\d+)?(?: *- *)?([^#]*)(# *(?:SKIP|TO[D]O).*)?", re.I)


def cases(output):
    """(passed, name, lines) of each case that was not skipped."""
    found = []
    current = None
    for line in output.splitlines():
        match = CASE.match(line)
        if match:
            current = (not match[1], match[2].strip(), [])
            if not match[3]:
                found.append(current)
        elif current and line.startswith("#"):
            current[2].append(line)
    return found


def tell(test, name, lines):
    print(f"FAILED {test}: {name}")
    for line in lines:
        print(f"  {line}")


def add(test):
    """How many cases of one test passed and failed; tells of those that failed."""
    output = test.get("stdout") or ""
    found = cases(output)
    failed = [case for case in found if not case[0]]
    for _, name, lines in failed:
        tell(test["name"], name, lines)
    bad = test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL")
    if bad and not failed:
        rest = (output + (test.get("stderr") or "")).splitlines()[-30:]
        tell(test["name"], f"ended with {test['result']}", rest)
        return len(found), 1
    if not found and test["result"] == "OK" and "1..0" not in output:
        return 1, 0
    return len(found) - len(failed), len(failed)


def main():
    passed = failed = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as log:
            for line in log:
                good, bad = add(json.loads(line))
                passed += good
                failed += bad
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0 or passed == 0)


main()
