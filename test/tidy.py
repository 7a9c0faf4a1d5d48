#!/usr/bin/env python3
"""The order test: what holds of the tree as a whole, a case for each rule, in TAP.

usage: tidy.py [BUILD_DIR]

Rules about sources are in test/tidy/sources.py, those about pages in test/tidy/pages.py, those about
public headers and about what was built in test/tidy/built.py, which are left out without a BUILD_DIR.
The lists beside them are exceptions, each with its reason, and the words by which a place in the tree is
found."""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "tidy"))

import built  # noqa: E402
import pages  # noqa: E402
import sources  # noqa: E402


def main():
    tree = sources.Tree(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    rules = [(rule, (tree,)) for rule in sources.RULES + pages.RULES]
    if len(sys.argv) > 1:
        rules += [(rule, (tree, os.path.abspath(sys.argv[1]))) for rule in built.RULES]
    failed = 0
    for number, (rule, arguments) in enumerate(rules, 1):
        wrong = sorted(rule(*arguments))
        failed += bool(wrong)
        print("not ok" if wrong else "ok", number, "-", rule.__doc__.split("\n")[0].rstrip("."))
        for line in wrong:
            print("#", line)
    print(f"1..{len(rules)}")
    sys.exit(failed > 0)


main()
