"""A node that runs by a boot script, for tests in Python; and cases that report in TAP.

Every wait is for a line or for an end; none is for a time."""

import atexit
import json
import os
import socket
import subprocess
import tempfile

WRAPPER = os.environ.get("JOIST_WRAPPER", "").split()
SANITIZED = "ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ
SECONDS_MAX = 60 * int(os.environ.get("TEST_SLOWER", "1"))
_reserved = []


def reserve_port():
    """A port of the loopback that is given to nobody else while this process runs, but to who asks for that very one."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    _reserved.append(held)
    return held.getsockname()[1]


class Node:
    """A node with this boot script, a Python value. Its folder and its log go with it."""

    def __init__(self, joist, script, options=(), env=(), pass_fds=(), prefix=()):
        self.folder = tempfile.TemporaryDirectory()
        self.log = tempfile.TemporaryFile("w+", encoding="utf-8")
        path = os.path.join(self.folder.name, "boot.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(script, file)
        self.process = subprocess.Popen(
            [*prefix, *WRAPPER, joist, "run", path, *options], env=dict(os.environ, **dict(env)),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True,
            pass_fds=pass_fds)
        atexit.register(self.process.kill)  # of a case that failed half-way
        self.out = ""

    def wait_for(self, line):
        for text in self.process.stdout:
            self.out += text
            if text == line + "\n":
                return
        raise AssertionError(f"no line {line!r}: {self.end()!r}")

    def wait_for_words(self, start):
        """The words after `start` of the next line that begins with it."""
        for text in self.process.stdout:
            self.out += text
            if text.startswith(start + " "):
                return text[len(start):].split()
        raise AssertionError(f"no line {start!r}: {self.end()!r}")

    def signal(self, number):
        self.process.send_signal(number)

    def read_log(self):
        """Without moving the place where the node, whose file this is, too, writes on."""
        file = self.log.fileno()
        return os.pread(file, os.fstat(file).st_size, 0).decode()

    def end(self):
        """Its exit code, all of its standard output and of its log."""
        self.out += self.process.stdout.read()
        self.process.wait(SECONDS_MAX)
        self.process.stdout.close()
        log = self.read_log()
        self.log.close()
        self.folder.cleanup()
        return self.process.returncode, self.out, log


class Skip(Exception):
    """A case that cannot be run here, and why."""


def check(actual, wanted):
    assert actual == wanted, f"{actual!r} is not {wanted!r}"


def run_cases(functions, only=""):
    """Runs the functions test_..., and reports; the exit code. What one returns is told as well."""
    cases = [(n[5:], case) for n, case in functions.items() if n.startswith("test_" + only)]
    failed = 0
    print(f"1..{len(cases)}")
    for number, (name, case) in enumerate(cases, 1):
        try:
            told = case()
            print(f"ok {number} - {name}" + (f"\n# {told}" if told else ""), flush=True)
        except Skip as why:
            print(f"ok {number} - {name} # SKIP {why}", flush=True)
        except (AssertionError, LookupError, OSError, ValueError,
                subprocess.TimeoutExpired) as wrong:
            failed += 1
            print(f"not ok {number} - {name}\n# {str(wrong)[:2000]}", flush=True)
    return 1 if failed else 0
