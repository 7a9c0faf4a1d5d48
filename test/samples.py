#!/usr/bin/env python3
"""Runs samples and compares what each writes to standard output with its `expected`.

usage: samples.py [--show] BUILD_DIR [NAME...]
       samples.py --but BUILD_DIR NAME...   all but those

A sample is a folder samples/NAME with `expected`, and either boot.json, with which a node runs, or a
script `run`, which is told by its environment where the programs (JOIST) and plugins (JOIST_PLUGINS,
parted by colons) are. `expected` is what plugins print: the node's own line `ready: NAME` is left out,
as it may come before or after their first ones. With --show the output is shown as it comes; else the
report is TAP."""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECONDS_MAX = 60 * int(os.environ.get("TEST_SLOWER", "1"))


def command(build, folder):
    plugins = [os.path.join(build, "samples"), os.path.join(build, "plugins")]
    joist = os.path.join(build, "joist")
    env = dict(os.environ, JOIST=joist, JOIST_PLUGINS=":".join(plugins))
    if os.path.exists(os.path.join(folder, "run")):
        return [os.path.join(folder, "run")], env
    wrapper = os.environ.get("JOIST_WRAPPER", "").split()
    words = wrapper + [joist, "run", os.path.join(folder, "boot.json")]
    for plugin_dir in plugins:
        words += ["--plugin-path", plugin_dir]
    return words, env


def run(build, name, show):
    """What is wrong with the sample's run: a list of lines, empty if nothing is."""
    folder = os.path.join(ROOT, "samples", name)
    with open(os.path.join(folder, "expected"), encoding="utf-8") as file:
        expected = file.read().splitlines()
    words, env = command(build, folder)
    output = []
    with subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=None if show else subprocess.PIPE, text=True) as process:
        try:
            if show:
                for line in process.stdout:
                    if not line.startswith("ready: "):
                        print(line, end="", flush=True)
                    output.append(line.rstrip("\n"))
                process.wait(SECONDS_MAX)
                errors = ""
            else:
                text, errors = process.communicate(timeout=SECONDS_MAX)
                output = text.splitlines()
        except subprocess.TimeoutExpired:
            process.kill()
            return [f"took more than {SECONDS_MAX} s"]
    output = [line for line in output if not line.startswith("ready: ")]
    wrong = []
    for number, pair in enumerate(zip(output + [None] * len(expected), expected)):
        if pair[0] != pair[1]:
            wrong = [f"line {number + 1} is {pair[0]!r}, not {pair[1]!r}"]
            break
    if not wrong and len(output) != len(expected):
        wrong = [f"{len(output)} lines, not {len(expected)}"]
    if process.returncode:
        wrong.append(f"exit status {process.returncode}")
    return wrong + (errors.splitlines()[-20:] if wrong else [])


def main():
    words = sys.argv[1:]
    show = words[:1] == ["--show"]
    but = words[:1] == ["--but"]
    build, *names = words[show or but:]
    build = os.path.abspath(build)
    folder = os.path.join(ROOT, "samples")
    all_names = [n for n in sorted(os.listdir(folder))
                 if os.path.exists(os.path.join(folder, n, "expected"))]
    for name in names:
        if name not in all_names:
            sys.exit(f"samples.py: no sample {name}; there are {', '.join(all_names)}")
    if but:
        names = [name for name in all_names if name not in names]
    failed = 0
    for number, name in enumerate(names or all_names, 1):
        wrong = run(build, name, show)
        failed += bool(wrong)
        if not show:
            print("not ok" if wrong else "ok", number, "-", name, flush=True)
        for line in wrong:
            print("#", line, file=sys.stderr if show else sys.stdout)
    if not show:
        print(f"1..{len(names or all_names)}")
    sys.exit(failed > 0)


main()
