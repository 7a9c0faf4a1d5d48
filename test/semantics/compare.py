"""Runs scenarios on one system, Erlang or Joist, and compares what it prints with what is expected.

compare.py [--write] SYSTEM FILE.scn... -- PROGRAM ARGUMENT...

PROGRAM is run once for each file, with it as last argument. Expected is FILE.expected, or, where the
two systems differ on purpose, FILE.erlang and FILE.joist: then the two must differ in each scenario.
Prints TAP; with --write, writes what is expected instead.
"""

import pathlib
import subprocess
import sys


def by_scenario(text):
    outcomes = {}
    for line in text.splitlines(keepends=True):
        if not line.startswith(" "):
            name = line.strip()
            outcomes[name] = ""
        else:
            outcomes[name] += line
    return outcomes


def read(path):
    return by_scenario(path.read_text()) if path.exists() else {}


def expected_path(scenarios, system):
    own = scenarios.with_suffix("." + system)
    return own if own.exists() else scenarios.with_suffix(".expected")


def run(program, scenarios):
    done = subprocess.run(program + [str(scenarios)], stdout=subprocess.PIPE, text=True)
    return done.stdout, done.returncode


def faults(name, expected, got, other):
    """What is wrong with one scenario, as lines; none if nothing is."""
    if name not in expected:
        yield "no outcome is expected of it"
    elif name not in got:
        yield "it did not run to its end"
    elif got[name] != expected[name]:
        yield from ["expected:", *expected[name].splitlines(), "got:", *got[name].splitlines()]
    if other and other.get(name) == expected.get(name):
        yield "the two systems are expected to differ"


def compare(system, files, program):
    count, failed = 0, False
    for scenarios in files:
        expected = read(expected_path(scenarios, system))
        foreign = "joist" if system == "erlang" else "erlang"
        other = read(scenarios.with_suffix("." + foreign))
        text, status = run(program, scenarios)
        got = by_scenario(text)
        for name in list(dict.fromkeys([*expected, *got])):
            count += 1
            wrong = list(faults(name, expected, got, other))
            failed |= bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {count} - {scenarios.stem}/{name}")
            for line in wrong:
                print(f"# {line}")
        if status:
            count, failed = count + 1, True
            print(f"not ok {count} - {scenarios.stem} ended with status {status}")
    print(f"1..{count}")
    return failed


def main(arguments):
    write = arguments[0] == "--write"
    system, *rest = arguments[write:]
    cut = rest.index("--")
    files, program = [pathlib.Path(name) for name in rest[:cut]], rest[cut + 1 :]
    if not write:
        return compare(system, files, program)
    for scenarios in files:
        expected_path(scenarios, system).write_text(run(program, scenarios)[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
