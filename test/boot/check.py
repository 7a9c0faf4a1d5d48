#!/usr/bin/env python3
"""Broken boot scripts and plugins, and what joist says of each: check.py JOIST GUESTS/expected.txt

Each broken/NAME.json must be refused by `joist check` and by `joist run` with exactly the lines of
broken/NAME.expected, and each plugin of GUESTS/expected.txt with its line there, before any code of a
plugin has run (a constructor would make the file GUEST_MARK) and with nothing on standard output.
With BOOT_EXPECT=1 in the environment, the .expected files are written anew."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "broken")
JOIST, GUESTS = os.path.abspath(sys.argv[1]), os.path.dirname(os.path.abspath(sys.argv[2]))
WRAPPER = os.environ.get("JOIST_WRAPPER", "").split()


def joist(words, folder, mark):
    """What joist does: its exit code, standard output, standard error."""
    env = {"PATH": os.environ.get("PATH", ""), "GUEST_MARK": mark, "LOADER_TEST_NAME": "counter"}
    for name in ("LD_LIBRARY_PATH", "ASAN_OPTIONS", "QEMU_LD_PREFIX"):
        if name in os.environ:
            env[name] = os.environ[name]
    done = subprocess.run(WRAPPER + [JOIST] + words, cwd=folder, env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def refusal(words, folder, expected):
    """What is wrong with how joist refuses; an empty text if nothing is."""
    with tempfile.TemporaryDirectory() as place:
        mark = os.path.join(place, "mark")
        code, out, err = joist(words, folder, mark)
        if os.path.exists(mark):
            return "a constructor ran"
    if code != 1:
        return f"exit code {code}"
    if out:
        return f"it printed {out!r}"
    if err != expected:
        return f"it said\n{err}not\n{expected}"
    return ""


def scripts():
    """The name of each case, and what is wrong with it."""
    for name in sorted(os.listdir(HERE)):
        if not name.endswith(".json"):
            continue
        file = os.path.join(HERE, name[:-5] + ".expected")
        options = ["--plugin-path", GUESTS]
        if os.environ.get("BOOT_EXPECT"):
            with open(file, "w", encoding="utf-8") as out:
                out.write(joist(["check", name] + options, HERE, "/nonexistent")[2].replace(GUESTS, "$GUESTS"))
        with open(file, encoding="utf-8") as text:
            expected = text.read().replace("$GUESTS", GUESTS)
        for verb in ("check", "run"):
            yield f"{verb} {name}", refusal([verb, name] + options, HERE, expected)


def plugins():
    with open(os.path.join(GUESTS, "good.so"), "rb") as good:
        machine = good.read(20)[18:]
    names = ["x86-64", "aarch64"]
    here, other = names if machine == b"\x3e\0" else names[::-1]
    with open(os.path.join(GUESTS, "expected.txt"), encoding="utf-8") as text:
        for line in text:
            name = line.split(":")[0]
            expected = line.replace("$HERE", here).replace("$OTHER", other)
            yield f"check {name}", refusal(["check", name], GUESTS, expected)


def main():
    count = failed = 0
    for cases in (scripts(), plugins()):
        for name, wrong in cases:
            count += 1
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {count} - {name}")
            for line in wrong.splitlines():
                print("# " + line)
    print(f"1..{count}")
    return 1 if failed else 0


sys.exit(main())
