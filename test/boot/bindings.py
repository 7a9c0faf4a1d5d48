#!/usr/bin/env python3
"""Wrong bindings, and what joist says of each: bindings.py JOIST

Each case of bindings.txt is refused by `joist check` with just its lines, as a file of declarations; and, if
it has one line, as a string of the boot script too, at the place where that stands. With BOOT_EXPECT=1 in
the environment, the lines are written anew."""

import json
import os
import subprocess
import sys
import tempfile

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bindings.txt")
JOIST = os.path.abspath(sys.argv[1])
WRAPPER = os.environ.get("JOIST_WRAPPER", "").split()


def cases():
    """Each case: its name, its declarations, its errors."""
    with open(TABLE, encoding="utf-8") as table:
        parts = table.read().split("\n== ")
    for part in parts[1:]:
        name, *lines = part.rstrip("\n").split("\n")
        yield (name, "\n".join(line for line in lines if not line.startswith("=> ")) + "\n",
               [line[3:] for line in lines if line.startswith("=> ")])


def check(place, boot):
    """What joist check writes to standard error of a boot script with that binding."""
    script = json.dumps({"bindings": [dict(boot, name="c", library="libc.so.6", trusted=True)],
                         "supervisor": {"children": []}})
    with open(os.path.join(place, "boot.json"), "w", encoding="utf-8") as file:
        file.write(script)
    done = subprocess.run(WRAPPER + [JOIST, "check", "boot.json"], cwd=place, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == (1 if done.stderr else 0), done
    return done.stderr.splitlines(), script


def as_file(place, text):
    with open(os.path.join(place, "c.h"), "w", encoding="utf-8") as file:
        file.write(text.rstrip("\n"))
    lines, _ = check(place, {"file": "c.h"})
    assert all(line.startswith("./c.h:") for line in lines), lines
    return [line[len("./c.h:"):] for line in lines]


def as_string(place, text):
    """The errors, their columns counted from the start of the string."""
    lines, script = check(place, {"prototypes": [text]})
    before = script.index('["') + 2
    for line in lines:
        file, row, column, rest = line.split(":", 3)
        assert (file, row) == ("boot.json", "1"), line
        yield f"1:{int(column) - before}:{rest}"


def main():
    count = failed = 0
    table = []
    with tempfile.TemporaryDirectory() as place:
        for name, text, expected in cases():
            got = as_file(place, text)
            wrong = [] if got == expected else [f"it said {got}"]
            if text.count("\n") == 1:
                in_script = list(as_string(place, text.rstrip("\n")))
                wrong += [] if in_script == expected else [f"in a script it said {in_script}"]
            table.append("\n".join([f"== {name}", text.rstrip("\n")] + ["=> " + line for line in got]))
            count += 1
            failed += bool(wrong or not expected)
            print(f"{'not ok' if wrong or not expected else 'ok'} {count} - {name}")
            for line in wrong:
                print("# " + line)
    if os.environ.get("BOOT_EXPECT"):
        with open(TABLE, encoding="utf-8") as old:
            head = old.read().split("\n== ")[0]
        with open(TABLE, "w", encoding="utf-8") as new:
            new.write("\n".join([head] + table) + "\n")
    print(f"1..{count}")
    return 1 if failed else 0


sys.exit(main())
