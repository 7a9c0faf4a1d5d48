#!/usr/bin/env python3
"""A node among real Erlang nodes: run.py JOIST PLUGIN_DIR otp|joist [PART OF A NAME]

Starts a port mapper of its own, a node under test (samples/otp by Joist; or, with `otp`, an OTP node that plays
the same, so that the cases themselves are tried), and an OTP node that does what scenario.erl says. Prints TAP."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
JOIST, PLUGINS, KIND = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
WRAPPER = os.environ.get("JOIST_WRAPPER", "").split()
COOKIE = "scenario"
SECONDS_MAX = 200 * int(os.environ.get("TEST_SLOWER", "1"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(words, **more):
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, **more)


def wait_ready(process):
    for line in process.stdout:
        if line.startswith("ready: "):
            return line.split()[1]
    raise SystemExit("Bail out! the node did not start")


def erl(name, folder, *words):
    return ["erl", "-noshell", "-name", name, "-setcookie", COOKIE, "-pa", folder, *words]


def node_under_test(folder):
    if KIND == "otp":
        return start(erl("otp@127.0.0.1", folder, "-s", "stand_in", "main"))
    return start(WRAPPER + [JOIST, "run", os.path.join(ROOT, "samples", "otp", "boot.json"), "--plugin-path",
                            PLUGINS, "--cookie", COOKIE], stderr=open(os.path.join(folder, "log"), "w", encoding="utf-8"))


def main():
    if not shutil.which("erl") or not shutil.which("epmd"):
        print("1..0 # SKIP no erl")
        return 0
    port = free_port()
    os.environ.update(ERL_EPMD_PORT=str(port), ERL_EPMD_ADDRESS="127.0.0.1", ERL_CRASH_DUMP="/dev/null")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["erlc", "-o", folder] + [os.path.join(HERE, f) for f in os.listdir(HERE) if f.endswith(".erl")],
                       check=True)
        started = [subprocess.Popen(["epmd", "-port", str(port)], stdin=subprocess.DEVNULL)]
        try:
            while subprocess.run(["epmd", "-port", str(port), "-names"], capture_output=True, check=False).returncode:
                pass
            started.append(node_under_test(folder))
            name = wait_ready(started[-1])
            done = subprocess.run(
                erl("scenario@127.0.0.1", folder, "-eval", f'pg:start(pg), scenario:main(["{name}"]).'),
                stdin=subprocess.DEVNULL, timeout=SECONDS_MAX, check=False)
            log = os.path.join(folder, "log")
            if done.returncode and os.path.exists(log):
                with open(log, encoding="utf-8") as file:
                    print("".join("# " + line for line in file.readlines()[-60:]))
            return done.returncode
        finally:
            for process in reversed(started):
                process.kill()
                process.wait()


sys.exit(main())
