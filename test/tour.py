#!/usr/bin/env python3
"""Does what a page tells its reader to do: tour.py BUILD_DIR PAGE.md

Each block of a shell is run, one after the other, as if typed into one; a block that follows it says what
it prints, on standard output and standard error together, where `...` stands for anything in a line, and
for any line if alone. `<!-- file NAME -->` before a block of code has it written to that file. The page
is read as in a tree in which ./dev knows but `install`, which installs what is built already. Prints TAP, a
case for each block of a shell."""

import fnmatch
import json
import os
import re
import subprocess
import sys
import tempfile

BUILD, PAGE = map(os.path.abspath, sys.argv[1:])
SECONDS_MAX = 120 * int(os.environ.get("TEST_SLOWER", "1"))
BLOCK = re.compile(r"^(?:<!-- file (\S+) -->\n)?```(\w+)\n(.*?)^```$", re.M | re.S)
INSTALL = """#!/bin/sh
set -e
[ "$1" = install ]
meson install -C {build} --no-rebuild --quiet --destdir "$2.new"
mv "$2.new{prefix}" "$2"
sed -i "s|^prefix=.*|prefix=$2|" "$2"/lib/pkgconfig/joist.pc
"""


def prepare(home):
    """A home with an empty state of the shell, and a tree in it: the environment of the first block."""
    with open(os.path.join(BUILD, "meson-info", "intro-buildoptions.json"), encoding="utf-8") as file:
        prefix = next(o["value"] for o in json.load(file) if o["name"] == "prefix")
    tree = os.path.join(home, "tree")
    os.mkdir(tree)
    dev = os.path.join(tree, "dev")
    write(dev, INSTALL.format(build=BUILD, prefix=prefix))
    os.chmod(dev, 0o755)
    write(os.path.join(home, "state"), f"cd {tree}\n")
    return {name: value for name, value in dict(os.environ, HOME=home).items()
            if name not in ("LD_LIBRARY_PATH", "MALLOC_PERTURB_")}


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def shell(script, home, env):
    """Runs a block in the state in which the last one has left the shell."""
    whole = (f"set -eo pipefail\n. '{home}/state'\n{script}\n"
             f"{{ declare -px; printf 'cd %q\\n' \"$PWD\"; }} >'{home}/state'\n")
    return subprocess.run(["bash", "-c", whole], env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=SECONDS_MAX, check=False)


def without_ready(lines):
    """The line that says that a node is ready may come before or after what actors print."""
    return sorted(l for l in lines if l.startswith("ready: ")), [l for l in lines if not l.startswith("ready: ")]


def without_stalls(lines):
    """Nor does a page tell which turns take long where it is read: reports of those, with their frames."""
    told = False
    for line in lines:
        told = " notice stall: " in line or (told and line.startswith("  #"))
        if not told:
            yield line


def differences(expected, done):
    ready_wanted, wanted = without_ready(expected.splitlines())
    ready, out = without_ready(done.stdout.splitlines())
    streams = [out, list(without_stalls(done.stderr.splitlines()))]
    if ready != ready_wanted:
        yield f"{ready}, not {ready_wanted}"
    for line in wanted:
        pattern = re.sub(r"[][*?]", lambda found: f"[{found[0]}]", line).replace("...", "*")
        for stream in streams:
            if stream and fnmatch.fnmatchcase(stream[0], pattern):
                stream.pop(0)
                break
        else:
            yield f"{line!r} is not next in {streams}"
            return
    for stream in streams:
        yield from (f"{line!r} is not on the page" for line in stream)


def place_of(home):
    with open(os.path.join(home, "state"), encoding="utf-8") as file:
        return re.findall(r"^cd (.*)$", file.read(), re.M)[-1]


def do(page, home):
    """The name of each case, and what is wrong with it."""
    env = prepare(home)
    blocks = list(BLOCK.findall(page))
    for at, (name, language, text) in enumerate(blocks):
        if name:
            write(os.path.join(place_of(home), name), text)
        elif language == "sh":
            expected = blocks[at + 1][2] if blocks[at + 1:] and blocks[at + 1][1] == "text" else None
            done = shell(text, home, env)
            wrong = list(differences(expected, done)) if expected else []
            if done.returncode:
                wrong = [f"exit code {done.returncode}", *(done.stdout + done.stderr).splitlines()]
            yield text.splitlines()[0].replace("#", ""), wrong


def main():
    count = failed = 0
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    with tempfile.TemporaryDirectory() as home:
        for name, wrong in do(page, home):
            count += 1
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {count} - {name}", flush=True)
            for line in wrong:
                print("# " + line)
            if wrong:
                break  # what follows builds on it
    print(f"1..{count}")
    sys.exit(failed > 0)


main()
