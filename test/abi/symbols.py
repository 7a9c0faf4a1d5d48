#!/usr/bin/env python3
"""What the libraries export, compared with the lists in this folder: symbols.py [--write] LIBRARY.so...

A symbol that is gone, or has another version, breaks plugins that are built already. A new one belongs on
the list, with the version of its ABI: add it by --write."""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def exported(library):
    """NAME@@VERSION, or NAME, of all that the library defines, but for the versions themselves."""
    out = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True,
                         check=True).stdout
    symbols = [line.split() for line in out.splitlines()]
    return sorted(words[-1] for words in symbols if words[-2] != "A")


def wrong(library):
    """What is wrong with the exports of the library, a line each."""
    name = re.sub(r"\.so.*", ".symbols", os.path.basename(library))
    path = os.path.join(HERE, name)
    have = exported(library)
    if "--write" in sys.argv:
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(symbol + "\n" for symbol in have))
    with open(path, encoding="utf-8") as file:
        listed = file.read().split()
    for symbol in sorted(set(listed) - set(have)):
        yield f"{symbol} is gone: plugins that use it would not load"
    for symbol in sorted(set(have) - set(listed)):
        yield f"{symbol} is new: add it to test/abi/{name} with {sys.argv[0]} --write {library}"


def main():
    libraries = [word for word in sys.argv[1:] if word != "--write"]
    failed = 0
    print(f"1..{len(libraries)}")
    for number, library in enumerate(libraries, 1):
        lines = list(wrong(library))
        failed += bool(lines)
        print(f"{'not ok' if lines else 'ok'} {number} - {os.path.basename(library)}")
        for line in lines:
            print("# " + line)
    return 1 if failed else 0


sys.exit(main())
